"""The released version that a correction is held against, as it was published: nothing is taken from memory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from giakit.digests import digest_of
from giakit.errors import ReportRefused
from giakit.exporters.document import Document, read_document
from giakit.language import Text
from giakit.outputs import Outputs, Seal

if TYPE_CHECKING:
    from nbformat import NotebookNode

_DATA = "public/data.json"
_NOTEBOOK = "internal/annual_report.ipynb"


@dataclass(frozen=True)
class Baseline:
    """The published figures and the executed notebook, which holds the words, of a released version."""

    data: bytes
    notebook: bytes

    @property
    def report(self) -> dict[str, Any]:
        """What ``data.json`` says; numbers stay as they are written."""
        return parse_report(self.data)

    def read_document(self) -> Document:
        """Return the document that was published.

        Raises
        ------
        ReportRefused
            If the notebook was written by a version of giakit that declared its content otherwise.
        """
        import nbformat

        notebook: NotebookNode = nbformat.reads(self.notebook.decode(), as_version=4)
        return read_document(notebook)


def parse_report(data: bytes) -> dict[str, Any]:
    """Read a ``data.json``; numbers stay as they are written."""
    report: dict[str, Any] = json.loads(data, parse_float=str, parse_int=str)
    return report


def read_baseline(outputs: Outputs, seal: Seal) -> Baseline:
    """Read what of a released version a correction is held against.

    Raises
    ------
    ReportRefused
        If a file is missing or is not what was released.
    """
    recorded = {file.path: file.sha256 for file in seal.record.outputs}
    found = {path: _read(outputs, seal, path) for path in (_DATA, _NOTEBOOK)}
    altered = [path for path, content in found.items() if content is None or digest_of(content) != recorded.get(path)]
    if altered:
        raise ReportRefused(
            Text(
                "{organ} {year}: version {version} is not as it was released ({files}), and a correction is held "
                "against it; bring the files back from a backup",
                organ=seal.record.organ,
                year=seal.record.year,
                version=seal.version,
                files=", ".join(altered),
            )
        )
    return Baseline(data=found[_DATA] or b"", notebook=found[_NOTEBOOK] or b"")


def _read(outputs: Outputs, seal: Seal, path: str) -> bytes | None:
    try:
        return outputs.read(seal.record, path)
    except FileNotFoundError:
        return None
