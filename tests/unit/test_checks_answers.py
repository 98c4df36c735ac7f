from __future__ import annotations

import pytest

from giakit.checks import answer_findings, check_remarks, check_statistics
from giakit.findings import errors, finding, unanswered
from giakit.language import Text
from giakit.statistics import Cell, Remark, Statistics

CELL = Cell(workbook="县.xlsx", sheet="河口镇", address="D12", raw="372")


def found_for(rule="Y-2", severity="warning", place="二/行政规范性文件", cells=(CELL,)):
    return finding(rule, severity, place, Text("is wrong"), Text("Mend it."), cells=cells)


def answer(found, **remark):
    return answer_findings([found], [Remark(**{"rule": "Y-2", "reason": "口径改为全市"} | remark)])[0].answer


@pytest.mark.parametrize("rule", ["Y-2", "y-2", "Ｙ－２", " y－2 ", "Y–2", "Y—2"])
def test_a_remark_answers_the_warnings_of_its_rule_however_it_is_typed(rule):
    assert answer(found_for(), rule=rule) == "口径改为全市"


@pytest.mark.parametrize("rule", ["Y-2x", "Y-22", "T2-2", "Y"])
def test_a_remark_answers_no_other_rule(rule):
    assert answer(found_for(), rule=rule) == ""


@pytest.mark.parametrize(
    "about", ["", " ", "二/行政规范性文件", "二／行政规范性文件", "行政规范性文件", "D12", "ｄ12", "$D$12"]
)
def test_a_remark_may_name_the_place_or_the_cell(about):
    assert answer(found_for(), about=about) == "口径改为全市"


@pytest.mark.parametrize("about", ["二/规章", "规范性文件", "行政", "D1", "D123", "三"])
def test_a_remark_about_another_place_answers_nothing(about):
    assert answer(found_for(), about=about) == ""


def test_an_address_means_the_sheet_of_the_remark():
    cell = Cell(workbook="县.xlsx", sheet="河口镇", address="B90")
    assert answer(found_for(), about="D12", cell=cell)
    assert not answer(found_for(), about="D12", cell=cell.model_copy(update={"sheet": "龙村镇"}))


@pytest.mark.parametrize("severity", ["error", "note"])
def test_only_warnings_are_answered(severity):
    assert answer(found_for(severity=severity)) == ""


def test_a_blank_reason_is_no_answer():
    assert answer(found_for(), reason=" \n") == ""


def test_the_remark_about_the_place_goes_before_the_general_one():
    remarks = [Remark(rule="Y-2", reason="一般"), Remark(rule="Y-2", about="D12", reason="清理文件")]
    assert answer_findings([found_for()], remarks)[0].answer == "清理文件"


def test_what_is_answered_stays_so():
    once = answer_findings([found_for()], [Remark(rule="Y-2", reason="口径改为全市")])
    assert answer_findings(once, []) == once
    assert unanswered(once) == []
    assert unanswered([found_for(), found_for(severity="error")]) == [found_for()]


def test_the_workbook_s_remarks_answer_what_the_checks_find(make_statistics):
    previous = make_statistics(2021, disclosure__normative_documents__in_force=66)
    statistics = make_statistics(2022, disclosure__normative_documents__in_force=372, disclosure__rules__in_force=1)
    remark = Remark(rule="Y-2", about="二/行政规范性文件", reason="口径由本级改为全市")
    answered = check_statistics(Statistics(**dict(statistics) | {"remarks": (remark,)}), previous)
    assert [(found.rule, found.place, found.answer) for found in answered if found.rule == "Y-2"] == [
        ("Y-2", "二/规章", ""),
        ("Y-2", "二/行政规范性文件", "口径由本级改为全市"),
    ]
    assert [found.rule for found in errors(answered)] == ["T2-3"]


def test_a_remark_that_answers_nothing_is_told(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    remarks = [Remark(rule="Y-2", reason="好"), Remark(rule="T2-3", reason="确有规章", cell=CELL)]
    idle = check_remarks([found_for(), found_for(rule="T2-3", severity="error")], remarks)
    assert [(each.severity, each.place, each.cells) for each in idle] == [("note", "T2-3", (CELL,))]
    assert "确有规章" in str(idle[0])


def test_statistics_keep_their_remarks_through_json(make_statistics):
    statistics = Statistics(**dict(make_statistics()) | {"remarks": (Remark(rule="Y-2", reason="好", cell=CELL),)})
    assert Statistics.model_validate_json(statistics.model_dump_json()) == statistics
