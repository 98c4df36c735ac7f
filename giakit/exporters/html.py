"""The published page: one self-contained HTML file, also as ``jupyter nbconvert --to giakit_html``."""

from __future__ import annotations

import logging
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import TemplateExporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default, validate

from giakit.content.html import environment
from giakit.errors import ReportRefused
from giakit.exporters.document import read_document

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
        Another template than giakit's own; it is given ``document`` and ``title_parts``.
    """
    page = template or _own_template()
    return page.render(document=document, title_parts=title_parts(document.declaration))


def title_parts(declaration: Declaration) -> list[str]:
    """Return the title in the parts that no line break should divide: organ, year, the rest.

    >>> from giakit.content.model import Declaration
    >>> title = "龙村镇2020年政府信息公开工作年度报告"
    >>> title_parts(Declaration(title=title, name="龙村镇", full_name="", year=2020, revision="", notice="", sections=()))
    ['龙村镇', '2020年', '政府信息公开工作年度报告']
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

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Run the preprocessors, then render the declared content.

        Raises
        ------
        nbconvert.utils.exceptions.ConversionException
            If the report must not be published; the message lists why. nbconvert exits with status 1.
        """
        # Past TemplateExporter, whose own step would render the notebook's cells
        notebook, resources = super(TemplateExporter, self).from_notebook_node(nb, resources, **kw)
        try:
            document = read_document(notebook)
        except ReportRefused as refused:
            raise refusal(refused, self.log) from refused
        return render_html(document, self.template), resources

    def _create_environment(self) -> Environment:
        """Escape everything and tolerate no unknown name, unlike nbconvert's own environment."""
        return environment([*self.template_paths, TEMPLATES])


def refusal(refused: ReportRefused, log: logging.Logger) -> ConversionException:
    """Return what an exporter raises for a refused report, so that nbconvert prints the reasons and no traceback.

    nbconvert logs every `ConversionException` with its traceback and exits with status 1; nothing an exporter may
    raise keeps it from that, so the record is rewritten on its way to the log.
    """
    if isinstance(log, logging.Logger):  # else an adapter of an embedding application, which reports in its own way
        log.addFilter(_without_traceback)
    return ConversionException(str(refused))


def _without_traceback(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, ConversionException) and isinstance(error.__cause__, ReportRefused):
        record.msg, record.args, record.exc_info = f"{record.getMessage()}\n{error}", (), None
    return True


@cache
def _own_template() -> Template:
    return environment([TEMPLATES / TEMPLATE_NAME]).get_template("index.html.j2")
