"""The index page in a real browser: sorting, filtering, links to real files, at 60 and at 5,000 organs."""

from __future__ import annotations

import io
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from giakit.batch.manifest import PAGE, Changed, Manifest, ManifestEntry, Unreadable, build_manifest
from giakit.batch.page import render_index
from giakit.findings import Message, finding
from giakit.language import Text
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs
from giakit.statistics import Cell
from tests.samples.typefaces import environment_with_typefaces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Playwright

pytestmark = pytest.mark.browser

FEW, MANY = 60, 5000
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2; axe leaves it out
INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={"digest": "丙"})
FILES = {
    "public/report.html": "<!doctype html><title>一份报告</title>".encode(),
    "public/report.pdf": b"%PDF-1.7",
    "public/data.json": b"{}",
    "public/tables/disclosure.csv": b"",
    "internal/findings.json": b"[]",
    "internal/annual_report.ipynb": b"{}",
}
LEFT = {"findings.json": b"[]", "annual_report.ipynb": b"{}"}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
UNREADABLE = Unreadable(workbook="坏.xlsx", problems=(Message(msgid="{text}", args={"text": "不是工作簿"}),))


def name_of(number: int) -> str:
    return "".join(SURNAMES[number // 16**place % 16] for place in range(4)) + "镇"


def problems_of(number: int) -> tuple:
    cells = (Cell(workbook="county.xlsx", sheet=name_of(number), address="F24", raw="12"),)
    broken = finding("T3-1", "error", "三/予以公开", Text("应为 42，填的是 12"), Text("改正它"), cells=cells)
    return (broken,) * (1 + number % 3)


def record(number: int, outcome: str, files: dict[str, bytes]) -> ReportRecord:
    name = name_of(number)
    return ReportRecord(
        organ=f"云泽县/{name} #{number}",
        year=2020,
        name=name,
        outcome=outcome,
        kinds=("html", "pdf"),
        draft="县里同意" if outcome == "done" and number % 20 == 1 else "",
        inputs=INPUTS,
        outputs=tuple(OutputFile.of(path, content) for path, content in files.items()),
        findings={"error": 0, "warning": number % 4, "note": number % 7},
        problems=problems_of(number) if outcome == "refused" else (),
    )


def attempts(number: int) -> list[tuple[ReportRecord, dict[str, bytes]]]:
    """Return what was rendered of an organ: a report; for some only a refusal, for some one after a report."""
    report = record(number, "done", FILES), FILES
    refusal = record(number, "refused", LEFT), LEFT
    return {3: [refusal], 7: [report, refusal]}.get(number % 10, [report])


def entry(number: int) -> ManifestEntry:
    records = {each.outcome: each for each, _ in attempts(number)}
    organ = f"云泽县/{name_of(number)} #{number}"
    given = {"published": records.get("done"), "failure": records.get("refused")}
    return ManifestEntry(organ=organ, name=name_of(number), folder=organ, failure_folder=f"{organ}/failed", **given)


CHANGES = tuple(Changed(organ=f"云泽县/{name_of(each)} #{each}", change="new", after="done") for each in (0, 1, 3))


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(driver: Playwright) -> Iterator[Browser]:
    with launched(driver) as opened:
        yield opened


@contextmanager
def launched(driver: Playwright, *options: str) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: a proof that is skipped proves nothing"
    with tempfile.TemporaryDirectory() as scratch:
        opened = driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", *options],
            env=environment_with_typefaces(Path(scratch)),
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Publish reports of 60 organs, real files all of them, and return the index page."""
    root = tmp_path_factory.mktemp("输出 #1")
    outputs = open_outputs(root)
    for number in range(FEW):
        for described, files in attempts(number):
            outputs.publish(described, files)
    manifest = build_manifest(2020, outputs, [UNREADABLE])
    outputs.write_page("2020/manifest.json", manifest.file)
    outputs.write_page(f"2020/{PAGE}", render_index(manifest, CHANGES))
    return root / "2020" / PAGE


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an index page of 5,000 organs."""
    path: Path = tmp_path_factory.mktemp("全省") / PAGE
    reports = tuple(entry(number) for number in range(MANY))
    path.write_bytes(render_index(Manifest(year=2020, environments={}, reports=reports), CHANGES))
    return path


@pytest.fixture(params=["county", "province"])
def index(request: pytest.FixtureRequest) -> tuple[Path, int]:
    return request.getfixturevalue(request.param), {"county": FEW, "province": MANY}[request.param]


@pytest.fixture
def page(browser: Browser, index: tuple[Path, int]) -> Iterator[Page]:
    """Open the page; nothing but it may be asked for, and nothing may go wrong in it."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.goto(index[0].as_uri())
    yield opened
    assert asked == [index[0].as_uri()]
    assert wrong == []
    opened.close()


def column(page: Page, number: int) -> list[str]:
    """Return the texts of a column in the order shown, without the rows that are filtered out."""
    shown: list[str] = page.evaluate(
        """number => [...document.querySelectorAll('tbody:not([hidden])')]
            .map(body => body.rows[0].cells[number].textContent)""",
        number,
    )
    return shown


def sort_by(page: Page, head: str) -> str | None:
    page.get_by_role("columnheader", name=head).get_by_role("button").click()
    return page.get_by_role("columnheader", name=head).get_attribute("aria-sort")


def test_every_number_sorts_up_and_down_and_the_unknown_comes_last(page: Page, index: tuple[Path, int]) -> None:
    for head, number in (("错误", 3), ("提醒", 4), ("说明", 5)):
        assert sort_by(page, head) == "descending"
        falling = [-1 if text == "—" else int(text) for text in column(page, number)]
        assert falling == sorted(falling, reverse=True)
        assert len(falling) == index[1]
        assert len(set(falling)) > 2
        assert sort_by(page, head) == "ascending"
        rising = [-1 if text == "—" else int(text) for text in column(page, number)]
        assert rising == falling[::-1]
        assert page.locator("th[aria-sort]").count() == 1


def test_names_sort_by_their_sound(page: Page) -> None:
    assert sort_by(page, "机关") == "ascending"
    heads = [text[0] for text in column(page, 0)]
    expected = list("陈褚冯韩蒋李钱沈孙王卫吴杨赵郑周")  # chén chǔ féng hán jiǎng lǐ qián …
    assert list(dict.fromkeys(heads)) == expected
    assert sort_by(page, "机关") == "descending"
    assert column(page, 0)[0][0] == "周"


def test_status_files_and_changes_sort_too(page: Page) -> None:
    statuses = column(page, 1)
    assert list(dict.fromkeys(statuses)) == ["未通过核对", "草稿", "已完成"]
    assert sort_by(page, "状态") == "descending"
    assert list(dict.fromkeys(column(page, 1))) == ["已完成", "草稿", "未通过核对"]
    assert sort_by(page, "公布文件") == "descending"
    assert column(page, 6)[0] == "HTML PDF 数据 其余 1 个tables/disclosure.csv"
    assert column(page, 6)[-1] == ""
    assert sort_by(page, "内部文件") == "descending"
    assert sort_by(page, "变化") == "ascending"
    assert column(page, 2)[-3:] == ["新增"] * 3


def test_a_sorted_row_keeps_what_is_told_below_it(page: Page) -> None:
    sort_by(page, "错误")
    first = page.locator("tbody").first
    first.get_by_text("3 个问题").click()
    expect(first.get_by_text("county.xlsx").first).to_be_visible()


def test_status_and_text_filter_together(page: Page, index: tuple[Path, int]) -> None:
    page.get_by_label("未通过核对").check()
    assert set(column(page, 1)) == {"未通过核对"}
    refused = len(column(page, 1))
    assert refused == index[1] // 5
    expect(page.get_by_role("status")).to_have_text(f"{index[1]} 个机关中的 {refused} 个")
    page.get_by_label("查找机关").fill("钱")
    found = column(page, 0)
    assert 0 < len(found) < refused
    assert all("钱" in name for name in found)
    page.get_by_label("较早的一版仍在公布").check()
    assert 0 < len(column(page, 0)) < refused
    page.get_by_label("查找机关").fill("")
    page.get_by_label("全部").check()
    expect(page.get_by_role("status")).to_have_text(f"共 {index[1]} 个机关")
    assert len(column(page, 0)) == index[1]


def test_text_is_found_in_key_and_name_in_full_width_too(page: Page) -> None:
    page.get_by_label("查找机关").fill(f"  云泽县 {name_of(59)} ＃５９ ")
    assert column(page, 0) == [f"{name_of(59)} 云泽县/{name_of(59)} #59"]
    page.get_by_label("查找机关").fill("没有这样的镇")
    assert column(page, 0) == []
    expect(page.get_by_text("没有符合条件的机关")).to_be_visible()


def test_pinyin_on_its_way_does_not_filter(page: Page, index: tuple[Path, int]) -> None:
    search = page.get_by_label("查找机关")
    search.focus()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "qian", "selectionStart": 4, "selectionEnd": 4})
    assert search.input_value() == "qian"
    assert len(column(page, 0)) == index[1]
    session.send("Input.insertText", {"text": "钱"})
    assert 0 < len(column(page, 0)) < index[1]


def test_the_keyboard_does_it_all(page: Page) -> None:
    page.get_by_label("全部").focus()
    page.keyboard.press("ArrowRight")
    assert set(column(page, 1)) == {"已完成"}
    page.keyboard.press("Tab")
    page.keyboard.type("赵")
    assert all("赵" in name for name in column(page, 0))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.get_by_role("columnheader", name="机关").get_attribute("aria-sort") == "ascending"


def test_rows_out_of_sight_cost_nothing_until_they_are_reached(page: Page, index: tuple[Path, int]) -> None:
    laid_out = """[...document.querySelectorAll('tbody')]
        .filter(body => body.rows[0].checkVisibility({contentVisibilityAuto: true})).length"""
    assert 0 < page.evaluate(laid_out) < index[1]
    page.keyboard.press("End")
    expect(page.locator("tbody:last-of-type a").first).to_be_in_viewport()


def test_every_link_leads_to_a_file(browser: Browser, county: Path) -> None:
    page = browser.new_page()
    page.goto(county.as_uri())
    addresses = page.evaluate("[...document.links].map(link => link.href)")
    page.close()
    paths = {url2pathname(urlsplit(address).path) for address in addresses}
    # 54 reports of six files, 12 refusals that left two, the manifest
    assert paths == {
        str(path) for path in county.parent.rglob("*") if path.is_file() and path.name not in {PAGE, "record.json"}
    }
    assert len(paths) == 54 * 6 + 12 * 2 + 1


def test_links_open(browser: Browser, county: Path) -> None:
    page = browser.new_page()
    page.goto(county.as_uri())
    page.get_by_role("link", name="HTML").first.click()
    expect(page).to_have_title("一份报告")
    page.go_back()
    page.get_by_role("link", name="数据").first.click()
    expect(page.locator("body")).to_have_text("{}")
    page.close()


def test_what_was_asked_for_stands_when_the_reader_comes_back(browser: Browser, county: Path) -> None:
    page = browser.new_page()
    page.goto(county.as_uri())
    page.get_by_label("草稿").check()
    shown = column(page, 0)
    page.get_by_role("link", name="HTML").locator("visible=true").first.click()
    expect(page).to_have_title("一份报告")
    page.go_back()
    expect(page.get_by_label("草稿")).to_be_checked()
    assert column(page, 0) == shown
    page.close()


def test_without_scripts_it_is_a_plain_table(browser: Browser, county: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(county.as_uri())
    assert page.locator("tbody tr:first-child").count() == FEW
    expect(page.get_by_label("查找机关", exact=True)).to_be_hidden()
    expect(page.get_by_role("button", name="机关")).to_be_disabled()
    expect(page.get_by_text(f"共 {FEW} 个机关")).to_be_visible()
    page.locator("summary").get_by_text("个问题").first.click()
    expect(page.locator("tbody").first.get_by_text("county.xlsx").first).to_be_visible()
    context.close()


def test_a_script_that_got_in_would_not_act(browser: Browser, county: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    injected = b"<script>window.acted = 1</script><img src='x.png' onerror='window.acted = 2'></main>"
    bad.write_bytes(county.read_bytes().replace(b"</main>", injected))
    page = browser.new_page()
    page.goto(bad.as_uri(), wait_until="networkidle")
    assert page.locator("img").count() == 1
    assert page.evaluate("window.acted") is None
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_anybody_can_use_it(browser: Browser, county: Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        color_scheme=scheme,  # type: ignore[arg-type]
        bypass_csp=True,  # the checker is a script of its own
    )
    page = context.new_page()
    page.goto(county.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    # The checker also measures rows out of sight, which have their own height only once they come into view.
    page.add_style_tag(content="tbody { content-visibility: visible !important }")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    context.close()


def test_screen_readers_meet_a_table_with_every_row(driver: Playwright, county: Path) -> None:
    with launched(driver, "--force-renderer-accessibility") as browser:  # as where a screen reader runs
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(county.as_uri())
        session = page.context.new_cdp_session(page)
        session.send("Accessibility.enable")
        document = session.send("DOM.getDocument")["root"]["nodeId"]
        for role, number in (("table", 1), ("columnheader", 8), ("rowheader", FEW)):
            found = session.send("Accessibility.queryAXTree", {"nodeId": document, "role": role})["nodes"]
            assert len(found) == number


def test_on_paper_every_row_is_printed_under_a_head(browser: Browser, county: Path) -> None:
    page = browser.new_page()
    page.goto(county.as_uri())
    printed = page.pdf(prefer_css_page_size=True)
    page.close()
    with pdfplumber.open(io.BytesIO(printed)) as pdf:
        pages = [sheet.extract_text() for sheet in pdf.pages]
    assert len(pages) > 1
    assert all("错误 提醒 说明" in text for text in pages)
    assert sum(text.count("镇 #") + text.count("镇#") for text in pages) == FEW
    assert "查找机关" not in pages[0]
