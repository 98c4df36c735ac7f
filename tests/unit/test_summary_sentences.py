"""The summary says what was entered, reads naturally where nothing happened, and passes over what is blank."""

from __future__ import annotations

import pytest

from giakit.statistics import Statistics
from giakit.summary import build_summary

RECEIVED = "applications.received.total"
CARRIED_IN = "applications.carried_in.total"


def blanked(statistics, *keys):
    """Return the statistics with figures blank, all of them where none is named."""
    blank = {"amount": None, "state": "blank"}
    values = [each.model_copy(update=blank) if not keys or each.key in keys else each for each in statistics.values]
    return statistics.model_copy(update={"values": tuple(values)})


def test_a_year_without_anything_reads_naturally(make_statistics):
    assert build_summary(make_statistics(2021)) == (
        "2021年，河口镇没有新制发规范性文件，没有作出行政许可、行政处罚和行政强制决定。",
        "全年没有收到政府信息公开申请，也没有上年结转的申请。",
        "全年没有因政府信息公开引起的行政复议和行政诉讼。",
    )


def test_the_form_of_2019_speaks_of_documents_in_its_own_words(make_statistics):
    figures = {"disclosure__normative_documents__made": 2, "disclosure__normative_documents__disclosed_in_all": 9}
    assert build_summary(make_statistics(2020, **figures))[0].startswith(
        "2020年，河口镇新制作规范性文件2件，对外公开的规范性文件共9件，"
    )


def test_every_figure_is_said(make_statistics):
    statistics = make_statistics(
        2023,
        disclosure__normative_documents__issued=109,
        disclosure__normative_documents__in_force=597,
        disclosure__permits__decisions=1808595,
        disclosure__penalties__decisions=2822652,
        applications__received__total=3511,
        applications__carried_in__total=96,
        applications__granted__total=1191,
        applications__partly_granted__total=328,
        applications__handled__total=3486,
        applications__carried_over__total=121,
        remedies__reconsideration_total=440,
        remedies__direct_total=24,
        remedies__after_total=89,
        remedies__reconsideration_corrected=17,
        remedies__direct_corrected=1,
    )
    assert build_summary(statistics, make_statistics(2022, applications__received__total=3223)) == (
        (
            "2023年，河口镇新制发规范性文件109件，现行有效的规范性文件共597件，作出行政许可决定1808595件，"
            "作出行政处罚决定2822652件。"
        ),
        (
            "全年新收到政府信息公开申请3511件（上年3223件），另有上年结转的96件，办结3486件，结转下年继续办理121件；"
            "办结的申请中，予以公开1191件、部分公开328件。"
        ),
        "全年因政府信息公开引起的行政复议440件，行政诉讼113件，其中结果纠正的18件。",
    )


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            {"carried_in": 2, "handled": 2},
            "全年没有新收到政府信息公开申请，另有上年结转的2件，办结2件，没有结转下年的。",
        ),
        ({"received": 1, "carried_over": 1}, "全年新收到政府信息公开申请1件，没有办结的，结转下年继续办理1件。"),
        (
            {"received": 1, "handled": 1, "partly_granted": 1},
            "全年新收到政府信息公开申请1件，办结1件，没有结转下年的；办结的申请中，部分公开1件。",
        ),
    ],
)
def test_applications_in_every_state(make_statistics, figures, sentence):
    given = {f"applications__{name}__total": amount for name, amount in figures.items()}
    assert build_summary(make_statistics(2021, **given))[1] == sentence


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            {"reconsideration_total": 2, "reconsideration_upheld": 2},
            "全年因政府信息公开引起的行政复议2件，没有行政诉讼，没有结果纠正的。",
        ),
        (
            {"direct_total": 1, "direct_corrected": 1},
            "全年没有因政府信息公开引起的行政复议，行政诉讼1件，其中结果纠正的1件。",
        ),
    ],
)
def test_remedies_in_every_state(make_statistics, figures, sentence):
    given = {f"remedies__{name}": amount for name, amount in figures.items()}
    assert build_summary(make_statistics(2021, **given))[2] == sentence


@pytest.mark.parametrize("year", [2020, 2021])
def test_blanks_assert_nothing(make_statistics, year):
    assert build_summary(blanked(make_statistics(year))) == ()
    assert build_summary(Statistics(year=year, revision=make_statistics(year).revision)) == ()


@pytest.mark.parametrize("state", ["blank", "slash", "dash", "not_applicable", "unreadable"])
def test_no_answer_is_no_zero(make_statistics, state):
    statistics = make_statistics(2021)
    values = [each.model_copy(update={"amount": None, "state": state}) for each in statistics.values]
    assert build_summary(statistics.model_copy(update={"values": tuple(values)})) == ()


def test_one_blank_silences_what_rests_on_it_and_no_more(make_statistics):
    statistics = make_statistics(
        2021,
        applications__received__total=3,
        applications__handled__total=3,
        applications__granted__total=2,
        remedies__reconsideration_total=1,
    )
    assert build_summary(blanked(statistics, RECEIVED))[1:] == build_summary(statistics)[2:]
    assert build_summary(blanked(statistics, CARRIED_IN))[1:] == build_summary(statistics)[2:]
    handled = build_summary(blanked(statistics, "applications.handled.total"))[1]
    assert handled == "全年新收到政府信息公开申请3件；办结的申请中，予以公开2件。"
    assert build_summary(blanked(statistics, "remedies.direct_corrected"))[2] == (
        "全年因政府信息公开引起的行政复议1件，没有行政诉讼。"
    )
    permits = build_summary(blanked(statistics, "disclosure.permits.decisions"))
    assert permits[0] == "2021年，河口镇没有新制发规范性文件。"


def test_a_blank_of_last_year_is_no_comparison(make_statistics):
    statistics = make_statistics(2021, applications__received__total=3, applications__handled__total=3)
    assert "上年" not in build_summary(statistics, blanked(make_statistics(2020)))[1]
    assert "（上年0件）" in build_summary(statistics, make_statistics(2020))[1]


def test_a_name_never_becomes_markup(make_statistics):
    statistics = make_statistics(2021)
    entries = [
        each.model_copy(update={"text": "*甲*{{ 7*7 }}"}) if each.key == "organ.name" else each
        for each in statistics.entries
    ]
    told = build_summary(statistics.model_copy(update={"entries": tuple(entries)}))
    assert told[0].startswith("2021年，*甲*{{ 7*7 }}没有新制发")
