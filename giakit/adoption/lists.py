"""Which paragraphs of a Word document are items of one list, and how its items are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from giakit.adoption.package import Package, child, local, value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Label = Literal["numbers", "bullets", "other"]

_NUMBER = re.compile(r"%1[.．]")


@dataclass(frozen=True)
class ListPlace:
    """Where a paragraph stands in a list.

    Attributes
    ----------
    number
        The list's, counted through the document.
    label
        What stands before each item; ``other`` for numbers that no report prints.
    begins
        Whether it is the list's first item.
    """

    number: int
    level: int
    label: Label
    begins: bool = False


class Lists:
    """The lists of a document, told apart while its paragraphs are read in order.

    Word counts by the definition of a list; a use of it that states where to start begins anew the first time. One
    list may have several uses: LibreOffice gives the first item its own.
    """

    def __init__(self, package: Package) -> None:
        numbering = package.numbering if package.numbering is not None else ()
        self._uses = {value(each, "numId") or "": each for each in numbering if local(each.tag) == "num"}
        self._kinds = {
            value(each, "abstractNumId") or "": each for each in numbering if local(each.tag) == "abstractNum"
        }
        self._seen = set[str]()
        self._open: dict[str, int] = {}
        self._count = 0

    def place(self, use: str, level: str) -> ListPlace | None:
        """Return where the next paragraph stands that uses a list at a level, ``None`` if nothing stands before it."""
        label = next((_label(each) for each in self._levels(use, level)), None)
        if label is None:
            return None
        kind = value(child(self._uses[use], "abstractNumId")) or ""
        begins = kind not in self._open or (use not in self._seen and self._restarts(use))
        self._seen.add(use)
        if begins:
            self._count += 1
            self._open[kind] = self._count
        return ListPlace(self._open[kind], int(level) if level.isdecimal() else 0, label, begins)

    def _levels(self, use: str, level: str) -> Iterator[Element]:
        """Yield the definitions of a level, the one that holds first."""
        if use not in self._uses:
            return
        kind = self._kinds.get(value(child(self._uses[use], "abstractNumId")) or "")
        for levels in (self._uses[use], kind):
            for each in levels if levels is not None else ():
                found = each if local(each.tag) == "lvl" else child(each, "lvl")
                if found is not None and value(each, "ilvl") == level:
                    yield found

    def _restarts(self, use: str) -> bool:
        return any(child(each, "startOverride") is not None for each in self._uses[use])


def _label(level: Element) -> Label | None:
    kind, text = value(child(level, "numFmt")), value(child(level, "lvlText")) or ""
    if kind == "none" or (kind != "bullet" and not text):
        return None
    if kind == "bullet":
        return "bullets"
    return "numbers" if kind == "decimal" and _NUMBER.fullmatch(text) else "other"
