"""The published page in a real browser: on a phone, on a desktop, in the dark, on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from giakit import formats
from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, Paragraph, Prose, SectionPlace, TableBand, TableCell
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.page import render_html
from giakit.statistics import Statistics, Value
from giakit.tables import build_table
from tests.samples.chromium import opened_browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
DATA = TableBand(
    head=((TableCell(text="项目", scope="col"), TableCell(text="2023年（件）", scope="col")),),
    body=((TableCell(text="予以公开", scope="row"), TableCell(text="14069")),),
)


def document(year: int = 2023) -> Document:
    """Return a report with the longest figures known, a long name, a long address and a chart."""
    form = formats.for_year(year)
    most = {"disclosure": Decimal("1808595.2449"), "applications": Decimal(14069), "remedies": Decimal(440)}
    values = tuple(Value(key=leaf.key, amount=most[leaf.table.id], unit=leaf.unit or "元") for leaf in form.leaves)
    statistics = Statistics(year=year, revision=form.revision, values=values)
    name = "内蒙古自治区呼伦贝尔市莫力达瓦达斡尔族自治旗尼尔基镇"
    text = Inline(text="全年主动公开政府信息，" * 30 + "https://www.example.gov.cn/" + "a" * 80)
    chart = build_chart("outcomes", statistics, statistics.model_copy(update={"year": year - 1}))
    assert chart is not None
    chart = chart.model_copy(update={"data": DATA})
    declaration = Declaration(
        title=form.title.format(name=name, year=year),
        name=name,
        full_name=name,
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=(),
        metadata=(("索引号", "014318/2024-00012"), ("发布机构", name)),
        summary=("全年没有收到政府信息公开申请。",),
        attachments=("政府信息公开目录", name),
    )
    sections = []
    for section in form.sections:
        prose = Prose(key=section.numeral, blocks=(Paragraph(type="paragraph", inlines=(text,)),))
        pieces = (
            (build_table(statistics, section.table),) if section.table else (prose, chart)[: 2 if not sections else 1]
        )
        sections.append(DocumentSection(SectionPlace(numeral=section.numeral, heading=section.heading), pieces))
    return Document(declaration, (), tuple(sections))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render_html(document()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 844})
    opened.goto(address)
    yield opened
    opened.close()


def test_the_page_never_scrolls_sideways(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_wide_tables_scroll_by_themselves_on_a_phone_only(page: Page) -> None:
    scrolled = page.evaluate("""[...document.querySelectorAll('.statutory')].map(table => {
        table.parentElement.scrollLeft = 40
        return table.parentElement.scrollLeft > 0
    })""")
    narrow = page.evaluate("window.innerWidth") < 600
    assert scrolled == [False, narrow, narrow]


def test_every_figure_is_on_one_line_within_its_cell(page: Page) -> None:
    figures = page.evaluate("""[...document.querySelectorAll('td')].map(cell => {
        const range = document.createRange()
        range.selectNodeContents(cell)
        const lines = new Set([...range.getClientRects()].map(line => line.top))
        return lines.size === 1 && cell.scrollWidth <= cell.clientWidth
    })""")
    assert len(figures) > 175
    assert all(figures)


def test_row_labels_stay_readable(page: Page) -> None:
    widths = page.evaluate("[...document.querySelectorAll('.grouped th[scope=row]')].map(head => head.clientWidth)")
    font = page.evaluate("parseFloat(getComputedStyle(document.querySelector('table')).fontSize)")
    assert min(widths) >= 8 * font
    extents = page.evaluate("""[...document.querySelectorAll('th[scope=rowgroup]')].map(head => {
        const upright = getComputedStyle(head).writingMode.startsWith('vertical')
        return [upright, upright ? head.clientHeight - head.textContent.length * 14 : head.clientWidth]
    })""")
    narrow = page.evaluate("window.innerWidth") < 600
    assert {upright for upright, _ in extents} == {narrow}
    assert min(extent for _, extent in extents) >= (0 if narrow else 3.5 * font)


def test_labels_stay_in_view_while_figures_scroll_past(page: Page) -> None:
    kept = page.evaluate("""[...document.querySelectorAll('.grouped')].flatMap(table => {
        const region = table.parentElement
        region.scrollLeft = 10000
        const frame = region.getBoundingClientRect()
        return [...table.querySelectorAll('.kept')].map(head => {
            const box = head.getBoundingClientRect()
            return [box.left - frame.left, frame.right - box.right, frame.width]
        })
    })""")
    assert len(kept) > 25
    assert min(left for left, _, _ in kept) >= 0
    assert min(right / width for _, right, width in kept) >= 0.4, "figures have room beside them"
    places = page.evaluate("""[...document.querySelectorAll('.grouped tbody tr')].map(row => {
        const heads = [...row.querySelectorAll('.kept')].map(head => head.getBoundingClientRect())
        return heads.every((box, n) => n === 0 || Math.abs(box.left - heads[n - 1].right) < 1)
    })""")
    assert all(places), "labels stand beside each other, not over each other"


def test_a_table_takes_the_keyboard(page: Page) -> None:
    page.locator(".scroll").nth(2).focus()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "region"


def test_the_keyboard_goes_through_the_page_in_its_order(page: Page) -> None:
    stops = []
    for _ in range(13):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 4)"))
    assert stops[:7] == ["跳到正文", "一、总体", "二、主动", "三、收到", "四、政府", "五、存在", "六、其他"]
    regions = page.evaluate(
        "[...document.querySelectorAll('.scroll, summary')].map(e => e.textContent.trim().slice(0, 4))"
    )
    assert stops[7 : 7 + len(regions)] == regions


def test_one_step_leads_past_the_contents(page: Page) -> None:
    page.keyboard.press("Tab")
    skip = page.locator(".skip").bounding_box()
    assert skip is not None
    assert skip["y"] >= 0, "it shows itself when the keyboard is on it"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "scroll"


def test_a_chart_unfolds_its_figures_by_the_keyboard(page: Page) -> None:
    table = page.locator(".drawn").first
    assert not table.is_visible()
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert table.is_visible()
    assert table.locator("td").all_inner_texts() == ["14069"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    ink = page.evaluate("getComputedStyle(document.querySelector('#text p')).color")
    paper = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    page.close()
    assert _contrast(ink, paper) >= 7


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_stand_out_from_the_paper(browser: Browser, address: str, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address)
    paper = page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")
    words = page.evaluate("[...document.querySelectorAll('figure text')].map(word => getComputedStyle(word).fill)")
    outlines = page.evaluate("""[...document.querySelectorAll('figure path')].map(
        bar => getComputedStyle(bar)).filter(style => style.stroke !== 'none').map(style => style.stroke)""")
    fills = page.evaluate("""[...document.querySelectorAll('figure path')].map(
        bar => getComputedStyle(bar)).filter(style => style.stroke !== 'none').map(style => style.fill)""")
    page.close()
    assert min(_contrast(colour, paper) for colour in words) >= 4.5
    assert min(_contrast(colour, paper) for colour in outlines) >= 3
    years = sorted(set(fills))
    assert len(years) == 2
    assert _contrast(*years) >= 3, "the two years are told apart"


def test_every_colour_of_a_chart_has_another_in_the_dark(browser: Browser, address: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(address)
        colours.append(
            page.evaluate("[...document.querySelectorAll('figure path')].map(e => getComputedStyle(e).fill)")
        )
        page.close()
    assert len(colours[0]) > 10
    assert all(light != dark for light, dark in zip(*colours, strict=True) if light != "none")


def test_nothing_but_the_file_is_asked_for(browser: Browser, address: str) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    page.close()
    assert asked == [address]


def test_on_paper_table_heads_repeat(browser: Browser, address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    page.emulate_media(media="print")
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    assert page.evaluate("getComputedStyle(document.querySelector('tr')).breakInside") == "avoid"
    assert page.evaluate("getComputedStyle(document.querySelector('#text p')).color") == "rgb(0, 0, 0)"
    fills = page.evaluate("[...document.querySelectorAll('figure path')].map(bar => getComputedStyle(bar).fill)")
    assert "rgb(31, 78, 121)" in fills, "a chart's colours are those of white paper"
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
    page.close()


def _contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two CSS colours as WCAG defines it."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
