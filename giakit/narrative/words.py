"""Texts entered in a workbook, as a narrative cell sees them: one line each, without characters that act."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from giakit.statistics import Cell

# Controls act in terminals and are forbidden in XML; directional marks reorder what is read; halves of surrogate pairs
# cannot be written to a file; noncharacters are what giakit marks its own places in a text with.
_UNPRINTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_CLOSERS = "”’」』）)】》〉"
_ENDERS = "。！？；…!?;."


class Passage(str):
    """A text from the workbook; as a string its lines are joined into one.

    Attributes
    ----------
    paragraphs
        Its lines as entered, blank ones left out.
    label, cell
        What the form calls it, and where it was read.
    """

    __slots__ = ("cell", "label", "paragraphs")

    paragraphs: tuple[str, ...]
    label: str
    cell: Cell | None

    def __new__(cls, text: str, label: str = "", cell: Cell | None = None) -> Self:
        """Make a passage of a cell's text, line breaks and all."""
        lines = (strip_unprinted(line).strip() for line in text.splitlines())
        paragraphs = tuple(line for line in lines if line)
        passage = super().__new__(cls, join_lines(paragraphs))
        passage.paragraphs, passage.label, passage.cell = paragraphs, label, cell
        return passage


def strip_unprinted(text: str) -> str:
    """Return a text without controls, directional marks and noncharacters; tabs become spaces, line breaks stay."""
    return _UNPRINTED.sub("", text.replace("\t", " "))


def flatten(text: str) -> str:
    """Return any text as one printable line."""
    lines = text.splitlines()
    return strip_unprinted(lines[0] if len(lines) == 1 else join_lines(lines))


def join_lines(lines: Iterable[str]) -> str:
    """Join lines as Chinese is set: a space only where letters of a spaced script meet.

    >>> join_lines(["政府信息", "公开", "open", "data"])
    '政府信息公开open data'
    """
    joined = ""
    for line in filter(None, (line.strip() for line in lines)):
        joined += (gap(joined[-1], line[0]) if joined else "") + line
    return joined


def gap(before: str, after: str) -> str:
    """Return what stands between two characters that a line break parted."""
    return "" if _is_chinese(before) or _is_chinese(after) else " "


def end_sentence(text: str) -> str:
    """Return a text that ends as a sentence: with 。 unless it has an end of its own; blank stays blank.

    >>> end_sentence("加强培训"), end_sentence("他说：“好。”"), end_sentence("培训（含线上）")
    ('加强培训。', '他说：“好。”', '培训（含线上）。')
    """
    text = text.rstrip().rstrip("，、,")
    ended = text.rstrip(_CLOSERS).endswith(tuple(_ENDERS))
    return text if ended or not text else f"{text}。"


def _is_chinese(char: str) -> bool:
    """Tell whether a character is set without spaces around it; quotes and dashes are, where Chinese shares them."""
    width = unicodedata.east_asian_width(char)
    return width in "WF" or (width == "A" and unicodedata.category(char)[0] in "PS")
