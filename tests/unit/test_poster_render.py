"""The poster: what it says, what it leaves out, that it fits, that its bytes stay the same."""

from __future__ import annotations

import io
import subprocess
import sys
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from PIL import Image

from giakit.errors import ReportRefused
from giakit.poster import render_poster
from giakit.poster.content import build_poster
from giakit.poster.layout import draw_poster
from giakit.poster.sheet import Sheet, text_width
from giakit.statistics import Statistics

SVG = "{http://www.w3.org/2000/svg}"


def named(statistics: Statistics, name: str) -> Statistics:
    entries = tuple(
        each.model_copy(update={"text": name}) if each.key == "organ.name" else each for each in statistics.entries
    )
    return statistics.model_copy(update={"entries": entries})


def changed(statistics: Statistics, keys: str, **changes: Any) -> Statistics:
    """Return the statistics with the figures whose key begins so changed."""
    values = tuple(
        value.model_copy(update=changes) if value.key.startswith(keys) else value for value in statistics.values
    )
    return statistics.model_copy(update={"values": values})


def cards(statistics: Statistics, previous: Statistics | None = None) -> dict[str, Any]:
    return {card.label: card for section in build_poster(statistics, previous).sections for card in section.cards}


def test_it_says_the_figures_of_the_year(make_statistics):
    this = make_statistics(
        applications__received__total=45,
        disclosure__administrative_fees__amount="59237.2449",
        remedies__reconsideration_upheld=2,
        remedies__reconsideration_total=2,
    )
    found = cards(this)
    assert (found["本年新收"].figure, found["本年新收"].unit) == ("45", "件")
    assert (found["行政事业性收费"].figure, found["行政事业性收费"].unit) == ("59237.2449", "万元")
    assert found["行政复议"].details == "维持2，纠正0，其他0，未审结0"
    assert found["本年新收"].change == ""


@pytest.mark.parametrize(("before", "words"), [(39, "比上年增加6件"), (45, "与上年持平"), (50, "比上年减少5件")])
def test_it_compares_with_last_year(make_statistics, before, words):
    this = make_statistics(applications__received__total=45)
    last = make_statistics(2020, applications__received__total=before)
    assert cards(this, last)["本年新收"].change == words


def test_what_last_year_s_form_did_not_have_is_not_compared(make_statistics):
    found = cards(make_statistics(2021), make_statistics(2020))
    assert found["现行有效"].change == ""
    assert found["行政许可"].change == "与上年持平"


def test_a_group_counts_as_the_sum_of_its_cells_or_not_at_all(make_statistics):
    this = make_statistics(applications__state_secret__total=3, applications__administrative_inquiries__total=4)
    [outcomes] = [section for section in build_poster(this).sections if section.years]
    bars = {bar.label: bar.amount for bar in outcomes.years[0].bars}
    assert bars == {"予以公开": 0, "部分公开": 0, "不予公开": 7, "无法提供": 0, "不予处理": 0, "其他处理": 0}
    gap = changed(this, "applications.state_secret.total", amount=None, state="blank")
    [outcomes] = [section for section in build_poster(gap).sections if section.years]
    assert "不予公开" not in {bar.label for bar in outcomes.years[0].bars}


def test_zero_is_said_and_a_blank_is_not(make_statistics):
    zero = build_poster(make_statistics())
    assert "本年新收0件" in zero.alternative
    blank = changed(make_statistics(), "applications.", amount=None, state="blank")
    assert [section.title for section in build_poster(blank).sections] == [
        "行政规范性文件",
        "行政处理决定和收费",
        "行政复议和行政诉讼",
    ]
    empty = build_poster(changed(make_statistics(), "", amount=None, state="blank"))
    assert empty.sections == ()
    assert draw_poster(empty).to_png().startswith(b"\x89PNG")


def test_another_answer_than_a_number_is_shown_as_entered(make_statistics):
    this = changed(make_statistics(), "disclosure.permits.decisions", amount=None, state="not_applicable")
    assert (cards(this)["行政许可"].figure, cards(this)["行政许可"].unit) == ("不适用", "")


def test_money_is_compared_in_one_unit(make_statistics):
    this = make_statistics(2022, disclosure__administrative_fees__amount=2)
    last = make_statistics(2021, disclosure__administrative_fees__amount=5000)
    last = changed(last, "disclosure.administrative_fees", unit="元")
    assert cards(this, last)["行政事业性收费"].change == "比上年增加1.5万元"


def test_the_text_says_every_figure_that_is_drawn(make_statistics):
    this = make_statistics(**{f"applications__{row}__total": number for number, row in enumerate(
        ("received", "carried_in", "granted", "partly_granted", "handled", "carried_over"), 101)})  # fmt: skip
    last = make_statistics(2020, applications__granted__total=77)
    poster = build_poster(this, last)
    text = render_poster(this, last)["poster.txt"].decode()
    assert text.startswith("一图读懂：河口镇2021年政府信息公开工作年度报告。\n")
    assert text.endswith("数据来源：《河口镇2021年政府信息公开工作年度报告》。\n")
    for section in poster.sections:
        assert f"\n{section.title}：" in text
        for card in section.cards:
            assert f"{card.label}{card.figure}{card.unit}" in text
            assert card.change in text
            assert card.details in text
        for year in section.years:
            for bar in year.bars:
                assert f"{bar.label}{bar.figure}{bar.unit}" in text
    assert "2020年：予以公开77件" in text


