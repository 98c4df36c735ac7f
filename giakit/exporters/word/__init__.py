"""The report as a Word document. The exporter for nbconvert is in `giakit.exporters.docx`.

The page and the styles stand in ``template/`` as Word's own XML; the modules fill its body with the declared content.
"""

from giakit.exporters.word.render import render_docx

__all__ = ["render_docx"]
