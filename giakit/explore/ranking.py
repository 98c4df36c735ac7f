"""All organs by one figure, the highest first; who reported no number comes last, with what was entered instead."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.explore.declared import load_plan
from giakit.explore.figures import NOTHING, Figure, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from giakit.explore.frame import Organ


def rank(
    organs: Sequence[Organ], readings: Mapping[tuple[str, int], Reading], figure: Figure, year: int
) -> pd.DataFrame:
    """Return the ranked table of a year; equal figures share a rank.

    Columns: ``名次`` (missing where there is no number), ``机关``, ``级别``, ``数值``, ``单位``, ``填报情况``, ``上年``
    and ``增减`` (missing where one of the two years has no number).
    """
    import pandas as pd

    now = {organ.key: readings.get((organ.key, year), NOTHING) for organ in organs}
    before = {organ.key: readings.get((organ.key, year - 1), NOTHING).amount for organ in organs}
    ordered = sorted(organs, key=lambda organ: _place(now[organ.key]))
    amounts = [now[organ.key].amount for organ in ordered]
    earlier = [before[organ.key] for organ in ordered]
    columns = {
        "名次": pd.array([_rank(amount, amounts) for amount in amounts], dtype="Int64"),
        "机关": [organ.name for organ in ordered],
        "级别": [organ.level for organ in ordered],
        "数值": _numbers(amounts),
        "单位": figure.unit or "",
        "填报情况": [load_plan().states[now[organ.key].state] for organ in ordered],
        "上年": _numbers(earlier),
        "增减": _numbers([_change(*pair) for pair in zip(amounts, earlier, strict=True)]),
    }
    return pd.DataFrame(columns)


def _place(reading: Reading) -> tuple[bool, Decimal]:
    return reading.amount is None, -(reading.amount or Decimal())


def _rank(amount: Decimal | None, amounts: Sequence[Decimal | None]) -> int | None:
    return None if amount is None else amounts.index(amount) + 1


def _change(amount: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if amount is None or before is None else amount - before


def _numbers(amounts: Sequence[Decimal | None]) -> pd.Series:
    """Return numbers as integers where all are whole, else as floats; missing ones stay missing."""
    import pandas as pd

    whole = all(amount is None or amount == amount.to_integral_value() for amount in amounts)
    kind, dtype = (int, "Int64") if whole else (float, "Float64")
    return pd.Series([None if amount is None else kind(amount) for amount in amounts], dtype=dtype)
