"""Every sample report as published page, in a real browser: accessible, whole in itself, small, the same on paper."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from html5lib import HTMLParser
from nbformat import v4

from giakit.content.html import render_content
from giakit.content.model import Chart, Content, ListBlock, Prose, Table
from giakit.exporters.document import Document, Piece, read_document
from giakit.exporters.fragment import render_fragment
from giakit.exporters.page import render_html
from giakit.forms.read import read_workbook
from giakit.narrative.render import render_narrative
from giakit.report import Report
from giakit.summary import build_summary
from tests.samples.chromium import opened_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from giakit.statistics import Statistics

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2020, 2021, 2022)
BOX = (("索引号", "014318/2023-00012"), ("发布机构", "云泽县人民政府"), ("公开日期", "2023-01-20"), ("时效", "有效"))
THREE = [(2020, "龙村镇"), (2021, "柳渡镇"), (2022, "沧宁市")]  # a real town, an ordinary one, a city
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}  # of WCAG 2.2; axe leaves it out
CELLS = """[...document.querySelectorAll('td')].map(cell => getComputedStyle(cell, '::after').content)
    .filter(shown => shown !== 'none').map(shown => shown.slice(1, -1))"""
CALL = re.compile(r'report\.(\w+)\((?:"(.*)")?\)$')


@pytest.fixture(scope="module")
def documents() -> dict[tuple[int, str], Document]:
    """Return the document of every organ and year, made by the cells of the master notebook."""
    master = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", as_version=4)
    cells = [cell.source for cell in master.cells if cell.cell_type == "code"]
    county = {year: statistics_of(year) for year in YEARS}
    return {
        (year, key): document_of(statistics, county.get(year - 1, {}).get(key), cells)
        for year, organs in county.items()
        for key, statistics in organs.items()
    }


def statistics_of(year: int) -> dict[str, Statistics]:
    forms = read_workbook(ROOT / "params" / f"county-{year}.xlsx").forms
    return {form.statistics.entry("organ.key").text: form.statistics for form in forms if form.statistics}


def document_of(statistics: Statistics, previous: Statistics | None, cells: list[str]) -> Document:
    """Run the notebook's cells without a kernel, with a box of metadata and a summary."""
    shown: list[Content] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("giakit.report._display", lambda content, _name, **_update: shown.append(content))
        report = Report(statistics, [], previous=previous)
        for source in cells:
            head, _, body = source.partition("\n")
            called = CALL.match(source)
            if head.startswith("%%narrative "):
                names = report.narrative_names()
                prose = render_narrative(head.removeprefix("%%narrative "), body, names, report.format)
                shown.append(report.add_prose(prose))
            elif called:
                getattr(report, called[1])(*filter(None, [called[2]]))
    outputs = [v4.new_output("display_data", data=each._repr_mimebundle_()) for each in shown]
    document = read_document(v4.new_notebook(cells=[v4.new_code_cell("", outputs=outputs, id="report")]))
    told = {"metadata": BOX, "summary": build_summary(statistics, previous), "attachments": ("政府信息公开目录",)}
    return replace(document, declaration=document.declaration.model_copy(update=told))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


