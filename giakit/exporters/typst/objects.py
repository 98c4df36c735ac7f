"""The objects of a PDF as Typst wrote it, and the same objects as a smaller file (ISO 32000-1, 7.5).

Typst compresses pages, faces and pictures, but not the tags, a third of its file. A library that reads and writes any
PDF takes all of it apart and needs four times as long for the same bytes; here objects stay the bytes that they are.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import accumulate, pairwise
from typing import NamedTuple

_PLACE = re.compile(rb"(\d{10}) 00000 n")  # of an object in the cross-reference table
_QUICK = 1  # of zlib's levels: half the time, for one byte in a hundred


class Objects(NamedTuple):
    """What a PDF is made of.

    Attributes
    ----------
    header
        What stands before the first object.
    contents
        Each object by its number, without the words around it.
    trailer
        What the trailer says besides the number of objects.
    """

    header: bytes
    contents: dict[int, bytes]
    trailer: bytes


def read_objects(pdf: bytes) -> Objects:
    """Take a PDF apart.

    Raises
    ------
    ValueError
        If it is not written as Typst writes: one table of all objects, in the order in which they stand.
    """
    table = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    entries, _, trailer = pdf[table:].partition(b"trailer\n<<")
    places = [int(place) for place in _PLACE.findall(entries)]
    contents = {}
    for number, (start, end) in enumerate(pairwise([*places, table]), 1):
        opening = b"%d 0 obj\n" % number
        if not (pdf.startswith(opening, start, end) and pdf.endswith(b"\nendobj\n", start, end)):
            raise ValueError(f"object {number} does not stand where the table of the PDF says")
        contents[number] = pdf[start + len(opening) : end - len(b"\nendobj\n")]
    return Objects(pdf[: places[0]], contents, trailer[trailer.index(b"/Root") : trailer.rindex(b">>")])


def write_objects(objects: Objects) -> bytes:
    """Return the PDF with all that is no stream compressed into one, and a table to match."""
    written = bytearray(objects.header)
    rows: dict[int, tuple[int, int, int]] = {0: (0, 0, 0)}

    def add(number: int, content: bytes) -> None:
        rows[number] = 1, len(written), 0
        written.extend(b"%d 0 obj\n%b\nendobj\n" % (number, content))

    holder, table = len(objects.contents) + 1, len(objects.contents) + 2
    held = {number: content for number, content in objects.contents.items() if not content.endswith(b"endstream")}
    for number in objects.contents.keys() - held.keys():
        add(number, objects.contents[number])
    rows |= {number: (2, holder, place) for place, number in enumerate(held)}
    offsets = accumulate((len(content) + 1 for content in held.values()), initial=0)
    index = b"".join(b"%d %d " % each for each in zip(held, offsets, strict=False))
    about = b"/Type/ObjStm/N %d/First %d" % (len(held), len(index))
    add(holder, _stream(about, index + b"\n".join(held.values())))
    rows[table] = 1, len(written), 0
    packed = b"".join(struct.pack(">BIH", *rows[number]) for number in range(table + 1))
    start = len(written)
    add(table, _stream(b"/Type/XRef/W[1 4 2]/Size %d%b" % (table + 1, objects.trailer), packed))
    return bytes(written) + b"startxref\n%d\n%%%%EOF\n" % start


def _stream(about: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content, _QUICK)
    return b"<<%b/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (about, len(packed), packed)
