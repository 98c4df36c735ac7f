"""Places in a text: where a value will stand, which line of the cell a line came from.

They are written in Unicode noncharacters, which no text may hold (`words.strip_unprinted` drops them), so nothing that
a template or a workbook says can be taken for one. A value is put into its place only after the Markdown has been
read, and therefore never becomes a part of its structure.
"""

from __future__ import annotations

import re

from giakit.narrative.words import flatten

_FIRST_DIGIT = 0xFDD2
_DIGITS = "".join(chr(_FIRST_DIGIT + digit) for digit in range(10))
_VALUE = re.compile(f"\ufdd0([{_DIGITS}]{{1,9}})\ufdd1")
_LINE = re.compile(f"\ufde0([{_DIGITS}]{{1,9}})\ufde1")
_ANY = re.compile("[\ufdd0-\ufdef]+")
_NO_BREAK = "\ufdef"
_DROPPED_BREAK = re.compile(f"{_NO_BREAK}(?:{_LINE.pattern})?\n?")
_TAG = r"(?:\{%(?:(?!%\}|\{%).)*%\}|\{#(?:(?!#\}|\{#).)*#\})"
_LINE_OF_TAGS = re.compile(rf"^[ \t\u3000]*((?:{_TAG}[ \t\u3000]*)+)$", re.MULTILINE | re.DOTALL)


class Substitutions:
    """The values of a text, each with its place in it."""

    def __init__(self) -> None:
        self._values: list[str] = []

    def hold(self, value: str) -> str:
        """Return a place for a value, of which line breaks and controls are left out."""
        self._values.append(flatten(value))
        return f"\ufdd0{_write(len(self._values) - 1)}\ufdd1"

    def fill(self, text: str) -> str:
        """Put the values into their places; what is left of a place that the template cut up vanishes."""
        return _ANY.sub("", _VALUE.sub(self._value_at, text))

    def __len__(self) -> int:
        return len(self._values)

    def value(self, number: int) -> str:
        """Return a value by the number of its place; nothing where there is none."""
        return self._values[number] if number < len(self._values) else ""

    def _value_at(self, place: re.Match[str]) -> str:
        return self.value(_read(place[1]))


def split_at_places(text: str) -> list[str | int]:
    """Part a text whose places are not filled into what is written between them and the numbers of its values."""
    parts = _VALUE.split(text)
    return [_read(part) if place % 2 else _ANY.sub("", part) for place, part in enumerate(parts) if part]


def hide_lines_of_tags(source: str) -> str:
    """Mark the breaks after lines of nothing but tags, so that they do not become blank lines of Markdown.

    Jinja's own `trim_blocks` would also swallow the break after a tag that ends a sentence, and with it the blank line
    between two paragraphs.
    """
    return _LINE_OF_TAGS.sub(_hide_break, source)


def mark_lines(text: str, first: int) -> str:
    """Write behind each line of a template's text which line of the cell it is."""
    lines = text.split("\n")
    return "\n".join(f"{line}\ufde0{_write(number)}\ufde1" for number, line in enumerate(lines, first))


def take_lines(text: str) -> list[tuple[int, str]]:
    """Part a text into lines, each with the number of the line of the cell it came from."""
    number, found = 1, []
    for line in _DROPPED_BREAK.sub("", text).split("\n"):
        marks = _LINE.findall(line)  # several where tags joined lines; the last is that of the break
        number = _read(marks[-1]) if marks else number
        found.append((number, _LINE.sub("", line)))
    return found


def _hide_break(line: re.Match[str]) -> str:
    tags = line[1].rstrip()
    return tags if tags.endswith(("-%}", "-#}")) else tags + _NO_BREAK  # a tag that strips takes the break itself


def _write(number: int) -> str:
    return "".join(chr(_FIRST_DIGIT + int(digit)) for digit in str(number))


def _read(digits: str) -> int:
    return int("".join(str(ord(digit) - _FIRST_DIGIT) for digit in digits))
