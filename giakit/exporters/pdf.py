"""The printed report as ``jupyter nbconvert --to giakit_pdf``; `giakit.exporters.typst` sets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import default

from giakit.exporters.binary import BinaryExporter
from giakit.exporters.typst.preflight import check_typefaces
from giakit.exporters.typst.render import load_typefaces, render_pdf

if TYPE_CHECKING:
    from giakit.exporters.document import Document

__all__ = ["GiakitPDFExporter", "load_typefaces", "render_pdf"]


class GiakitPDFExporter(BinaryExporter):
    """Exports the declared content of an executed notebook as the report to print, or refuses with every reason."""

    export_from_notebook = "giakit PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def render(self, document: Document) -> bytes:
        """Return the PDF; a character that a strange face prints is logged."""
        pdf = render_pdf(document)
        for each in check_typefaces(document):
            self.log.warning("%s", each)
        return pdf
