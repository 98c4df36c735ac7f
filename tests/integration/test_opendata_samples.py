"""The samples' data: every organ of every year keeps to the schema, and the CSV files say what the statistics say."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import jsonschema
import pytest

from giakit.forms.read import read_workbook
from giakit.opendata.county import county_files
from giakit.opendata.files import data_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from giakit.statistics import Statistics

YEARS = (2020, 2021, 2022)


@pytest.fixture(scope="module")
def counties(project_root: Path) -> dict[int, list[Statistics]]:
    return {
        year: [
            form.statistics
            for form in read_workbook(project_root / "params" / f"county-{year}.xlsx").forms
            if form.statistics
        ]
        for year in YEARS
    }


def county(reports: Sequence[Statistics]) -> dict[str, bytes]:
    return county_files(
        [data_files(each, "年度报告")["values.csv"] for each in reports], {each.year for each in reports}
    )


@pytest.mark.parametrize("year", YEARS)
def test_every_sample_keeps_to_the_published_schema(counties, year):
    for statistics in counties[year]:
        files = data_files(statistics, "年度报告")
        schema = jsonschema.Draft202012Validator(json.loads(files["data.schema.json"]))
        schema.validate(json.loads(files["data.json"]))


@pytest.mark.parametrize("year", YEARS)
def test_a_county_s_table_says_what_its_organs_entered(counties, year):
    table = county(counties[year])["values.csv"]
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    found = {(row["organ"], row["key"]): row for row in rows}
    assert len(found) == len(rows)
    for statistics in counties[year]:
        for value in statistics.values:
            row = found[statistics.entry("organ.key").text, value.key]
            assert (Decimal(row["amount"]) if row["amount"] else None) == value.amount
            assert (row["unit"] or None, row["state"], row["note"] or None) == (value.unit, value.state, value.note)


# ---- Frictionless' own validator -------------------------------------------------------------------------------------


def judge(files: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return what the validator of Data Package says against a folder of files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    command = [sys.executable, "-m", "frictionless", "validate", "--json", "datapackage.json"]
    answer = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    report = json.loads(answer.stdout)
    assert {task["place"] for task in report["tasks"]} <= set(files)
    errors = [*report["errors"], *(error for task in report["tasks"] for error in task["errors"])]
    assert report["valid"] == (not errors)
    return [error["type"] for error in errors]


def test_frictionless_finds_a_report_valid(counties, tmp_path):
    assert judge(data_files(counties[2021][0], "年度报告"), tmp_path) == []


def test_frictionless_finds_three_years_of_a_county_valid(counties, tmp_path):
    files = county([each for year in YEARS for each in counties[year]])
    assert judge(files, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b",2021,2021,", b",\xe4\xbb\x8a\xe5\xb9\xb4,2021,", "type-error"),
        (b"\xef\xbb\xbforgan,", b"\xef\xbb\xbforgans,", "incorrect-label"),
        (b"disclosure.permits.decisions", b"disclosure.penalties.decisions", "primary-key"),
    ],
)
def test_frictionless_would_find_what_is_wrong(counties, tmp_path, old, new, error):
    files = county(counties[2021])
    assert old in files["values.csv"]
    found = judge(files | {"values.csv": files["values.csv"].replace(old, new, 1)}, tmp_path)
    assert error in found
