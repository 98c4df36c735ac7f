"""Declared content as plain text, for terminals and for tools that show no HTML; tables align in a fixed-width font."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from giakit.content.model import Chart, Declaration, Heading, ListBlock, Notes, Prose, Table, TableCell
from giakit.findings import SEVERITIES, severity_word
from giakit.language import translate

if TYPE_CHECKING:
    from giakit.content.model import Block, Content, Inline
    from giakit.findings import Finding

_GAP = "  "


def render_content(content: Content) -> str:
    """Return one piece of declared content as plain text."""
    return "\n".join(_lines(content))


@lru_cache(maxsize=4096)  # every report prints the labels of the form
def display_width(text: str) -> int:
    """Return how many columns of a terminal a text takes: Chinese characters take two, combining marks none.

    >>> display_width("（一）a")
    7
    """
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def declaration_facts(declaration: Declaration) -> list[tuple[str, str]]:
    """Return what a report is in labelled words, the counts of its findings last."""
    count = Counter(each.severity for each in declaration.findings)
    found = [f"{severity_word(severity)} {count[severity]}" for severity in SEVERITIES if count[severity]]
    return [
        (translate("Organ"), declaration.full_name or declaration.name),
        (translate("Year"), str(declaration.year)),
        (translate("Form"), f"{declaration.revision} {declaration.notice}"),
        (translate("Findings"), _GAP.join(found) or translate("none")),
    ]


def _lines(content: Content) -> Iterator[str]:
    match content:
        case Declaration():
            yield _one_line(content.title)
            yield from _aligned([[TableCell(text=text) for text in fact] for fact in declaration_facts(content)])
        case Heading():
            yield _one_line(content.text)
        case Prose():
            yield from _prose_lines(content)
        case Table():
            yield _one_line(content.caption)
            yield from _aligned([row for band in content.bands for row in (*band.head, *band.body)])
        case Chart():
            yield _one_line(content.caption)
            yield _one_line(content.alt)
        case Notes():
            yield _one_line(content.title)
            yield from _finding_lines(content.findings) if content.findings else [_one_line(content.text)]


def _prose_lines(prose: Prose) -> Iterator[str]:
    if not prose.blocks:
        yield translate("[{key}] says nothing and is not printed.", key=prose.key)
    for block in prose.blocks:
        yield from _block_lines(block)
    yield from _finding_lines(prose.findings)


def _block_lines(block: Block) -> Iterator[str]:
    if isinstance(block, ListBlock):
        for number, item in enumerate(block.items, 1):
            yield f"{number}. {_run(item)}" if block.ordered else f"• {_run(item)}"
    else:
        yield _run(block.inlines)


def _run(inlines: Sequence[Inline]) -> str:
    return _one_line("".join(f"{each.text} <{each.href}>" if each.href else each.text for each in inlines))


def _finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    for each in findings:
        yield _one_line(f"{severity_word(each.severity)} {each.rule} {each}")


def _aligned(rows: Sequence[Sequence[TableCell]]) -> Iterator[str]:
    """Yield the rows of a table with its columns aligned; a spanning cell is written where it begins."""
    placed = [list(row) for row in _placed(rows)]
    widths = _column_widths(placed)
    begins = [sum(widths[:column]) + len(_GAP) * column for column in range(len(widths))]
    for row in placed:
        line, width = "", 0
        for start, cell in row:
            text = _one_line(cell.text)
            room = max(0, begins[start] - width)
            line += " " * room + text
            width += room + display_width(text)
        yield line.rstrip()


def _placed(rows: Sequence[Sequence[TableCell]]) -> Iterator[list[tuple[int, TableCell]]]:
    """Yield each row's cells with the grid column they start in, past the columns that cells above still fill."""
    filled: dict[int, int] = {}
    for row in rows:
        placed, column = [], 0
        for cell in row:
            while filled.get(column):
                column += 1
            placed.append((column, cell))
            filled.update(dict.fromkeys(range(column, column + cell.colspan), cell.rowspan))
            column += cell.colspan
        filled = {column: left - 1 for column, left in filled.items()}
        yield placed


def _column_widths(placed: Sequence[Sequence[tuple[int, TableCell]]]) -> list[int]:
    """Return the columns' widths: as narrow as their own cells allow, the last of a span takes what is missing."""
    cells = sorted((pair for row in placed for pair in row), key=lambda pair: pair[1].colspan)
    widths = [0] * max((start + cell.colspan for start, cell in cells), default=0)
    for start, cell in cells:
        end = start + cell.colspan
        room = sum(widths[start:end]) + len(_GAP) * (cell.colspan - 1)
        widths[end - 1] += max(0, display_width(_one_line(cell.text)) - room)
    return widths


def _one_line(text: str) -> str:
    """Return a text without line breaks and control characters, which would shift columns or drive a terminal."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(text.split())
