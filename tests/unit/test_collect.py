"""Of what comes back, everything is in the county workbook or on the list, by name."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
from openpyxl.comments import Comment

from giakit.errors import WorkbookError
from giakit.forms.collect import collect_forms
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.statistics import Entry, Value


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def returned(tmp_path):
    folder = tmp_path / "交回"
    folder.mkdir()
    return folder


@pytest.fixture
def organ(make_statistics):
    def make(name, year=2021, **replaced):
        statistics = make_statistics(year)
        facts = {"organ.key": name, "organ.name": name, "organ.full_name": f"{name}人民政府"}
        entries = tuple(Entry(key=each.key, text=facts.get(each.key, each.text)) for each in statistics.entries)
        values = tuple(
            replaced.get(each.key.replace(".", "__"), each).model_copy(update={"key": each.key})
            for each in statistics.values
        )
        return statistics.model_copy(update={"entries": entries, "values": values})

    return make


def collect(returned, **options):
    target = returned.parent / "全县.xlsx"
    return collect_forms(returned, target, year=2021, **options), target


def plain(value):
    return (value.key, value.amount, value.unit, value.state, value.note, value.comment)


def test_values_units_notes_comments_and_unreadable_texts_are_kept(returned, organ):
    strange = {
        "disclosure__permits__decisions": Value(key="x", amount=Decimal(55), unit="件", note="含自然失效29件"),
        "disclosure__administrative_fees__amount": Value(key="x", amount=Decimal("24.82"), unit="万元"),
        "disclosure__rules__issued": Value(key="x", state="not_applicable", unit="件"),
    }
    path = returned / "河口镇.xlsx"
    write_workbook(path, [organ("河口镇", **strange)])
    statistics = read_workbook(path).forms[0].statistics
    commented = statistics["disclosure.permits.decisions"].cell.address
    spoilt = statistics["disclosure.penalties.decisions"].cell.address
    book = openpyxl.load_workbook(path)
    book.worksheets[0][commented].comment = Comment("与司法局核对过", "县办")
    book.worksheets[0][spoilt] = "约一千"
    book.save(path)
    before = read_workbook(path).forms[0].statistics
    report, target = collect(returned)
    after = read_workbook(target).forms[0].statistics
    assert [plain(value) for value in after.values] == [plain(value) for value in before.values]
    assert after["disclosure.permits.decisions"].comment == "与司法局核对过"
    assert after["disclosure.penalties.decisions"].cell.raw == "约一千"
    assert report.complete
    assert [item.organ for item in report.of("collected")] == ["河口镇"]


def test_sheets_stand_in_the_order_of_the_expected_organs(returned, organ):
    for name in ("甲镇", "乙镇", "丙镇"):
        write_workbook(returned / f"{name}.xlsx", [organ(name)])
    report, target = collect(returned, expected=["丙镇", organ("甲镇", year=2020), "乙镇人民政府"])
    assert openpyxl.load_workbook(target).sheetnames == ["丙镇", "甲镇", "乙镇"]
    assert report.complete


def test_everything_else_is_listed_by_name(returned, organ):
    write_workbook(returned / "甲镇.xlsx", [organ("甲镇")])
    write_workbook(returned / "乙镇.xlsx", [organ("乙镇")])
    write_workbook(returned / "乙镇（改）.xlsx", [organ("乙镇")])
    write_workbook(returned / "丙镇.xlsx", [organ("丙镇", year=2022)])
    write_workbook(returned / "丁镇.xlsx", [organ("丁镇")])
    (returned / "坏.xlsx").write_bytes(b"PK\x03\x04 broken")
    (returned / "密.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 secret")
    openpyxl.Workbook().save(returned / "名单.xlsx")
    for name in ("表.et", "说明.docx", "~$甲镇.xlsx", ".DS_Store"):
        (returned / name).write_bytes(b"x")
    (returned / "旧").mkdir()
    report, target = collect(returned, expected=["甲镇", "乙镇", "丙镇", "戊镇"])
    found = {kind: [item.organ or item.file for item in report.of(kind)] for kind in {i.kind for i in report.items}}
    assert {kind: sorted(names) for kind, names in found.items()} == {
        "collected": sorted(["甲镇", "丁镇"]),
        "unexpected": ["丁镇"],
        "duplicate": ["乙镇", "乙镇"],
        "wrong_year": ["丙镇"],
        "missing": ["戊镇"],
        "unreadable": sorted(["坏.xlsx", "密.xlsx", "名单.xlsx"]),
        "ignored": sorted(["表.et", "说明.docx", "~$甲镇.xlsx", ".DS_Store", "旧"]),
    }
    assert not report.complete
    assert openpyxl.load_workbook(target).sheetnames == ["甲镇", "丁镇"]
    assert {item.file for item in report.items} >= {path.name for path in returned.iterdir()}
    assert all(str(item) for item in report.items)
    assert "password" in str(next(item for item in report.items if item.file == "密.xlsx"))


def test_the_form_of_another_revision_and_a_spoilt_layout_are_listed(returned, organ):
    for name, label, text in (("甲镇", 2020, 2021), ("乙镇", "二、上年结转政府信息公开申请数量", "x")):
        path = returned / f"{name}.xlsx"
        write_workbook(path, [organ(name, year=2020 if name == "甲镇" else 2021)])
        book = openpyxl.load_workbook(path)
        for row in book.worksheets[0].iter_rows():
            for cell in row:
                if cell.value == label:
                    cell.value = text
        book.save(path)
    report, target = collect(returned)
    assert [item.organ for item in report.of("wrong_form")] == ["甲镇"]
    assert [item.organ for item in report.of("unreadable")] == ["乙镇"]
    assert not report.written
    assert not target.exists()


def test_a_comment_that_belongs_to_no_figure_is_listed(returned, organ):
    path = returned / "甲镇.xlsx"
    write_workbook(path, [organ("甲镇")])
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["A1"].comment = Comment("报送人：王某", "县办")
    book.save(path)
    report, _ = collect(returned)
    assert [item.kind for item in report.items if "王某" in str(item)] == ["changed"]
    assert not report.complete


def test_other_sheets_are_listed_and_the_target_is_not_collected_again(returned, organ):
    path = returned / "甲镇.xlsx"
    write_workbook(path, [organ("甲镇")])
    book = openpyxl.load_workbook(path)
    book.create_sheet("台账")["A1"] = "明细"
    book.save(path)
    target = returned / "全县.xlsx"
    first = collect_forms(returned, target, year=2021)
    data = target.read_bytes()
    second = collect_forms(returned, target, year=2021)
    assert [item.sheet for item in first.of("other_sheet")] == ["台账"]
    assert [item.file for item in second.of("ignored")] == ["全县.xlsx"]
    assert target.read_bytes() == data


def test_a_missing_folder_gets_a_sentence(tmp_path):
    with pytest.raises(WorkbookError, match="no such folder"):
        collect_forms(tmp_path / "没有", tmp_path / "全县.xlsx", year=2021)
