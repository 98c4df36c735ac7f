"""Changing a part of a package in place: everything that is not spliced keeps its bytes.

A tree written out anew would lose prefixes that attributes such as mc:Ignorable name, and Excel then calls the file
damaged. So elements are found with their byte offsets, and only these bytes change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*>""")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # spreadsheet programs read _x0041_ as A


def xml_text(text: str) -> str:
    """Return a text as a spreadsheet's XML holds it, characters XML cannot hold replaced."""
    return escape(_ESCAPED.sub("_x005F_", _NOT_XML.sub("\ufffd", text)))


def xml_attribute(text: str) -> str:
    """Return a text as an attribute's value with its quotes."""
    return quoteattr(_NOT_XML.sub("\ufffd", text), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


@dataclass
class Node:
    """An element and where its bytes are: the tag from `start` to `body`, the content to `tail`, all to `end`."""

    name: str
    attributes: dict[str, str]
    start: int
    body: int
    empty: bool
    tail: int = 0
    end: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon; empty where there is none."""
        return self.name[: -len(self.local)]

    def all(self, local: str) -> list[Node]:
        """Return the children of this name."""
        return [child for child in self.children if child.local == local]

    def first(self, local: str) -> Node | None:
        """Return the first child of this name."""
        return next(iter(self.all(local)), None)

    def get(self, local: str, default: str = "") -> str:
        """Return an attribute whatever its prefix."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == local), default)

    def walk(self) -> Iterator[Node]:
        """Yield this element and all inside."""
        yield self
        for child in self.children:
            yield from child.walk()


class Splice:
    """A part being changed: `root` is its outline, `result` its bytes with all changes made."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root = _outline(data)
        self._changes: list[tuple[int, int, bytes]] = []
        self._tags: dict[int, tuple[Node, dict[str, str | None], list[str]]] = {}

    def set(self, node: Node, **attributes: str | None) -> None:
        """Set attributes without a prefix; ``None`` removes one."""
        self._tag(node)[1].update(attributes)

    def append(self, node: Node, xml: str) -> None:
        """Add XML behind an element's content."""
        if node.empty:
            self._tag(node)[2].append(xml)
        else:
            self.insert(node.tail, xml)

    def prepend(self, node: Node, xml: str) -> None:
        """Add XML in front of an element's content."""
        if node.empty:
            self._tag(node)[2].insert(0, xml)
        else:
            self.insert(node.body, xml)

    def insert(self, offset: int, xml: str) -> None:
        """Add XML at an offset; what is added first at one offset stands first."""
        self._changes.append((offset, offset, xml.encode()))

    def replace(self, node: Node, xml: str) -> None:
        """Put XML in the place of an element."""
        self._changes.append((node.start, node.end, xml.encode()))

    def copy(self, node: Node, **attributes: str | None) -> str:
        """Return an element's own XML with attributes set."""
        tag = _new_tag(self.data[node.start : node.body], attributes, closed=node.empty)
        return (tag + self.data[node.body : node.end]).decode()

    def result(self) -> bytes:
        """Return the part with all changes made."""
        changes = list(self._changes)
        for node, attributes, content in self._tags.values():
            tag = _new_tag(self.data[node.start : node.body], attributes, closed=node.empty and not content)
            closing = f"{''.join(content)}</{node.name}>".encode() if content else b""
            changes.append((node.start, node.body, tag + closing))
        pieces, done = [], 0
        for start, end, new in sorted(changes, key=lambda change: change[:2]):
            pieces += [self.data[done:start], new]
            done = end
        return b"".join([*pieces, self.data[done:]])

    def _tag(self, node: Node) -> tuple[Node, dict[str, str | None], list[str]]:
        return self._tags.setdefault(node.start, (node, {}, []))


def _outline(data: bytes) -> Node:
    parser = expat.ParserCreate()
    path: list[Node] = []
    roots: list[Node] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            raise ValueError("no tag where one begins")
        node = Node(name, attributes, at, tag.end(), tag.group().endswith(b"/>"))
        (path[-1].children if path else roots).append(node)
        path.append(node)

    def end(_: str) -> None:
        node = path.pop()
        node.tail = node.body if node.empty else parser.CurrentByteIndex
        node.end = node.body if node.empty else data.index(b">", node.tail) + 1

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(data, True)  # noqa: FBT003 - expat takes no keywords
    return roots[0]


def _new_tag(tag: bytes, attributes: dict[str, str | None], *, closed: bool) -> bytes:
    inner = tag[:-1].removesuffix(b"/").rstrip()
    for name, value in attributes.items():
        inner = re.sub(rb"""\s+%s\s*=\s*(?:"[^"]*"|'[^']*')""" % name.encode(), b"", inner)
        if value is not None:
            inner += f" {name}={xml_attribute(value)}".encode()
    return inner + (b"/>" if closed else b">")
