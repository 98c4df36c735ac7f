"""Charts: which figures they draw, what they say instead, and that nothing is cut off."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import matplotlib as mpl
import pytest
from defusedxml.ElementTree import fromstring

from giakit import charts, fonts, formats
from giakit.charts import build_chart
from giakit.content.model import Chart
from giakit.errors import ParameterError
from giakit.statistics import Statistics, Value

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
OUTCOMES = ["予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理"]

FIGURES = {
    "applications.granted.total": 1191,
    "applications.partly_granted.total": 328,
    "applications.state_secret.total": 40,
    "applications.internal_affairs.total": 2,
    "applications.not_held.total": 1047,
    "applications.repeated.total": 39,
    "applications.other_handling.total": 7,
    "applications.handled.total": 2654,
    "disclosure.permits.decisions": 11398889,
    "disclosure.penalties.decisions": 4,
    "disclosure.coercive_measures.decisions": 0,
}


def statistics(year: int = 2023, default: int | None = 0, **figures: int) -> Statistics:
    """Make statistics with these figures, keys with `__` for `.`; the others are `default`, or blank."""
    form = formats.for_year(year)
    given = {key.replace("__", "."): amount for key, amount in figures.items()}
    keys = {leaf.key: leaf.unit for leaf in form.leaves} | dict.fromkeys(
        given.keys() - {leaf.key for leaf in form.leaves}
    )
    values = []
    for key, unit in keys.items():
        amount = given.get(key, default)
        state = "blank" if amount is None else "number"
        values.append(Value(key=key, amount=None if amount is None else Decimal(amount), unit=unit, state=state))
    return Statistics(year=year, revision=form.revision, values=tuple(values))


def reported(year: int = 2023, **more: int) -> Statistics:
    known = {leaf.key for leaf in formats.for_year(year).leaves}
    return statistics(year, **{key: amount for key, amount in FIGURES.items() if key in known}, **more)


def built(chart_id: str, this: Statistics, previous: Statistics | None = None) -> Chart:
    chart = build_chart(chart_id, this, previous)
    assert chart is not None
    return chart


def texts(chart: Chart) -> list[Element]:
    return list(fromstring(chart.svg).iter(f"{SVG}text"))


def words(chart: Chart) -> list[str]:
    return [element.text or "" for element in texts(chart)]


def test_outcomes_are_the_sums_of_their_groups() -> None:
    chart = built("outcomes", reported())
    assert words(chart) == [
        each for pair in zip(OUTCOMES, ["1191", "328", "42", "1047", "39", "7"], strict=True) for each in pair
    ]
    assert (chart.key, chart.caption) == ("一/依申请公开", "政府信息公开申请办理结果（件）")


def test_the_alternative_text_says_every_figure() -> None:
    chart = built("outcomes", reported(), reported(2022, applications__repeated__total=3))
    assert chart.alt == (
        "条形图，政府信息公开申请办理结果。"
        "2023年：予以公开1191件，部分公开328件，不予公开42件，无法提供1047件，不予处理39件，其他处理7件；"
        "2022年：予以公开1191件，部分公开328件，不予公开42件，无法提供1047件，不予处理3件，其他处理7件。"
    )


def test_decisions_stand_in_both_forms() -> None:
    chart = built("decisions", statistics(2021, disclosure__permits__decisions=5), reported(2020))
    assert chart.key == "一/主动公开"
    assert chart.alt.endswith(
        "2021年：行政许可5件，行政处罚0件，行政强制0件；2020年：行政许可11398889件，行政处罚4件，行政强制0件。"
    )


def test_a_year_of_the_older_form_is_drawn_beside() -> None:
    chart = built("outcomes", reported(2021), statistics(2020, applications__otherwise_handled__total=6))
    assert chart.alt.endswith("2020年：予以公开0件，部分公开0件，不予公开0件，无法提供0件，不予处理0件，其他处理6件。")


def test_a_group_reported_undivided_is_drawn_as_it_is() -> None:
    whole = reported(applications__otherwise_handled__total=9)
    assert "其他处理9件" in built("outcomes", whole).alt


def test_a_blank_is_no_bar_and_is_not_said() -> None:
    chart = built("outcomes", statistics(default=None, applications__granted__total=3, applications__repeated__total=0))
    assert chart.alt == "条形图，政府信息公开申请办理结果。2023年：予以公开3件，不予处理0件。"
    assert [word for word in words(chart) if word.isdecimal()] == ["3", "0"]


@pytest.mark.parametrize("chart_id", ["outcomes", "decisions"])
@pytest.mark.parametrize("default", [0, None])
def test_there_is_no_empty_chart(chart_id: str, default: int | None) -> None:
    assert build_chart(chart_id, statistics(default=default)) is None
    assert build_chart(chart_id, statistics(default=default), statistics(2022, default=default)) is None


def test_every_figure_drawn_stands_in_a_table() -> None:
    last_year = statistics(2020, applications__otherwise_handled__total=6, default=None)
    data = built("outcomes", reported(2021), last_year).data
    assert data is not None
    rows = [[cell.text for cell in row] for row in (*data.head, *data.body)]
    assert rows[0] == ["项目", "2021年（件）", "2020年（件）"]
    assert [row[0] for row in rows[1:]] == ["予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理"]
    assert [row[2] for row in rows[1:]] == ["", "", "", "", "", "6"]
    assert [[cell.scope for cell in row] for row in data.body] == [["row", None, None]] * 6


def test_last_year_alone_is_no_chart() -> None:
    assert build_chart("outcomes", statistics(default=None), reported(2022)) is None
    assert "2023年：予以公开0件" in built("outcomes", statistics(), reported(2022)).alt


def test_a_blank_last_year_is_not_named() -> None:
    assert built("outcomes", reported(), statistics(2022, default=None)) == built("outcomes", reported())


def test_rows_a_form_does_not_have_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = charts._find_plan("decisions")
    rows = ("permits", "no_such_row")
    monkeypatch.setattr(charts, "_find_plan", lambda _: plan.model_copy(update={"rows": rows}))
    assert words(built("decisions", reported())) == ["行政许可", "11398889"]
    monkeypatch.setattr(charts, "_find_plan", lambda _: plan.model_copy(update={"table": "no_such_table"}))
    assert build_chart("decisions", reported()) is None


def test_an_unknown_chart_is_a_wrong_parameter() -> None:
    with pytest.raises(ParameterError, match=r"outcomes"):
        build_chart("outcome", reported())


@pytest.mark.parametrize("chart_id", ["outcomes", "decisions"])
def test_nothing_is_cut_off(chart_id: str) -> None:
    chart = built(chart_id, reported(), reported(2022))
    assert chart.width == pytest.approx(156 / 25.4 * 72, abs=1)
    for element in texts(chart):
        style = dict(part.split(": ", 1) for part in (element.get("style") or "").split("; "))
        size = float(style["font-size"].removesuffix("px"))
        assert size >= 9
        assert "fill" not in style, "black"
        left, width = float(element.get("x", "")), size * fonts.text_width(element.text or "", "sans")
        if style["text-anchor"] == "end":
            left -= width
        assert left >= 0
        assert left + width <= chart.width
        assert size <= float(element.get("y", "")) <= chart.height


def test_bars_are_as_long_as_their_figures() -> None:
    paths = fromstring(built("outcomes", reported()).svg).iter(f"{SVG}path")
    filled = [path.get("d") or "" for path in paths if "fill: #1f4e79" in (path.get("style") or "")]
    edges = [[float(x) for x in re.findall(r"[ML] (\S+)", outline)] for outline in filled]
    lengths = [max(each) - min(each) for each in edges][:6]
    assert lengths == pytest.approx([lengths[0] * each / 1191 for each in (1191, 328, 42, 1047, 39, 7)], abs=0.01)


def test_text_is_text_in_a_face_every_reader_has() -> None:
    chart = built("outcomes", reported())
    families = {re.search(r"font-family: ([^;]+)", element.get("style") or "")[1] for element in texts(chart)}  # type: ignore[index]
    assert families == {"'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"}


def test_an_svg_points_nowhere() -> None:
    svg = built("outcomes", reported()).svg
    assert svg.startswith("<svg")
    assert set(re.findall(r"https?://[^\"]+", svg)) == {"http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg"}


def test_the_same_figures_give_the_same_chart_everywhere() -> None:
    expected = built("outcomes", reported(), reported(2022))
    settings = {
        "font.size": 30,
        "axes.facecolor": "black",
        "svg.fonttype": "path",
        "text.usetex": True,
        "path.sketch": (1, 2, 3),
    }
    with mpl.rc_context(settings):
        assert built("outcomes", reported(), reported(2022)) == expected
        assert {name: mpl.rcParams[name] for name in settings} == settings
    code = (
        f"import runpy; test = runpy.run_path({__file__!r}); reported = test['reported'];"
        "print(test['built']('outcomes', reported(), reported(2022)).svg, end='')"
    )
    command = [sys.executable, "-X", "utf8", "-c", code]
    assert subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stdout == expected.svg


def test_drawing_needs_no_pyplot() -> None:
    code = "import sys, giakit.charts as c; c._Sheet(9).to_svg(); print('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
