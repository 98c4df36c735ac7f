"""Checks within one report beside its sums: what an organ cannot have, what hardly goes together."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.checks.lines import lines_of
from giakit.checks.questions import question
from giakit.checks.selection import pair_years, select
from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from giakit.checks.selection import Figure
    from giakit.formats import Level
    from giakit.formats.rules import (
        AtLeastRule,
        BothOrNeitherRule,
        CeilingRule,
        NearRule,
        NotNegativeRule,
        ZeroForLevelRule,
    )
    from giakit.statistics import Statistics


def check_zero_for_level(statistics: Statistics, rule: ZeroForLevelRule) -> Iterator[Finding]:
    """Check that an organ of these levels reports none of these figures; an unknown level is not judged."""
    level = _level(statistics)
    if level is None or level.id not in rule.levels:
        return
    for figure in select(statistics, rule.figures):
        if figure.value.amount:
            yield finding(
                rule.id,
                rule.severity,
                figure.place,
                Text("is {found}, but an organ of the level {level} has none", found=figure.printed, level=level.label),
                Text("Enter 0; documents of other kinds have their own row."),
                words=rule.words,
                cells=figure.cells,
            )


def check_ceiling(statistics: Statistics, rule: CeilingRule) -> Iterator[Finding]:
    """Check for an amount too large for the level of the organ; an unknown level is not judged."""
    for figure in select(statistics, (rule.figure,)):
        if _over_limit(statistics, figure, rule):
            problem = Text(
                "{found} {unit} is very much for this level; it may have been typed in {slip}",
                found=figure.printed,
                unit=figure.leaf.unit,
                slip=rule.slip,
            )
            yield question(rule, figure.place, problem, figure.cells)


def check_slip(statistics: Statistics, previous: Statistics, rule: CeilingRule) -> Iterator[Finding]:
    """Check for a whole amount in the wrong unit by last year's; one over the limit is a finding of `check_ceiling`."""
    for figure, before in pair_years(statistics, previous, (rule.figure,)):
        amount, then = figure.amount() or Decimal(0), before.amount()
        slipped = then and rule.times[0] <= amount / then <= rule.times[1] and amount == amount.to_integral_value()
        if slipped and not _over_limit(statistics, figure, rule):
            problem = Text(
                "{found} {unit} is thousands of times last year's {before}; it may have been typed in {slip}",
                found=figure.printed,
                unit=figure.leaf.unit,
                before=before.printed,
                slip=rule.slip,
            )
            yield question(rule, figure.place, problem, [*figure.cells, *before.cells])


def check_both_or_neither(statistics: Statistics, rule: BothOrNeitherRule) -> Iterator[Finding]:
    """Check that two figures are 0 together."""
    figures = [figure for figure in select(statistics, rule.figures) if figure.value.state != "unreadable"]
    zeros = [figure for figure in figures if not figure.value.amount]
    others = [figure for figure in figures if figure.value.amount]
    for zero, other in zip(zeros, others, strict=False):  # neither or one of each, for there are two
        problem = Text("is 0, but {other} is {found}", other=other.place, found=other.printed)
        yield question(rule, zero.place, problem, [*zero.cells, *other.cells])


def check_at_least(statistics: Statistics, rule: AtLeastRule) -> Iterator[Finding]:
    """Check that figures are no less than another, less what may come off it."""
    for line in lines_of(statistics.revision, rule):
        least = line.side(statistics, (rule.least,))
        minus = [line.side(statistics, (name,)) for name in rule.minus]
        floor = least.amount - sum((side.amount for side in minus), Decimal(0))
        terms = " - ".join(side.label for side in (least, *minus))
        for name in rule.figures:
            figure = line.side(statistics, (name,))
            sides = (figure, least, *minus)
            problem: Text | None = None
            if figure.amount < floor:
                problem = Text(
                    "{figure} is {found}, less than {terms}, which is {expected}",
                    figure=figure.label,
                    found=format_amount(figure.amount),
                    terms=terms,
                    expected=format_amount(floor),
                )
            elif rule.nonzero and least.amount and not figure.amount:
                found = format_amount(least.amount)
                problem = Text(
                    "{figure} is 0, but {other} is {found}", figure=figure.label, other=least.label, found=found
                )
            if problem and all(side.readable for side in sides):
                yield question(rule, line.place, problem, [cell for side in sides for cell in side.cells])


def check_near(statistics: Statistics, rule: NearRule) -> Iterator[Finding]:
    """Check that two figures are of about the same size."""
    for line in lines_of(statistics.revision, rule):
        one, other = (line.side(statistics, (name,)) for name in rule.pair)
        small, large = sorted((one.amount, other.amount))
        if one.readable and other.readable and large >= rule.floor and large > rule.factor * small:
            problem = Text(
                "{figure} is {found}, {other} is {expected}; the two usually lie close together",
                figure=one.label,
                found=format_amount(one.amount),
                other=other.label,
                expected=format_amount(other.amount),
            )
            yield question(rule, line.place, problem, [*one.cells, *other.cells])


def check_not_negative(statistics: Statistics, rule: NotNegativeRule) -> Iterator[Finding]:
    """Check that a number and its change do not come to less than 0."""
    for line in lines_of(statistics.revision, rule):
        side = line.side(statistics, rule.parts)
        if side.readable and side.amount < 0:
            problem = Text("{terms} comes to {found}, less than 0", terms=side.label, found=format_amount(side.amount))
            remedy = Text("Check these cells against the records and mend the wrong one.")
            yield finding(rule.id, rule.severity, line.place, problem, remedy, words=rule.words, cells=side.cells)


def _level(statistics: Statistics) -> Level | None:
    return statistics.format.level(statistics.entry("organ.level").text)


def _over_limit(statistics: Statistics, figure: Figure, rule: CeilingRule) -> bool:
    level, amount = _level(statistics), figure.amount()
    return level is not None and level.id in rule.levels and amount is not None and amount >= rule.limit
