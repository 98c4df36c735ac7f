"""The typefaces giakit prints with: Noto Serif SC (宋体) and Noto Sans SC (黑体), one weight each.

They come as data with a package from PyPI, so that a report looks the same on every machine. What they hold is read
from their character maps directly: a general font library takes half a second to say the same.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from giakit.errors import PrerequisiteError
from giakit.language import Text

Face = Literal["serif", "sans"]

FAMILIES: dict[Face, str] = {"serif": "Noto Serif SC", "sans": "Noto Sans SC"}


@cache
def font_path(face: Face) -> Path:
    """Return the absolute path of a face's file.

    Raises
    ------
    PrerequisiteError
        If the package with the faces is not installed.
    """
    try:
        import pylopdf_fonts_zh_cn as faces
    except ImportError:
        raise PrerequisiteError(
            Text(
                "the typefaces for PDF and charts are not installed; run: pip install {package}",
                package="pylopdf-fonts-zh-cn",
            )
        ) from None
    path: Path = faces.serif_path() if face == "serif" else faces.sans_path()
    return path.resolve()


def missing_characters(text: str) -> str:
    """Return the characters of `text` that neither face can print, each once, in order of appearance.

    White space and characters that are invisible by nature (joiners, direction marks, variation selectors) are never
    missing; control characters are.

    >>> missing_characters("沭阳县😀〔2021〕30号")
    '😀'
    """
    faces = [_metrics(face) for face in FAMILIES]
    seen = dict.fromkeys(text)
    return "".join(each for each in seen if not _is_invisible(each) and not any(face.glyph(each) for face in faces))


def text_width(text: str, face: Face = "serif") -> float:
    """Return the width of a line of text in em, before punctuation is squeezed; a missing character counts one em."""
    metrics = _metrics(face)
    return sum(metrics.advance(each) for each in text)


def _is_invisible(character: str) -> bool:
    return (
        character.isspace()
        or unicodedata.category(character) == "Cf"
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


@dataclass(frozen=True)
class _Metrics:
    """The segments of a face's character map (first character, last character, first glyph) and the glyphs' widths."""

    starts: tuple[int, ...]
    segments: tuple[tuple[int, int, int], ...]
    advances: tuple[int, ...]
    units_per_em: int

    def glyph(self, character: str) -> int:
        """Return the glyph's number; 0 is the glyph that says there is none."""
        code = ord(character)
        index = bisect_right(self.starts, code) - 1
        if index < 0 or code > self.segments[index][1]:
            return 0
        first, _, glyph = self.segments[index]
        return glyph + code - first

    def advance(self, character: str) -> float:
        glyph = self.glyph(character)
        return self.advances[min(glyph, len(self.advances) - 1)] / self.units_per_em if glyph else 1.0


@cache
def _metrics(face: Face) -> _Metrics:
    tables = _read_tables(font_path(face), (b"cmap", b"head", b"hhea", b"hmtx"))
    segments = tuple(_full_character_map(tables[b"cmap"]))
    (count,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    return _Metrics(
        starts=tuple(first for first, _, _ in segments),
        segments=segments,
        advances=struct.unpack(">" + "H2x" * count, tables[b"hmtx"][: 4 * count]),
        units_per_em=struct.unpack_from(">H", tables[b"head"], 18)[0],
    )


def _read_tables(path: Path, wanted: tuple[bytes, ...]) -> dict[bytes, bytes]:
    """Return the named tables of an OpenType file."""
    found = {}
    with path.open("rb") as file:
        (count,) = struct.unpack(">4xH6x", file.read(12))
        for tag, offset, length in struct.iter_unpack(">4s4xII", file.read(16 * count)):
            if tag in wanted:
                here = file.tell()
                file.seek(offset)
                found[tag] = file.read(length)
                file.seek(here)
    return found


def _full_character_map(table: bytes) -> list[tuple[int, int, int]]:
    """Return the segments of the map that covers all of Unicode: platform Windows, encoding UCS-4, format 12."""
    (count,) = struct.unpack_from(">2xH", table)
    records = struct.iter_unpack(">HHI", table[4 : 4 + 8 * count])
    start = next(offset for platform, encoding, offset in records if (platform, encoding) == (3, 10))
    (segments,) = struct.unpack_from(">12xI", table, start)
    return list(struct.iter_unpack(">III", table[start + 16 : start + 16 + 12 * segments]))
