"""Random reports that reconcile give no error; any one wrong figure in them is found and, in table 三, named."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from giakit import formats
from giakit.checks import check_arithmetic, check_statistics
from giakit.findings import Finding, errors
from giakit.statistics import Cell, Entry, Statistics, Value

APPLICANTS = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_organisation",
    "legal_service_organisation",
    "other_organisation",
)
REMEDIES = ("reconsideration", "direct", "after")
OUTCOMES = ("upheld", "corrected", "other", "pending")

counts = st.integers(0, 12) | st.integers(0, 10**6)
Amounts = dict[str, int]


def detail_rows(year: int, *, undivided: bool) -> list[str]:
    """Return the rows under the results, a group that is printed as one row as that row."""
    band = formats.for_year(year).table("applications").bands[0]
    rows = [path for path in band.leaf_rows if path[0].id == "results" and not path[-1].total]
    return list(dict.fromkeys(path[-2].id if undivided and path[-2].undivided else path[-1].id for path in rows))


@st.composite
def application_amounts(draw: st.DrawFn, year: int) -> Amounts:
    """Return table 三 with all its totals right."""
    details = detail_rows(year, undivided=draw(st.booleans()))
    rows = ["received", "carried_in", *details, "handled", "carried_over"]
    table: dict[str, list[int]] = {row: [] for row in rows}
    cells = st.tuples(st.sampled_from(APPLICANTS), st.sampled_from(details))
    filled = draw(st.dictionaries(cells, counts, max_size=20))  # the others are 0, as in real reports
    for applicant in APPLICANTS:
        numbers = [filled.get((applicant, row), 0) for row in details]
        carried_over, handled = draw(counts), sum(numbers)
        carried_in = draw(st.integers(0, handled + carried_over))
        column = [handled + carried_over - carried_in, carried_in, *numbers, handled, carried_over]
        for row, number in zip(rows, column, strict=True):
            table[row].append(number)
    return {
        f"applications.{row}.{column}": number
        for row, numbers in table.items()
        for column, number in zip((*APPLICANTS, "total"), (*numbers, sum(numbers)), strict=True)
    }


@st.composite
def remedy_amounts(draw: st.DrawFn) -> Amounts:
    """Return table 四 with all its totals right."""
    amounts = {}
    for remedy in REMEDIES:
        numbers = draw(st.lists(counts, min_size=4, max_size=4))
        amounts |= {f"remedies.{remedy}_{name}": number for name, number in zip(OUTCOMES, numbers, strict=True)}
        amounts[f"remedies.{remedy}_total"] = sum(numbers)
    return amounts


@st.composite
def disclosure_amounts(draw: st.DrawFn, year: int) -> Amounts:
    """Return any figures of section 二 that are possible."""
    leaves = [leaf for leaf in formats.for_year(year).leaves if leaf.table.id == "disclosure"]
    amounts = {leaf.key: draw(counts) for leaf in leaves}
    for leaf in leaves:
        if leaf.kind == "signed":
            at_most = amounts[leaf.key.replace(".change", ".items_last_year")]
            amounts[leaf.key] = draw(st.integers(-at_most, 10**6))
    return amounts


@st.composite
def reports(draw: st.DrawFn, year: int | None = None) -> Statistics:
    """Return a report whose figures reconcile."""
    year = year or draw(st.sampled_from([2019, 2020, 2021, 2023]))
    amounts = draw(disclosure_amounts(year)) | draw(application_amounts(year)) | draw(remedy_amounts())
    form = formats.for_year(year)
    values = tuple(
        Value(
            key=leaf.key,
            amount=Decimal(amounts[leaf.key]),
            unit=leaf.unit or ("元" if leaf.kind == "money" else None),
            cell=Cell(workbook=f"{year}.xlsx", sheet="表", address=leaf.key),
        )
        for leaf in (*form.leaves, *form.undivided_leaves)
        if leaf.key in amounts
    )
    level = Entry(key="organ.level", text="省级政府")
    return Statistics(year=year, revision=form.revision, values=values, entries=(level,))


def change(statistics: Statistics, **changes: object) -> Statistics:
    """Return the report with other amounts, or blanks, in the figures named by key."""
    new = {key.replace("__", "."): amount for key, amount in changes.items()}
    values = tuple(
        value
        if value.key not in new
        else value.model_copy(
            update={"amount": new[value.key], "state": "blank" if new[value.key] is None else "number"}
        )
        for value in statistics.values
    )
    return Statistics(**dict(statistics) | {"values": values})  # a copy would keep the old figures' index


def figures(statistics: Statistics, *tables: str) -> st.SearchStrategy[Value]:
    return st.sampled_from([value for value in statistics.values if value.key.split(".")[0] in tables])


def addresses(found: Finding) -> list[str]:
    return [cell.address for cell in found.cells]


@given(reports())
@settings(deadline=None)
def test_figures_that_reconcile_give_no_error(statistics):
    assert errors(check_statistics(statistics)) == []


@given(st.data())
@settings(deadline=None)
def test_any_other_amount_in_one_cell_is_found_with_that_cell(data):
    statistics = data.draw(reports())
    wrong = data.draw(figures(statistics, "applications", "remedies"))
    amount = data.draw(counts.map(Decimal).filter(lambda number: number != wrong.amount))
    found = check_arithmetic(change(statistics, **{wrong.key: amount}))
    assert found
    assert all(wrong.key in addresses(each) for each in found)


@given(st.data())
@settings(deadline=None)
def test_a_wrong_cell_of_table_three_is_named_with_the_amount_that_mends_it(data):
    statistics = data.draw(reports())
    wrong = data.draw(figures(statistics, "applications"))
    amount = data.draw(st.none() | counts.map(Decimal))
    assume((amount or 0) != wrong.amount)
    found = check_arithmetic(change(statistics, **{wrong.key: amount}))
    assert len(found) >= 2
    for each in found:
        assert each.culprit == wrong.cell == each.cells[0]
        assert each.problem.args["amount"] == str(wrong.amount)


@given(st.data())
@settings(deadline=None)
def test_two_slips_of_different_size_are_told_apart(data):
    statistics = data.draw(reports())
    one, other = (data.draw(figures(statistics, "applications")) for _ in range(2))
    apart = {part for value in (one, other) for part in value.key.split(".")[1:]}
    off = data.draw(st.tuples(st.integers(1, 99), st.integers(100, 999)))
    assume(len(apart) == 4)  # two rows and two columns: no sum holds both
    slips = {value.key: value.amount + by for value, by in zip((one, other), off, strict=True)}
    found = check_arithmetic(change(statistics, **slips))
    assert {each.culprit for each in found} == {one.cell, other.cell}


@given(st.data())
@settings(deadline=None)
def test_what_is_blamed_in_table_four_would_mend_it(data):
    statistics = data.draw(reports())
    wrong = data.draw(figures(statistics, "remedies"))
    amount = data.draw(counts.map(Decimal).filter(lambda number: number != wrong.amount))
    changed = change(statistics, **{wrong.key: amount})
    (found,) = check_arithmetic(changed)
    if found.culprit:
        mended = change(changed, **{found.culprit.address: Decimal(found.problem.args["amount"])})
        assert check_arithmetic(mended) == []


@given(st.data(), st.sampled_from([2020, 2021, 2022]))
@settings(deadline=None)
def test_a_carry_over_is_compared_in_every_column(data, year):
    previous, statistics = data.draw(reports(year - 1)), data.draw(reports(year))
    columns_off = {
        column
        for column in (*APPLICANTS, "total")
        if statistics[f"applications.carried_in.{column}"].amount
        != previous[f"applications.carried_over.{column}"].amount
    }
    found = [each for each in check_statistics(statistics, previous) if each.rule == "Y-1"]
    assert {each.cells[0].address.rsplit(".", 1)[-1] for each in found} == columns_off
    assert bool(errors(found)) == ("total" in columns_off)
    carried = {
        f"applications.carried_in.{column}": previous[f"applications.carried_over.{column}"].amount
        for column in (*APPLICANTS, "total")
    }
    assert not [each for each in check_statistics(change(statistics, **carried), previous) if each.rule == "Y-1"]
