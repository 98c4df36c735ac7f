"""Real reports, figure for figure: the checks find exactly what is known to be wrong with them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from giakit import formats
from giakit.checks import check_statistics
from giakit.findings import Finding, errors
from giakit.formats import normal_label
from giakit.forms.amounts import Amount, parse_amount
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.statistics import Cell, Entry, Statistics, Value

FOLDER = Path(__file__).resolve().parent
REPORTS = ["hongze-2024", "large-numbers-2025", "longcun-2020", "shanghai-office-2019", "shuyang-2025", "suqian-2023"]

# The office left the 总计 column blank on every detail row, but not on （七）总计.
KNOWN = {
    "shanghai-office-2019": {
        ("T3-2", "三/总计"),
        ("T3-3", "三/（一）予以公开"),
        ("T3-3", "三/（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
        ("T3-3", "三/1.属于国家秘密"),
        ("T3-3", "三/5.属于三类内部事务信息"),
        ("T3-3", "三/6.属于四类过程性信息"),
        ("T3-3", "三/8.属于行政查询事项"),
        ("T3-3", "三/1.本机关不掌握相关政府信息"),
        ("T3-3", "三/2.没有现成信息需要另行制作"),
        ("T3-3", "三/3.补正后申请内容仍不明确"),
        ("T3-3", "三/1.信访举报投诉类申请"),
        ("T3-3", "三/2.重复申请"),
    }
}


def read_report(name: str, **changes: str) -> Statistics:
    """Read a report's figures, each cell by its row's label and its place in the row; `changes` replace some by key."""
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return build_statistics(data, {key.replace("__", "."): text for key, text in changes.items()})


def build_statistics(data: dict[str, Any], changes: dict[str, str]) -> Statistics:
    form = formats.for_year(data["year"])
    printed: dict[tuple[str, str], list[str]] = {
        (numeral, normal_label(row[0])): row[1:] for numeral in "二三四" for row in data[numeral]
    }
    values = []
    for leaf in (*form.leaves, *form.undivided_leaves):
        labels = [leaf.row[-1].label, *leaf.row[-1].aliases]
        row = next(
            (cells for label in labels if (cells := printed.get((leaf.section.numeral, normal_label(label))))), []
        )
        if row:
            text = changes.get(leaf.key, row[[path[-1] for path in leaf.band.leaf_columns].index(leaf.column[-1])])
            amount = parse_amount(text, leaf.kind, leaf.unit)
            assert isinstance(amount, Amount), (leaf.key, text)
            cell = Cell(workbook=f"{data['year']}.xlsx", sheet=data["organ"], address=leaf.key, raw=text)
            values.append(Value(key=leaf.key, amount=amount.amount, unit=amount.unit, state=amount.state, cell=cell))
    assert len(values) == sum(len(cells) for cells in printed.values())
    level = Entry(key="organ.level", text=data.get("level", "乡镇"))
    return Statistics(year=data["year"], revision=form.revision, values=tuple(values), entries=(level,))


def broken(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(found.rule, found.place) for found in findings}


@pytest.mark.parametrize("name", REPORTS)
def test_a_real_report_breaks_exactly_the_rules_known_for_it(name):
    assert broken(check_statistics(read_report(name))) == KNOWN.get(name, set())


def test_no_report_is_left_out():
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == REPORTS


def state_facts(year: int, level: str, **figures: object) -> Statistics:
    """Return a report of which only some figures are known; the rest is not there, so nothing is said of it."""
    form = formats.for_year(year)
    values = []
    for name, number in figures.items():
        leaf = form.leaf(name.replace("__", "."))
        cell = Cell(workbook=f"{year}.xlsx", sheet="表", address=leaf.key, raw=str(number))
        values.append(Value(key=leaf.key, amount=Decimal(str(number)), unit=leaf.unit, cell=cell))
    entries = (Entry(key="organ.level", text=level),)
    return Statistics(year=year, revision=form.revision, values=tuple(values), entries=entries)


def state_documents(year: int, issued: int, repealed: int, in_force: int) -> Statistics:
    return state_facts(
        year,
        "市级政府",
        disclosure__normative_documents__issued=issued,
        disclosure__normative_documents__repealed=repealed,
        disclosure__normative_documents__in_force=in_force,
    )


def test_hongze_2023_printed_two_totals_of_section_four_as_0():
    statistics = state_facts(
        2023,
        "县级政府",
        remedies__reconsideration_upheld=10,
        remedies__reconsideration_corrected=1,
        remedies__reconsideration_other=0,
        remedies__reconsideration_pending=0,
        remedies__reconsideration_total=0,
        remedies__after_upheld=5,
        remedies__after_corrected=0,
        remedies__after_other=0,
        remedies__after_pending=0,
        remedies__after_total=0,
    )
    found = check_statistics(statistics)
    assert broken(found) == {("T4-1", "四"), ("T4-3", "四")}
    total = statistics["remedies.reconsideration_total"].cell
    assert [each.culprit for each in found] == [total, None]  # of the second, either number may be the wrong one
    assert found[0].cells[0] == total
    assert found[0].problem.args["amount"] == "11"


def test_hongze_2024_carries_on_from_2023():
    before = state_documents(2023, 0, 0, 5)
    assert check_statistics(read_report("hongze-2024"), before) == []
    assert broken(check_statistics(read_report("hongze-2024"), state_documents(2023, 0, 0, 6))) == {
        ("Y-2", "二/行政规范性文件")
    }


SUQIAN_2024 = {
    "disclosure__rules__issued": 2,
    "disclosure__rules__repealed": 1,
    "disclosure__rules__in_force": 12,
    "disclosure__normative_documents__issued": 50,
    "disclosure__normative_documents__repealed": 227,
    "disclosure__normative_documents__in_force": 420,
    "applications__carried_in__natural_person": 118,
    "applications__carried_in__commercial_enterprise": 3,
    "applications__carried_in__research_institution": 0,
    "applications__carried_in__public_welfare_organisation": 0,
    "applications__carried_in__legal_service_organisation": 0,
    "applications__carried_in__other_organisation": 0,
    "applications__carried_in__total": 121,
}


def test_suqian_2024_carries_on_from_2023_in_every_column():
    assert check_statistics(state_facts(2024, "市级政府", **SUQIAN_2024), read_report("suqian-2023")) == []


def test_a_carry_over_that_moved_between_columns_is_a_warning_a_lost_one_an_error():
    person, company = "applications__carried_in__natural_person", "applications__carried_in__commercial_enterprise"
    moved = state_facts(2024, "市级政府", **{**SUQIAN_2024, person: 120, company: 1})
    found = check_statistics(moved, read_report("suqian-2023"))
    assert broken(found) == {("Y-1", "三/自然人"), ("Y-1", "三/商业企业")}
    assert errors(found) == []
    lost = state_facts(2024, "市级政府", **{**SUQIAN_2024, person: 117, "applications__carried_in__total": 120})
    found = check_statistics(lost, read_report("suqian-2023"))
    assert broken(errors(found)) == {("Y-1", "三/总计")}
    assert broken(found) == {("Y-1", "三/自然人"), ("Y-1", "三/总计")}


def test_suqian_s_documents_go_on_from_2024_to_2025_those_of_huaian_do_not():
    assert check_statistics(state_documents(2025, 61, 59, 422), state_documents(2024, 50, 227, 420)) == []
    found = check_statistics(state_documents(2025, 0, 0, 372), state_documents(2024, 0, 0, 66))
    assert [(each.rule, each.severity, each.problem.args["difference"]) for each in found] == [
        ("Y-2", "warning", "306")
    ]


@pytest.mark.parametrize(("year", "figures"), [(2022, (2, 0, 2)), (2023, (0, 0, 6))])
def test_towns_that_claim_to_have_made_rules(year, figures):
    names = ("disclosure__rules__issued", "disclosure__rules__repealed", "disclosure__rules__in_force")
    found = check_statistics(state_facts(year, "乡镇", **dict(zip(names, figures, strict=True))))
    assert {each.rule for each in found} == {"T2-3"}
    assert len(errors(found)) == sum(bool(number) for number in figures)


def test_tuoshi_2020_newly_published_far_less_than_it_made():
    statistics = state_facts(
        2020,
        "乡镇",
        disclosure__normative_documents__made=34,
        disclosure__normative_documents__newly_disclosed=4,
        disclosure__normative_documents__disclosed_in_all=47,
    )
    assert broken(check_statistics(statistics)) == {("T2-5a", "二/规范性文件")}


def test_permits_that_longcun_had_in_2020_cannot_vanish_in_2021():
    found = check_statistics(state_facts(2021, "乡镇", disclosure__permits__decisions=0), read_report("longcun-2020"))
    assert [(each.rule, each.severity) for each in found] == [("Y-7", "warning")]
    assert "2104" in str(found[0].problem)
    many = state_facts(2021, "乡镇", disclosure__permits__decisions=2000)
    assert check_statistics(many, read_report("longcun-2020")) == []


@pytest.mark.parametrize("name", REPORTS)
def test_written_into_a_form_and_read_back_a_report_has_the_same_violations(name: str, tmp_path: Path) -> None:
    statistics = read_report(name)
    write_workbook(tmp_path / "公布的年报.xlsx", [statistics])
    form = read_workbook(tmp_path / "公布的年报.xlsx").forms[0]
    assert form.statistics is not None
    read = errors(check_statistics(form.statistics))
    assert {(found.rule, found.place) for found in read} == KNOWN.get(name, set())
    assert all(cell.address for found in read for cell in found.cells)
    assert not [found for found in errors(form.findings) if found.rule not in {"read.blank_field", "read.fact"}]
