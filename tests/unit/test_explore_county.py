"""A look across a county: the tidy frame keeps what is missing apart, ranks and pictures never make a 0 of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.content import html
from giakit.errors import ParameterError
from giakit.explore.county import County
from giakit.explore.frame import build_frame, join_frames
from giakit.opendata.fields import FIELDS
from giakit.statistics import Entry, Value

RECEIVED = "applications.received.total"


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def report(make_statistics):
    """Return a maker of a report; a figure may be given as a state instead of a number."""

    def make(organ, year, level="乡镇", **figures):
        states = {key.replace("__", "."): state for key, state in figures.items() if str(state).isalpha()}
        numbers = {key: amount for key, amount in figures.items() if not str(amount).isalpha()}
        made = make_statistics(year, **numbers)
        values = tuple(
            value.model_copy(update={"amount": None, "state": states[value.key]}) if value.key in states else value
            for value in made.values
        )
        facts = {"key": organ, "name": organ, "full_name": organ, "level": level}
        entries = tuple(Entry(key=f"organ.{key}", text=text) for key, text in facts.items())
        return made.model_copy(update={"values": values, "entries": entries})

    return make


@pytest.fixture
def county(report):
    return County(
        join_frames(
            [
                build_frame([report("甲镇", 2020, applications__received__total=3), report("乙镇", 2020)]),
                build_frame(
                    [
                        report("甲镇", 2021, applications__received__total=5),
                        report("丙镇", 2021, applications__received__total="blank"),
                        report("丁局", 2021, level="县级部门", applications__received__total=5),
                        report("戊局", 2021, level="县级部门", applications__received__total="slash"),
                    ]
                ),
            ]
        ),
        ("乙镇的表读不出来",),
    )


# ---- the frame ------------------------------------------------------------------------------------------------------


def test_the_frame_is_tidy_and_keeps_what_is_missing_apart(county):
    frame = county.to_frame()
    assert list(frame.columns) == list(FIELDS)
    received = frame[frame["key"] == RECEIVED].set_index(["organ", "year"])
    assert received["amount"].to_dict() | {("丙镇", 2021): None, ("戊局", 2021): None} == {
        ("甲镇", 2020): 3,
        ("乙镇", 2020): 0,
        ("甲镇", 2021): 5,
        ("丙镇", 2021): None,
        ("丁局", 2021): 5,
        ("戊局", 2021): None,
    }
    assert received["amount"].isna().sum() == 2
    assert received["state"][("丙镇", 2021)] == "blank"
    assert received["state"][("戊局", 2021)] == "slash"
    assert received["state"][("乙镇", 2020)] == "number"
    assert not ((frame["organ"] == "乙镇") & (frame["year"] == 2021)).any()
    assert str(frame["amount"].dtype) == "float64"


def test_the_frame_is_the_caller_s_own(county):
    frame = county.to_frame()
    frame["year"] = 0
    assert county.years == (2020, 2021)


def test_who_reported_when(county):
    rows = county.coverage().to_numpy().tolist()
    assert rows[0] == ["甲镇", "乡镇", "已报", "已报"]
    assert rows[1] == ["乙镇", "乡镇", "已报", "未报"]
    assert rows[3] == ["丁局", "县级部门", "未报", "已报"]


def test_an_organ_goes_by_its_latest_name(report):
    older, newer = report("0101", 2020), report("0101", 2021, level="街道")
    renamed = tuple(
        entry.model_copy(update={"text": "新街道"}) if entry.key == "organ.name" else entry for entry in newer.entries
    )
    county = County(build_frame([newer.model_copy(update={"entries": renamed}), older]))
    (organ,) = county.organs
    assert (organ.key, organ.name, organ.level) == ("0101", "新街道", "街道")


def test_what_was_read_and_what_was_not(county):
    told = county._repr_mimebundle_()["text/plain"]
    assert "5 organs, 2020、2021; 6 reports" in told
    assert "乙镇的表读不出来" in told


# ---- ranked ---------------------------------------------------------------------------------------------------------


def test_the_highest_is_first_and_no_number_has_no_rank(county):
    table = county.ranked(RECEIVED)
    assert table["机关"].tolist() == ["甲镇", "丁局", "乙镇", "丙镇", "戊局"]
    assert table["名次"].fillna(0).tolist() == [1, 1, 0, 0, 0]
    assert table["填报情况"].tolist() == ["数字", "数字", "未报", "空白", "/"]
    assert table["上年"].fillna(-1).tolist() == [3, -1, 0, -1, -1]
    assert table["增减"].fillna(-1).tolist() == [2, -1, -1, -1, -1]


def test_a_rank_may_be_of_another_year_and_of_one_level(county):
    assert county.ranked(RECEIVED, year=2020)["机关"].tolist()[:2] == ["甲镇", "乙镇"]
    assert county.ranked(RECEIVED, level="县级部门")["机关"].tolist() == ["丁局", "戊局"]
    assert county.ranked("三/一、本年新收政府信息公开申请数量/总计")["数值"].tolist()[:2] == [5, 5]


def test_money_is_compared_in_one_unit_and_exactly(report):
    key = "disclosure.central_procurement.amount"

    def paying(organ, amount, unit):
        made = report(organ, 2020)
        values = tuple(
            Value(key=key, amount=Decimal(amount), unit=unit) if value.key == key else value for value in made.values
        )
        return made.model_copy(update={"values": values})

    county = County(build_frame([paying("甲镇", "248200", "元"), paying("乙镇", "24.83", "万元")]))
    assert county.ranked(key)[["机关", "数值", "单位"]].to_numpy().tolist() == [
        ["乙镇", 248300, "元"],
        ["甲镇", 248200, "元"],
    ]


def test_a_group_is_the_sum_of_its_rows(report):
    figures = {"applications__state_secret__total": 2, "applications__internal_affairs__total": 3}
    county = County(build_frame([report("甲镇", 2021, **figures)]))
    assert county.ranked("applications.refused.total")["数值"].tolist() == [5]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"figure": "applications.recieved.total"}, "the nearest is applications.received.total"),
        ({"figure": RECEIVED, "year": 2019}, "no organ has reported 2019; there are 2020、2021"),
        ({"figure": RECEIVED, "level": "区"}, "no organ is of level 区; there are 乡镇、县级部门"),
    ],
)
def test_a_wrong_name_gets_a_sentence(county, asked, sentence):
    with pytest.raises(ParameterError, match=sentence):
        county.ranked(**asked)


def test_figures_say_which_years_have_them(county):
    table = county.figures().set_index("统计项标识")
    assert table["年度"][RECEIVED] == "2020、2021"
    assert table["年度"]["disclosure.permits.change"] == "2020"
    assert table["年度"]["disclosure.rules.in_force"] == "2021"
    assert table["名称"]["remedies.direct_total"] == "行政诉讼/未经复议直接起诉/总计"
    assert table["名称"]["fee.amount"] == "金额"


# ---- small multiples ------------------------------------------------------------------------------------------------


def drawn(chart):
    """Return the table of what a picture draws."""
    rows = [*chart.data.head, *chart.data.body]
    return [[cell.text for cell in row] for row in rows]


def test_every_organ_and_year_is_there_and_a_gap_says_why(county):
    chart = county.small_multiples()
    assert drawn(chart) == [
        ["机关", "2020年", "2021年"],
        ["甲镇", "3件", "5件"],
        ["乙镇", "0件", "未报"],
        ["丙镇", "未报", "空白"],
        ["丁局", "未报", "5件"],
        ["戊局", "未报", "/"],
    ]
    assert "乙镇：2020年0件，2021年未报；" in chart.alt
    assert chart.alt.endswith("戊局：2020年未报，2021年/。")


def test_years_are_side_by_side_only_for_what_both_forms_have(county):
    chart = county.small_multiples("disclosure.permits.change")
    assert drawn(chart)[0] == ["机关", "2020年"]
    assert chart.caption == "行政许可/本年增/减（项）；2021年的表式没有这一项，不在图中"


def test_stacked_figures_say_each_part(report):
    parts = {"applications__granted__total": 4, "applications__partly_granted__total": "blank"}
    county = County(build_frame([report("甲镇", 2021, **parts)]))
    chart = county.small_multiples("outcomes")
    assert drawn(chart)[1][1].startswith("予以公开4件、部分公开空白、不予公开0件、")


def test_of_many_organs_the_highest_are_drawn(county):
    chart = county.small_multiples(most=2)
    assert [row[0] for row in drawn(chart)[1:]] == ["甲镇", "丁局"]
    assert chart.caption.endswith("共5个机关，图中为数字最大的2个")


def test_the_same_figures_give_the_same_picture_and_the_page_takes_it(county):
    chart = county.small_multiples()
    assert chart == county.small_multiples()
    shown = html.render_content(chart)
    assert 'role="img"' in shown
    assert "http" not in shown.replace("http://www.w3.org", "")


def test_names_from_a_workbook_are_only_text(report):
    county = County(build_frame([report("<b>甲</b>$x$", 2021)]))
    chart = county.small_multiples()
    assert "<b>" not in html.render_content(chart)
    assert "<b>" not in county.ranked(RECEIVED)._repr_html_()
