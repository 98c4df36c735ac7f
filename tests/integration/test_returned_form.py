"""A clerk's way with a form that came back, as the Chinese page tells it: read the marks, mend or answer."""

from __future__ import annotations

import openpyxl
import pytest
from click.testing import CliRunner

from giakit.cli import main
from giakit.project import init_project

TOWN = "柳渡镇"
RED, ORANGE, BLUE, PALE_RED = "FFFF9999", "FFFFCC66", "FF99CCFF", "FFFFDDDD"


@pytest.fixture
def project(tmp_path, monkeypatch):
    init_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIAKIT_LANG", "zh")
    book = openpyxl.load_workbook("params/county-2022.xlsx")
    for sheet in set(book.sheetnames) - {TOWN}:
        del book[sheet]
    book[TOWN]["J36"], book[TOWN]["O36"], book[TOWN]["G23"], book[TOWN]["D12"] = "约3", 99, 137700, None
    book.save("交来.xlsx")


def check(*words):
    return CliRunner().invoke(main, ["check", "交来.xlsx", "--previous", "params/county-2021.xlsx", *words])


@pytest.mark.usefixtures("project")
def test_the_marks_say_what_is_wrong_and_mended_and_answered_it_passes():
    assert check("--annotate", "退回").exit_code == 1
    marked = openpyxl.load_workbook("退回/交来.xlsx")
    assert marked.sheetnames == ["核对结果", TOWN]
    listed = marked["核对结果"]
    assert [listed.cell(row, 1).value for row in range(2, 6)] == ["错误", "错误", "提醒", "说明"]
    assert listed["C2"].hyperlink.location == f"'{TOWN}'!J36"
    sheet = marked[TOWN]
    colours = {address: sheet[address].fill.fgColor.rgb for address in ("J36", "O36", "G23", "D12", "O37")}
    assert colours == {"J36": RED, "O36": RED, "G23": ORANGE, "D12": BLUE, "O37": PALE_RED}
    assert sheet["O36"].comment.text.startswith("【核对意见】\n错误（T3-1）")
    assert "表中原文" in sheet["O36"].comment.text

    own = openpyxl.load_workbook("交来.xlsx")
    right = openpyxl.load_workbook("params/county-2022.xlsx")[TOWN]
    for address in ("J36", "O36", "D12"):
        own[TOWN][address] = right[address].value
    [head] = [cell.row for cell in own[TOWN]["A"] if cell.value == "规则编号"]
    for column, text in zip("ACH", ("Y-6", "行政许可", "下放事项增加，已与台账核对"), strict=True):
        own[TOWN][f"{column}{head + 1}"] = text
    own.save("交来.xlsx")
    assert check("--strict").exit_code == 0
