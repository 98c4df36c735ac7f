"""The samples' data: every organ of every year keeps to the schema, and the CSV files say what the statistics say."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import jsonschema
import pytest

from giakit.forms.read import read_workbook
from giakit.opendata import data_files, write_county

if TYPE_CHECKING:
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


@pytest.mark.parametrize("year", YEARS)
def test_every_sample_keeps_to_the_published_schema(counties, year):
    for statistics in counties[year]:
        files = data_files(statistics, "年度报告")
        schema = jsonschema.Draft202012Validator(json.loads(files["data.schema.json"]))
        schema.validate(json.loads(files["data.json"]))


@pytest.mark.parametrize("year", YEARS)
def test_a_county_s_table_says_what_its_organs_entered(counties, tmp_path, year):
    table, _ = write_county(counties[year], tmp_path, "云泽县年报数据")
    rows = list(csv.DictReader(io.StringIO(table.read_bytes().decode("utf-8-sig"), newline="")))
    found = {(row["organ"], row["key"]): row for row in rows}
    assert len(found) == len(rows)
    for statistics in counties[year]:
        for value in statistics.values:
            row = found[statistics.entry("organ.key").text, value.key]
            assert (Decimal(row["amount"]) if row["amount"] else None) == value.amount
            assert (row["unit"] or None, row["state"], row["note"] or None) == (value.unit, value.state, value.note)
