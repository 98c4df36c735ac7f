"""A finding that may have its reason: what is unlikely, not what is impossible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.findings import Finding, finding
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from giakit.formats.rules import FigureRule, LineRule
    from giakit.statistics import Cell


def question(rule: LineRule | FigureRule, place: str, problem: Text, cells: Iterable[Cell]) -> Finding:
    """Build a finding that asks for a correction or a reason."""
    remedy = Text("Mend what is wrong, or give the reason in the workbook.")
    return finding(rule.id, rule.severity, place, problem, remedy, words=rule.words, cells=cells)
