"""The vocabulary of rules: every kind has its check, and a rule that fits no form is refused with its key."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import giakit.checks
from giakit import formats
from giakit.checks.report import ACROSS, WITHIN
from giakit.errors import FormatError
from giakit.formats import FOLDER, load_formats, read_format
from giakit.formats.rules import RULE_TYPES, AggregateRule, BalanceRule, SumRule

ELSEWHERE = {SumRule, BalanceRule, AggregateRule}  # check_arithmetic, check_aggregate


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def test_every_kind_of_rule_has_its_check():
    assert {*WITHIN, *ACROSS, *ELSEWHERE} == set(RULE_TYPES)


def test_every_kind_of_rule_is_used():
    assert {type(rule) for form in load_formats(FOLDER) for rule in form.rules} == set(RULE_TYPES)


def test_every_rule_says_what_it_rests_on():
    assert all(rule.words for form in load_formats(FOLDER) for rule in form.rules)


def test_no_check_names_a_revision_a_table_or_a_row():
    known = {form.revision for form in load_formats(FOLDER)}
    for form in load_formats(FOLDER):
        known |= {leaf.table.id for leaf in form.leaves} | {rule.id for rule in form.rules}
        known |= {leaf.key for leaf in form.leaves} | {row.id for leaf in form.leaves for row in leaf.row}
        known |= {column.id for leaf in form.leaves for column in leaf.column} - {"total"}
    for path in Path(giakit.checks.__file__).parent.glob("*.py"):
        texts = {
            node.value
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant)
        }
        assert not texts & known, path.name


def write(folder, *changes):
    """Write the 2021 form with some texts exchanged."""
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "甲.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('figures = ["disclosure.rules"]', 'figures = ["disclosure.ruels"]', ["rules.T2-3", "disclosure.rules"]),
        ('figure = "disclosure.administrative_fees.amount"', 'figure = "disclosure"', ["rules.T2-2", "stands for 10"]),
        ('levels = ["township", "subdistrict"]', 'levels = ["town"]', ["rules.T2-2.levels", "town", "nearest"]),
        ('least = "issued"', 'least = "isued"', ["rules.T2-4", "isued", "issued"]),
        ('least = "issued"', 'least = "decisions"', ["rules.T2-4", "no band", "in_force、decisions、repealed"]),
        (
            'total = "total"\nseverity = "error"\nby_line',
            'total = "totla"\nseverity = "error"\nby_line',
            ["rules.Y-1.total", "totla"],
        ),
        ('by_line = "warning"', 'by_line = "warnig"', ["by_line", "warnig"]),
        ('kind = "follows"', 'kind = "folows"', ["rules[", "folows"]),
        ('id = "T2-3"', 'id = "T2-2"', ["rules", "T2-2 is declared 2 times"]),
        ('slip = "元"', 'slipp = "元"', ["slipp", "did you mean `slip`"]),
        (
            'table = "disclosure"\naxis',
            'table = "disclosures"\naxis',
            ["rules.T2-4.table", "disclosures", "disclosure"],
        ),
        ("factor = 10\n", "factor = 1\n", ["factor", "greater than 1"]),
    ],
)
def test_a_rule_that_fits_no_form_is_named_with_its_key(tmp_path, old, new, words):
    with pytest.raises(FormatError) as caught:
        read_format(write(tmp_path, (old, new)))
    assert all(word in str(caught.value) for word in ["甲.toml", *words])


def test_a_reference_is_narrowed_by_each_name():
    form = formats.for_revision("2021")
    expected = {"remedies": 15, "remedies.direct": 5, "remedies.direct_total": 1, "disclosure.decisions": 3}
    assert {reference: len(form.leaves_under(reference)) for reference in expected} == expected
    assert {leaf.row[-1].id for leaf in form.leaves_under("applications.refused.total")} == {
        row.id for row in form.table("applications").bands[0].rows[2].rows[2].rows
    }
