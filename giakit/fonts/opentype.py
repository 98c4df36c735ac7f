"""What an OpenType file holds: which characters, and how wide.

The bundled files are read directly: a general font library takes half a second to say the same. It reads the files of
other makers, whose character maps come in every kind.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Metrics:
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
        """Return the width in em; a missing character counts one em."""
        glyph = self.glyph(character)
        return self.advances[min(glyph, len(self.advances) - 1)] / self.units_per_em if glyph else 1.0


def is_invisible(character: str) -> bool:
    """Whether a character prints nothing by nature; a control character is none of these."""
    return (
        character.isspace()
        or unicodedata.category(character) == "Cf"
        or "VARIATION SELECTOR" in unicodedata.name(character, "")
    )


def read_metrics(path: Path) -> Metrics:
    """Read a file that holds one face with a character map of all of Unicode, as the bundled ones do."""
    tables = _read_tables(path, (b"cmap", b"head", b"hhea", b"hmtx"))
    segments = tuple(_full_character_map(tables[b"cmap"]))
    (count,) = struct.unpack_from(">H", tables[b"hhea"], 34)
    return Metrics(
        starts=tuple(first for first, _, _ in segments),
        segments=segments,
        advances=struct.unpack(">" + "H2x" * count, tables[b"hmtx"][: 4 * count]),
        units_per_em=struct.unpack_from(">H", tables[b"head"], 18)[0],
    )


def read_any_metrics(path: Path, index: int = 0) -> Metrics:
    """Read any OpenType or TrueType face; `index` is its place in a collection."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(path, fontNumber=index, lazy=True) as font:
        widths = font["hmtx"].metrics
        segments = tuple(_segments((code, font.getGlyphID(name)) for code, name in sorted(font.getBestCmap().items())))
        return Metrics(
            starts=tuple(first for first, _, _ in segments),
            segments=segments,
            advances=tuple(widths[name][0] for name in font.getGlyphOrder()),
            units_per_em=font["head"].unitsPerEm,
        )


def _segments(pairs: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Join characters that follow one another, as their glyphs do."""
    run: tuple[int, int, int] | None = None
    for code, glyph in pairs:
        if run and code == run[1] + 1 and glyph == run[2] + code - run[0]:
            run = (run[0], code, run[2])
            continue
        if run:
            yield run
        run = (code, code, glyph)
    if run:
        yield run


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
