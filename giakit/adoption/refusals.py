"""Why edited prose is refused: a figure of it became another, or what it says contradicts the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.adoption.match import ChangedFigure
from giakit.findings import Finding, errors
from giakit.language import Text
from giakit.narrative.figure import Figure
from giakit.narrative.namespace import Line
from giakit.narrative.words import Passage
from giakit.prose.check import check_prose
from giakit.sources import Source

if TYPE_CHECKING:
    from giakit.content.model import Prose


def changed_figure(key: str, changed: ChangedFigure) -> Text:
    """Tell of a figure that became another: where, what was printed, what was found, where it is mended."""
    return Text(
        "{key}, “{context}”: {printed} became {found}; {remedy}",
        key=key,
        context=changed.context,
        printed=changed.before,
        found=changed.after,
        remedy=_remedy(changed),
    )


def _remedy(changed: ChangedFigure) -> Text:
    value = changed.printed.value
    match value:
        case Line():
            cells = value.amount.cells
        case Figure():
            cells = value.cells
        case Passage(cell=cell) if cell is not None:
            cells = (cell,)
        case _:
            cells = ()
    if cells:
        return Text("figures are mended in the workbook: {cell}", cell="; ".join(map(str, cells)))
    return Text("it comes from the expression {expression}", expression=f"{{{{ {changed.printed.expression} }}}}")


def contradictions(before: Prose, after: Prose, source: Source) -> tuple[list[Finding], list[Finding]]:
    """Return the new errors of edited prose: those that contradict figures in cells, and all others."""
    known, found = (
        [*prose.findings, *check_prose(prose, source.statistics, source.previous, source.other_organs)]
        for prose in (before, after)
    )
    new = [each for each in errors(found) if each not in known]
    return [each for each in new if each.cells], [each for each in new if not each.cells]
