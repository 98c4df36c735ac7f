"""The sample county: ``organs/*.toml`` → ``params/county-<year>.xlsx``, the same bytes each time.

Run ``.venv/bin/python -m tests.samples`` after a change to the data; a folder may be named to write elsewhere.

An organ's file states what an office has on record. Whatever the form's arithmetic determines is worked out here
instead of being typed, so that no identity can be broken by a slip of the pen: totals, what is left over at the end of
a year and carried into the next, 现行有效件数 after the first year of a form. A row that is not stated is 0, and so is
an applicant's column left off at the end. A county's figures are the sums of those of its `members`.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from giakit import formats
from giakit.formats import Column, Format, Row
from giakit.forms.amounts import Amount, parse_amount
from giakit.forms.fields import load_blocks
from giakit.forms.write import write_workbook
from giakit.statistics import Entry, LocalStatistic, Problem, Statistics, Value

HERE = Path(__file__).resolve().parent
PARAMS = HERE.parents[1] / "params"

Organ = dict[str, Any]
Figures = dict[str, Amount]


def main(folder: Path) -> None:
    """Write every year's workbook into a folder."""
    for year, sheets in build_county(read_organs()).items():
        write_workbook(folder / f"county-{year}.xlsx", sheets)


def read_organs() -> list[Organ]:
    """Return the organs' data in the order of the sheets."""
    order = tomllib.loads((HERE / "county.toml").read_text(encoding="utf-8"))["organs"]
    return [
        tomllib.loads((HERE / "organs" / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
        for name in order
    ]


def build_county(organs: Sequence[Organ]) -> dict[int, list[Statistics]]:
    """Return the organs' statistics by year, each year's carried on from the year before."""
    years = sorted({int(name) for organ in organs for name in organ if name.isdecimal()})
    county: dict[int, list[Statistics]] = {}
    before: dict[str, Figures] = {}
    for year in years:
        form = formats.for_year(year)
        figures = _build_figures(form, organs, str(year), before)
        county[year] = [_build_statistics(form, organ, year, figures[_key(organ)]) for organ in organs]
        before = figures
    return county


def _key(organ: Organ) -> str:
    return str(organ["organ"]["key"])


def _build_figures(
    form: Format, organs: Sequence[Organ], year: str, before: Mapping[str, Figures]
) -> dict[str, Figures]:
    """Return every organ's figures by key; those that sum up others come last, since they need the others'."""
    figures: dict[str, Figures] = {}
    for organ in sorted(organs, key=lambda organ: "members" in organ):
        key = _key(organ)
        try:
            if "members" in organ:
                figures[key] = _sum_up(form, [figures[member] for member in organ["members"]])
            else:
                figures[key] = _complete(form, _stated(form, organ[year]), before.get(key))
        except ValueError as error:
            raise ValueError(f"{key} {year}: {error}") from None
    return figures


# ---- what an organ's file says -------------------------------------------------------------------------------------


def _stated(form: Format, year: Organ) -> Figures:
    """Return the figures that the file states.

    Raises
    ------
    ValueError
        If one is no figure of the form, or is not such a figure.
    """
    named = {**_stated_disclosure(year), **_stated_applications(form, year), **_stated_remedies(year)}
    leaves = {leaf.key: (leaf.kind, leaf.unit) for leaf in form.leaves}
    fees = {field.key: (field.kind, field.unit) for field in load_blocks().other.fields if field.kind}
    figures: Figures = {}
    for key, raw in {**named, **{f"fee.{name}": raw for name, raw in year.get("fee", {}).items()}}.items():
        if key not in leaves and key not in fees:
            raise ValueError(f"{key} is no figure of the form of {form.revision}")
        kind, unit = leaves.get(key) or fees[key]
        amount = parse_amount(raw, kind or "count", unit)
        if not isinstance(amount, Amount):
            raise ValueError(f"{key} = {raw}: {amount}")  # noqa: TRY004 - a wrong value in the data
        figures[key] = amount
    return figures


def _stated_disclosure(year: Organ) -> dict[str, object]:
    rows = year.get("disclosure", {}).items()
    return {f"disclosure.{row}.{column}": raw for row, columns in rows for column, raw in columns.items()}


def _stated_applications(form: Format, year: Organ) -> dict[str, object]:
    """Pair each row's numbers with the applicants from the left; a lone number is that of 自然人."""
    columns = [path[-1].id for path in form.table("applications").bands[0].leaf_columns if not path[-1].total]
    rows = {row: raw if isinstance(raw, list) else [raw] for row, raw in year.get("applications", {}).items()}
    return {
        f"applications.{row}.{column}": raw
        for row, numbers in rows.items()
        for column, raw in zip(columns, numbers, strict=False)
    }


def _stated_remedies(year: Organ) -> dict[str, object]:
    groups = year.get("remedies", {}).items()
    return {f"remedies.{group}_{result}": raw for group, results in groups for result, raw in results.items()}


# ---- what follows from it ------------------------------------------------------------------------------------------


def _complete(form: Format, stated: Figures, before: Figures | None) -> Figures:
    figures = {leaf.key: stated.get(leaf.key, Amount("number", Decimal(0), leaf.unit)) for leaf in form.leaves}
    derived = dict(figures)
    _carry_documents(derived, before or {})
    _carry_applications(form, derived, before)
    _add_totals(form, derived)
    given = {key for key in stated if key in figures and derived[key].amount != figures[key].amount}
    if given:
        raise ValueError(f"stated, but follows from other figures: {', '.join(sorted(given))}")
    return derived | {key: amount for key, amount in stated.items() if key not in derived}


def _carry_documents(figures: Figures, before: Figures) -> None:
    """Work out 现行有效件数 where the year before was reported in the same form."""
    for key in [key for key in figures if key.endswith(".in_force") and key in before]:
        row = key.removesuffix(".in_force")
        total = _number(before[key]) + _number(figures[f"{row}.issued"]) - _number(figures[f"{row}.repealed"])
        figures[key] = _count(key, total)


def _carry_applications(form: Format, figures: Figures, before: Figures | None) -> None:
    table = form.table("applications")
    [(handled, parts)] = _totals(table.bands[0].rows)
    for path in table.bands[0].leaf_columns:
        if path[-1].total:
            continue
        at = {row: f"applications.{row}.{path[-1].id}" for row in ("received", "carried_in", "carried_over", handled)}
        if before is not None:
            figures[at["carried_in"]] = before[at["carried_over"]]
        done = sum(_number(figures[f"applications.{part}.{path[-1].id}"]) for part in parts)
        figures[at[handled]] = _count(at[handled], done)
        open_cases = _number(figures[at["received"]]) + _number(figures[at["carried_in"]]) - done
        figures[at["carried_over"]] = _count(at["carried_over"], open_cases)


def _add_totals(form: Format, figures: Figures) -> None:
    """Work out the columns of totals, row by row."""
    for _, row in groupby(form.leaves, key=lambda leaf: (leaf.table.id, leaf.row)):
        leaves = list(row)
        keys = {leaf.column[-1].id: leaf.key for leaf in leaves}
        for total, parts in _totals(leaves[0].band.columns):
            figures[keys[total]] = _count(keys[total], sum(_number(figures[keys[part]]) for part in parts))


def _totals(nodes: Sequence[Row] | Sequence[Column]) -> Iterator[tuple[str, list[str]]]:
    """Yield each total with the leaves beside it that it restates, inner ones first."""
    for node in nodes:
        yield from _totals(node.children)
    for total in (node for node in nodes if node.total):
        yield total.id, [leaf for node in nodes if not node.total for leaf in _leaves(node)]


def _leaves(node: Row | Column) -> list[str]:
    return [leaf for child in node.children for leaf in _leaves(child)] if node.children else [node.id]


def _sum_up(form: Format, members: Sequence[Figures]) -> Figures:
    """Add up the members' figures; money that names its own unit in 万元, as county governments print it."""
    units = {leaf.key: leaf.unit or "万元" for leaf in form.leaves}
    units |= {field.key: field.unit or "" for field in load_blocks().other.fields if field.kind}
    return {
        key: _sum_of(key, unit, [member[key] for member in members if key in member]) for key, unit in units.items()
    }


def _sum_of(key: str, unit: str, amounts: Sequence[Amount]) -> Amount:
    values = [Value(key=key, amount=each.amount, unit=each.unit) for each in amounts if each.amount]
    total = sum((value.in_unit(unit) or Decimal(0) for value in values), Decimal(0))
    return Amount("number", total, unit)


def _number(amount: Amount) -> Decimal:
    return amount.amount or Decimal(0)


def _count(key: str, number: Decimal | int) -> Amount:
    if number < 0:
        raise ValueError(f"{key} would be {number}")
    return Amount("number", Decimal(number), "件")


# ---- as the workbook wants it --------------------------------------------------------------------------------------


def _build_statistics(form: Format, organ: Organ, year: int, figures: Figures) -> Statistics:
    stated = organ[str(year)]
    return Statistics(
        year=year,
        revision=form.revision,
        values=tuple(_value(key, amount) for key, amount in figures.items()),
        entries=tuple(Entry(key=key, text=text) for key, text in _texts(organ, stated)),
        local=tuple(
            LocalStatistic(item=item, value=Value(key=f"local.{number}", amount=Decimal(amount), unit=unit))
            for number, (item, amount, unit) in enumerate(stated["local"], 1)
        ),
        problems=tuple(
            Problem(
                problem=Entry(key=f"problem.{number}", text=pair["problem"]),
                measure=Entry(key=f"measure.{number}", text=pair["measure"]),
            )
            for number, pair in enumerate(stated["problems"], 1)
        ),
    )


def _value(key: str, amount: Amount) -> Value:
    return Value(key=key, amount=amount.amount, unit=amount.unit, state=amount.state, note=amount.note)


def _texts(organ: Organ, stated: Organ) -> Iterator[tuple[str, str]]:
    for block in ("organ", "work", "text", "assessment"):
        for name, text in (organ if block == "organ" else stated).get(block, {}).items():
            yield f"{block}.{name}", text.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PARAMS)
