"""The summaries of the whole sample county against its figures: by the checks of prose, and number by number."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from giakit.content.model import Inline, Paragraph, Prose
from giakit.forms.read import read_workbook
from giakit.prose.check import check_prose
from giakit.summary import build_summary

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2020, 2021, 2022)


@pytest.fixture(scope="module")
def county():
    """Return every organ's statistics by year and key."""
    return {
        year: {
            form.statistics.entry("organ.key").text: form.statistics
            for form in read_workbook(ROOT / "params" / f"county-{year}.xlsx").forms
        }
        for year in YEARS
    }


@pytest.mark.parametrize("year", YEARS)
def test_no_summary_contradicts_the_tables(county, year):
    for key, statistics in county[year].items():
        previous = county.get(year - 1, {}).get(key)
        told = build_summary(statistics, previous)
        assert len(told) == 3, key
        blocks = [Paragraph(type="paragraph", inlines=(Inline(text=text),)) for text in told]
        prose = Prose(key="前言", blocks=tuple(blocks))
        assert [str(found) for found in check_prose(prose, statistics, previous, ())] == [], key


@pytest.mark.parametrize("year", YEARS)
def test_every_number_was_entered(county, year):
    for key, statistics in county[year].items():
        previous = county.get(year - 1, {}).get(key)
        entered = {str(value.amount) for each in (statistics, previous) if each for value in each.values}
        sums = [
            (statistics[f"remedies.{first}"].amount or 0) + (statistics[f"remedies.{second}"].amount or 0) + third
            for first, second, third in (
                ("direct_total", "after_total", 0),
                ("direct_corrected", "after_corrected", statistics["remedies.reconsideration_corrected"].amount or 0),
            )
        ]
        told = "".join(build_summary(statistics, previous)).removeprefix(f"{year}年")
        assert set(re.findall(r"\d+", told)) <= entered | {str(number) for number in sums}, key
