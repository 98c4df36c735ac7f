"""What nobody may change in Word: the figures, the labels of the tables, titles and statutory headings.

Two documents are compared: the one that was edited, and the one that giakit writes of the report as it is now.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from giakit.adoption.body import WordParagraph, WordTable, WordText
from giakit.adoption.prose import quoted
from giakit.exporters.word.marks import figures_digest
from giakit.exporters.word.table_size import Placed, place_rows
from giakit.language import Text

if TYPE_CHECKING:
    from giakit.content.model import Table

Item = WordParagraph | WordTable

_TABLE = "\ufdd0"  # no text holds it


@dataclass
class Comparison:
    """What an edited document has in common with the present one, and what was done to the rest of that.

    Attributes
    ----------
    same
        For the place of an item in the edited document, the place of the very same in the present one.
    notes
        What somebody should know though it stops nothing.
    """

    same: dict[int, int] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


def compare_fixed(edited: WordText, present: WordText, tables: Sequence[Table]) -> Comparison:
    """Compare what is no narrative; `tables` are the present ones as declared, with where each figure was read."""
    found = Comparison()
    one, other = ([_signature(each) for each in text.items] for text in (edited, present))
    for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
        found.same.update((block.a + step, block.b + step) for step in range(block.size))
    _compare_tables(found, edited, present, tables)
    taken = set(found.same.values())
    for place, item in enumerate(present.items):
        if place not in taken and isinstance(item, WordParagraph) and is_fixed(item):
            _find_changed(found, edited, item, place)
    return found


def is_fixed(paragraph: WordParagraph) -> bool:
    """Whether a paragraph of a document as giakit wrote it is none of a narrative cell."""
    return not any(mark.is_narrative for mark in paragraph.marks)


def plain(text: str) -> str:
    """Return a text as it is compared: without space, full-width digits and letters like others.

    >>> plain("共 ４５ 件")
    '共45件'
    """
    return "".join(unicodedata.normalize("NFKC", text).split())


def _signature(item: Item) -> str:
    if isinstance(item, WordTable):
        return _TABLE
    level = item.level if item.level == 1 else ""
    return f"{level}\n{''.join(item.text.split())}\n{len(item.pictures)}"


def _find_changed(found: Comparison, edited: WordText, item: WordParagraph, place: int) -> None:
    """Tell what became of a fixed paragraph: other words, or nothing."""
    if item.pictures:
        found.notes.append(
            Text(
                "the chart {chart} is missing from the document and stays in the report; delete its cell in the "
                "notebook if it should not be printed",
                chart="、".join(item.pictures),
            )
        )
        return
    now = next(
        (
            (at, each)
            for at, each in enumerate(edited.items)
            if at not in found.same and isinstance(each, WordParagraph) and set(each.marks) & set(item.marks)
        ),
        None,
    )
    if now is None:
        found.problems.append(
            Text("“{printed}” is missing; titles, headings and captions come from the form", printed=quoted(item))
        )
    else:
        found.same[now[0]] = place
        found.problems.append(
            Text(
                "“{printed}” became “{now}”; titles, headings and captions come from the form and the workbook",
                printed=quoted(item),
                now=quoted(now[1]),
            )
        )


# ---- tables ---------------------------------------------------------------------------------------------------------


def _compare_tables(found: Comparison, edited: WordText, present: WordText, declared: Sequence[Table]) -> None:
    now = [each for each in edited.items if isinstance(each, WordTable)]
    before = [each for each in present.items if isinstance(each, WordTable)]
    if len(now) != len(before):
        found.problems.append(
            Text(
                "the report has {expected} tables, the document {found}; put back what is missing, and write lists "
                "instead of tables",
                expected=len(before),
                found=len(now),
            )
        )
        return
    problems = [each for pair in zip(now, before, declared, strict=True) for each in _changed_cells(*pair)]
    changed_since = edited.figures not in {"", figures_digest(each.cells for each in before)}
    if changed_since:
        found.notes.append(
            Text(
                "the figures have changed since this document was rendered: the report prints the new ones; "
                "`giakit render` makes a document with them"
            )
        )
    if edited.figures != figures_digest(each.cells for each in now):
        found.problems += problems


def _changed_cells(now: WordTable, before: WordTable, declared: Table) -> Iterator[Text]:
    texts = {(y, number): text for y, number, text in now.cells}
    if texts.keys() != {(y, number) for y, number, _ in before.cells}:
        yield Text("{table}: rows or columns were added, removed or merged; put them back", table=declared.caption)
        return
    rows = place_rows(declared)
    labels = {each.cell.id: each for row in rows for each in row if each.cell.id}
    for y, row in enumerate(rows):
        for number, each in enumerate(row):
            if plain(texts[y, number]) != plain(each.cell.text):
                heads = [labels[name] for name in each.cell.headers if name in labels]
                yield _changed_cell(each, texts[y, number], declared, heads)


def _changed_cell(placed: Placed, found: str, table: Table, heads: Sequence[Placed]) -> Text:
    if placed.cell.scope:
        return Text(
            "{table}: the label “{printed}” became “{found}”; labels come from the form",
            table=table.caption,
            printed=placed.cell.text,
            found=found,
        )
    return Text(
        "{table}, row {row}, column {column}: {printed} became {found}; figures are mended in the workbook: {cell}",
        table=table.caption,
        row="/".join(each.cell.text for each in heads if each.cell.scope in {"row", "rowgroup"}) or "-",
        column="/".join(each.cell.text for each in heads if each.cell.scope in {"col", "colgroup"}) or "-",
        printed=placed.cell.text or "“”",
        found=found or "“”",
        cell=placed.cell.source or "-",
    )
