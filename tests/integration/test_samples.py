"""The sample county: real where it says so, sound everywhere, and written by its generator."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path

import openpyxl
import pytest

from giakit.checks import check_arithmetic
from giakit.findings import errors
from giakit.forms.read import Workbook, read_workbook
from giakit.parameters import ReportParameters, read_parameters
from giakit.statistics import Statistics
from giakit.tables import build_table

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = json.loads((ROOT / "tests" / "published" / "longcun-2020.json").read_text(encoding="utf-8"))
YEARS = (2020, 2021, 2022)
APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organisation",
    "legal_service_organisation",
    "other_organisation",
    "total",
)

each_year = pytest.mark.parametrize("year", YEARS)


@pytest.fixture(scope="module")
def workbooks() -> dict[int, Workbook]:
    return {year: read_workbook(ROOT / "params" / f"county-{year}.xlsx") for year in YEARS}


@pytest.fixture(scope="module")
def county(workbooks: dict[int, Workbook]) -> dict[int, dict[str, Statistics]]:
    """Return every organ's statistics by year and key."""
    return {
        year: {key_of(form.statistics): form.statistics for form in workbook.forms if form.statistics}
        for year, workbook in workbooks.items()
    }


def key_of(statistics: Statistics) -> str:
    return statistics.entry("organ.key").text


def row(statistics: Statistics, name: str) -> list[int]:
    return [int(statistics[f"applications.{name}.{applicant}"].amount or 0) for applicant in APPLICANTS]


def prose(statistics: Statistics) -> str:
    """Return all an organ says in words."""
    texts = [each.text for each in statistics.entries if each.key.partition(".")[0] in {"work", "text", "assessment"}]
    pairs = [f"{pair.problem.text}{pair.measure.text}" for pair in statistics.problems]
    return "\n".join([*texts, *pairs])


# ---- the files -----------------------------------------------------------------------------------------------------


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {part.filename: package.read(part) for part in package.infolist()}


