"""Whatever a workbook holds, reading it ends in findings or in one clear sentence, soon, and never in a wrong value."""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import time
import warnings
import zipfile

import pytest

from giakit.errors import WorkbookError
from giakit.findings import errors
from giakit.forms import package, sandboxed, scan
from giakit.forms.read import read_workbook
from giakit.forms.sandboxed import read_values
from giakit.forms.write import write_workbook

SHEET = "xl/worksheets/sheet1.xml"
TEXTS = "xl/sharedStrings.xml"
SECONDS = 30  # a generous bound: the slowest takes about five on one core of a small machine


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def form(tmp_path, make_statistics):
    path = tmp_path / "统计表.xlsx"
    write_workbook(path, [make_statistics(2021)])
    return path


def parts_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def edit(path, part, change):
    parts = parts_of(path)
    parts[part] = change(parts[part])
    return pack(path, parts)


def the_cell(path):
    """Return the address of one figure's cell, a number."""
    return read_workbook(path).forms[0].statistics["disclosure.permits.decisions"].cell.address


def put(path, content, attributes=""):
    """Let one figure's cell hold this XML, and return its address."""
    address = the_cell(path)
    pattern = rf'<c r="{address}"( s="\d+")?[^>]*>.*?</c>'.encode()

    def change(data):
        cell = f'<c r="{address}"{attributes}>{content}</c>'.encode()
        changed, count = re.subn(pattern, lambda _: cell, data, count=1)
        assert count == 1
        return changed

    edit(path, SHEET, change)
    return address


def before_rows(text):
    return lambda data: data.replace(b"<sheetData>", b"<sheetData>" + text)


def after_rows(text):
    return lambda data: data.replace(b"</sheetData>", b"</sheetData>" + text)


def last_row(text):
    return lambda data: data.replace(b"</sheetData>", text + b"</sheetData>")


def refused(path, *words):
    start = time.perf_counter()
    with pytest.raises(WorkbookError) as caught:
        read_workbook(path)
    assert time.perf_counter() - start < SECONDS
    assert len(caught.value.problems) == 1
    assert path.name in str(caught.value)
    for word in words:
        assert word in str(caught.value)


def reads_the_same(path, expected):
    start = time.perf_counter()
    form = read_workbook(path).forms[0]
    assert time.perf_counter() - start < SECONDS
    assert [str(each) for each in errors(form.findings)] == []
    assert form.statistics.values == expected.values


# What a cell may hold: read as a finding on that cell, every other value as before.

