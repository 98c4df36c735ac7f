from __future__ import annotations

import json
import pickle
from decimal import Decimal

import pytest
from pydantic import ValidationError

from giakit.statistics import Cell, Statistics, Value


def test_a_figure_goes_by_identifier_and_by_label(make_statistics):
    statistics = make_statistics(2021, applications__received__total=12)
    assert statistics["applications.received.total"].amount == 12
    assert statistics["三/一、本年新收政府信息公开申请数量/总计"].amount == 12
    assert statistics["三／一、 本年新收政府信息公开申请数量／总计"].amount == 12


def test_an_unknown_figure_is_answered_with_the_nearest(make_statistics):
    with pytest.raises(KeyError, match=r"applications\.received\.total"):
        make_statistics()["applications.recieved.total"]


def test_json_round_trip_keeps_every_value_and_cell(make_statistics):
    cell = Cell(workbook="县.xlsx", sheet="河口镇", address="C12", raw="24.82万元")
    value = Value(key="disclosure.central_procurement.amount", amount=Decimal("24.82"), unit="万元", cell=cell)
    statistics = make_statistics(2020)
    statistics = statistics.model_copy(update={"values": (*statistics.values[:-1], value)})
    again = Statistics.model_validate_json(statistics.model_dump_json())
    assert again == statistics
    assert again["disclosure.central_procurement.amount"].cell == cell
    assert json.loads(statistics.model_dump_json())["values"][-1]["amount"] == "24.82"


def test_statistics_are_frozen_and_survive_pickling(make_statistics):
    statistics = make_statistics()
    with pytest.raises(ValidationError):
        statistics.year = 2022
    assert pickle.loads(pickle.dumps(statistics)) == statistics  # noqa: S301 - our own bytes


def test_the_tidy_frame_has_a_row_a_figure(make_statistics):
    frame = make_statistics(2021, disclosure__permits__decisions=7).to_frame()
    permits = frame.set_index("key").loc["disclosure.permits.decisions"]
    assert (permits["amount"], permits["row"], permits["column"], permits["unit"]) == (
        7,
        "行政许可",
        "本年处理决定数量",
        "件",
    )
    assert len(frame) == 201  # 200 of the form, one fee
    assert set(frame["organ"]) == {"河口镇"}


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "expected"),
    [
        ("248200", "元", "万元", "24.82"),
        ("24.82", "万元", "元", "248200"),
        ("3", "亿元", "万元", "30000"),
        ("5", None, "万元", "5"),
    ],
)
def test_money_converts_exactly(amount, unit, wanted, expected):
    assert Value(key="x", amount=Decimal(amount), unit=unit).in_unit(wanted) == Decimal(expected)


def test_other_units_do_not_convert():
    with pytest.raises(ValueError, match="件"):
        Value(key="x", amount=Decimal(1), unit="件").in_unit("元")
