"""The annotated copy shows every finding and keeps everything else."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.comments import Comment

from giakit.errors import WorkbookError
from giakit.findings import finding
from giakit.forms.annotate import write_annotated
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.language import Text
from giakit.statistics import Cell


@pytest.fixture
def workbook(tmp_path, make_statistics):
    """Return a filled form with a comment, a formula with a recorded result, and a second sheet."""
    path = tmp_path / "河口镇.xlsx"
    write_workbook(path, [make_statistics(2021)])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["D6"].comment = Comment("原有批注", "县办")
    sheet["A200"] = "=1+1"
    book.create_sheet("甲'乙 & 丙")["B2"] = 5
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = re.sub(rb"<f>1\+1</f><v ?/?>(</v>)?", b"<f>1+1</f><v>2</v>", parts[part])
    assert b"<f>1+1</f><v>2</v>" in parts[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def at(workbook, *addresses, sheet="河口镇", severity="error", rule="T3-1", problem="两边不等", words="表内原文"):
    cells = [Cell(workbook=workbook.name, sheet=sheet, address=address, raw="1") for address in addresses]
    return finding(
        rule, severity, "三/总计", Text("{p}", p=problem), Text("{p}", p="请改正。"), words=words, cells=cells
    )


def annotated(workbook, findings):
    target = workbook.parent / "退回" / workbook.name
    write_annotated(workbook, target, findings)
    return target


def fill(cell):
    return cell.fill.fgColor.rgb if cell.fill.patternType == "solid" else None


def test_findings_become_colours_and_chinese_comments_in_any_language(workbook, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    findings = [
        at(workbook, "G30", "R31", "A300"),
        at(workbook, "G30", severity="warning", rule="Y-2", problem="比上年多十倍", words=""),
        at(workbook, "D6", severity="note"),
        at(workbook, "XFD7000", severity="warning"),
    ]
    book = openpyxl.load_workbook(annotated(workbook, findings))
    sheet = book["河口镇"]
    assert sheet["G30"].comment.text == (
        "【核对意见】\n错误（T3-1）三/总计：两边不等。请改正。\n表中原文：表内原文\n\n"
        "提醒（Y-2）三/总计：比上年多十倍。请改正。"
    )
    assert sheet["D6"].comment.text.startswith("原有批注\n【核对意见】\n说明（T3-1）")
    assert sheet["R31"].comment is None
    colours = [fill(sheet[address]) for address in ("G30", "R31", "A300", "D6", "XFD7000")]
    assert colours == ["FFFF9999", "FFFFDDDD", "FFFFDDDD", "FF99CCFF", "FFFFCC66"]
    before = openpyxl.load_workbook(workbook)["河口镇"]["G30"]
    for look in ("font", "border", "alignment", "number_format", "protection"):
        assert repr(getattr(sheet["G30"], look)) == repr(getattr(before, look))


def test_everything_else_is_as_it_was(workbook):
    data = workbook.read_bytes()
    target = annotated(workbook, [at(workbook, "G30"), at(workbook, "A200")])
    assert workbook.read_bytes() == data
    for data_only in (True, False):
        before = openpyxl.load_workbook(workbook, data_only=data_only)
        after = openpyxl.load_workbook(target, data_only=data_only)
        assert after.sheetnames == ["核对结果", *before.sheetnames]
        for sheet in before:
            copy = after[sheet.title]
            assert [[cell.value for cell in row] for row in copy.iter_rows(max_row=250, max_col=20)] == [
                [cell.value for cell in row] for row in sheet.iter_rows(max_row=250, max_col=20)
            ]
            assert copy.merged_cells.ranges == sheet.merged_cells.ranges
            assert copy.print_area == sheet.print_area
            assert copy.protection.sheet == sheet.protection.sheet
            assert {key: each.width for key, each in copy.column_dimensions.items()} == {
                key: each.width for key, each in sheet.column_dimensions.items()
            }
    assert openpyxl.load_workbook(target, data_only=True)["河口镇"]["A200"].value == 2
    values = [form.statistics.model_dump_json() for path in (workbook, target) for form in read_workbook(path).forms]
    assert values[0] == values[1]


def test_the_first_sheet_lists_all_findings_errors_first_with_links(workbook):
    last_year = Cell(workbook="上年.xlsx", sheet="河口镇", address="G29")
    across = at(workbook, "G31", rule="Y-1")
    across = across.model_copy(update={"cells": (last_year, *across.cells)})
    findings = [
        at(workbook, "G30", severity="warning", rule="Y-2"),
        at(workbook, "B2", "C3", sheet="甲'乙 & 丙"),
        finding("T9-1", "note", "全表", Text("{p}", p="没有单元格"), Text("{p}", p="请看。")),
        at(workbook, "C9", sheet="没有这张表"),
        across,
    ]
    book = openpyxl.load_workbook(annotated(workbook, findings))
    assert book.active.title == "核对结果"
    assert not any(sheet.sheet_view.tabSelected for sheet in book.worksheets[1:])
    rows = list(book["核对结果"].iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["级别", "错误", "错误", "错误", "提醒", "说明"]
    assert [row[1] for row in rows[1:]] == ["甲'乙 & 丙", "没有这张表", "河口镇", "河口镇", None]
    links = {
        link.ref: link.location for row in book["核对结果"].iter_rows() for cell in row if (link := cell.hyperlink)
    }
    assert links == {"C2": "'甲''乙 & 丙'!B2", "C4": "'河口镇'!G31", "C5": "'河口镇'!G30"}
    assert book["河口镇"]["G31"].comment.text.startswith("【核对意见】")


def test_a_copy_sent_back_is_read_without_its_remarks_and_annotated_anew(workbook):
    first = annotated(workbook, [at(workbook, "G30"), at(workbook, "D6")])
    assert read_workbook(first).forms[0].comments == {"D6": "原有批注"}
    second = first.with_name("再次退回.xlsx")
    write_annotated(first, second, [at(first, "G30", problem="仍不等"), at(first, "D6", problem="仍不等")])
    book = openpyxl.load_workbook(second)
    assert book.sheetnames[:2] == ["核对结果_2", "核对结果"]
    texts = [book["河口镇"][address].comment.text for address in ("G30", "D6")]
    assert [text.count("【核对意见】") for text in texts] == [1, 1]
    assert all("仍不等" in text and "两边" not in text for text in texts)


def test_the_same_findings_give_the_same_bytes(workbook):
    findings = [at(workbook, "G30"), at(workbook, "H31", severity="note")]
    assert annotated(workbook, findings).read_bytes() == annotated(workbook, findings).read_bytes()


def test_no_finding_gives_a_copy_that_says_so(workbook):
    book = openpyxl.load_workbook(annotated(workbook, []))
    assert book["核对结果"]["A2"].value == "未发现问题。"


def test_markup_and_control_characters_in_a_finding_stay_text(workbook):
    spoilt = "<b>&\x08_x0041_]]>{0}"
    book = openpyxl.load_workbook(annotated(workbook, [at(workbook, "G30", problem=spoilt)]))
    assert "<b>&\ufffd_x005F_x0041_]]>{0}" in book["河口镇"]["G30"].comment.text


def test_macros_and_protection_are_kept(workbook, tmp_path):
    source = tmp_path / "宏.xlsm"
    shutil.copy(workbook, source)
    with zipfile.ZipFile(source, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    target = tmp_path / "退回.xlsm"
    write_annotated(source, target, [at(source, "G30")])
    with zipfile.ZipFile(target) as archive:
        assert archive.read("xl/vbaProject.bin") == b"macro"


@pytest.mark.parametrize(("source", "target"), [("河口镇.xlsx", "河口镇.xlsx"), ("河口镇.xlsx", "退.xlsm")])
def test_the_original_is_never_the_target(workbook, source, target):
    with pytest.raises(WorkbookError):
        write_annotated(workbook.with_name(source), workbook.with_name(target), [])


def test_an_old_xls_file_gets_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    old = tmp_path / "旧.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(WorkbookError, match="cannot be annotated"):
        write_annotated(old, tmp_path / "退.xls", [])


def test_a_thousand_comments_in_several_sheets_keep_their_boxes_apart(tmp_path, make_statistics):
    path = tmp_path / "县.xlsx"
    write_workbook(path, [make_statistics(2021)] * 2)
    findings = [at(path, f"R{row}", sheet=sheet) for sheet in ("河口镇", "河口镇_2") for row in range(1, 1501)]
    with zipfile.ZipFile(annotated(path, findings)) as archive:
        drawings = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".vml")]
    shapes = [re.findall(r'id="_x0000_s(\d+)"', drawing) for drawing in drawings]
    assert [len(each) for each in shapes] == [1500, 1500]
    assert len({*shapes[0], *shapes[1]}) == 3000


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_copy_with_values_and_comments(workbook, tmp_path):
    target = annotated(workbook, [at(workbook, "G30"), at(workbook, "D6")])
    out = tmp_path / "lo"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(target)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    book = openpyxl.load_workbook(out / target.name, data_only=True)
    assert book.sheetnames[0] == "核对结果"
    assert book["河口镇"]["A200"].value == 2
    assert "两边不等" in book["河口镇"]["G30"].comment.text
    assert "原有批注" in book["河口镇"]["D6"].comment.text
    assert fill(book["河口镇"]["G30"]) == "FFFF9999"


def test_boxes_join_the_drawing_of_another_program_and_stay_hidden(workbook):
    """The workbook comes from openpyxl, which calls the drawing's namespaces ns0, ns1, ns2."""
    names = {"s": "urn:schemas-microsoft-com:vml"}
    with zipfile.ZipFile(annotated(workbook, [at(workbook, "G30")])) as archive:
        (drawing,) = [archive.read(name) for name in archive.namelist() if name.endswith(".vml")]
    shapes = ET.fromstring(drawing).findall("s:shape", names)  # noqa: S314 - written by this test
    assert len(shapes) == 2
    assert all("visibility:hidden" in shape.get("style") for shape in shapes)
