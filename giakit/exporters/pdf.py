"""The printed report as ``jupyter nbconvert --to giakit_pdf``; `giakit.exporters.typst` sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from traitlets import default

from giakit.exporters.document import read_document
from giakit.exporters.refusal import refusals_as_conversion_errors
from giakit.exporters.typst.preflight import check_typefaces
from giakit.exporters.typst.render import load_typefaces, render_pdf

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["GiakitPDFExporter", "load_typefaces", "render_pdf"]


class GiakitPDFExporter(Exporter):
    """Exports the declared content of an executed notebook as the report to print, or refuses with every reason."""

    export_from_notebook = "giakit PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True  # once after all preprocessors instead of after each of them

    def from_notebook_node(  # type: ignore[override] # a file's bytes instead of a notebook
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[bytes, dict[str, Any]]:
        """Run the preprocessors, then set the declared content; a character of a strange face is logged.

        Raises
        ------
        RefusedConversion
            If the report must not be published or cannot be printed, with every reason; nbconvert shows them and exits
            with status 1.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        with refusals_as_conversion_errors():
            document = read_document(notebook)
            pdf = render_pdf(document)
        for each in check_typefaces(document):
            self.log.warning("%s", each)
        return pdf, resources
