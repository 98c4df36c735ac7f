"""The page and the fragment as nbconvert exporters: ``jupyter nbconvert --to giakit_html`` and ``giakit_fragment``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import TemplateExporter
from traitlets import default, validate

from giakit.content.html import environment
from giakit.exporters import fragment, page
from giakit.exporters.document import read_document
from giakit.exporters.fragment import fragment_environment, render_fragment
from giakit.exporters.page import TEMPLATES, render_html
from giakit.exporters.refusal import refusals_as_conversion_errors

if TYPE_CHECKING:
    from jinja2 import Environment
    from nbformat import NotebookNode

    from giakit.exporters.document import Document

__all__ = ["GiakitFragmentExporter", "GiakitHTMLExporter", "render_fragment", "render_html"]


class GiakitHTMLExporter(TemplateExporter):
    """Exports the declared content of an executed notebook as the page to publish, or refuses with every reason."""

    export_from_notebook = "giakit HTML"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_name")
    def _template_name_default(self) -> str:
        return page.TEMPLATE_NAME

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
            return self._render(read_document(notebook)), resources

    def _render(self, document: Document) -> str:
        return render_html(document, self.template)

    def _create_environment(self) -> Environment:
        """Escape everything and tolerate no unknown name, unlike nbconvert's own environment."""
        return environment([*self.template_paths, TEMPLATES])


class GiakitFragmentExporter(GiakitHTMLExporter):
    """Exports the same content as a fragment to paste into a content management system."""

    export_from_notebook = "giakit HTML fragment"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".fragment.html"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    @default("template_name")
    def _template_name_default(self) -> str:
        return fragment.TEMPLATE_NAME

    def _render(self, document: Document) -> str:
        return render_fragment(document, self.template)

    def _create_environment(self) -> Environment:
        return fragment_environment(*self.template_paths)
