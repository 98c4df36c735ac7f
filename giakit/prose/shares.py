"""Percentages behind the numbers of applications: a share of one of the totals, rounded or cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.prose.lookup import Figure, Lookup
from giakit.prose.quote import quote
from giakit.prose.rules import load_claims
from giakit.prose.statements import Statement


def as_written(amount: Decimal, step: Decimal) -> set[Decimal]:
    """Return what may be written of an amount in steps: rounded, or cut off.

    >>> sorted(as_written(Decimal("4.348"), Decimal("0.01")))
    [Decimal('4.34'), Decimal('4.35')]
    """
    return {(amount / step).quantize(Decimal(1), rounding) * step for rounding in (ROUND_HALF_UP, ROUND_DOWN)}


def check_share(statement: Statement, meanings: Sequence[Figure], lookup: Lookup, place: str) -> Iterator[Finding]:
    """Yield a warning if the percentage is no share that the number or the tables' own could have.

    The whole may be any total of applications, or any number named before in the paragraph.
    """
    share, quantity, rules = statement.share, statement.quantity, load_claims().shares
    if share is None or share.amount is None or quantity is None or quantity.amount is None:
        return
    if statement.claim.rule not in rules.claims or statement.when != "this":
        return
    totals = [each for each in (lookup.reading(keys) for keys in rules.of) if each is not None]
    known = {amount for each in totals for amount in each.amounts}
    if not any(known):
        return
    named = {each.amount for each in statement.before if each.amount is not None and not each.is_share}
    parts = {quantity.amount, *(amount for each in meanings for amount in each.amounts)}
    possible = [part / whole * 100 for part in parts for whole in known | named if whole > 0]
    if not any(share.amount in as_written(each, share.step) for each in possible):
        yield finding(
            rules.rule,
            "warning",
            place,
            Text(
                "“{sentence}” calls {found} {share}, which is {expected} of {total}",
                sentence=quote(statement.sentence.written, share.text),
                found=quantity.text,
                share=share.text,
                expected="/".join(_percent(quantity.amount, whole) for whole in sorted(totals[0].amounts) if whole),
                total=f"{'/'.join(format_amount(whole) for whole in sorted(totals[0].amounts))}（{totals[0].label}）",
            ),
            Text("Work the percentage out again."),
            words=totals[0].label,
            cells=dict.fromkeys(cell for each in (*meanings[:1], totals[0]) for cell in each.cells),
        )


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{(part / whole * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"
