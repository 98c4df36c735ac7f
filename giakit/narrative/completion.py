"""What can follow the cursor in a narrative cell: keys behind ``%%narrative``, names in expressions, filters, tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from giakit.narrative.figure import Figure
from giakit.narrative.filters import build_filters, build_tests
from giakit.narrative.keys import PREAMBLE
from giakit.narrative.namespace import members, sample
from giakit.narrative.printing import Printer
from giakit.narrative.words import Passage

if TYPE_CHECKING:
    from giakit.formats import Format

MAGIC = "%%narrative"

_PATH = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]?\w*\Z", re.ASCII)
_FILTER = re.compile(r"\|\s*(\w*)\Z", re.ASCII)
_TEST = re.compile(r"\bis\s+(?:not\s+)?(\w*)\Z", re.ASCII)
_LOOP = re.compile(r"\{%-?\s*for\s+(\w+)\s+in\s+([\w.]+)", re.ASCII)
_LONGEST = 24


class Candidate(NamedTuple):
    """What can be written at the cursor, and a word on it: a figure's present value, the beginning of a text."""

    text: str
    about: str


class Completion(NamedTuple):
    """The candidates at the cursor, and what of them is written already."""

    written: str
    candidates: tuple[Candidate, ...]


def complete(before: str, names: Mapping[str, object], form: Format) -> Completion | None:
    """Return what can follow in a narrative cell, or ``None`` outside its key and its expressions.

    Parameters
    ----------
    before
        The cell up to the cursor.
    names
        What the cell can refer to, see `giakit.narrative.names`.
    """
    if not before.startswith(MAGIC):
        return None
    line, newline, body = before.partition("\n")
    if not newline:
        return _of(line.removeprefix(MAGIC).lstrip(), [Candidate(key, "") for key in _keys(form)])
    expression = _open_expression(body)
    if expression is None:
        return None
    for pattern, known in ((_FILTER, build_filters(Printer(""))), (_TEST, build_tests())):
        if found := pattern.search(expression):
            return _of(found[1], [Candidate(name, "") for name in sorted(known)])
    path = _PATH.search(expression)
    *parents, written = path[0].split(".") if path else [""]
    return _of(written, list(_names_behind(parents, {**names, **_loop_names(body, names)})))


def _of(written: str, candidates: Sequence[Candidate]) -> Completion:
    return Completion(written, tuple(each for each in candidates if each.text.startswith(written)))


def _keys(form: Format) -> Iterator[str]:
    yield PREAMBLE
    for section in form.sections:
        if section.table is None:
            yield section.numeral
            yield from (f"{section.numeral}/{topic.label}" for topic in section.topics)


def _open_expression(body: str) -> str | None:
    """Return the expression that the cursor is in, from its opening braces on."""
    start = max(body.rfind("{{"), body.rfind("{%"))
    return None if start < max(body.rfind("}}"), body.rfind("%}"), 0) else body[start + 2 :]


def _names_behind(parents: Sequence[str], names: Mapping[str, object]) -> Iterator[Candidate]:
    found = _find(parents, names)
    for name, value in (members(found) if parents else names).items():
        yield Candidate(name, _about(value))


def _find(path: Sequence[str], names: Mapping[str, object]) -> object:
    if not path:
        return None
    found = names.get(path[0])
    for name in path[1:]:
        found = members(found).get(name)
    return found


def _loop_names(body: str, names: Mapping[str, object]) -> dict[str, object]:
    """Return the names that loops above the cursor give, each as a member of its list."""
    return {name: sample(_find(path.split("."), names)) for name, path in _LOOP.findall(body)}


def _about(value: object) -> str:
    if not isinstance(value, Figure | Passage | str | int):
        return "…" if members(value) else ""
    text = str(value).splitlines()
    return text[0][:_LONGEST] if text else ""