def test_the_generator_writes_these_files(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        subprocess.run([sys.executable, "-m", "tests.samples", str(folder)], cwd=ROOT, check=True)
    for year in YEARS:
        made, again = first / f"county-{year}.xlsx", second / f"county-{year}.xlsx"
        assert made.read_bytes() == again.read_bytes()
        # Part by part, since another build of zlib packs the same parts into other bytes.
        assert parts(made) == parts(ROOT / "params" / made.name), "run `.venv/bin/python -m tests.samples`"


@each_year
def test_every_sheet_prints_one_page_wide(year: int) -> None:
    book = openpyxl.load_workbook(ROOT / "params" / f"county-{year}.xlsx")
    for sheet in book.worksheets:
        assert sheet.max_column == 16  # as many as table 四 has: every block shares that grid; and what checks table 三
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0  # as many pages down as it takes; one wide is the default
        assert len(sheet.row_breaks.brk) == 2


def test_the_parameter_files_can_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    longcun = read_parameters(ROOT / "params" / "longcun-2020.yaml")
    assert (longcun.town, longcun.year, longcun.preamble) == ("龙村镇", 2020, False)
    for year in YEARS:
        path = ROOT / "params" / f"county-{year}.yaml"
        assert read_parameters(path, town="龙村镇").preamble is False
        given: ReportParameters = read_parameters(path, town="云泽县")
        assert given.preamble is True
        assert [each.name for each in given.previous_paths] == ([f"county-{year - 1}.xlsx"] if year > YEARS[0] else [])


# ---- sound ---------------------------------------------------------------------------------------------------------


@each_year
def test_no_form_has_an_error(workbooks: dict[int, Workbook], year: int) -> None:
    found = {
        form.sheet: [str(each) for each in errors([*form.findings, *check_arithmetic(form.statistics)])]
        for form in workbooks[year].forms
        if form.statistics
    }
    assert {sheet: problems for sheet, problems in found.items() if problems} == {}
    assert workbooks[year].other_sheets == ()


@each_year
def test_only_the_real_town_leaves_anything_blank(workbooks: dict[int, Workbook], year: int) -> None:
    assert {form.sheet for form in workbooks[year].forms if form.findings} == {"龙村镇"}


def test_every_organ_is_there_every_year(county: dict[int, dict[str, Statistics]]) -> None:
    orders = [list(organs) for organs in county.values()]
    assert len(orders[0]) == 14
    assert orders[0] == orders[1] == orders[2]
    assert {statistics.year for statistics in county[2021].values()} == {2021}


def test_what_is_left_over_is_carried_on_column_by_column(county: dict[int, dict[str, Statistics]]) -> None:
    for before, after in pairwise(YEARS):
        for key, statistics in county[after].items():
            assert row(statistics, "carried_in") == row(county[before][key], "carried_over"), (key, after)


def test_documents_in_force_follow_from_the_year_before(county: dict[int, dict[str, Statistics]]) -> None:
    for key, statistics in county[2022].items():
        for kind in ("rules", "normative_documents"):
            before = county[2021][key][f"disclosure.{kind}.in_force"].amount or 0
            issued, repealed, in_force = (
                statistics[f"disclosure.{kind}.{column}"].amount or 0 for column in ("issued", "repealed", "in_force")
            )
            assert before + issued - repealed == in_force, (key, kind)


@each_year
def test_the_county_sums_up_its_organs(county: dict[int, dict[str, Statistics]], year: int) -> None:
    whole = county[year]["云泽县"]
    organs = [statistics for key, statistics in county[year].items() if key not in {"云泽县", "沧宁市"}]
    for value in whole.values:
        total = sum((each[value.key].in_unit(value.unit) or Decimal(0) for each in organs), Decimal(0))
        assert value.amount == total, value.key


@each_year
def test_only_a_city_makes_rules(county: dict[int, dict[str, Statistics]], year: int) -> None:
    for key, statistics in county[year].items():
        rules = {value.amount for value in statistics.values if value.key.startswith("disclosure.rules.")}
        assert (rules == {0}) is (key != "沧宁市")


def test_a_remark_in_brackets_stays_behind_its_number(county: dict[int, dict[str, Statistics]]) -> None:
    repealed = county[2022]["县政府办公室"]["二/行政规范性文件/本年废止件数"]
    assert (repealed.amount, repealed.note) == (Decimal(3), "含自然失效1件")


# ---- plain prose, nobody's twice -----------------------------------------------------------------------------------


def fours(statistics: Statistics) -> set[str]:
    letters = re.sub(r"\W", "", prose(statistics))
    return {letters[start : start + 4] for start in range(len(letters) - 3)}


def test_no_two_texts_are_alike(county: dict[int, dict[str, Statistics]]) -> None:
    every = {(key, year): fours(statistics) for year, organs in county.items() for key, statistics in organs.items()}
    alike = {
        (one, other): share
        for one, other in combinations(every, 2)
        if (share := len(every[one] & every[other]) / min(len(every[one]), len(every[other]))) > 0.05
    }
    assert alike == {}


@each_year
def test_texts_name_no_year_and_no_other_organ(county: dict[int, dict[str, Statistics]], year: int) -> None:
    names = {
        key: {statistics.entry(f"organ.{field}").text for field in ("key", "name", "full_name")}
        for key, statistics in county[year].items()
    }
    for key, statistics in county[year].items():
        text = prose(statistics)
        assert not re.search(r"20\d\d", text), key
        assert [name for other in names if other != key for name in names[other] if name in text] == [], key


# ---- real ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("numeral", "table"), [("二", "disclosure"), ("三", "applications"), ("四", "remedies")])
def test_longcun_2020_prints_as_published(county: dict[int, dict[str, Statistics]], numeral: str, table: str) -> None:
    printed = [
        [
            next((cell.text.partition("（区分")[0] for cell in cells if cell.scope == "row"), ""),
            *(cell.text for cell in cells if cell.key),
        ]
        for band in build_table(county[2020]["龙村镇"], table).bands
        for cells in band.body
    ]
    assert printed == PUBLISHED[numeral]


def test_longcun_2020_says_what_its_report_says(county: dict[int, dict[str, Statistics]]) -> None:
    longcun = county[2020]["龙村镇"]
    assert [[each.item, str(each.value.amount), each.value.unit] for each in longcun.local] == PUBLISHED["本地统计"]
    assert len(longcun.problems) == 4
    assert {longcun[key].state for key in ("fee.cases", "fee.amount")} == {"blank"}
    assert not any(longcun.entry(f"assessment.{name}") for name in ("appraisal", "evaluation", "accountability"))


def test_the_citys_figures_come_to_those_of_the_real_report(county: dict[int, dict[str, Statistics]]) -> None:
    """The totals and carry-overs that 宿迁市 published for 2023; the other figures are stated in the data."""
    city = county[2022]["沧宁市"]
    assert row(city, "received") == [3402, 99, 0, 4, 5, 1, 3511]
    assert row(city, "carried_in") == [91, 3, 0, 0, 2, 0, 96]
    assert row(city, "handled") == [3375, 99, 0, 4, 7, 1, 3486]
    assert row(city, "carried_over") == [118, 3, 0, 0, 0, 0, 121]
    totals = [city[f"remedies.{name}_total"].amount for name in ("reconsideration", "direct", "after")]
    assert totals == [440, 24, 89]
    assert [city[f"disclosure.{kind}.in_force"].amount for kind in ("rules", "normative_documents")] == [11, 597]
    assert city["disclosure.administrative_fees.amount"].amount == Decimal("59237.2449")
    assert (city["fee.cases"].amount, city["fee.amount"].amount) == (Decimal(25), Decimal(2950))
