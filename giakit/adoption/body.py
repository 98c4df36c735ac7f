"""What a Word document says: its paragraphs with their marks, its tables, and what no report can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.adoption.lists import ListPlace, Lists
from giakit.adoption.package import Package, child, local, read_package, too_large, value
from giakit.adoption.runs import Line, RunReader
from giakit.adoption.styles import Styles
from giakit.errors import DocumentError
from giakit.exporters.word.marks import FIGURES, ORGAN, PROSE, YEAR, Mark
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

MAX_PARAGRAPHS = 5_000  # and tables; a report has less than a hundred

_YEAR = re.compile("[0-9]{4}")

# Changes that nobody has accepted or rejected yet
_TRACKED = {"ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel"}
_WRAPPERS = {"sdt", "sdtContent", "customXml", "smartTag"}


@dataclass(frozen=True)
class WordParagraph:
    """A paragraph with words or pictures.

    Attributes
    ----------
    lines
        Its words; several where line breaks part them.
    level
        That of a heading, ``None`` for any other paragraph.
    place
        The list it stands in.
    marks
        Where giakit's bookmarks say that it comes from.
    pictures
        The names of its pictures.
    problems
        What it holds besides that no report can.
    """

    lines: tuple[Line, ...]
    level: int | None = None
    place: ListPlace | None = None
    marks: tuple[Mark, ...] = ()
    pictures: tuple[str, ...] = ()
    problems: tuple[Text, ...] = ()

    @property
    def text(self) -> str:
        """All words, without line breaks."""
        return "".join(run.text for line in self.lines for run in line)


@dataclass(frozen=True)
class WordTable:
    """A table: the row of each cell, its number among those that begin there, and its text."""

    cells: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class WordText:
    """What a document says.

    Attributes
    ----------
    organ, year
        Whose report of which year it was rendered from.
    figures, prose
        The digests of the figures and of each narrative cell as they were printed, the latter by key.
    comments
        How many comments it holds.
    """

    organ: str
    year: int
    figures: str
    prose: Mapping[str, str]
    items: tuple[WordParagraph | WordTable, ...]
    comments: int = 0


def read_word(path: Path) -> WordText:
    """Read a Word document that giakit wrote and somebody edited.

    Raises
    ------
    ParameterError
        If there is no such file.
    DocumentError
        If it cannot be read, was not written by giakit, or holds changes that nobody has decided on.
    """
    package = read_package(path)
    year = package.properties.get(YEAR, "")
    if not package.properties.get(ORGAN) or not _YEAR.fullmatch(year):
        raise DocumentError(
            Text(
                "{file}: not written by giakit, or its document properties were removed since; make one with "
                "`giakit render PARAMS --to docx` and edit that.",
                file=path.name,
            )
        )
    if any(local(each.tag) in _TRACKED and "wordprocessingml" in each.tag for each in package.document.iter()):
        raise DocumentError(
            Text(
                "{file}: holds tracked changes that nobody has accepted or rejected. "
                "Decide on all of them in Word (Review > Accept or Reject), save, and run the command again.",
                file=path.name,
            )
        )
    text = read_text(package)
    if len(text.items) > MAX_PARAGRAPHS:
        raise too_large(path.name)
    return text


def read_text(package: Package) -> WordText:
    """Read what a document of giakit says."""
    found = package.properties
    reader = _Body(package)
    return WordText(
        organ=found[ORGAN],
        year=int(found[YEAR]),
        figures=found.get(FIGURES, ""),
        prose={name.removeprefix(PROSE): each for name, each in found.items() if name.startswith(PROSE)},
        items=tuple(reader.read(child(package.document, "body"))),
        comments=reader.comments,
    )


@dataclass
class _Body:
    package: Package
    comments: int = 0
    _marks: list[str] = field(default_factory=list)  # bookmarks that stand before a paragraph

    def __post_init__(self) -> None:
        self._styles = Styles(self.package)
        self._lists = Lists(self.package)

    def read(self, parent: Element | None) -> Iterator[WordParagraph | WordTable]:
        for each in () if parent is None else parent:
            match local(each.tag):
                case "p":
                    found = self._paragraph(each)
                    if found.text.strip() or found.pictures or found.problems:
                        yield found
                case "tbl":
                    yield WordTable(tuple(_cells(each)))
                case "bookmarkStart":
                    self._marks.append(value(each, "name") or "")
                case "altChunk":
                    yield WordParagraph((), problems=(Text("a document within the document"),))
                case name if name in _WRAPPERS:
                    yield from self.read(each)

    def _paragraph(self, element: Element) -> WordParagraph:
        reader = RunReader(self._styles, self.package.links)
        reader.read(element)
        self.comments += reader.comments
        marks = reader.marks_among((*self._marks, *reader.bookmarks))
        self._marks.clear()
        properties = child(element, "pPr")
        place = self._lists.place(*self._styles.list_use(properties))
        return WordParagraph(
            lines=reader.lines,
            level=self._styles.level(properties),
            place=place,
            marks=marks,
            pictures=tuple(reader.pictures),
            problems=tuple(reader.problems),
        )


def _cells(table: Element) -> Iterator[tuple[int, int, str]]:
    for y, row in enumerate(_inside(table, "tr")):
        number = 0
        for cell in _inside(row, "tc"):
            merged = child(cell, "tcPr", "vMerge")
            if merged is None or value(merged) == "restart":
                yield y, number, "".join(each.text or "" for each in cell.iter() if local(each.tag) == "t")
                number += 1


def _inside(parent: Element, name: str) -> Iterator[Element]:
    for each in parent:
        if local(each.tag) == name:
            yield each
        elif local(each.tag) in _WRAPPERS:
            yield from _inside(each, name)
