"""What is offered at the cursor of a narrative cell."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit import formats
from giakit.narrative.completion import Completion, complete
from giakit.narrative.names import build_names
from giakit.statistics import Entry, LocalStatistic, Statistics, Value

FIGURES = (Value(key="applications.received.total", amount=Decimal(12), unit="件"),)
LOCAL = (LocalStatistic(item="工作动态", value=Value(key="local.1", amount=Decimal(50), unit="篇")),)
NAMES = build_names(
    Statistics(
        year=2021,
        revision="2021",
        values=FIGURES,
        local=LOCAL,
        entries=(Entry(key="organ.name", text="龙村镇"),),
    ),
    None,
)
FORM = formats.for_revision("2021")


def at(text: str) -> Completion | None:
    return complete(text, NAMES, FORM)


def offered(text: str) -> list[str]:
    found = at(text)
    assert found is not None
    return [each.text for each in found.candidates]


@pytest.mark.parametrize(
    "text",
    ["", "report.na", "%%narrative 六\n没有", "%%narrative 六\n{{ year }}年", "%%narrative 六\n{% if x %}org"],
)
def test_nothing_is_offered_outside_expressions(text: str) -> None:
    assert at(text) is None


def test_keys_are_those_of_the_form_that_hold_narrative() -> None:
    keys = offered("%%narrative ")
    assert keys[:3] == ["前言", "一", "一/主动公开"]
    assert "五" in keys
    assert "二" not in keys
    assert offered("%%narrative 一/平") == ["一/平台建设"]


def test_names_begin_with_the_groups() -> None:
    assert {"applications", "disclosure", "organ", "previous", "year"} <= set(offered("%%narrative 一\n{{ "))
    assert offered("%%narrative 一\n新收{{app") == ["applications"]


def test_behind_a_dot_come_the_members_with_their_present_values() -> None:
    found = at("%%narrative 一\n新收{{ applications.received.to")
    assert found is not None
    assert found.written == "to"
    assert [(each.text, each.about) for each in found.candidates] == [("total", "12")]
    assert ("name", "龙村镇") in at("%%narrative 一\n{{ organ.").candidates  # type: ignore[union-attr]


def test_last_years_names_mirror_this_years() -> None:
    assert offered("%%narrative 一\n{% if previous.applications.received.tot") == ["total"]


def test_the_name_of_a_loop_has_the_members_of_its_list() -> None:
    assert offered("%%narrative 一\n{% for line in local %}{{ line.") == ["item", "amount", "unit"]
    assert "problem" in offered("%%narrative 五\n{% for each in problems %}\n{% if each.")


def test_filters_and_tests_are_offered_where_they_can_stand() -> None:
    assert "sentence" in offered("%%narrative 一\n{{ organ.name | ")
    assert offered("%%narrative 一\n{% if year is not pos") == ["positive"]


def test_what_is_unknown_offers_nothing() -> None:
    assert offered("%%narrative 一\n{{ nothing.such.") == []
