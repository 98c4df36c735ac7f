"""Figures calculate exactly, compare carefully, and a blank is never taken for nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.errors import NarrativeError
from giakit.narrative.figure import Figure, add_up, percentage, round_half_up, to_figure
from giakit.statistics import Cell

BLANK = Figure(None, "件", "blank", "三/收到/总计", (Cell(workbook="a.xlsx", sheet="甲", address="C5"),))
SLASH = Figure(None, "件", "slash", "三/结转/总计")


def figure(amount: int | str, unit: str | None = "件") -> Figure:
    return Figure(Decimal(amount), unit)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        (figure("59237.2449", "万元"), "59237.2449"),
        (figure("1E+5"), "100000"),
        (figure("3.10"), "3.1"),
        (figure(-3), "-3"),
        (BLANK, ""),
        (SLASH, "/"),
        (Figure(None, state="dash"), "-"),
        (Figure(None, state="not_applicable"), "不适用"),
        (Figure(None, state="unreadable"), ""),
    ],
)
def test_it_prints_what_its_table_prints(given: Figure, printed: str) -> None:
    assert str(given) == printed


def test_it_calculates_exactly() -> None:
    assert str(figure("0.1") + figure("0.2")) == "0.3"
    assert str(figure("0.1") + 0.2) == "0.3"
    assert str(10 - figure(3)) == "7"
    assert str(2 * figure(3) / 4) == "1.5"
    assert str(6 / figure(3)) == "2"
    assert str(1 + figure(2)) == "3"
    assert (str(-figure(3)), str(+figure(3)), str(abs(figure(-3)))) == ("-3", "3", "3")


def test_units_follow_the_calculation() -> None:
    assert (figure(3) + figure(2)).unit == "件"
    assert (figure(3) + figure(2, "项")).unit is None
    assert (figure(3) * 2).unit == "件"
    assert (figure(3) / figure(2)).unit is None
    assert (figure(3) / 2).unit == "件"


def test_money_is_converted_to_the_unit_in_front() -> None:
    total = figure(1, "万元") + figure(500, "元")
    assert (str(total), total.unit) == ("1.05", "万元")
    assert figure(1, "万元") == figure(10_000, "元")
    assert figure(1, "万元") > figure(9_999, "元")
    assert str(figure(1, "万元") / figure(20_000, "元")) == "0.5"
    assert str(figure("0.3", "万元").in_unit("元")) == "3000"


def test_money_and_counts_do_not_mix() -> None:
    with pytest.raises(NarrativeError, match="件"):
        figure(1, "元") + figure(1, "件")
    with pytest.raises(NarrativeError, match="元"):
        figure(1, "件").in_unit("元")


@pytest.mark.parametrize("missing", [BLANK, SLASH])
def test_nothing_is_calculated_from_a_blank(missing: Figure) -> None:
    for result in (figure(1) - missing, missing * 2, missing / 2, figure(1) / missing, missing + 1, 1 + missing):
        assert result.amount is None
        assert result.state == "blank"
        assert result.label == missing.label
    assert -missing is missing
    assert abs(missing) is missing
    assert round(missing, 2) is missing
    assert missing.in_unit("元") is missing


def test_a_sum_of_figures_passes_over_blanks_until_all_are_blank() -> None:
    assert str(figure(3) + BLANK) == "3"
    assert str(BLANK + figure(3)) == "3"
    assert (BLANK + BLANK).amount is None
    assert str(add_up([BLANK, figure(2), SLASH, figure(3)])) == "5"
    nothing = add_up([BLANK, SLASH], "三/合计")
    assert (nothing.amount, nothing.label, nothing.cells) == (None, "三/合计", BLANK.cells)
    assert add_up([]).amount is None
    assert add_up([figure(0), figure(0)]) == 0
    assert add_up([figure(0), BLANK]) == 0


@pytest.mark.parametrize("missing", [BLANK, SLASH])
def test_every_comparison_with_a_blank_is_false(missing: Figure) -> None:
    for other in (0, 1, figure(0), missing):
        assert not any(
            [missing == other, missing != other, missing < other, missing <= other, missing > other, missing >= other]
        )
    assert not missing


def test_it_compares_with_numbers_and_figures() -> None:
    assert figure(3) == 3
    assert figure(3) != 4
    assert figure(3) >= Decimal(3) > figure(2)
    assert figure(0) == 0
    assert not figure(0)
    assert figure(3) != figure(4)
    assert [figure(3) == "3", figure(3) != "3"] == [False, False]


def test_what_is_no_number_is_refused() -> None:
    for value in ("三", True, None, float("inf"), float("nan"), [1]):
        with pytest.raises(NarrativeError):
            to_figure(value)


def test_it_rounds_a_half_away_from_zero() -> None:
    assert str(round(figure("2.345"), 2)) == "2.35"
    assert str(round(figure("-2.5"))) == "-3"
    assert round_half_up(Decimal("0.05"), 1) == Decimal("0.1")


def test_percentages_keep_their_decimals() -> None:
    assert percentage(figure(34), figure(100)) == "34.0%"
    assert percentage(1, figure(80), 2) == "1.25%"
    assert percentage(figure(1), 3) == "33.3%"
    assert percentage(figure(2), 3, 0) == "67%"
    assert percentage(figure(-1), 8, 1) == "-12.5%"
    blank = percentage(BLANK, figure(3))
    assert isinstance(blank, Figure)
    assert blank.label == BLANK.label


def test_dividing_by_zero_names_the_figure() -> None:
    zero = Figure(Decimal(0), "件", label="三/办结/总计")
    with pytest.raises(NarrativeError, match="三/办结/总计"):
        figure(3) / zero
    with pytest.raises(ZeroDivisionError):
        figure(3) / 0
