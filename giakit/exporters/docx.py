"""The Word document as an nbconvert exporter: ``jupyter nbconvert --to giakit_docx``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets import default

from giakit.exporters.binary import BinaryExporter
from giakit.exporters.word import render_docx

if TYPE_CHECKING:
    from giakit.exporters.document import Document


class GiakitDocxExporter(BinaryExporter):
    """Exports the declared content of an executed notebook as a Word document, or refuses with every reason."""

    export_from_notebook = "giakit Word"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".docx"

    def render(self, document: Document) -> bytes:
        """Return the Word document."""
        return render_docx(document)
