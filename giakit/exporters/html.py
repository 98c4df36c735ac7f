"""The published page: one self-contained HTML file, also as ``jupyter nbconvert --to giakit_html``."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import TemplateExporter
from traitlets import default, validate

from giakit.content.html import environment
from giakit.exporters.document import DRAFT, read_document
from giakit.exporters.refusal import refusals_as_conversion_errors

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from nbformat import NotebookNode

    from giakit.content.model import Declaration
    from giakit.exporters.document import Document

TEMPLATES = Path(__file__).parent / "templates"
TEMPLATE_NAME = "giakit_html"


def render_html(document: Document, template: Template | None = None) -> str:
    """Return the page to publish; the same document gives the same text.

    Parameters
    ----------
    document
        What `giakit.exporters.document.read_document` assembled.
    template
        Another template than giakit's own; it is given ``document``, ``title_parts`` and ``draft``.
    """
    page = template or _own_template()
    return page.render(document=document, draft=DRAFT, title_parts=title_parts(document.declaration))


def title_parts(declaration: Declaration) -> list[str]:
    """Return the title in the parts that no line break should divide: organ, year, the rest.

    >>> from giakit.content.model import Declaration
    >>> rest = {"full_name": "", "revision": "", "notice": "", "sections": ()}
    >>> title_parts(Declaration(title="龙村镇2020年工作报告", name="龙村镇", year=2020, **rest))
    ['龙村镇', '2020年', '工作报告']
    """
    parts = re.split(f"({re.escape(declaration.name)}|{declaration.year}年)", declaration.title)
    return [part for part in parts if part]


class GiakitHTMLExporter(TemplateExporter):
    """Exports the declared content of an executed notebook as the page to publish, or refuses with every reason."""

    export_from_notebook = "giakit HTML"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return TEMPLATE_NAME

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True  # once after all preprocessors instead of after each of them

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [*super()._default_extra_template_basedirs(), str(TEMPLATES)]

    @validate("extra_template_basedirs")
    def _keep_own_templates(self, proposal: dict[str, Any]) -> list[str]:
        """Let a user's own template, found through this option, still build upon giakit's."""
        return [*proposal["value"], *({str(TEMPLATES)} - set(proposal["value"]))]

    def from_notebook_node(  # type: ignore[override] # text instead of a notebook, as in every TemplateExporter
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[str, dict[str, Any]]:
        """Run the preprocessors, then render the declared content.

        Raises
        ------
        RefusedConversion
            If the report must not be published, with every reason; nbconvert prints them and exits with status 1.
        """
        # Past TemplateExporter, whose own step would render the notebook's cells
        notebook, resources = super(TemplateExporter, self).from_notebook_node(nb, resources, **kw)
        with refusals_as_conversion_errors():
            return render_html(read_document(notebook), self.template), resources

    def _create_environment(self) -> Environment:
        """Escape everything and tolerate no unknown name, unlike nbconvert's own environment."""
        return environment([*self.template_paths, TEMPLATES])


@cache
def _own_template() -> Template:
    return environment([TEMPLATES / TEMPLATE_NAME]).get_template("index.html.j2")