@pytest.mark.parametrize("name", ["河口镇", "河口县人民政府办公室（河口县大数据管理局、河口县机关事务服务中心）"])
@pytest.mark.parametrize("figure", ["0", "2822652", "59237.2449", "1234567890.1234"])
def test_everything_stays_inside_its_card(make_statistics, monkeypatch, name, figure):
    amounts = {value.key: {"amount": Decimal(figure)} for value in make_statistics().values}
    this = named(make_statistics(), name)
    this = this.model_copy(
        update={"values": tuple(value.model_copy(update=amounts[value.key]) for value in this.values)}
    )
    drawn = []
    original = Sheet.text

    def recorded(self, x, middle, words, size, *, colour, align="left"):
        width = text_width(words, size)
        left = x - width * {"left": 0, "center": 0.5, "right": 1}[align]
        drawn.append((words, left, left + width, size))
        original(self, x, middle, words, size, colour=colour, align=align)

    monkeypatch.setattr(Sheet, "text", recorded)
    draw_poster(build_poster(this, make_statistics(2020)))
    assert len(drawn) > 40
    for words, left, right, size in drawn:
        assert left >= 24 - 0.1, words
        assert right <= 540 - 24 + 0.1, words
        assert size >= 6, words


def test_a_picture_of_1080_pixels_that_is_not_empty(make_statistics):
    with Image.open(io.BytesIO(render_poster(make_statistics())["poster.png"])) as image:
        assert image.width == 1080
        assert image.height > 1200
        assert len(image.convert("RGB").getcolors(1 << 20)) > 10
        assert "Software" not in image.info


def test_a_long_name_ends_where_it_is_said_to(make_statistics):
    this = named(make_statistics(), "河口县人民政府办公室（河口县大数据管理局、河口县机关事务服务中心）㙍")
    with Image.open(io.BytesIO(render_poster(this)["poster.png"])) as image:
        rgb = image.convert("RGB")
        foot = rgb.height - 40
        for left, right in ((0, 44), (1080 - 44, 1080)):  # a margin of 24 points is 48 pixels
            assert len(rgb.crop((left, 60, right, 240)).getcolors()) == 1
            assert len(rgb.crop((left, foot - 40, right, foot + 30)).getcolors()) == 1


def test_the_svg_needs_no_typeface_and_speaks(make_statistics):
    files = render_poster(make_statistics())
    root = ET.fromstring(files["poster.svg"].decode())  # noqa: S314 - our own bytes
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "河口镇2021年政府信息公开工作年度报告"
    assert root.findtext(f"{SVG}desc") == files["poster.txt"].decode().rstrip("\n")
    assert not list(root.iter(f"{SVG}text"))
    assert "font-family" not in files["poster.svg"].decode()


def test_a_name_is_never_markup(make_statistics):
    files = render_poster(named(make_statistics(), "$甲$ & <乙>_{丙}"))
    root = ET.fromstring(files["poster.svg"].decode())  # noqa: S314 - our own bytes
    assert (root.findtext(f"{SVG}title") or "").startswith("$甲$ & <乙>_{丙}2021年")


def test_a_rare_character_is_printed_and_a_missing_one_refused(make_statistics):
    assert render_poster(named(make_statistics(), "㙍上镇"))["poster.png"].startswith(b"\x89PNG")
    with pytest.raises(ReportRefused, match=r"U\+1F600"):
        render_poster(named(make_statistics(), "甲😀镇"))


def test_a_draft_is_marked_in_picture_and_text(make_statistics):
    plain = render_poster(make_statistics())
    marked = render_poster(make_statistics(), mark="草稿：核对未通过，不得公开")
    assert marked["poster.txt"].decode().startswith("草稿：核对未通过，不得公开。一图读懂")
    assert marked["poster.png"] != plain["poster.png"]
    assert b"\xe8\x8d\x89\xe7\xa8\xbf" in marked["poster.svg"]


def test_settings_of_a_notebook_change_nothing(make_statistics, monkeypatch):
    expected = render_poster(make_statistics())
    monkeypatch.setitem(mpl.rcParams, "svg.fonttype", "none")
    monkeypatch.setitem(mpl.rcParams, "figure.dpi", 30)
    monkeypatch.setitem(mpl.rcParams, "font.size", 30)
    assert render_poster(make_statistics()) == expected


def test_the_same_figures_give_the_same_bytes_in_every_process(project_root):
    code = (
        "import hashlib; from giakit.forms.read import read_workbook; from giakit.poster import render_poster;"
        f"form = read_workbook(__import__('pathlib').Path({str(project_root)!r}) / 'params/county-2021.xlsx').forms[0];"
        "files = render_poster(form.statistics);"
        "print({name: hashlib.sha256(files[name]).hexdigest() for name in files})"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)
    )
    assert first == second
