"""The table of changes as files: one to publish, and one for the office with the cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from giakit.content.model import Table
from giakit.corrections.words import load_words
from giakit.opendata.csv_text import write_csv

if TYPE_CHECKING:
    from giakit.content.correction import DeclaredCorrection
    from giakit.exporters.document import Document

NAME = "changes.csv"


def change_files(before: Document, after: Document) -> dict[str, bytes]:
    """Return ``changes.csv`` for the public, without cells, and for the office, with them.

    Of a draft there is none for the public, since a table cannot say that it is a draft.

    Parameters
    ----------
    before
        The released version.
    after
        The corrected one, which declares the correction.
    """
    correction = after.declaration.correction
    assert correction is not None  # noqa: S101 - a correction is compared
    files = {f"internal/{NAME}": write_csv(_rows(correction, (_cells(before), _cells(after))))}
    if not after.draft:
        files[f"public/{NAME}"] = write_csv(_rows(correction, ()))
    return files


def _rows(correction: DeclaredCorrection, cells: tuple[Mapping[str, str], ...]) -> Iterator[list[str]]:
    columns = load_words()["columns"]
    yield [columns[name] for name in ("item", "before", "after", *("cell_before", "cell")[: len(cells)])]
    for figure in correction.figures:
        yield [figure.label, figure.before, figure.after, *(version.get(figure.key, "") for version in cells)]
    for text in correction.texts:
        yield [text.place, text.before, text.after, *("" for _ in cells)]


def _cells(document: Document) -> dict[str, str]:
    """Return the spreadsheet cell of every printed figure by its key."""
    return {
        cell.key: cell.source
        for section in document.sections
        for piece in section.pieces
        if isinstance(piece, Table)
        for band in piece.bands
        for row in band.body
        for cell in row
        if cell.key and cell.source
    }