def violations(page: Page) -> list[str]:
    """Return what axe finds by all its rules, best practices too."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


def look(browser: Browser, markup: str, width: int, scheme: Scheme, folder: Path) -> list[str]:
    """Open a page with everything unfolded and return what axe finds in it, or that it scrolls sideways."""
    path = folder / "报告.html"
    path.write_text(markup, encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = violations(page)
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("scrolls sideways")
    page.close()
    return found


def test_all_samples_are_there(documents: dict[tuple[int, str], Document]) -> None:
    assert len(documents) == 3 * 14
    assert {year for year, _ in documents} == set(YEARS)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_axe_finds_nothing_in_any_sample(
    browser: Browser, documents: dict[tuple[int, str], Document], width: int, scheme: Scheme, tmp_path: Path
) -> None:
    found = {place: look(browser, render_html(each), width, scheme, tmp_path) for place, each in documents.items()}
    assert {place: problems for place, problems in found.items() if problems} == {}


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
@pytest.mark.parametrize("place", THREE)
def test_axe_finds_nothing_at_other_hours(
    browser: Browser,
    documents: dict[tuple[int, str], Document],
    place: tuple[int, str],
    width: int,
    scheme: Scheme,
    tmp_path: Path,
) -> None:
    assert look(browser, render_html(documents[place]), width, scheme, tmp_path) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_draft(
    browser: Browser, documents: dict[tuple[int, str], Document], scheme: Scheme, tmp_path: Path
) -> None:
    draft = replace(documents[2022, "沧宁市"], draft="先送领导审阅")
    assert look(browser, render_html(draft), 1280, scheme, tmp_path) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("place", THREE)
def test_axe_finds_nothing_in_a_page_the_fragment_was_pasted_into(
    browser: Browser, documents: dict[tuple[int, str], Document], place: tuple[int, str], width: int, tmp_path: Path
) -> None:
    site = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>站点</title>'
        '<meta name="viewport" content="width=device-width"></head><body><main><h1>年度报告</h1>'
        f"{render_fragment(documents[place])}</main></body></html>"
    )
    assert look(browser, site, width, "light", tmp_path) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_an_analyst_unfolds_every_tables_cells_by_key(
    browser: Browser, documents: dict[tuple[int, str], Document], width: int, tmp_path: Path
) -> None:
    document = documents[2022, "沧宁市"]
    tables = [piece for piece in pieces(document) if isinstance(piece, Table)]
    notebook = "".join(map(render_content, tables))
    shown = {"notebook": f"<!doctype html>{notebook}", "preview": render_html(document, sources=True)}
    for place, markup in shown.items():
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.set_content(markup)
        assert page.evaluate(CELLS) == [], place
        for fold in page.locator(".sources summary").all():
            fold.press("Enter")
        read = [cell.source for table in tables for band in table.bands for row in band.body for cell in row]
        cells = [source.rpartition(" ")[2] for source in read if source]
        assert len(cells) > 190
        assert page.evaluate(CELLS) == cells, place
        page.close()
    assert look(browser, shown["preview"], width, "dark", tmp_path) == []


def test_axe_would_find_what_is_wrong(browser: Browser, documents: dict[tuple[int, str], Document]) -> None:
    markup = render_html(documents[2022, "沧宁市"])
    page = browser.new_page()
    page.set_content(markup.replace("--ink: #111;", "--ink: #999;").replace('role="img"', ""))
    assert {each.partition(":")[0] for each in violations(page)} >= {"color-contrast"}
    page.set_content(markup.replace('tabindex="0"', "").replace('scope="col"', 'scope="spalte"'))
    assert {each.partition(":")[0] for each in violations(page)} >= {"scope-attr-valid"}
    page.close()


def test_every_page_is_small_and_parses(documents: dict[tuple[int, str], Document]) -> None:
    for place, document in documents.items():
        page, fragment = render_html(document), render_fragment(document)
        assert len(page.encode()) < 150_000, place
        assert len(fragment.encode()) < 150_000, place
        HTMLParser(strict=True).parse(page)
        HTMLParser(strict=True).parseFragment(fragment)


def test_no_address_is_asked_for(browser: Browser, documents: dict[tuple[int, str], Document], tmp_path: Path) -> None:
    context = browser.new_context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    opened = []
    for (year, key), document in documents.items():
        path = tmp_path / f"{key}-{year}.html"
        path.write_text(render_html(document), encoding="utf-8")
        page.goto(path.as_uri(), wait_until="load")
        opened.append(page.url)
    assert asked == opened
    context.close()


def test_every_chart_shows_its_figures(documents: dict[tuple[int, str], Document]) -> None:
    charts = [piece for document in documents.values() for piece in pieces(document) if isinstance(piece, Chart)]
    assert len(charts) > 40
    for chart in charts:
        assert chart.data is not None
        for row in chart.data.body:
            label, *figures = [cell.text for cell in row]
            assert all(f"{label}{figure}" in chart.alt for figure in figures if figure)


@pytest.mark.parametrize("place", THREE)
def test_on_paper_stands_what_the_report_says_and_nothing_else(
    browser: Browser, documents: dict[tuple[int, str], Document], place: tuple[int, str]
) -> None:
    document = documents[place]
    page = browser.new_page()
    page.set_content(render_html(document))
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('caption, svg').forEach(each => each.remove())")  # unseen, and drawn
    printed = "".join(page.inner_text("body").split())
    assert printed == "".join("".join(texts(document)).split())
    page.close()


def pieces(document: Document) -> Iterator[Piece]:
    yield from document.preamble
    for section in document.sections:
        yield from section.pieces


def texts(document: Document) -> Iterator[str]:
    """Yield every text of a report in the order of print."""
    yield document.declaration.title
    for piece in document.preamble:
        yield from piece_texts(piece)
    for section in document.sections:
        yield section.place.heading
        for piece in section.pieces:
            yield from piece_texts(piece)
    yield from (f"附件：{name}" for name in document.declaration.attachments)


def piece_texts(piece: Piece) -> Iterator[str]:
    match piece:
        case Prose():
            for block in piece.blocks:
                runs = block.items if isinstance(block, ListBlock) else (block.inlines,)
                yield from (run.text for item in runs for run in item)
        case Table():
            yield from (cell.text for band in piece.bands for row in (*band.head, *band.body) for cell in row)
        case Chart():
            yield piece.caption


def test_heads_of_the_fragment_break_into_even_lines(
    browser: Browser, documents: dict[tuple[int, str], Document]
) -> None:
    """结果维持 stands as 结果 over 维持, not as 结果维 over 持."""
    page = browser.new_page(viewport={"width": 900, "height": 800})
    page.set_content(f'<html lang="zh-CN"><body>{render_fragment(documents[2022, "沧宁市"])}</body></html>')
    widths = page.evaluate("""[...document.querySelectorAll('th')].filter(head => head.textContent === '结果维持').map(
        head => {
            const range = document.createRange()
            range.selectNodeContents(head)
            return [...range.getClientRects()].map(line => Math.round(line.width))
        })""")
    page.close()
    assert len(widths) == 3
    assert all(len(lines) == 2 and lines[0] == lines[1] for lines in widths)
