"""The filters and tests of narrative cells: these and no others, none of which can run away or reach out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sized
from decimal import Decimal

from jinja2 import Environment, Undefined, pass_environment

from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.narrative.figure import Figure, add_up, percentage, to_figure
from giakit.narrative.namespace import Line
from giakit.narrative.printing import Printer
from giakit.narrative.words import end_sentence

_NUMERALS = "〇一二三四五六七八九"
_MOST_ORDINAL = 99
_MOST_DIGITS = 10


def build_filters(printer: Printer) -> dict[str, Callable[..., object]]:
    """Return the filters of a cell; those that make text of values report missing ones to its printer."""

    @pass_environment
    def join(
        environment: Environment, values: Iterable[object], between: str = "", attribute: str | None = None
    ) -> str:
        """Join values to a text."""
        return printer.count(str(between).join(printer.to_text(each) for each in _pick(environment, values, attribute)))

    def sentence(value: object) -> str:
        """End a text as a sentence."""
        return end_sentence(printer.to_text(value))

    return {
        "abs": lambda value: abs(_figure(value)),
        "cn": write_ordinal,
        "first": lambda values: next(iter(values), None),
        "in_unit": lambda value, unit: _figure(value).in_unit(unit),
        "join": join,
        "last": lambda values: (list(values) or [None])[-1],
        "length": _length,
        "percent_of": percent_of,
        "round": lambda value, digits=0: round(_figure(value), _digits(digits)),
        "sentence": sentence,
        "signed": write_signed,
        "sum": _sum,
    }


def build_tests() -> dict[str, Callable[[object], bool]]:
    """Return the tests, all false for a blank and for what only another revision of the form has."""
    return {
        "defined": lambda value: not isinstance(value, Undefined),
        "entered": lambda value: bool(value) if isinstance(value, str) else _tested(value).amount is not None,
        "negative": lambda value: _tested(value) < 0,
        "positive": lambda value: _tested(value) > 0,
        "zero": lambda value: _tested(value) == 0,
    }


def percent_of(part: object, whole: object, digits: int = 1) -> str | Figure:
    """Return a share such as ``34.2%``."""
    return percentage(_figure(part), _figure(whole), _digits(digits))


def write_signed(value: object) -> str | Figure:
    """Return a change with its sign: ``+98``, ``0``, ``-3``; a blank stays blank."""
    figure = _figure(value)
    if figure.amount is None:
        return figure
    return f"+{figure}" if figure > 0 else str(figure)


def write_ordinal(value: object) -> str:
    """Return a number from 1 to 99 in Chinese numerals, as in 一是 … 十二是 ….

    >>> write_ordinal(1), write_ordinal(12), write_ordinal(20), write_ordinal(35)
    ('一', '十二', '二十', '三十五')
    """
    amount = _figure(value).amount
    if amount is None or amount != int(amount) or not 1 <= amount <= _MOST_ORDINAL:
        raise NarrativeError(Text("“cn” writes whole numbers from 1 to 99, not {value}", value=value))
    tens, ones = divmod(int(amount), 10)
    lead = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens]}十"
    return lead + (_NUMERALS[ones] if ones else "")


def _figure(value: object) -> Figure:
    if isinstance(value, Undefined):
        str(value)  # raises, and names what is undefined
    return to_figure(value.amount if isinstance(value, Line) else value)


def _tested(value: object) -> Figure:
    """Return a figure to be asked about; a misspelt name was found before the template ran."""
    return Figure(None, state="blank") if isinstance(value, Undefined) else _figure(value)


def _digits(digits: object) -> int:
    if isinstance(digits, int | Decimal) and 0 <= digits <= _MOST_DIGITS:
        return int(digits)
    raise NarrativeError(Text("rounds to 0 to {most} digits, not {digits}", most=_MOST_DIGITS, digits=digits))


def _length(values: object) -> int:
    if isinstance(values, Undefined):
        str(values)
    if isinstance(values, Sized):
        return len(values)
    raise NarrativeError(Text("“length” counts the members of a list"))


@pass_environment
def _sum(environment: Environment, values: Iterable[object], attribute: str | None = None) -> Figure:
    return add_up(_figure(each) for each in _pick(environment, values, attribute))


def _pick(environment: Environment, values: Iterable[object], attribute: str | None) -> Iterable[object]:
    if isinstance(values, str):
        values = [values]
    return values if attribute is None else (environment.getattr(each, attribute) for each in values)
