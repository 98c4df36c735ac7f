"""What last year's report says about this year's blank form: figures it determines, others to compare with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.checks.lines import lines_of
from giakit.figures import format_amount, format_value
from giakit.formats.rules import CarryOverRule, RollForwardRule
from giakit.forms.fields import load_blocks
from giakit.statistics import Value

if TYPE_CHECKING:
    from giakit.checks.lines import Line, Side
    from giakit.formats import Format
    from giakit.statistics import State, Statistics


def carried_values(form: Format, previous: Statistics) -> Iterator[Value]:
    """Yield a value for each figure of which last year's report tells something, most of them blank with a comment."""
    filled = dict(_filled(form, previous))
    expected = dict(_expected(form, previous))
    for leaf in form.leaves:
        comments: list[str | None] = [_last_year(leaf.key, previous), expected.get(leaf.key)]
        amount, source = filled.get(leaf.key, (None, ""))
        if source:
            comments.append(f"已按上年“{source}”填入，请核对")
        comment = "\n".join(text for text in comments if text) or None
        if comment or amount is not None:
            yield Value(key=leaf.key, amount=amount, unit=leaf.unit, state=_state(amount), comment=comment)
    for field in load_blocks().other.fields:
        value = previous.get(field.key)
        if field.kind and value and value.amount is not None:
            comment = f"上年：{format_amount(value.amount)}{value.unit or ''}"
            yield Value(key=field.key, state="blank", unit=field.unit, comment=comment)


def _last_year(key: str, previous: Statistics) -> str | None:
    value = previous.get(key)
    return f"上年：{format_value(value, previous.format.leaf(key))}" if value and value.amount is not None else None


def _filled(form: Format, previous: Statistics) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    """Yield the figures that last year's alone determine, with what they restate."""
    for rule in form.rules:
        if isinstance(rule, CarryOverRule):
            for line in lines_of(form.revision, rule):
                yield from _restated(line, rule.figure, [line.side(previous, (rule.last_year,))])
        elif isinstance(rule, RollForwardRule) and not (rule.plus or rule.minus):
            for line in lines_of(form.revision, rule):
                yield from _restated(line, rule.figure, [line.side(previous, (name,)) for name in rule.last_year])


def _restated(line: Line, figure: str, before: Sequence[Side]) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    if _are_numbers(before):
        for key in line.keys[figure]:
            yield key, (sum((side.amount for side in before), Decimal(0)), " ＋ ".join(side.label for side in before))


def _expected(form: Format, previous: Statistics) -> Iterator[tuple[str, str]]:
    """Yield in words what the figures should be that follow from last year's and from this year's changes."""
    for rule in form.rules:
        if isinstance(rule, RollForwardRule) and (rule.plus or rule.minus):
            for line in lines_of(form.revision, rule):
                before = [line.side(previous, (name,)) for name in rule.last_year]
                if _are_numbers(before):
                    terms = [f"上年{side.label} {format_amount(side.amount)}" for side in before]
                    terms += [f"＋{line.labels[name]}" for name in rule.plus]
                    terms += [f"－{line.labels[name]}" for name in rule.minus]
                    for key in line.keys[rule.figure]:
                        yield key, f"应为：{' '.join(terms)}"


def _are_numbers(sides: Sequence[Side]) -> bool:
    """Whether last year's report states every figure: what it left blank determines nothing."""
    values = [value for side in sides for value in side.values]
    return all(side.values for side in sides) and all(value.amount is not None for value in values)


def _state(amount: Decimal | None) -> State:
    return "blank" if amount is None else "number"
