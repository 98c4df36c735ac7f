"""Names follow the form: every row and column, the sums of groups, texts, lists, last year."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from giakit import formats
from giakit.narrative.description import describe_names, write_cells
from giakit.narrative.figure import Figure
from giakit.narrative.names import build_names, printable_names
from giakit.report import Report
from giakit.statistics import Cell, Entry, LocalStatistic, Problem, State, Statistics, Value


def cell(address: str) -> Cell:
    return Cell(workbook="统计表.xlsx", sheet="龙村镇", address=address)


def town(revision: str = "2021", year: int = 2021, **amounts: int) -> Statistics:
    values = tuple(
        Value(key=key.replace("__", "."), amount=amount, unit="件", cell=cell(f"C{row}"))
        for row, (key, amount) in enumerate(amounts.items(), 1)
    )
    return Statistics(year=year, revision=revision, values=values)


def names_of(statistics: Statistics, previous: Statistics | None = None) -> Any:
    return build_names(statistics, previous)


def test_every_figure_of_every_form_has_a_name() -> None:
    for form in formats.load_formats(formats.FOLDER):
        values = tuple(Value(key=leaf.key, amount=place) for place, leaf in enumerate(form.leaves))
        names = names_of(Statistics(year=form.first_year, revision=form.revision, values=values))
        for place, leaf in enumerate(form.leaves):
            table, *rest = leaf.key.split(".")
            found = names[table]
            for part in rest:
                found = getattr(found, part)
            assert (found, found.label) == (place, leaf.label_path)


def test_a_group_of_rows_is_the_sum_of_its_leaves() -> None:
    names = names_of(town(applications__state_secret__total=2, applications__enforcement_files__total=3))
    refused = names["applications"].refused.total
    assert refused == 5
    assert refused.label == "三/三、本年度办理结果/（三）不予公开/总计"
    assert refused.unit == "件"
    assert [each.address for each in refused.cells] == ["C1", "C2"]


def test_totals_are_left_out_of_sums() -> None:
    names = names_of(
        town(
            applications__granted__total=2,
            applications__not_held__total=1,
            applications__handled__total=3,
            remedies__direct_upheld=1,
            remedies__direct_total=1,
            remedies__after_pending=2,
        )
    )
    assert names["applications"].results.total == 3
    assert names["remedies"].direct == 1
    assert names["remedies"].litigation == 3
    assert names["remedies"].direct_total == 1


def test_a_group_of_columns_is_the_sum_of_its_leaves() -> None:
    names = names_of(
        town(
            applications__received__natural_person=1,
            applications__received__commercial_enterprise=2,
            applications__received__other_organisation=3,
            applications__received__total=6,
        )
    )
    assert names["applications"].received.legal_person == 5
    assert names["applications"].received.applicants == 6


def test_a_group_reported_as_one_row_has_that_figure() -> None:
    names = names_of(town(applications__otherwise_handled__total=4, applications__granted__total=1))
    assert names["applications"].otherwise_handled.total == 4
    assert names["applications"].otherwise_handled.total.cells[0].address == "C1"
    assert names["applications"].results.total == 5
    split = names_of(town(applications__other_handling__total=4))
    assert split["applications"].otherwise_handled.total == 4


def test_a_figure_that_was_not_reported_is_blank() -> None:
    received = names_of(town())["applications"].received.total
    assert (received.amount, received.state, received.unit) == (None, "blank", "件")
    assert received.label == "三/一、本年新收政府信息公开申请数量/总计"


@pytest.mark.parametrize("state", ["slash", "not_applicable", "blank"])
def test_what_was_entered_instead_of_a_number_is_kept(state: State) -> None:
    value = Value(key="applications.received.total", state=state, cell=cell("J4"))
    received = names_of(Statistics(year=2021, revision="2021", values=(value,)))["applications"].received.total
    assert (received.state, received.cells) == (state, (cell("J4"),))


def test_money_has_the_unit_of_the_form() -> None:
    statistics = Statistics(
        year=2021,
        revision="2021",
        values=(
            Value(key="disclosure.administrative_fees.amount", amount="5000", unit="元"),
            Value(key="fee.amount", amount="0.3", unit="万元"),
            Value(key="fee.cases", amount=3, unit="件"),
        ),
    )
    names = names_of(statistics)
    assert str(names["disclosure"].administrative_fees.amount) == "0.5"
    assert (str(names["fee"].amount), names["fee"].amount.unit) == ("3000", "元")
    assert names["fee"].cases == 3


def test_an_amount_in_a_foreign_unit_stays_as_entered() -> None:
    value = Value(key="disclosure.administrative_fees.amount", amount=5, unit="件")
    amount = names_of(Statistics(year=2021, revision="2021", values=(value,)))["disclosure"].administrative_fees.amount
    assert (str(amount), amount.unit) == ("5", "件")


def test_the_organ_and_the_texts() -> None:
    entries = {
        "organ.name": "龙村镇",
        "organ.level": "乡镇",
        "work.platforms": "甲\n乙",
        "text.other_matters": "无",
        "assessment.appraisal": "优秀",
    }
    statistics = Statistics(
        year=2021, revision="2021", entries=tuple(Entry(key=key, text=text) for key, text in entries.items())
    )
    names = names_of(statistics)
    assert (names["year"], names["last_year"]) == (2021, 2020)
    assert names["organ"].name == "龙村镇"
    assert names["organ"].is_government is True
    assert names["organ"].phone == ""
    assert names["work"].platforms.paragraphs == ("甲", "乙")
    assert names["other_matters"] == "无"
    assert names["assessment"].appraisal == "优秀"
    assert not names["assessment"].accountability


@pytest.mark.parametrize(("level", "government"), [("乡镇", True), ("街道", False), ("", False), ("联合国", False)])
def test_who_is_a_government(level: str, *, government: bool) -> None:
    statistics = Statistics(year=2021, revision="2021", entries=(Entry(key="organ.level", text=level),))
    assert names_of(statistics)["organ"].is_government is government


def test_local_statistics_are_a_list_and_looked_up() -> None:
    lines = (
        LocalStatistic(item="工作动态", value=Value(key="local.1", amount=50, unit="篇")),
        LocalStatistic(item="部门文件", value=Value(key="local.2", state="blank")),
    )
    local = names_of(Statistics(year=2021, revision="2021", local=lines))["local"]
    assert [(line.item, str(line.amount), line.unit) for line in local] == [
        ("工作动态", "50", "篇"),
        ("部门文件", "", ""),
    ]
    assert local["工作动态"].amount == 50
    assert local["工作动态"]
    assert not local["部门文件"]
    assert local[0] is next(iter(local))
    assert len(local) == 2
    unknown = local["视频"]
    assert (unknown.amount.state, unknown.amount.label) == ("blank", "本地统计/视频")


def test_problems_come_with_their_measures() -> None:
    problem = Problem(problem=Entry(key="problems.1.problem", text="不足"), measure=Entry(key="problems.1.measure"))
    problems = names_of(Statistics(year=2021, revision="2021", problems=(problem,)))["problems"]
    assert [(each.problem, each.measure) for each in problems] == [("不足", "")]


def test_last_year_has_the_names_of_its_own_form() -> None:
    previous = town("2019", 2020, disclosure__normative_documents__made=2, applications__otherwise_handled__total=7)
    names = names_of(town(), previous)
    assert names["previous"]
    assert names["previous"].year == 2020
    assert names["previous"].disclosure.normative_documents.made == 2
    assert names["previous"].applications.otherwise_handled.total == 7


@pytest.mark.parametrize(("year", "revision"), [(2022, "2021"), (2021, "2021"), (2019, "2019")])
def test_without_last_year_its_names_are_blank_and_false(year: int, revision: str) -> None:
    previous = names_of(Statistics(year=year, revision=revision))["previous"]
    assert not previous
    assert previous.year == year - 1
    assert previous.applications.received.total.state == "blank"


def test_unknown_names_are_attribute_errors_and_namespaces_can_be_copied() -> None:
    names = names_of(town())
    with pytest.raises(AttributeError):
        _ = names["applications"].recieved
    assert copy.deepcopy(names["applications"]).received.total.state == "blank"


def test_names_are_described_in_the_order_of_the_form() -> None:
    statistics = Statistics(
        year=2021,
        revision="2021",
        values=(Value(key="applications.received.total", amount=3, cell=cell("J4")),),
        entries=(Entry(key="organ.name", text="龙村镇", cell=cell("B2")),),
        local=(LocalStatistic(item="工作动态", value=Value(key="local.1", amount=50, unit="篇")),),
        problems=(Problem(problem=Entry(key="p", text="不足"), measure=Entry(key="m")),),
    )
    rows = describe_names(build_names(statistics, None))
    by_name = {row.name: row for row in rows}
    assert by_name["applications.received.total"] == (
        "applications.received.total",
        "三/一、本年新收政府信息公开申请数量/总计",
        "3",
        "统计表.xlsx [龙村镇] J4",
    )
    assert by_name["organ.name"][1:] == ("标题用名称", "龙村镇", "统计表.xlsx [龙村镇] B2")
    assert by_name['local["工作动态"]'].value == "50"
    assert by_name["problems[0].problem"].value == "不足"
    assert by_name["applications.refused.total"].cells == ""
    assert [row for row in rows if row.name.startswith("previous")] == [("previous", "是否有上年数据", "否", "")]
    statutory = [row.label for row in rows if row.name.startswith("applications.")]
    assert statutory[0].startswith("三/一、")
    assert statutory[-1].startswith("三/四、")


def test_sums_know_every_cell_even_without_a_number() -> None:
    values = (
        Value(key="applications.state_secret.total", state="blank", cell=cell("J8")),
        Value(key="applications.enforcement_files.total", state="slash", cell=cell("J14")),
    )
    refused: Figure = names_of(Statistics(year=2021, revision="2021", values=values))["applications"].refused.total
    assert refused.amount is None
    assert [each.address for each in refused.cells] == ["J8", "J14"]


def test_the_table_lists_every_name_of_both_years_with_its_value_in_chinese_and_its_cells() -> None:
    values = tuple(
        Value(key=f"applications.{key}", amount=amount, unit="件", cell=cell(address))
        for key, amount, address in (
            ("received.natural_person", 1, "I4"),
            ("received.commercial_enterprise", 2, "J4"),
            ("state_secret.total", 2, "O8"),
            ("security_and_stability.total", 1, "O10"),
            ("enforcement_files.total", 3, "O14"),
        )
    )
    level = Entry(key="organ.level", text="乡镇", cell=cell("B3"))
    this = Statistics(year=2021, revision="2021", values=values, entries=(level,))
    report = Report(this, [], previous=town("2019", 2020, applications__received__total=7))
    table = report.names()
    assert list(table.columns) == ["名称", "含义", "现值", "单元格"]
    assert {name for name, _ in printable_names(report.narrative_names())} == {*table["名称"]} - {"previous"}
    assert table["名称"].is_unique
    rows = {name: tuple(rest) for name, *rest in table.itertuples(index=False)}
    received, refused = "三/一、本年新收政府信息公开申请数量", "三/三、本年度办理结果/（三）不予公开/总计"
    assert rows["applications.received.applicants"] == (f"{received}/申请人情况", "3", "统计表.xlsx [龙村镇] I4:J4")
    assert rows["applications.refused.total"] == (refused, "6", "统计表.xlsx [龙村镇] O8、O10、O14")
    assert rows["organ.level"] == ("机关级别", "乡镇", "统计表.xlsx [龙村镇] B3")
    assert rows["organ.is_government"] == ("是否各级人民政府", "是", "")
    assert rows["preamble"] == ("是否印出前言", "是", "")
    assert rows["previous"] == ("是否有上年数据", "是", "")
    assert rows["previous.organ.is_government"][1] == "否"
    assert rows["previous.year"] == ("上年：报告年度", "2020", "")
    assert rows["previous.applications.received.total"] == (f"上年：{received}/总计", "7", "统计表.xlsx [龙村镇] C1")
    assert not {"", "上年："} & {meaning for meaning, *_ in rows.values()}


def test_cells_side_by_side_and_below_each_other_are_one_range() -> None:
    block = [cell(f"{letter}{row}") for row in (36, 37, 38) for letter in "IJK"]
    more = [cell("O36"), cell("AA38"), cell("Z38"), cell("I40"), cell("O37")]
    assert write_cells([*block, *more, *block]) == "统计表.xlsx [龙村镇] I36:K38、O36:O37、Z38:AA38、I40"
    other = Cell(workbook="另一册.xlsx", sheet="龙村镇", address="C3")
    assert write_cells([cell("C2"), other]) == "统计表.xlsx [龙村镇] C2；另一册.xlsx [龙村镇] C3"
    assert write_cells([]) == ""
