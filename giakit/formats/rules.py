"""The rules of a form as data, in a closed vocabulary: one type for each kind, checked by functions in `giakit.checks`.

A *line* is a row or a column of a table. A `LineRule` names rows and holds in every column (``axis = "columns"``), or
names columns and holds in every row that has them (``axis = "rows"``); the name of a group stands for its leaves
without totals. A `FigureRule` refers to figures wherever they stand: ``table`` alone means the whole table, and each
further name, of a row, a column or a group, narrows it, as in ``remedies.direct`` or ``disclosure.permits.decisions``.

Missing figures count as 0. A rule that compares with last year is silent where last year's form lacks the figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

from pydantic import Field

from giakit.formats.declared import Declared, Identifier, Kind

Severity: TypeAlias = Literal["error", "warning", "note"]
Names = Annotated[tuple[Identifier, ...], Field(min_length=1)]
Reference = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")]
References = Annotated[tuple[Reference, ...], Field(min_length=1)]


class _Rule(Declared):
    """What every rule carries: `words` are the form's or the law's own words, or what the rule rests on."""

    naming: ClassVar[tuple[str, ...]]
    """The fields that name something in the form, in the order in which they are reported."""

    id: str
    severity: Severity
    words: str

    def _named(self) -> Iterator[str]:
        for field in self.naming:
            value = getattr(self, field)
            yield from (value,) if isinstance(value, str) else value


class LineRule(_Rule):
    """A rule that holds along every line of a table."""

    table: Identifier
    axis: Literal["rows", "columns"]

    @property
    def terms(self) -> tuple[str, ...]:
        """The rows or columns the rule names."""
        return tuple(self._named())


class FigureRule(_Rule):
    """A rule about figures by reference."""

    single: ClassVar[bool] = False
    """Whether each reference must stand for one figure alone."""

    @property
    def references(self) -> tuple[str, ...]:
        """Every reference of the rule."""
        return tuple(self._named())


class SumRule(LineRule):
    """`total` restates the sum of `parts`."""

    naming = ("total", "parts")

    kind: Literal["sum"]
    total: Identifier
    parts: Names

    @property
    def left(self) -> tuple[str, ...]:
        """The total as one side of an identity."""
        return (self.total,)

    @property
    def right(self) -> tuple[str, ...]:
        """The parts as the other side."""
        return self.parts


class BalanceRule(LineRule):
    """The sum of `left` equals the sum of `right`."""

    naming = ("left", "right")

    kind: Literal["balance"]
    left: Names
    right: Names


class JoinedRule(LineRule):
    """Where `total` is not the sum of `parts`, it would be if two neighbouring cells, 1 and 0, were one number, 10."""

    naming = ("total", "parts")

    kind: Literal["joined"]
    total: Identifier
    parts: Names


class AtLeastRule(LineRule):
    """Each of `figures` is at least `least` less `minus`; with `nonzero`, none is 0 where `least` is not."""

    naming = ("figures", "least", "minus")

    kind: Literal["at_least"]
    figures: Names
    least: Identifier
    minus: tuple[Identifier, ...] = ()
    nonzero: bool = False


class NearRule(LineRule):
    """The two of `pair` lie within `factor` of each other, unless both are below `floor`."""

    naming = ("pair",)

    kind: Literal["near"]
    pair: tuple[Identifier, Identifier]
    factor: int = Field(gt=1)
    floor: int = Field(gt=0)


class NotNegativeRule(LineRule):
    """`parts`, some of them signed, do not come to less than 0."""

    naming = ("parts",)

    kind: Literal["not_negative"]
    parts: Names


class CarryOverRule(LineRule):
    """`figure` restates last year's `last_year` in every line: with `severity` in `total`, with `by_line` elsewhere."""

    naming = ("figure", "last_year")

    kind: Literal["carry_over"]
    figure: Identifier
    last_year: Identifier
    total: Identifier
    by_line: Severity


class RollForwardRule(LineRule):
    """`figure` is the sum of last year's `last_year`, plus this year's `plus`, less this year's `minus`."""

    naming = ("figure", "last_year", "plus", "minus")

    kind: Literal["roll_forward"]
    figure: Identifier
    last_year: Names
    plus: tuple[Identifier, ...] = ()
    minus: tuple[Identifier, ...] = ()


class ZeroForLevelRule(FigureRule):
    """`figures` are 0 where the organ is of one of `levels`."""

    naming = ("figures",)

    kind: Literal["zero_for_level"]
    figures: References
    levels: Names


class CeilingRule(FigureRule):
    """An amount so large that it was probably typed in the smaller unit `slip`.

    It is `limit` or more where the organ is of one of `levels`; or it is a whole number and between so many `times`
    last year's amount.
    """

    naming = ("figure",)
    single = True

    kind: Literal["ceiling"]
    figure: Reference
    limit: int = Field(gt=0)
    levels: Names
    times: tuple[int, int]
    slip: str


class BothOrNeitherRule(FigureRule):
    """The two of `figures` are 0 together or not at all."""

    naming = ("figures",)
    single = True

    kind: Literal["both_or_neither"]
    figures: tuple[Reference, Reference]


class FollowsRule(FigureRule):
    """`figure` is above 0 only where `after` was, this year or last; not judged without last year's figures."""

    naming = ("figure", "after")
    single = True

    kind: Literal["follows"]
    figure: Reference
    after: Reference


class Floor(Declared):
    """The size from which figures of a kind are compared; money is compared in `unit`."""

    kind: Kind
    amount: int = Field(gt=0)
    unit: str | None = None


class MagnitudeRule(FigureRule):
    """None of `figures` grows to `factor` times last year's or shrinks by it; none of `to_zero` falls to 0.

    The larger of the two years must reach the floor of its kind; a kind without a floor is not compared.
    """

    naming = ("figures", "to_zero")

    kind: Literal["magnitude"]
    figures: References
    to_zero: tuple[Reference, ...] = ()
    factor: int = Field(gt=1)
    floors: Annotated[tuple[Floor, ...], Field(min_length=1)]


class VanishedRule(FigureRule):
    """Where last year's `before` came to `least` or more, not all of `now` is 0; without `now`, each stays above 0."""

    naming = ("before", "now")

    kind: Literal["vanished"]
    before: References
    now: tuple[Reference, ...] = ()
    least: int = Field(gt=0)


class AggregateRule(FigureRule):
    """Each of `figures` of an aggregate report is the sum of those of the reports below it."""

    naming = ("figures",)

    kind: Literal["aggregate"]
    figures: References


Rule = Annotated[
    SumRule
    | BalanceRule
    | JoinedRule
    | AtLeastRule
    | NearRule
    | NotNegativeRule
    | CarryOverRule
    | RollForwardRule
    | ZeroForLevelRule
    | CeilingRule
    | BothOrNeitherRule
    | FollowsRule
    | MagnitudeRule
    | VanishedRule
    | AggregateRule,
    Field(discriminator="kind"),
]

RULE_TYPES: tuple[type[LineRule | FigureRule], ...] = get_args(get_args(Rule)[0])
RULE_KINDS: frozenset[str] = frozenset(get_args(rule.model_fields["kind"].annotation)[0] for rule in RULE_TYPES)
