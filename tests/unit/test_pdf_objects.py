"""The PDF taken apart and written again: the same objects, fewer bytes; only what Typst writes is taken apart."""

from __future__ import annotations

import io
import re

import pikepdf
import pytest

from giakit.exporters.typst.objects import read_objects, write_objects

HEADER = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
PICTURE = b"<</Length 26>>\nstream\n\n9 0 obj\nendobj\nstartxref\n\nendstream"  # looks like objects, and is none
CONTENTS = {
    1: b"<</Type/Pages/Count 0/Kids[]>>",
    2: PICTURE,
    3: b"<</Type/Catalog/Pages 1 0 R/Lang(zh-CN)/Picture 2 0 R>>",
    4: b"[" + b"(the same again)" * 500 + b"]",
}


def written(contents: dict[int, bytes]) -> bytes:
    """Return a PDF with a table of its objects, as Typst writes it."""
    pdf, places = HEADER, []
    for number, content in contents.items():
        places.append(len(pdf))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    rows = b"".join(b"%010d 00000 n\r\n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f\r\n%b" % (len(contents) + 1, rows)
    trailer = b"trailer\n<</Size %d/Root 3 0 R/ID[(one)(two)]>>" % (len(contents) + 1)
    return pdf + table + trailer + b"\nstartxref\n%d\n%%%%EOF" % len(pdf)


def test_objects_are_the_bytes_between_their_words() -> None:
    objects = read_objects(written(CONTENTS))
    assert objects.header == HEADER
    assert objects.contents == CONTENTS
    assert objects.trailer == b"/Root 3 0 R/ID[(one)(two)]"


def test_what_is_written_again_holds_the_same_in_fewer_bytes() -> None:
    before = written(CONTENTS)
    after = write_objects(read_objects(before))
    assert len(after) < len(before) / 4
    with pikepdf.open(io.BytesIO(before)) as one, pikepdf.open(io.BytesIO(after)) as other:
        assert not other.check_pdf_syntax()
        for number in CONTENTS:
            assert other.get_object(number, 0).unparse(resolved=True) == one.get_object(number, 0).unparse(
                resolved=True
            )
        assert other.get_object(2, 0).read_raw_bytes() == one.get_object(2, 0).read_raw_bytes()
        assert [bytes(each) for each in other.trailer.ID] == [b"one", b"two"]


def test_the_same_objects_give_the_same_bytes() -> None:
    objects = read_objects(written(CONTENTS))
    assert write_objects(objects) == write_objects(objects)


def test_a_pdf_with_a_hidden_or_moved_object_is_not_taken_apart() -> None:
    pdf = written(CONTENTS)
    [place] = re.findall(rb"\d{10} 00000 n", pdf)[1:2]
    with pytest.raises(ValueError, match="object 1 "):
        read_objects(pdf.replace(place, b"%010d 00000 n" % (int(place[:10]) - 1)))
    with pytest.raises(ValueError, match="object 3 "):
        read_objects(pdf.replace(b"3 0 obj", b"5 0 obj"))
