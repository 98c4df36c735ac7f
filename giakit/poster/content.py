"""Statistics → what the poster says, in words and figures, before anything is drawn."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.figures import format_amount
from giakit.statistics import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template

    from giakit.statistics import Statistics

_STATES = {"slash": "/", "dash": "-", "not_applicable": "不适用"}


class _Item(Record):
    """A figure of ``poster.toml`` under its label."""

    label: str
    figure: str


class _CardPlan(_Item):
    details: tuple[_Item, ...] = ()


class _SectionPlan(Record):
    title: str
    cards: tuple[_CardPlan, ...] = ()
    bars: tuple[_Item, ...] = ()


class _Plan(Record):
    """The whole of ``poster.toml``."""

    badge: str
    source: str
    more: str
    fewer: str
    same: str
    year: str
    alternative: str
    sections: tuple[_SectionPlan, ...]


@dataclass(frozen=True)
class Card:
    """A figure by itself: what it counts, itself, how it compares with last year, what it consists of."""

    label: str
    figure: str
    unit: str
    change: str
    details: str


@dataclass(frozen=True)
class Bar:
    """A figure among its like; `amount` is its length."""

    label: str
    amount: Decimal
    unit: str

    @property
    def figure(self) -> str:
        """The amount as printed."""
        return format_amount(self.amount)


@dataclass(frozen=True)
class Year:
    """The bars of a year; last year may lack some."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Section:
    """A part of the poster: cards, or bars of this year and, where there are any, of last year."""

    title: str
    cards: tuple[Card, ...]
    years: tuple[Year, ...]


@dataclass(frozen=True)
class Poster:
    """All words and figures of a poster; `name` and `rest` are the title in its two parts."""

    badge: str
    title: str
    name: str
    source: str
    sections: tuple[Section, ...]

    @property
    def rest(self) -> str:
        """The title behind the organ's name, or all of it where it does not begin with the name."""
        return self.title.removeprefix(self.name)

    @property
    def alternative(self) -> str:
        """The text that stands in place of the picture."""
        return _alternative().render(badge=self.badge, title=self.title, sections=self.sections, source=self.source)


def build_poster(statistics: Statistics, previous: Statistics | None = None) -> Poster:
    """Return what the poster of an organ says; `previous` are last year's figures, of any revision."""
    name = statistics.entry("organ.name").text
    title = statistics.format.title.format(name=name, year=statistics.year)
    sections = [_section(plan, statistics, previous) for plan in _plan().sections]
    return Poster(
        badge=_plan().badge,
        title=title,
        name=name,
        source=_plan().source.format(title=title),
        sections=tuple(section for section in sections if section.cards or section.years),
    )


def _section(plan: _SectionPlan, statistics: Statistics, previous: Statistics | None) -> Section:
    cards = [_card(each, statistics, previous) for each in plan.cards]
    years = [_year(plan.bars, each) for each in (statistics, previous) if each]
    years = [year for year in years if year.bars] if years[0].bars else []
    return Section(plan.title, tuple(card for card in cards if card), tuple(years))


def _card(plan: _CardPlan, statistics: Statistics, previous: Statistics | None) -> Card | None:
    """Return a card, or ``None`` where the form has no such figure or it was left blank."""
    amount, unit = _amount(statistics, plan.figure)
    if amount is None:
        value = statistics.get(plan.figure)
        answer = _STATES.get(value.state) if value else None
        return Card(plan.label, answer, "", "", "") if answer else None
    change = _change(amount, _amount(previous, plan.figure, unit)[0] if previous else None, unit)
    return Card(plan.label, format_amount(amount), unit, change, _details(plan.details, statistics))


def _change(amount: Decimal, before: Decimal | None, unit: str) -> str:
    if before is None:
        return ""
    words = _plan().same if amount == before else _plan().more if amount > before else _plan().fewer
    return words.format(amount=format_amount(abs(amount - before)) + unit)


def _details(items: Iterable[_Item], statistics: Statistics) -> str:
    """Return the parts of a figure, or nothing unless all are there."""
    amounts = [(item.label, _amount(statistics, item.figure)[0]) for item in items]
    if any(amount is None for _, amount in amounts):
        return ""
    return "，".join(f"{label}{format_amount(amount)}" for label, amount in amounts if amount is not None)


def _year(items: Iterable[_Item], statistics: Statistics) -> Year:
    found = ((item.label, *_amount(statistics, item.figure)) for item in items)
    bars = tuple(Bar(label, amount, unit) for label, amount, unit in found if amount is not None)
    return Year(_plan().year.format(year=statistics.year), bars)


def _amount(statistics: Statistics, reference: str, unit: str | None = None) -> tuple[Decimal | None, str]:
    """Return the figure, or the sum of a group's figures, and its unit; ``None`` unless every part is a number."""
    leaves = [leaf for leaf in statistics.format.leaves_under(reference) if leaf.key in statistics]
    values = [statistics[leaf.key] for leaf in leaves]
    unit = unit or next((leaf.unit or value.unit for leaf, value in zip(leaves, values, strict=True)), None)
    amounts = [value.in_unit(unit) for value in values]
    numbers = [amount for amount in amounts if amount is not None]
    whole = bool(numbers) and len(numbers) == len(amounts)
    return (sum(numbers, Decimal()) if whole else None), unit or ""


@cache
def _plan() -> _Plan:
    text = Path(__file__).with_name("poster.toml").read_text(encoding="utf-8")
    return _Plan.model_validate(tomllib.loads(text))


@cache
def _alternative() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text
    return environment.from_string(_plan().alternative.strip())
