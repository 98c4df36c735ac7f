"""The ranked table of texts that are alike, on the index page in a real browser."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from giakit.batch.manifest import PAGE, Manifest, ManifestEntry
from giakit.batch.page import render_index
from giakit.batch.page_likeness import MOST_ROWS
from giakit.likeness import Likeness, Pair
from giakit.outputs import Inputs, OutputFile, ReportRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

ORGANS, FOUND = 5000, 40_000
KEYS = ("一/主动公开", "一/平台建设", "五")
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2; axe leaves it out
INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={"digest": "丙"})
NAMES = ("龙村镇", "柳渡镇", "苇塘镇", "松陂乡", "澄波街道", "白石镇", "青阳乡")


def organ(number: int) -> str:
    return f"{NAMES[number % len(NAMES)]}{number}"


def entry(number: int) -> ManifestEntry:
    record = ReportRecord(
        organ=organ(number),
        year=2020,
        name=organ(number),
        outcome="done",
        kinds=("html",),
        inputs=INPUTS,
        outputs=(OutputFile.of("public/report.html", b""),),
        findings={"error": 0, "warning": number % 3, "note": 0},
    )
    return ManifestEntry(organ=record.organ, name=record.name, published=record, folder=record.organ)


def pair(place: int) -> Pair:
    return Pair(
        key=KEYS[place % 3],
        organ=organ(place),
        other=None if place % 4 == 0 else organ(place + 1),
        likeness=1 - place / 2000,
        passage="公开栏每季更换，" * (1 + place % 12) + "<b>进度每月一报</b>",
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: a proof that is skipped proves nothing"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index page of 5,000 organs with more that is alike than it shows."""
    path: Path = tmp_path_factory.mktemp("全省") / PAGE
    manifest = Manifest(year=2020, environments={}, reports=tuple(entry(number) for number in range(ORGANS)))
    likeness = Likeness(
        year=2020,
        basis="",
        at_least=0.5,
        organs=ORGANS,
        with_last_year=ORGANS - 1,
        count=FOUND,
        pairs=tuple(pair(place) for place in range(MOST_ROWS + 300)),
    )
    path.write_bytes(render_index(manifest, (), likeness))
    return path


@pytest.fixture
def page(browser: Browser, index: Path) -> Iterator[Page]:
    """Open the page; nothing but it may be asked for, and nothing may go wrong in it."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    seen: list[str] = []
    opened.on("request", lambda request: seen.append(request.url))
    opened.on("console", lambda message: seen.append(message.text))
    opened.on("pageerror", lambda error: seen.append(str(error)))
    opened.goto(index.as_uri())
    yield opened
    assert seen == [index.as_uri()]
    opened.close()


def column(page: Page, number: int) -> list[str]:
    """Return the texts of a column in the order shown, without the rows that are filtered out."""
    shown: list[str] = page.evaluate(
        """number => [...document.querySelectorAll('#alike tbody:not([hidden])')]
            .map(body => body.rows[0].cells[number].textContent)""",
        number,
    )
    return shown


def part(page: Page) -> Locator:
    return page.locator("#alike")


def sort_by(page: Page, head: str) -> None:
    part(page).get_by_role("columnheader", name=head, exact=True).get_by_role("button").click()


def test_the_most_alike_come_first_and_what_is_left_out_is_said(page: Page) -> None:
    percents = [int(text.rstrip("%")) for text in column(page, 3)]
    assert percents == sorted(percents, reverse=True)
    assert len(percents) == MOST_ROWS
    expect(part(page)).to_contain_text(f"共 {FOUND} 处，这里列出其中最相像的 {MOST_ROWS} 处")
    expect(part(page)).to_contain_text(f"比较了 {ORGANS} 个机关，其中 {ORGANS - 1} 个有上年报告")
    link = page.locator("dl a")
    expect(link).to_have_text(f"{FOUND} 处")
    link.click()
    expect(part(page).get_by_role("heading")).to_be_in_viewport()
    assert page.locator("#alike b").get_by_text("进度每月一报").count() == 0  # a passage is text


def test_it_sorts_by_likeness_organ_and_section(page: Page) -> None:
    sort_by(page, "相像度")
    rising = [int(text.rstrip("%")) for text in column(page, 3)]
    assert rising == sorted(rising)
    sort_by(page, "部分")
    assert list(dict.fromkeys(column(page, 2))) == list(KEYS[::-1])  # wǔ, yī/píng, yī/zhǔ
    sort_by(page, "机关")
    assert [text[0] for text in (column(page, 0)[0], column(page, 0)[-1])] == ["白", "苇"]  # bái … wěi
    assert part(page).locator("th[aria-sort]").count() == 1


def test_it_filters_by_what_was_compared_and_by_either_organ(page: Page) -> None:
    part(page).get_by_label("与上年报告").check()
    assert set(column(page, 1)) == {"上年报告"}
    expect(part(page).get_by_role("status")).to_have_text(f"{MOST_ROWS} 处中的 {MOST_ROWS // 4} 处")
    part(page).get_by_label("一/平台建设").check()
    assert set(column(page, 2)) == {"一/平台建设"}
    part(page).get_by_label("全部").check()
    page.get_by_label("查找雷同的机关").fill("龙村镇7")
    shown = list(zip(column(page, 0), column(page, 1), strict=True))
    assert shown
    assert all("龙村镇7" in one + other for one, other in shown)
    assert any("龙村镇7" in other for _, other in shown)
    page.get_by_label("查找雷同的机关").fill("没有这样的镇")
    expect(part(page).get_by_text("没有符合条件的文字")).to_be_visible()


def test_the_two_tables_do_not_disturb_each_other(page: Page) -> None:
    page.get_by_label("查找机关", exact=True).fill("松陂乡")
    expect(page.locator("section").first.get_by_role("status")).to_contain_text(f"{ORGANS} 个机关中的")
    assert len(column(page, 0)) == MOST_ROWS
    sort_by(page, "机关")
    head = page.locator("section").first.get_by_role("columnheader", name="状态")
    assert head.get_attribute("aria-sort") == "ascending"


def test_it_answers_at_once_among_five_thousand_organs(page: Page) -> None:
    laid_out = """[...document.querySelectorAll('tbody')]
        .filter(body => body.rows[0].checkVisibility({contentVisibilityAuto: true})).length"""
    assert 0 < page.evaluate(laid_out) < MOST_ROWS
    assert page.locator("#alike tbody").count() == MOST_ROWS


def test_without_scripts_it_is_a_plain_table(browser: Browser, index: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator("#alike tbody").count() == MOST_ROWS
    expect(page.get_by_label("查找雷同的机关")).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_anybody_can_use_it(browser: Browser, index: Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # the checker is a script of its own
    )
    page = context.new_page()
    page.goto(index.as_uri())
    page.evaluate(
        """document.querySelectorAll('section').forEach(section =>
            [...section.querySelectorAll('tbody')].slice(20).forEach(body => body.remove()))"""
    )
    # The checker also measures rows out of sight, which have their own height only once they come into view.
    page.add_style_tag(content="tbody { content-visibility: visible !important }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    context.close()
