"""The words of a paragraph: runs of text, links, fields, and what cannot be taken over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from giakit.adoption.package import child, local, value
from giakit.adoption.styles import Styles, is_on
from giakit.content.model import Inline
from giakit.exporters.word.marks import Mark, read_mark
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

Line = tuple[Inline, ...]

_INSIDE = {"sdt", "sdtContent", "customXml", "smartTag", "bdo", "dir"}
_CHARACTERS = {"tab": " ", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_LINK = re.compile(r'\s*HYPERLINK\s+"([^"]*)"', re.IGNORECASE)

_UNPRINTED: dict[str, Text] = {
    "oMath": Text("a formula"),
    "oMathPara": Text("a formula"),
    "footnoteReference": Text("a footnote"),
    "endnoteReference": Text("an endnote"),
    "sym": Text("a character of a symbol font"),
    "ruby": Text("a pronunciation guide"),
    "subDoc": Text("a document within the document"),
    "object": Text("an embedded object"),
}


@dataclass
class RunReader:
    """Reads the words of one paragraph."""

    styles: Styles
    links: Mapping[str, str]
    bookmarks: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)
    comments: int = 0
    _runs: list[Inline] = field(default_factory=list)
    _href: str | None = None
    _fields: list[list[str]] = field(default_factory=list)  # of each open field the instruction, then its address

    @property
    def lines(self) -> tuple[Line, ...]:
        """The words, parted at line breaks."""
        lines: list[list[Inline]] = [[]]
        for run in self._runs:
            for number, words in enumerate(_split(run.text)):
                if number:
                    lines.append([])
                if words:
                    lines[-1].append(run.model_copy(update={"text": words}))
        return tuple(tuple(line) for line in lines)

    def marks_among(self, names: Iterable[str]) -> tuple[Mark, ...]:
        """Return what giakit's bookmarks say."""
        return tuple(mark for mark in map(read_mark, names) if mark)

    def read(self, parent: Element) -> None:
        """Read everything within a paragraph or a part of it."""
        for each in parent:
            name = local(each.tag)
            if name == "r":
                self._run(each)
            elif name == "hyperlink":
                self._within(each, self.links.get(value(each, "id") or ""))
            elif name == "fldSimple":
                self._within(each, _address(value(each, "instr") or "") or self._href)
            elif name == "bookmarkStart":
                self.bookmarks.append(value(each, "name") or "")
            elif name in _INSIDE:
                self.read(each)
            elif name in _UNPRINTED:
                self._find(_UNPRINTED[name])

    def _within(self, element: Element, href: str | None) -> None:
        before, self._href = self._href, href
        self.read(element)
        self._href = before

    def _run(self, run: Element) -> None:
        properties = child(run, "rPr")
        strong = self.styles.is_strong(properties)
        for each in run:
            self._part(each, strong=strong, properties=properties)

    def _part(self, part: Element, *, strong: bool, properties: Element | None) -> None:
        name = local(part.tag)
        if name == "t":
            self._look_at(properties)
            self._add(part.text or "", strong=strong)
        elif name in _CHARACTERS:
            self._add(_CHARACTERS[name], strong=strong)
        elif name == "br" and value(part, "type") in {None, "textWrapping"}:
            self._add("\n", strong=strong)
        elif name in _UNPRINTED:
            self._find(_UNPRINTED[name])
        elif name == "AlternateContent":
            for each in child(part, "Choice") or ():
                self._part(each, strong=strong, properties=properties)
        elif found := _PARTS.get(name):
            found(self, part)

    def _add(self, text: str, *, strong: bool) -> None:
        self._runs.append(Inline(text=text, strong=strong, href=self._href))

    def _find(self, problem: Text) -> None:
        if problem not in self.problems:
            self.problems.append(problem)

    def _look_at(self, properties: Element | None) -> None:
        """Find what is printed otherwise than as words, or not at all."""
        if is_on(child(properties, "strike")) or is_on(child(properties, "dstrike")):
            self._find(Text("struck-out words; delete them"))
        if is_on(child(properties, "vanish")):
            self._find(Text("hidden words; delete or show them"))

    def _picture(self, part: Element) -> None:
        inside = list(part.iter())
        if any(local(each.tag) == "txbxContent" for each in inside):
            self._find(Text("a text box"))
        else:
            names = (value(each, "name") for each in inside if local(each.tag) == "docPr")
            self.pictures.append(next(names, None) or "")

    def _field(self, part: Element) -> None:
        kind = value(part, "fldCharType")
        if kind == "begin":
            self._fields.append([""])
        elif kind == "separate" and self._fields:
            self._fields[-1].append(self._href or "")
            self._href = _address(self._fields[-1][0]) or self._href
        elif kind == "end" and self._fields:
            _, *before = self._fields.pop()
            self._href = (before[0] or None) if before else self._href

    def _instruction(self, part: Element) -> None:
        if self._fields:
            self._fields[-1][0] += part.text or ""

    def _comment(self, _: Element) -> None:
        self.comments += 1


_PARTS: dict[str, Callable[[RunReader, Element], None]] = {
    "drawing": RunReader._picture,  # noqa: SLF001 - the class's own
    "pict": RunReader._picture,  # noqa: SLF001 - the class's own
    "fldChar": RunReader._field,  # noqa: SLF001 - the class's own
    "instrText": RunReader._instruction,  # noqa: SLF001 - the class's own
    "commentReference": RunReader._comment,  # noqa: SLF001 - the class's own
}


def _address(instruction: str) -> str | None:
    found = _LINK.match(instruction)
    return found[1] if found else None


def _split(text: str) -> list[str]:
    """Part a text at every character that breaks a line; one at its end begins an empty line."""
    *lines, last = f"{text}|".splitlines()
    return [*lines, last[:-1]]
