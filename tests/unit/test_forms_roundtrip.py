"""Whatever a clerk types comes back with its cell: write, fill, read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from giakit import formats
from giakit.forms.blank import write_blank_form
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.statistics import Entry, LocalStatistic, Problem, Remark, Statistics, Value

if TYPE_CHECKING:
    from giakit.formats import Leaf

FACTS = {"organ.key": "河口镇", "organ.name": "河口镇", "organ.level": "乡镇"}
STATES = {"blank": None, "slash": "/", "dash": "-", "not_applicable": "不适用"}

years = st.sampled_from([2019, 2020, 2021, 2024])
words = st.text("县镇办件数一二0123x，。", min_size=1, max_size=12)
counts = st.integers(0, 9) | st.integers(0, 10**9)


def numbers(leaf: Leaf) -> st.SearchStrategy[Decimal]:
    if leaf.kind == "money":
        return st.decimals(0, 10**6, places=4)
    return (st.integers(-(10**6), 10**6) if leaf.kind == "signed" else counts).map(Decimal)


@st.composite
def values(draw: st.DrawFn, leaf: Leaf) -> Value:
    state = draw(st.sampled_from(["number", "number", "number", *STATES]))
    if state != "number":
        return Value(key=leaf.key, unit=None, state=state)
    note = draw(st.none() | st.none() | st.just("含自然失效29件"))
    unit = leaf.unit or ("元" if leaf.kind == "money" else None)
    return Value(key=leaf.key, amount=draw(numbers(leaf)), unit=unit, note=note)


@st.composite
def reports(draw: st.DrawFn) -> Statistics:
    """Return any statistics: nothing has to add up."""
    year = draw(years)
    form = formats.for_year(year)
    some = draw(st.lists(st.sampled_from(form.leaves), max_size=25, unique_by=lambda leaf: leaf.key))
    filled = {leaf.key: draw(values(leaf)) for leaf in some}
    return Statistics(
        year=year,
        revision=form.revision,
        values=tuple(filled[leaf.key] for leaf in form.leaves if leaf.key in filled),
        entries=tuple(Entry(key=key, text=text) for key, text in FACTS.items()),
        local=tuple(
            LocalStatistic(item=item, value=Value(key=f"local.{number}", amount=Decimal(number), unit="篇"))
            for number, item in enumerate(draw(st.lists(words, max_size=3)), 1)
        ),
        problems=tuple(
            Problem(problem=Entry(key="problem", text=text), measure=Entry(key="measure", text=text))
            for text in draw(st.lists(words, max_size=3))
        ),
        remarks=tuple(Remark(rule="Y-2", about=text, reason=text) for text in draw(st.lists(words, max_size=3))),
    )


def told(statistics: Statistics) -> dict[str, tuple[object, ...]]:
    return {
        value.key: (value.amount, value.unit if value.amount is not None else None, value.state, value.note)
        for value in statistics.values
        if value.state != "blank"
    }


@given(reports())
@settings(max_examples=8, deadline=None)
def test_what_is_written_is_read_with_its_cells(statistics):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        write_workbook(path, [statistics])
        [form] = read_workbook(path).forms
        sheet = openpyxl.load_workbook(path).worksheets[0]
    read = form.statistics
    assert told(read) == told(statistics)
    assert [(each.item, each.value.amount) for each in read.local] == [
        (each.item, each.value.amount) for each in statistics.local
    ]
    assert [each.problem.text for each in read.problems] == [each.problem.text for each in statistics.problems]
    assert [(each.rule, each.about, each.reason) for each in read.remarks] == [
        (each.rule, each.about, each.reason) for each in statistics.remarks
    ]
    assert {found.rule for found in form.findings if found.severity == "error"} <= {"read.blank_field"}
    for value in read.values:
        typed = sheet[value.cell.address].value
        assert ("" if typed is None else str(typed)) == value.cell.raw


@given(st.data())
@settings(max_examples=8, deadline=None)
def test_what_is_typed_into_a_blank_form_is_read_from_that_cell(data):
    year = data.draw(years)
    leaves = formats.for_year(year).leaves
    typed = {leaf.key: data.draw(numbers(leaf)) for leaf in data.draw(st.lists(st.sampled_from(leaves), max_size=20))}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "表.xlsx"
        write_blank_form(path, year, FACTS)
        [blank] = read_workbook(path).forms
        cells = {value.key: value.cell.address for value in blank.statistics.values}
        book = openpyxl.load_workbook(path)
        for key, amount in typed.items():
            leaf = blank.statistics.format.leaf(key)
            book.worksheets[0][cells[key]] = f"{amount:f}元" if leaf.kind == "money" and not leaf.unit else amount
        book.save(path)
        [form] = read_workbook(path).forms
    read = {value.key: value for value in form.statistics.values}
    assert {key: value.amount for key, value in read.items() if value.amount is not None} == typed
    assert {key: value.cell.address for key, value in read.items()} == cells
