from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from giakit.forms.amounts import Amount, parse_amount
from giakit.language import Text


@pytest.mark.parametrize(
    ("raw", "kind", "unit", "expected"),
    [
        (12, "count", "件", Amount("number", Decimal(12), "件")),
        (12.0, "count", "件", Amount("number", Decimal(12), "件")),
        ("１２", "count", "件", Amount("number", Decimal(12), "件")),
        (" 1,234 ", "count", "件", Amount("number", Decimal(1234), "件")),
        ("1，234", "count", "件", Amount("number", Decimal(1234), "件")),
        ("12件", "count", "件", Amount("number", Decimal(12), "件")),
        ("55（含自然失效29件）", "count", "件", Amount("number", Decimal(55), "件", "含自然失效29件")),
        ("22(其中修订16件)", "count", "件", Amount("number", Decimal(22), "件", "其中修订16件")),
        ("+98", "signed", "项", Amount("number", Decimal(98), "项")),
        ("－3", "signed", "项", Amount("number", Decimal(-3), "项")),
        (-3, "signed", "项", Amount("number", Decimal(-3), "项")),
        ("248200元", "money", None, Amount("number", Decimal(248200), "元")),
        ("24.82万元", "money", None, Amount("number", Decimal("24.82"), "万元")),
        (59237.2449, "money", "万元", Amount("number", Decimal("59237.2449"), "万元")),
        (0.1 + 0.2, "money", "万元", Amount("number", Decimal("0.3"), "万元")),
        (None, "count", "件", Amount("blank")),
        ("　", "count", "件", Amount("blank")),
        ("/", "count", "件", Amount("slash")),
        ("／", "count", "件", Amount("slash")),
        ("-", "signed", "项", Amount("dash")),
        ("—", "count", "件", Amount("dash")),
        ("不适用", "count", "件", Amount("not_applicable")),
        (0, "count", "件", Amount("number", Decimal(0), "件")),
        ("\u200b7", "count", "件", Amount("number", Decimal(7), "件")),
    ],
)
def test_what_a_clerk_may_type(raw, kind, unit, expected):
    assert parse_amount(raw, kind, unit) == expected


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("十二", "count"),
        ("12.5", "count"),
        (12.5, "count"),
        (-1, "count"),
        ("12,34", "count"),
        ("1 2 3 a", "count"),
        ("012", "count"),
        ("约50", "count"),
        ("50余", "count"),
        ("12元", "count"),
        ("3件", "money"),
        ("=SUM(A1:A2)", "count"),
        ("#REF!", "count"),
        ("1e5", "count"),
        ("nan", "count"),
        (float("nan"), "count"),
        (float("inf"), "money"),
        (1e300, "count"),
        (True, "count"),
        (dt.datetime(2021, 1, 2, tzinfo=None), "count"),  # noqa: DTZ001 - what the reader returns
        ("1" * 16, "count"),
        ("9" * 10_000, "count"),
        ("5（）", "count"),
    ],
)
def test_anything_else_is_a_reason_never_a_number(raw, kind):
    assert isinstance(parse_amount(raw, kind, "件"), Text)