CELLS = {
    "huge number": ("<v>1e300</v>", "", "not a number"),
    "infinity": ("<v>1e999</v>", "", "not a number"),
    "inf": ("<v>inf</v>", "", "not a number"),
    "NaN": ("<v>NaN</v>", "", "not a number"),
    "more digits than exact": ("<v>12345678901234567890</v>", "", "more digits"),
    "negative": ("<v>-1</v>", "", "is negative"),
    "date": ("<v>2021-03-04T00:00:00</v>", ' t="d"', "a date"),
    "truth": ("<v>1</v>", ' t="b"', "truth value"),
    "error": ("<v>#DIV/0!</v>", ' t="e"', "#DIV/0!"),
    "formula with an error": ("<f>1/0</f><v>#DIV/0!</v>", ' t="e"', "#DIV/0!"),
    "formula without a result": ("<f>1+1</f>", "", "without a result"),
    "formula without a result, empty": ("<f>1+1</f><v></v>", "", "without a result"),
    "formula as text": ("<is><t>=1+1</t></is>", ' t="inlineStr"', "not a number: =1+1"),
    "a command as text": ("<is><t>=cmd|'/c calc'!A1</t></is>", ' t="inlineStr"', "not a number"),
    "ten thousand characters": (f"<is><t>{'长' * 10_000}</t></is>", ' t="inlineStr"', "not a number"),
    "control characters": ("<is><t>a_x0008_b&#9;c</t></is>", ' t="inlineStr"', "not a number"),
    "braces": ("<is><t>{0.__class__}{file}</t></is>", ' t="inlineStr"', "{0.__class__}"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_strange_cell_is_a_finding_and_disturbs_no_other(form, name):
    content, attributes, words = CELLS[name]
    before = read_workbook(form).forms[0].statistics
    address = put(form, content, attributes)
    after = read_workbook(form).forms[0]
    found = errors(after.findings)
    assert [each.cells[0].address for each in found] == [address]
    assert words in str(found[0])
    assert after.statistics["disclosure.permits.decisions"].state == "unreadable"
    others = [value for value in after.statistics.values if value.key != "disclosure.permits.decisions"]
    assert others == [value for value in before.values if value.key != "disclosure.permits.decisions"]


def test_a_number_shown_as_a_date_is_a_finding(form):
    import openpyxl

    address = the_cell(form)
    book = openpyxl.load_workbook(form)
    book.worksheets[0][address] = 44000
    book.worksheets[0][address].number_format = "yyyy-mm-dd"
    book.save(form)
    found = errors(read_workbook(form).forms[0].findings)
    assert [each.cells[0].address for each in found] == [address]
    assert "a date" in str(found[0])


# What two readers could understand differently is refused.

AMBIGUOUS = {
    "comment in a number": "<v>1<!-- -->2</v>",
    "CDATA in a number": "<v>1<![CDATA[3]]>2</v>",
    "instruction in a number": "<v>1<?x y?>2</v>",
    "two values": "<v>1</v><v>2</v>",
    "a number that is none": "<v>1 2</v>",
    "hexadecimal": "<v>0x10</v>",
    "underscore": "<v>1_0</v>",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_ambiguous_cell_is_refused(form, name):
    put(form, AMBIGUOUS[name])
    refused(form, "damaged")


def test_a_text_that_is_not_in_the_table_of_texts_is_refused(form):
    put(form, "<v>99999</v>", ' t="s"')
    refused(form, "damaged")


SHEETS = {
    "a cell twice": last_row(b'<row r="900"><c r="A900"><v>1</v></c><c r="A900"><v>2</v></c></row>'),
    "a cell in another's row": last_row(b'<row r="900"><c r="A901"><v>1</v></c></row>'),
    "an address that is none": last_row(b'<row r="900"><c r="900"><v>1</v></c></row>'),
    "overlapping merges": lambda data: re.sub(
        rb"<mergeCell ", b'<mergeCell ref="A1:C3"/><mergeCell ref="B2:D4"/><mergeCell ', data, count=1
    ),
    "merges without end": lambda data: re.sub(
        rb"<mergeCell ", b'<mergeCell ref="A1:XFD1048576"/>' * 9000 + b"<mergeCell ", data, count=1
    ),
    "DTD": lambda data: data.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY e "5">]><worksheet', 1),
    "billion laughs": lambda data: data.replace(
        b"<worksheet",
        b'<!DOCTYPE a [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY a%d "%s">' % (i, b"&a%d;" % (i - 1) * 10) for i in range(1, 12))
        + b"]><worksheet",
        1,
    ),
    "external entity": lambda data: data.replace(
        b"<worksheet", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><worksheet', 1
    ),
    "undefined entity": last_row(b'<row r="900"><c r="A900"><v>&e;</v></c></row>'),
    "UTF-16": lambda data: data.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "another encoding": lambda data: data.replace(b"UTF-8", b"ISO-8859-1", 1),
    "cut off": lambda data: data[: len(data) // 2],
    "empty": lambda _: b"",
    "not XML": lambda _: b"\x00\x01hello",
    "deep nesting": before_rows(b"<a>" * 100_000),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_that_contradicts_itself_is_refused(form, name):
    refused(edit(form, SHEET, SHEETS[name]), "damaged")


FAR = {
    "the last cell": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "beyond the last cell": b'<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>',
    "an empty cell far right": b'<row r="900"><c r="XFD900" s="1"/></row>',
}


@pytest.mark.parametrize("name", FAR)
def test_a_cell_far_outside_is_refused_before_calamine_loads_it(form, name):
    refused(edit(form, SHEET, last_row(FAR[name])), "far outside the form")


# Odd but harmless: read as if it were not there.

HARMLESS = {
    "a million empty rows": last_row(b"".join(b'<row r="%d"/>' % row for row in range(5000, 1_005_000))),
    "a dimension that lies": lambda data: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', data),
    "a row merged to its end": lambda data: re.sub(
        rb"<mergeCell ", b'<mergeCell ref="A899:XFD1048576"/><mergeCell ', data, count=1
    ),
    "a comment between rows": before_rows(b"<!-- a --><?a b?>"),
    "ten thousand hyperlinks": lambda data: data.replace(
        b"</worksheet>",
        b"<hyperlinks>" + b'<hyperlink ref="A1" location="B2"/>' * 10_000 + b"</hyperlinks></worksheet>",
    ),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_oddity_reads_the_same(form, name):
    expected = read_workbook(form).forms[0].statistics
    reads_the_same(edit(form, SHEET, HARMLESS[name]), expected)


def test_one_merge_over_everything_is_refused_or_read_and_quick(form):
    merge = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    edit(form, SHEET, lambda data: re.sub(rb"<mergeCells.*</mergeCells>", merge, data))
    start = time.perf_counter()
    read_workbook(form)
    assert time.perf_counter() - start < SECONDS


def test_ten_thousand_comments_are_kept(form):
    import openpyxl
    from openpyxl.comments import Comment

    address = the_cell(form)
    book = openpyxl.load_workbook(form)
    sheet = book.worksheets[0]
    for row in range(1, 5001):
        for column in "YZ":
            sheet[f"{column}{row}"].comment = Comment("甲", "县办")
    sheet[address].comment = Comment("核对过", "县办")
    book.save(form)
    assert read_workbook(form).forms[0].statistics["disclosure.permits.decisions"].comment == "核对过"


def test_external_links_and_macros_are_neither_followed_nor_run(form):
    expected = read_workbook(form).forms[0].statistics
    parts = parts_of(form)
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"
    parts["xl/externalLinks/externalLink1.xml"] = b"<externalLink/>"
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = b"no XML at all"
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId900" Type="http://x/externalLink" TargetMode="External" '
        b'Target="http://192.0.2.1/a.xlsx"/></Relationships>',
    )
    path = form.with_name("统计表.xlsm")
    pack(path, parts)
    values = read_workbook(path).forms[0].statistics.values
    assert [value.model_copy(update={"cell": None}) for value in values] == [
        value.model_copy(update={"cell": None}) for value in expected.values
    ]


@pytest.mark.parametrize("name", ["a&amp;b", "甲[1]*?:/乙", "'", "{0}", "..", "&#10;", "😀", "&lt;b&gt;", "长" * 1000])
def test_sheet_names_with_odd_characters_are_names(form, name):
    edit(form, "xl/workbook.xml", lambda data: re.sub(rb'(<sheet name=")[^"]*', rb"\1" + name.encode(), data, count=1))
    workbook = read_workbook(form)
    assert len(workbook.forms) == 1
    str(workbook.forms[0].findings)


def test_two_sheets_of_one_name_are_refused(tmp_path, make_statistics):
    path = tmp_path / "统计表.xlsx"
    write_workbook(path, [make_statistics(2021), make_statistics(2021)])
    edit(path, "xl/workbook.xml", lambda data: data.replace("河口镇_2".encode(), "河口镇".encode()))
    refused(path, "damaged")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET, TEXTS])
def test_a_missing_part_is_refused(form, part):
    parts = parts_of(form)
    del parts[part]
    refused(pack(form, parts))


@pytest.mark.parametrize("name", [SHEET, "XL/worksheets/Sheet1.xml"])
def test_a_part_twice_is_refused(form, name):
    data = parts_of(form)[SHEET]
    with zipfile.ZipFile(form, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of the part that is written twice
        archive.writestr(name, data.replace(b"<v>0</v>", b"<v>7</v>"))
    refused(form, "damaged")


def test_a_text_cut_by_cdata_or_an_unknown_element_is_refused(form):
    original = form.read_bytes()
    for spoil in (b"<si><t>a<![CDATA[b]]>c</t></si>", b"<zz/>"):
        form.write_bytes(original)
        refused(edit(form, TEXTS, lambda data, spoil=spoil: data.replace(b"<si>", spoil + b"<si>", 1)), "damaged")


# Bombs.


def test_a_zip_bomb_is_refused_before_it_is_unpacked(form, monkeypatch):
    parts = parts_of(form)
    parts["xl/media/image1.bin"] = bytes(20 * 2**20)
    pack(form, parts)
    monkeypatch.setattr(package, "MAX_UNPACKED", 16 * 2**20)
    refused(form, "too large")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(form):
    """The directory says 100 bytes where 20 MB come out."""
    parts = parts_of(form)
    parts[TEXTS] = bytes(20 * 2**20)
    pack(form, parts)
    data = bytearray(form.read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(TEXTS).file_size
    packed = struct.pack("<I", size)
    assert data.count(packed) == 2
    form.write_bytes(data.replace(packed, struct.pack("<I", 100)))
    refused(form, "damaged")


def test_a_bomb_of_elements_is_refused(form, monkeypatch):
    monkeypatch.setattr(package, "MAX_ELEMENTS", 100_000)
    refused(edit(form, SHEET, before_rows(b"<a/>" * 200_000)), "too large")


def test_a_bomb_of_repeated_texts_is_refused(form):
    """One text of a million characters, shown in ten thousand cells."""
    parts = parts_of(form)
    parts[TEXTS] = re.sub(rb"<si>.*?</si>", b"<si><t>" + b"x" * 1_000_000 + b"</t></si>", parts[TEXTS], count=1)
    rows = (
        b'<row r="%d">%s</row>' % (row, b'<c t="s"><v>0</v></c>' * 100) for row in range(4000, 4100)
    )  # a hundred cells in each of a hundred rows
    parts[SHEET] = last_row(b"".join(rows))(parts[SHEET])
    refused(pack(form, parts))


def test_a_bomb_of_filled_cells_is_refused(form, monkeypatch):
    monkeypatch.setattr(scan, "MAX_CELLS", 10_000)
    refused(edit(form, SHEET, last_row(filled_rows(100))), "too large")


def filled_rows(count):
    row = b'<row r="%d">' + b"<c><v>1</v></c>" * 256 + b"</row>"
    return b"".join(row % number for number in range(900, 900 + count))


@pytest.mark.proof
@pytest.mark.parametrize("bomb", [before_rows(b"<a/>" * 6_000_000), last_row(filled_rows(4_000))])
def test_bombs_at_the_real_limits_are_refused_soon(form, bomb):
    refused(edit(form, SHEET, bomb), "too large")


def test_an_attribute_of_five_megabytes_ends_soon(form):
    refused(edit(form, SHEET, last_row(b'<row r="900"><c r="' + b"A" * 5_000_000 + b'"/></row>')), "damaged")


def test_too_many_sheets_are_refused(form):
    sheet = b'<sheet name="x%d" sheetId="%d" r:id="rId1"/>'
    many = b"".join(sheet % (number, number + 10) for number in range(600))
    refused(edit(form, "xl/workbook.xml", lambda data: data.replace(b"</sheets>", many + b"</sheets>")), "601 sheets")


# The child.


def test_an_abort_of_the_child_is_one_sentence(form, monkeypatch):
    monkeypatch.setattr(sandboxed, "MEMORY", 2**20)
    refused(form, "more memory or time")


def test_a_child_that_takes_too_long_is_ended(form):
    with pytest.raises(WorkbookError, match="more memory or time"):
        read_values(form, seconds=0.001)


def test_one_cell_at_the_end_of_the_sheet_does_not_end_the_parent(form):
    edit(form, SHEET, last_row(FAR["the last cell"]))
    with pytest.raises(WorkbookError, match="more memory or time"):
        read_values(form)


def test_values_are_those_that_pandas_reads(form):
    put(form, "<v>0.1</v>")
    frames = pytest.importorskip("pandas").read_excel(
        form, sheet_name=None, header=None, dtype=object, na_filter=False, engine="calamine"
    )
    expected = {
        name: {
            (row, column): value
            for row, values in enumerate(frame.itertuples(index=False, name=None))
            for column, value in enumerate(values)
            if value != ""
        }
        for name, frame in frames.items()
    }
    read = read_values(form)
    assert read == expected
    assert [type(value) for value in read["河口镇"].values()] == [type(value) for value in expected["河口镇"].values()]


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_an_old_xls_file_reads_the_same_and_a_cut_one_is_refused(form, tmp_path):
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xls", "--outdir", str(tmp_path), str(form)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    old = form.with_suffix(".xls")
    expected = {value.key: value.amount for value in read_workbook(form).forms[0].statistics.values}
    assert {value.key: value.amount for value in read_workbook(old).forms[0].statistics.values} == expected
    data = old.read_bytes()
    for size in (9, 600, len(data) // 2, len(data) - 600):
        old.write_bytes(data[:size])
        ends_well(old, expected)


def ends_well(path, expected):
    """Read a damaged file: one sentence, a finding, or the right values."""
    try:
        found = read_workbook(path).forms[0]
    except WorkbookError:
        return
    assert errors(found.findings) or {value.key: value.amount for value in found.statistics.values} == expected
