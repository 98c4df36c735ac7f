"""How a figure is printed: counts plain, changes with their sign, money with its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from giakit.formats import Leaf
    from giakit.statistics import Value

_PRINTED_STATES = {"slash": "/", "dash": "-", "not_applicable": "不适用"}


def format_amount(amount: Decimal) -> str:
    """Return a number without grouping, exponent or trailing zeros, as the published form prints it.

    >>> from decimal import Decimal
    >>> format_amount(Decimal("59237.24490")), format_amount(Decimal("1E+5"))
    ('59237.2449', '100000')
    """
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def format_value(value: Value, leaf: Leaf) -> str:
    """Return a statistic as its table prints it: ``+98`` in a signed column, ``248200元`` where the form has no unit.

    A blank prints nothing, ``/``, ``-`` and 不适用 print as entered; a remark in brackets stays behind its number.
    """
    if value.amount is None:
        return _PRINTED_STATES.get(value.state, "")
    amount = value.in_unit(leaf.unit)
    assert amount is not None  # noqa: S101 - only a missing amount converts to none
    text = format_amount(amount)
    if leaf.kind == "signed" and amount > 0:
        text = f"+{text}"
    if leaf.kind == "money" and leaf.unit is None:
        text += value.unit or ""
    return f"{text}（{value.note}）" if value.note else text
