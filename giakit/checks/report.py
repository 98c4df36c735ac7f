"""All checks of one report: which function checks which kind of rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from giakit.checks.answers import answer_findings
from giakit.checks.arithmetic import check_arithmetic, check_joined
from giakit.checks.limits import (
    check_at_least,
    check_both_or_neither,
    check_ceiling,
    check_near,
    check_not_negative,
    check_slip,
    check_zero_for_level,
)
from giakit.checks.years import (
    check_carry_over,
    check_follows,
    check_magnitude,
    check_roll_forward,
    check_vanished,
)
from giakit.findings import Finding, finding
from giakit.formats import rules
from giakit.language import Text
from giakit.statistics import Statistics

if TYPE_CHECKING:
    from giakit.formats.rules import FigureRule, LineRule

WITHIN: Mapping[type[LineRule | FigureRule], Callable[[Statistics, Any], Iterator[Finding]]] = {
    rules.JoinedRule: check_joined,
    rules.AtLeastRule: check_at_least,
    rules.NearRule: check_near,
    rules.NotNegativeRule: check_not_negative,
    rules.ZeroForLevelRule: check_zero_for_level,
    rules.CeilingRule: check_ceiling,
    rules.BothOrNeitherRule: check_both_or_neither,
}
ACROSS: Mapping[type[LineRule | FigureRule], Callable[[Statistics, Statistics, Any], Iterator[Finding]]] = {
    rules.CarryOverRule: check_carry_over,
    rules.RollForwardRule: check_roll_forward,
    rules.CeilingRule: check_slip,
    rules.FollowsRule: check_follows,
    rules.MagnitudeRule: check_magnitude,
    rules.VanishedRule: check_vanished,
}


def check_statistics(statistics: Statistics, previous: Statistics | None = None) -> list[Finding]:
    """Check one organ's figures against every rule of its form; the organ's remarks answer the warnings.

    Parameters
    ----------
    previous
        The same organ's figures of the year before, which may be in another revision of the form: what one of the two
        lacks is not compared. Without them nothing is said across years.
    """
    found = check_arithmetic(statistics)
    for rule in statistics.format.rules:
        if type(rule) in WITHIN:
            found += WITHIN[type(rule)](statistics, rule)
    if previous is not None and previous.year != statistics.year - 1:
        found.append(_wrong_previous(statistics, previous))
    elif previous is not None:
        for rule in statistics.format.rules:
            if type(rule) in ACROSS:
                found += ACROSS[type(rule)](statistics, previous, rule)
    return answer_findings(found, statistics.remarks)


def _wrong_previous(statistics: Statistics, previous: Statistics) -> Finding:
    return finding(
        "read.previous",
        "warning",
        statistics.entry("organ.key").text,
        Text(
            "the figures given as last year's are of {found}, not {expected}",
            found=previous.year,
            expected=statistics.year - 1,
        ),
        Text("Name the right workbook as `previous`, or leave it out."),
    )
