"""The file of a Word document: opened within limits, its XML parsed without entities; everything else is left alone."""

from __future__ import annotations

import io
import posixpath
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from giakit.errors import DocumentError, ParameterError
from giakit.forms.package import DAMAGE, MAX_FILE, parts_are_whole
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

MAX_UNPACKED = 256 * 2**20
MAX_PART = 16 * 2**20  # of XML; a report has 0.1 MB, as LibreOffice writes it 0.3 MB
MAX_ELEMENTS = 500_000
MAX_DEPTH = 200

_ZIP, _OLE = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN, _PROPERTIES = "officeDocument", "custom-properties"


def local(name: str) -> str:
    """Return an element's or attribute's name without its namespace, of which Word has two for each.

    >>> local("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl")
    'tbl'
    """
    return name.rpartition("}")[2]


def value(element: Element | None, name: str = "val") -> str | None:
    """Return an attribute of an element whatever its namespace."""
    if element is None:
        return None
    return next((found for key, found in element.attrib.items() if local(key) == name), None)


def child(element: Element | None, *names: str) -> Element | None:
    """Return the first child of this name, of that the first child of the next name, and so on."""
    for name in names:
        if element is None:
            return None
        element = next((each for each in element if local(each.tag) == name), None)
    return element


@dataclass(frozen=True)
class Package:
    """The parts of a Word document that say anything of its text."""

    document: Element
    styles: Element | None
    numbering: Element | None
    links: Mapping[str, str]
    properties: Mapping[str, str]


def read_package(path: Path) -> Package:
    """Read a Word document's parts.

    Raises
    ------
    ParameterError
        If there is no such file.
    DocumentError
        If it is no Word document, damaged, protected, or beyond the limits.
    """
    if not path.is_file():
        raise ParameterError(Text("there is no Word document {file}", file=path))
    _check_kind(path)
    try:
        with zipfile.ZipFile(path) as archive:
            if path.stat().st_size > MAX_FILE or not parts_are_whole(archive, MAX_UNPACKED):
                raise too_large(path.name)
            return _Parts(path.name, archive).package()
    except (*DAMAGE, ParseError, DefusedXmlException, RecursionError) as error:
        raise DocumentError(
            Text(
                "{file}: damaged, it does not open ({reason}). Open it in Word and save it again as .docx.",
                file=path.name,
                reason=type(error).__name__,
            )
        ) from None


def _check_kind(path: Path) -> None:
    with path.open("rb") as stream:
        begin = stream.read(MAX_FILE)
    if begin.startswith(_ZIP):
        return
    if begin.startswith(_OLE) and _ENCRYPTED in begin:
        problem = Text("{file}: protected with a password. Take the password off in Word and save it.", file=path.name)
    else:
        problem = Text("{file}: no Word document (.docx). Open it in Word and save it as .docx.", file=path.name)
    raise DocumentError(problem)


def parse_package(content: bytes) -> Package:
    """Read the parts of a Word document that giakit wrote just now."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return _Parts("", archive).package()


def too_large(name: str) -> DocumentError:
    """Return what to say of a document beyond the limits."""
    return DocumentError(
        Text(
            "{file}: too large for a report (at most {limit} MB unpacked). Take out what does not belong to it.",
            file=name,
            limit=MAX_UNPACKED // 2**20,
        )
    )


class _Parts:
    """The parts of one archive, by their relationships."""

    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self._name = name
        self._archive = archive
        self._names = frozenset(archive.namelist())

    def package(self) -> Package:
        main = self._related("", _MAIN)
        document = self._parse(main)
        if document is None or local(document.tag) != "document":
            raise DocumentError(
                Text("{file}: no Word document (.docx). Open it in Word and save it as .docx.", file=self._name)
            )
        return Package(
            document=document,
            styles=self._parse(self._related(main, "styles")),
            numbering=self._parse(self._related(main, "numbering")),
            links={name: target for name, _, target, external in self._relations(main) if external},
            properties=self._properties,
        )

    @cached_property
    def _properties(self) -> dict[str, str]:
        root = self._parse(self._related("", _PROPERTIES))
        found = [] if root is None else list(root)
        return {value(each, "name") or "": "".join(each.itertext()) for each in found}

    def _related(self, part: str, kind: str) -> str:
        """Return the part that stands in a relationship to another, or to the package; empty where there is none."""
        folder = posixpath.dirname(part)
        targets = (target for _, found, target, external in self._relations(part) if found == kind and not external)
        return next((posixpath.normpath(posixpath.join("/", folder, each)).lstrip("/") for each in targets), "")

    def _relations(self, part: str) -> list[tuple[str, str, str, bool]]:
        folder, name = posixpath.split(part)
        root = self._parse(posixpath.join(folder, "_rels", f"{name}.rels"))
        return [
            (
                value(each, "Id") or "",
                (value(each, "Type") or "").rpartition("/")[2],
                value(each, "Target") or "",
                value(each, "TargetMode") == "External",
            )
            for each in ([] if root is None else root)
        ]

    def _parse(self, name: str) -> Element | None:
        if name not in self._names:
            return None
        if self._archive.getinfo(name).file_size > MAX_PART:
            raise too_large(self._name)
        root: Element = fromstring(self._archive.read(name), forbid_dtd=True)
        self._check_tree(root)
        return root

    def _check_tree(self, root: Element) -> None:
        level, elements = [root], 0
        for _ in range(MAX_DEPTH):
            elements += len(level)
            level = [each for element in level for each in element]
        if level or elements > MAX_ELEMENTS:
            raise too_large(self._name)
