"""Small multiples: what a picture with a panel an organ and a column a year says, in figures and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from giakit.content.model import Chart, TableBand, TableCell
from giakit.explore.declared import MultiplesPlan, load_plan
from giakit.explore.drawing import draw_multiples
from giakit.explore.figures import NOTHING, Figure, Reading
from giakit.figures import format_amount

if TYPE_CHECKING:
    from jinja2 import Template

    from giakit.explore.frame import Organ

MOST = 60  # organs that are drawn


@dataclass(frozen=True)
class Column:
    """A year of an organ: the amounts stacked in its column; empty where it has no number, and `words` say why."""

    parts: tuple[tuple[str, Decimal], ...]
    words: str

    @property
    def height(self) -> Decimal:
        """The sum of what is stacked."""
        return sum((amount for _, amount in self.parts), Decimal())

    @property
    def mark(self) -> str:
        """What stands above the column, or in its place."""
        return format_amount(self.height) if self.parts else self.words


@dataclass(frozen=True)
class Panel:
    """An organ with its column of each year."""

    name: str
    columns: tuple[tuple[int, Column], ...]

    @property
    def highest(self) -> Decimal:
        """The height of its highest column."""
        return max((column.height for _, column in self.columns), default=Decimal())


@dataclass(frozen=True)
class Group:
    """The panels of a level, drawn to one scale."""

    heading: str
    panels: tuple[Panel, ...]


def plan_multiples(name: str) -> MultiplesPlan | None:
    """Return the picture of ``explore.toml`` with this name, if it has one."""
    return next((plan for plan in load_plan().multiples if plan.id == name), None)


def build_multiples(
    caption: str,
    organs: Sequence[Organ],
    figures: Sequence[Figure],
    readings: Sequence[Mapping[tuple[str, int], Reading]],
    years: Sequence[int],
    left_out: Sequence[int],
    most: int = MOST,
) -> Chart:
    """Build the picture of some figures, stacked where there are several.

    Parameters
    ----------
    readings
        What organs reported, by figure.
    years, left_out
        The years that are drawn; those whose form lacks a figure, for the caption.
    most
        How many organs are drawn, those with the highest columns.
    """
    panels = {organ: _panel(organ, figures, readings, years) for organ in organs}
    words = load_plan().words
    remarks = [words.left_out.format(years="、".join(map(str, left_out)))] if left_out else []
    name = f"{figures[0].key.replace('.', '-')}-{len(figures)}"
    legend = [figure.name for figure in figures] if len(figures) > 1 else []
    return draw_panels(name, caption, figures[0].unit or "", panels, remarks, legend, most)


def draw_panels(
    name: str,
    caption: str,
    unit: str,
    panels: Mapping[Organ, Panel],
    remarks: Sequence[str] = (),
    legend: Sequence[str] = (),
    most: int = MOST,
) -> Chart:
    """Draw panels of organs, by level; their table and alternative text say what is drawn.

    Parameters
    ----------
    name
        What tells this picture from others of a page.
    remarks
        What the caption adds.
    legend
        The names of what is stacked.
    """
    drawn = set(sorted(panels, key=lambda organ: -panels[organ].highest)[:most])
    groups = []
    for level in dict.fromkeys(organ.level for organ in panels):
        members = [panel for organ, panel in panels.items() if organ in drawn and organ.level == level]
        groups += [_group(level, members, unit)] if members else []
    words = load_plan().words
    many = [words.most.format(count=len(panels), most=most)] if len(panels) > most else []
    head = f"{caption}（{unit}）" if unit else caption
    shown = [panel for group in groups for panel in group.panels]
    alternative = _alternative().render(caption=head, panels=shown)
    sheet = draw_multiples(groups, legend)
    return Chart(
        id=f"multiples-{name}",
        key="",
        caption="；".join((head, *remarks, *many)),
        alt=alternative,
        svg=sheet.to_svg(head, alternative).decode(),
        width=sheet.width,
        height=sheet.height,
        data=_data(shown),
    )


def _group(level: str, panels: Sequence[Panel], unit: str) -> Group:
    highest = format_amount(max(panel.highest for panel in panels))
    heading = load_plan().words.group.format(level=level, count=len(panels), highest=highest, unit=unit)
    return Group(heading, tuple(panels))


def _panel(
    organ: Organ,
    figures: Sequence[Figure],
    readings: Sequence[Mapping[tuple[str, int], Reading]],
    years: Sequence[int],
) -> Panel:
    columns = []
    for year in years:
        told = [
            (figure, reading.get((organ.key, year), NOTHING)) for figure, reading in zip(figures, readings, strict=True)
        ]
        parts = tuple((figure.name, each.amount) for figure, each in told if each.amount is not None)
        columns.append((year, Column(parts, _words(told))))
    return Panel(organ.name, tuple(columns))


def _words(told: Sequence[tuple[Figure, Reading]]) -> str:
    """Say a column: its figure, or each of several; where none is a number, why the first is not."""
    if len(told) == 1 or all(reading.amount is None for _, reading in told):
        return _say(*told[0])
    return "、".join(f"{figure.name}{_say(figure, reading)}" for figure, reading in told)


def _say(figure: Figure, reading: Reading) -> str:
    if reading.amount is None:
        return load_plan().states[reading.state]
    return f"{format_amount(reading.amount)}{figure.unit or ''}"


def _data(panels: Sequence[Panel]) -> TableBand:
    words = load_plan().words
    years = [year for year, _ in panels[0].columns] if panels else []
    head = [TableCell(text=text, scope="col") for text in (words.corner, *(words.year.format(year=y) for y in years))]
    body = [
        (TableCell(text=panel.name, scope="row"), *(TableCell(text=column.words) for _, column in panel.columns))
        for panel in panels
    ]
    return TableBand(head=(tuple(head),), body=tuple(body))


@cache
def _alternative() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text; the page escapes
    return environment.from_string(load_plan().words.alternative.strip())
