"""What real reports said of their figures, retold: nothing is found but what is known to be wrong with them."""

from __future__ import annotations

import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from giakit import formats
from giakit.content.model import Inline, Paragraph, Prose
from giakit.formats import normal_label
from giakit.forms.amounts import Amount, parse_amount
from giakit.prose import check_prose
from giakit.statistics import Entry, Statistics, Value

FOLDER = Path(__file__).resolve().parent
REPORTS = [
    report
    for path in sorted(FOLDER.glob("*.toml"))
    for report in tomllib.loads(path.read_text(encoding="utf-8"))["reports"]
]
CELLS = [(report, cell) for report in REPORTS for cell in report["cells"]]


def printed_values(name):
    """Return year and values of a report's printed tables, by label and place in the row."""
    data = json.loads((FOLDER.parent / f"{name}.json").read_text(encoding="utf-8"))
    form = formats.for_year(data["year"])
    rows = {(numeral, normal_label(row[0])): row[1:] for numeral in "二三四" for row in data[numeral]}
    values = []
    for leaf in (*form.leaves, *form.undivided_leaves):
        labels = (leaf.row[-1].label, *leaf.row[-1].aliases)
        row = next((found for each in labels if (found := rows.get((leaf.section.numeral, normal_label(each))))), None)
        if row is not None:
            place = [path[-1] for path in leaf.band.leaf_columns].index(leaf.column[-1])
            amount = parse_amount(row[place], leaf.kind, leaf.unit)
            assert isinstance(amount, Amount)
            values.append(Value(key=leaf.key, amount=amount.amount, unit=amount.unit, state=amount.state))
    return data["year"], values


def statistics_of(report):
    if "figures" in report:
        year, values = printed_values(report["figures"])
    else:
        year, amounts = report["year"], report.get("amounts", {})
        values = [Value(key=key, amount=Decimal(amount), unit="件") for key, amount in amounts.items()]
    if "fee" in report:
        fee = zip(("fee.cases", "fee.amount"), report["fee"], ("件", "元"), strict=True)
        values += [Value(key=key, amount=Decimal(amount), unit=unit) for key, amount, unit in fee]
    entries = tuple(Entry(key=f"organ.{each}", text=report[each]) for each in ("name", "full_name", "level"))
    return Statistics(year=year, revision=formats.for_year(year).revision, values=tuple(values), entries=entries)


@pytest.mark.parametrize(
    ("report", "cell"), CELLS, ids=[f"{report['name']}: {cell['text'][:12]}" for report, cell in CELLS]
)
def test_what_a_report_said(report, cell):
    block = Paragraph(type="paragraph", inlines=(Inline(text=cell["text"]),))
    prose = Prose(key=cell["key"], blocks=(block,))
    findings = check_prose(prose, statistics_of(report), other_organs=report.get("others", ()))
    expected = [each.split(" ", 2) for each in cell.get("found", [])]
    assert [[each.rule, each.severity] for each in findings] == [each[:2] for each in expected]
    for finding, (*_, words) in zip(findings, expected, strict=True):
        assert words in str(finding.problem)


def test_every_report_names_its_source():
    assert all(report["source"] for report in REPORTS)
