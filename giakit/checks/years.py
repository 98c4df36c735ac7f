"""Checks against last year's figures of the same organ, which may be in another revision of the form."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.checks.lines import lines_of
from giakit.checks.questions import question
from giakit.checks.selection import Figure, pair_years, select
from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from giakit.formats.rules import (
        CarryOverRule,
        Floor,
        FollowsRule,
        MagnitudeRule,
        RollForwardRule,
        VanishedRule,
    )
    from giakit.statistics import Cell, Statistics


def check_carry_over(statistics: Statistics, previous: Statistics, rule: CarryOverRule) -> Iterator[Finding]:
    """Check in every line that a figure restates last year's."""
    for line in lines_of(statistics.revision, rule):
        figure, before = line.side(statistics, (rule.figure,)), line.side(previous, (rule.last_year,))
        if figure.readable and before.readable and figure.amount != before.amount:
            yield finding(
                rule.id,
                rule.severity if line.node == rule.total else rule.by_line,
                line.place,
                Text(
                    "{figure} is {found}, last year's {before} was {expected}, a difference of {difference}",
                    figure=figure.label,
                    found=format_amount(figure.amount),
                    before=before.label,
                    expected=format_amount(before.amount),
                    difference=format_amount(figure.amount - before.amount),
                ),
                Text("Enter the figure of last year's report, or mend the one that is wrong there."),
                words=rule.words,
                cells=[*figure.cells, *before.cells],
            )


def check_roll_forward(statistics: Statistics, previous: Statistics, rule: RollForwardRule) -> Iterator[Finding]:
    """Check that a figure follows from last year's and from the changes since."""
    for line in lines_of(statistics.revision, rule):
        figure = line.side(statistics, (rule.figure,))
        before = [line.side(previous, (name,)) for name in rule.last_year]
        plus, minus = ([line.side(statistics, (name,)) for name in names] for names in (rule.plus, rule.minus))
        added, taken = (sum((side.amount for side in sides), Decimal(0)) for sides in ([*before, *plus], minus))
        sides = [figure, *before, *plus, *minus]
        if all(side.readable for side in sides) and figure.amount != added - taken:
            problem = Text(
                "{figure} is {found}, last year's figure and the changes come to {expected}, "
                "a difference of {difference}",
                figure=figure.label,
                found=format_amount(figure.amount),
                expected=format_amount(added - taken),
                difference=format_amount(figure.amount - added + taken),
            )
            yield question(rule, line.place, problem, [cell for side in sides for cell in side.cells])


def check_follows(statistics: Statistics, previous: Statistics, rule: FollowsRule) -> Iterator[Finding]:
    """Check that what comes after something had something to come after, this year or last."""
    for figure in select(statistics, (rule.figure,)):
        for after in pair_years(statistics, previous, (rule.after,)):
            if figure.amount() and not any(each.amount() for each in after):
                problem = Text(
                    "is {found}, but {after} is 0 this year and last", found=figure.printed, after=after[0].place
                )
                yield question(rule, figure.place, problem, _cells(figure, *after))


def check_magnitude(statistics: Statistics, previous: Statistics, rule: MagnitudeRule) -> Iterator[Finding]:
    """Check for figures of quite another size than last year's; small ones jump by themselves and are left alone."""
    floors = {floor.kind: floor for floor in rule.floors}
    to_zero = {figure.leaf.key for figure in select(statistics, rule.to_zero)}
    for figure, before in pair_years(statistics, previous, rule.references):
        floor = floors.get(figure.leaf.kind)
        problem = _jump(figure, before, rule.factor, floor) if floor else None
        if problem and (figure.amount() or figure.leaf.key in to_zero):
            yield question(rule, figure.place, problem, _cells(figure, before))


def _jump(figure: Figure, before: Figure, factor: int, floor: Floor) -> Text | None:
    now, then = figure.amount(floor.unit), before.amount(floor.unit)
    if not then or now is None or max(now, then) < floor.amount:
        return None
    values = {"found": figure.printed, "before": before.printed, "factor": factor}
    if not now:
        return Text("is 0, last year's was {before}", before=before.printed)
    if now >= then * factor:
        return Text("is {found}, at least {factor} times last year's {before}", **values)
    if now * factor <= then:
        return Text("is {found}, last year's {before} was at least {factor} times that", **values)
    return None


def check_vanished(statistics: Statistics, previous: Statistics, rule: VanishedRule) -> Iterator[Finding]:
    """Check that what there was last year has not gone without a trace."""
    pairs = list(pair_years(statistics, previous, rule.before))
    if not rule.now:
        for figure, before in pairs:
            if not figure.amount() and (before.amount() or 0) >= rule.least:
                problem = Text("is 0, last year's was {before}", before=before.printed)
                yield question(rule, figure.place, problem, _cells(figure, before))
        return
    now = list(select(statistics, rule.now))
    there = [before for _, before in pairs if before.amount()]
    came_to = sum((before.amount() or Decimal(0) for before in there), Decimal(0))
    if now and came_to >= rule.least and all(figure.amount() == 0 for figure in now):
        problem = Text(
            "every figure is 0, but last year {before} came to {amount}",
            before="、".join(before.place for before in there),
            amount=format_amount(came_to),
        )
        yield question(rule, now[0].leaf.section.heading, problem, _cells(*now, *there))


def _cells(*figures: Figure) -> list[Cell]:
    return [cell for figure in figures for cell in figure.cells]
