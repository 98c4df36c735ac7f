"""Figures that sentences are made of: they print, calculate and compare, and never take a blank for nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from giakit.errors import NarrativeError
from giakit.figures import format_amount
from giakit.language import Text
from giakit.statistics import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from giakit.statistics import Cell, State

_AS_ENTERED: dict[State, str] = {"slash": "/", "dash": "-", "not_applicable": "不适用"}


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure with its unit, its label and the cells it comes from.

    Calculating with a figure that is no number gives one that is none either; only a sum of figures passes over blanks,
    as long as one of them is a number. Every comparison with a figure that is no number is false, ``!=`` too. Money is
    converted to the unit of the figure in front.

    Attributes
    ----------
    amount
        ``None`` where no number was entered; `state` says what was.
    label
        The statutory label path; empty for a calculated number.
    """

    amount: Decimal | None
    unit: str | None = None
    state: State = "number"
    label: str = ""
    cells: tuple[Cell, ...] = ()

    # Amounts in different units can be equal and would need equal hashes; nothing needs a figure as a key.
    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        return _AS_ENTERED.get(self.state, "") if self.amount is None else format_amount(self.amount)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __add__(self, other: object) -> Figure:
        return _calculate(self, other, _add)

    def __radd__(self, other: object) -> Figure:
        return _calculate(other, self, _add)

    def __sub__(self, other: object) -> Figure:
        return _calculate(self, other, _subtract)

    def __rsub__(self, other: object) -> Figure:
        return _calculate(other, self, _subtract)

    def __mul__(self, other: object) -> Figure:
        return _calculate(self, other, _multiply)

    def __rmul__(self, other: object) -> Figure:
        return _calculate(other, self, _multiply)

    def __truediv__(self, other: object) -> Figure:
        return _calculate(self, other, _divide)

    def __rtruediv__(self, other: object) -> Figure:
        return _calculate(other, self, _divide)

    def __neg__(self) -> Figure:
        return self if self.amount is None else replace(self, amount=-self.amount)

    def __pos__(self) -> Figure:
        return self

    def __abs__(self) -> Figure:
        return self if self.amount is None else replace(self, amount=abs(self.amount))

    def __round__(self, digits: int = 0) -> Figure:
        return self if self.amount is None else replace(self, amount=round_half_up(self.amount, digits))

    def __eq__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__eq__)

    def __ne__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__ne__)

    def __lt__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__lt__)

    def __le__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__le__)

    def __gt__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__gt__)

    def __ge__(self, other: object) -> bool:
        return _compare(self, other, Decimal.__ge__)

    def in_unit(self, unit: str) -> Figure:
        """Return the figure in another unit of money, exactly."""
        return self if self.amount is None else replace(self, amount=_convert(self, unit), unit=unit)


def add_up(figures: Iterable[object], label: str = "") -> Figure:
    """Return the sum of figures under a label; blank only if every one of them is.

    Its cells are those of all members, so that a sum without a number names each cell that could have given one.
    """
    members = [to_figure(each) for each in figures]
    cells = tuple(cell for member in members for cell in member.cells)
    if not members:
        return Figure(None, state="blank", label=label)
    total = sum(members[1:], start=members[0])
    return replace(total, label=label or total.label, cells=cells)


def percentage(part: object, whole: object, digits: int = 1) -> str | Figure:
    """Return how much of `whole` a `part` is, such as ``34.2%``; a blank where either is blank."""
    share = to_figure(part) / whole * 100
    return share if share.amount is None else f"{round_half_up(share.amount, digits):f}%"


def round_half_up(amount: Decimal, digits: int) -> Decimal:
    """Round as statistics do: a half goes away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def to_figure(value: object) -> Figure:
    """Return a number as a figure.

    Raises
    ------
    NarrativeError
        If it is neither figure nor finite number.
    """
    if isinstance(value, Figure):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        amount = Decimal(str(value))
        if amount.is_finite():
            return Figure(amount)
    raise NarrativeError(Text("“{value}” is not a figure", value=value))


Operation = tuple[Decimal, str | None]


def _calculate(first: object, second: object, operation: Callable[[Figure, Figure], Operation]) -> Figure:
    left, right = to_figure(first), to_figure(second)
    missing = [each for each in (left, right) if each.amount is None]
    members = left is first and right is second  # a number in the template is no member: 1 + blank stays blank
    if operation is _add and members and len(missing) == 1:
        return left if missing[0] is right else right
    if missing:
        cells = tuple(cell for each in missing for cell in each.cells)
        return Figure(None, missing[0].unit, "blank", missing[0].label, cells)
    amount, unit = operation(left, right)
    return Figure(amount, unit, cells=(*left.cells, *right.cells))


def _add(left: Figure, right: Figure) -> Operation:
    unit, first, second = _aligned(left, right)
    return first + second, unit


def _subtract(left: Figure, right: Figure) -> Operation:
    unit, first, second = _aligned(left, right)
    return first - second, unit


def _multiply(left: Figure, right: Figure) -> Operation:
    unit = None if left.unit and right.unit else left.unit or right.unit
    return _amount(left) * _amount(right), unit


def _divide(left: Figure, right: Figure) -> Operation:
    unit, first, second = _aligned(left, right) if right.unit else (left.unit, _amount(left), _amount(right))
    if not second:
        if not right.label:
            raise ZeroDivisionError
        raise NarrativeError(
            Text(
                "divides by {label}, which is 0; put it under an if that asks whether it is positive", label=right.label
            )
        )
    return first / second, None if right.unit else unit


def _aligned(left: Figure, right: Figure) -> tuple[str | None, Decimal, Decimal]:
    """Return the common unit and both amounts in it; counts of different things have none."""
    if left.unit == right.unit or left.unit is None or right.unit is None:
        return left.unit or right.unit, _amount(left), _amount(right)
    if _is_money(left.unit) or _is_money(right.unit):
        return left.unit, _amount(left), _convert(right, left.unit)
    return None, _amount(left), _amount(right)


def _compare(left: Figure, other: object, compare: Callable[[Decimal, Decimal], bool]) -> bool:
    if isinstance(other, str):  # a label or a text: no figure, so neither equal nor greater
        return False
    right = to_figure(other)
    if left.amount is None or right.amount is None:
        return False
    _, first, second = _aligned(left, right)
    return compare(first, second)


def _amount(figure: Figure) -> Decimal:
    assert figure.amount is not None  # noqa: S101 - figures without a number were sorted out before
    return figure.amount


def _is_money(unit: str) -> bool:
    return unit.endswith("元")


def _convert(figure: Figure, unit: str) -> Decimal:
    try:
        amount = Value(key="", amount=figure.amount, unit=figure.unit).in_unit(unit)
    except ValueError:
        raise NarrativeError(
            Text(
                "{label} is in {unit}, which does not convert to {other}",
                label=figure.label,
                unit=figure.unit,
                other=unit,
            )
        ) from None
    assert amount is not None  # noqa: S101 - only a missing amount converts to none
    return amount
