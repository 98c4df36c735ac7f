"""Statements held against the statistics: a finding where a sentence contradicts the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from giakit.figures import format_amount
from giakit.findings import Finding, Severity, finding
from giakit.language import Text
from giakit.prose.lookup import Figure, Lookup
from giakit.prose.quantities import Quantity
from giakit.prose.quote import quote
from giakit.prose.rules import load_claims
from giakit.prose.scope import OWN
from giakit.prose.shares import as_written, check_share
from giakit.prose.statements import Statement
from giakit.statistics import Statistics


@dataclass(frozen=True)
class _Judged:
    """A statement with what it may mean, as far as that is known.

    `agrees` tells whether it agrees with one of the readings, `unknown` whether one of them is missing that may do so.
    """

    statement: Statement
    readings: tuple[Figure, ...]
    agrees: bool
    unknown: bool = False


def judge_statements(
    statements: Sequence[Statement], statistics: Statistics, previous: Statistics | None, place: str
) -> list[Finding]:
    """Return a finding for every statement that contradicts the figures of the year it speaks of.

    Figures that are said to be another body's count only if a total among them agrees with the tables. A number below
    the tables' may be one of a part; it is an error only where the words, or an agreeing total, say it is none.
    """
    years = {"this": Lookup(statistics)} | ({"last": Lookup(previous)} if previous else {})
    judged = [_judge(each, years[each.when]) for each in statements if each.when in years]
    proven = {each.statement.scope for each in judged if _proves_scope(each)}
    return [
        found
        for each in judged
        if each.readings and each.statement.scope in {OWN, *proven}
        for found in (
            *_contradiction(each, place, sure=each.statement.scope in proven),
            *check_share(each.statement, each.readings, years[each.statement.when], place),
        )
    ]


def _judge(statement: Statement, lookup: Lookup) -> _Judged:
    claim = statement.claim
    known = [each for each in (lookup.reading(keys) for keys in claim.equals) if each is not None]
    readings = tuple(each for each in known if each.amounts)
    if claim.kind != "number":
        return _Judged(statement, readings, all(0 in each.amounts for each in readings))
    agrees = any(_same(statement.quantity, amount) for each in readings for amount in each.amounts)
    unknown = not known or not known[0].amounts or any(each.unreadable for each in known)
    return _Judged(statement, readings, agrees or _crosses(statement, lookup), unknown)


def _same(quantity: Quantity | None, amount: Decimal) -> bool:
    """Whether a number is the tables', money also rounded or cut off at its last digit."""
    if quantity is None or quantity.amount is None or quantity.amount == amount:
        return True
    return quantity.unit == "元" and quantity.amount in as_written(amount, quantity.step)


def _crosses(statement: Statement, lookup: Lookup) -> bool:
    """Whether the number is that of an applicant's column or another row which its sentence names."""
    crossings = load_claims().crossings
    table, row, *_ = statement.claim.equals[0][0].split(".")
    if table != crossings.table:
        return False
    words = statement.sentence.marked
    rows = {row, *(each for each, names in crossings.rows.items() if re.search(names, words))}
    columns = {each for each, names in crossings.columns.items() if re.search(names, words)}
    figures = [lookup.figure(f"{table}.{each}.{column}") for each in rows for column in columns]
    return any(_same(statement.quantity, amount) for each in figures if each for amount in each.amounts)


def _proves_scope(judged: _Judged) -> bool:
    statement = judged.statement
    amount = statement.quantity.amount if statement.quantity else None
    return statement.claim.anchor and judged.agrees and bool(amount) and statement.when == "this"


def _contradiction(judged: _Judged, place: str, *, sure: bool) -> Iterator[Finding]:
    if judged.agrees or judged.unknown:
        return
    severity = _severity(judged, sure=sure)
    if judged.statement.when == "last" and severity == "error":
        severity = "warning"  # last year's workbook may have been put right since its report was printed
    yield finding(
        judged.statement.claim.rule,
        severity,
        place,
        _problem(judged),
        Text("Mend the sentence, or the workbook if the sentence is right."),
        words=judged.readings[0].label,
        cells=dict.fromkeys(cell for each in judged.readings for cell in each.cells),
    )


def _severity(judged: _Judged, *, sure: bool) -> Severity:
    statement, claim = judged.statement, judged.statement.claim
    amount = statement.quantity.amount if statement.quantity else None
    if amount is None or amount > max(each for reading in judged.readings for each in reading.amounts):
        return claim.severity
    if claim.smaller:
        return claim.smaller
    return claim.severity if sure or statement.total else "warning"


def _problem(judged: _Judged) -> Text:
    statement = judged.statement
    found = statement.quantity.text if statement.quantity else ""
    sentence = quote(statement.sentence.written, found)
    if statement.claim.kind == "none":
        return Text(
            "“{sentence}” says there was nothing, the tables say {expected}",
            sentence=sentence,
            expected=_list(_not_nothing(judged)),
        )
    if statement.claim.kind == "all_upheld":
        return Text(
            "“{sentence}” says that all were upheld, the tables say {expected}",
            sentence=sentence,
            expected=_list(_not_nothing(judged)),
        )
    expected = _list(_worth_telling(judged.readings))
    if statement.when == "last":
        return Text(
            "“{sentence}” says {found}, last year's tables say {expected}",
            sentence=sentence,
            found=found,
            expected=expected,
        )
    return Text(
        "“{sentence}” says {found}, the tables say {expected}", sentence=sentence, found=found, expected=expected
    )


def _not_nothing(judged: _Judged) -> list[Figure]:
    return [each for each in judged.readings if 0 not in each.amounts]


def _worth_telling(readings: Sequence[Figure]) -> list[Figure]:
    """Return the first reading, and the first other one that is not the same number."""
    first, *others = readings
    return [first, *[each for each in others if each.amounts != first.amounts][:1]]


def _list(readings: Sequence[Figure]) -> str:
    return "；".join(
        f"{'/'.join(format_amount(amount) for amount in sorted(each.amounts))}（{each.label}）" for each in readings
    )
