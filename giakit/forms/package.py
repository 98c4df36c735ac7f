"""The zip package of an .xlsx file: opened within limits, every part verified, its XML streamed without a tree.

What is refused here is what two readers could understand differently: two parts of one name, a part whose size or
checksum lies, a DTD, an encoding other than UTF-8. So the streamed pass and calamine see the same workbook.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from giakit.errors import WorkbookError
from giakit.language import Text

MAX_FILE = 64 * 2**20
MAX_UNPACKED = 512 * 2**20
MAX_PARTS = 10_000
MAX_CELLS = 1_000_000  # filled cells of all sheets together
MAX_ELEMENTS = 5_000_000  # XML elements looked at in one workbook: ten times what 500 sheets of the form hold

_CHUNK = 2**20
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    LookupError,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
    RuntimeError,  # zipfile's word for a part behind a password
)

Attributes = dict[str, str]


class Relation(NamedTuple):
    """Where a part points: the last word of the relationship's type, and the target part."""

    kind: str
    target: str


@dataclass
class Handlers:
    """What to call while a part streams by; names come without their prefix.

    Attributes
    ----------
    plain
        Asked where a comment, a CDATA section or an instruction stands: whether it must not stand there. calamine loses
        what follows one inside a value.
    """

    start: Callable[[str, Attributes], None]
    end: Callable[[str], None] | None = None
    text: Callable[[str], None] | None = None
    plain: Callable[[], bool] | None = None


@dataclass
class Package:
    """An opened package whose parts have all been read once and found whole."""

    path: Path
    archive: zipfile.ZipFile
    elements: int = field(default=0, init=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the parts."""
        return frozenset(self.archive.namelist())

    def relations(self, part: str) -> dict[str, Relation]:
        """Return the relationships of a part to other parts by id; empty where it has none."""
        folder, name = posixpath.split(part)
        location = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, Relation] = {}

        def start(element: str, attributes: Attributes) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/" + folder, attributes.get("Target", ""))).lstrip("/")
                found[attributes.get("Id", "")] = Relation(attributes.get("Type", "").rsplit("/", 1)[-1], target)

        if location in self.names:
            self.stream(location, Handlers(start))
        return found

    def stream(self, part: str, handlers: Handlers) -> None:
        """Parse a part of the package, which must exist, calling the handlers.

        Raises
        ------
        ValueError
            If it is XML that two readers could understand differently.
        """
        begin = handlers.start

        def start(name: str, attributes: Attributes) -> None:
            self.elements += 1
            begin(name.rpartition(":")[2] if ":" in name else name, attributes)

        parser = _parser(handlers)
        parser.StartElementHandler = start
        with self.archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003 - expat takes no keywords
                if self.elements > MAX_ELEMENTS:
                    raise too_large(self.path)
            parser.Parse(b"", True)  # noqa: FBT003 - expat takes no keywords


def _parser(handlers: Handlers) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "us-ascii"}:
            raise ValueError(encoding)

    def refuse(*_: object) -> None:
        raise ValueError("DTD")

    def aside(*_: object) -> None:
        if handlers.plain and handlers.plain():
            raise ValueError("comment, CDATA or instruction inside a value")

    parser.XmlDeclHandler = declaration
    parser.StartDoctypeDeclHandler = refuse
    parser.CommentHandler = parser.ProcessingInstructionHandler = parser.StartCdataSectionHandler = aside
    if handlers.end:
        end = handlers.end
        parser.EndElementHandler = lambda name: end(name.rpartition(":")[2] if ":" in name else name)
    parser.CharacterDataHandler = handlers.text
    return parser


@contextmanager
def open_package(path: Path) -> Iterator[Package]:
    """Open an .xlsx or .xlsm file; whatever the block finds wrong with it becomes one `WorkbookError`.

    Raises
    ------
    WorkbookError
        If the file is damaged, protected or beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_parts(path, archive)
            yield Package(path, archive)
    except DAMAGE as error:
        raise damaged(path, type(error).__name__) from None


def damaged(path: Path, reason: str) -> WorkbookError:
    """Return what to say of a workbook that does not open; the reason is the name of an exception."""
    return WorkbookError(
        Text(
            "{file}: damaged, it does not open ({reason}). "
            "Open it in the spreadsheet program and save it again as .xlsx.",
            file=path.name,
            reason=reason,
        )
    )


def too_large(path: Path) -> WorkbookError:
    """Return what to say of a workbook beyond the limits."""
    return WorkbookError(
        Text(
            "{file}: too large for a statistics workbook (at most {limit} MB unpacked and {cells} filled cells). "
            "Delete what does not belong to the form, or split it by county or year.",
            file=path.name,
            limit=MAX_UNPACKED // 2**20,
            cells=MAX_CELLS,
        )
    )


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    if path.stat().st_size > MAX_FILE or not parts_are_whole(archive, MAX_UNPACKED):
        raise too_large(path)


def parts_are_whole(archive: zipfile.ZipFile, most: int) -> bool:
    """Read every part once: a size or checksum that lies is found before any library believes it.

    Returns
    -------
    Whether there are few enough parts and all of them unpacked have at most that many bytes; else nothing is read.

    Raises
    ------
    Exception
        One of `DAMAGE` where the package is damaged, protected or ambiguous.
    """
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > most or len(parts) > MAX_PARTS:
        return False
    # Part names differ in more than case, or are one part to one reader and two to another.
    if len({part.filename.casefold() for part in parts}) != len(parts):
        raise zipfile.BadZipFile("two parts of one name")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise RuntimeError("a part behind a password")
        if part.compress_type not in _METHODS:
            raise NotImplementedError("compression")
        with archive.open(part) as stream:
            start = size = 0
            while chunk := stream.read(_CHUNK):
                if not start and chunk[:2] in {b"\xff\xfe", b"\xfe\xff"} and part.filename.endswith((".xml", ".rels")):
                    raise ValueError("UTF-16")
                start = 1
                size += len(chunk)
        if size != part.file_size:
            raise EOFError
    return True
