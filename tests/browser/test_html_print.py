"""The published page, printed by a real browser, says what the PDF says, word for word and in its order.

Charts are pictures in both and left out, and so are page numbers; only the PDF has a cover.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pdfplumber
import pikepdf
import pytest

from giakit.content.correction import DeclaredCorrection, FigureChange, TextChange
from giakit.exporters.correction import build_correction, correction_mark, correction_place
from giakit.exporters.document import DRAFT, Document, DocumentSection
from giakit.exporters.page import render_html
from giakit.exporters.pdf import render_pdf
from tests.samples.chromium import opened_browser
from tests.samples.reports import SAMPLES, build_sample, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

CORRECTION = DeclaredCorrection(
    version=2,
    day="2023-03-05",
    reason="复核发现一件申请归类有误",
    replaces="2023-01-20",
    figures=(FigureChange(key="a", label="三/（一）予以公开/自然人", before="12件", after="13件"),),
    texts=(TextChange(place="一、总体情况", before="予以公开12件。", after="予以公开13件。"),),
)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """Return the samples of both forms, the draft, and a corrected report with a cover."""
    project = write_project(tmp_path_factory.mktemp("samples") / "project")
    made = {sample.name: build_sample(sample, project, ())[1] for sample in SAMPLES}
    town = made["2021-town"]
    declaration = town.declaration.model_copy(update={"correction": CORRECTION, "cover": True})
    told = DocumentSection(correction_place(), tuple(build_correction(CORRECTION)))
    return {**made, "corrected": replace(town, declaration=declaration, sections=(*town.sections, told))}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.mark.parametrize("name", [*(sample.name for sample in SAMPLES), "corrected"])
def test_it_prints_what_the_pdf_says(
    browser: Browser, documents: dict[str, Document], tmp_path: Path, name: str
) -> None:
    document = documents[name]
    declaration = document.declaration
    pages = printed_pages(browser, document, tmp_path / "page.pdf")
    if document.draft:
        assert all(DRAFT in page for page in pages)
    cover = squeezed(declaration.title + correction_mark(declaration.correction) + declaration.full_name)
    said = squeezed(spoken_text(render_pdf(document)))
    assert said.startswith(cover) is declaration.cover
    assert "".join(pages).replace(DRAFT, "") == said.removeprefix(cover)
    assert len(said) > 1500


def printed_pages(browser: Browser, document: Document, path: Path) -> list[str]:
    """Return the text of each page that the browser prints."""
    page = browser.new_page()
    page.set_content(render_html(document))
    page.evaluate("document.querySelectorAll('svg').forEach(each => each.remove())")
    page.pdf(path=path, prefer_css_page_size=True)
    page.close()
    reader = shutil.which("pdftotext")
    assert reader, "install poppler-utils"
    text = subprocess.run([reader, "-raw", path, "-"], check=True, capture_output=True, text=True).stdout
    return [re.sub("—[0-9]+—", "", squeezed(each)) for each in text.split("\f")[:-1]]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def spoken_text(content: bytes) -> str:
    """Return the text of a tagged PDF in the order of its structure, without pictures."""
    said: dict[tuple[int, int], str] = defaultdict(str)
    with pdfplumber.open(io.BytesIO(content)) as found:
        for page in found.pages:
            for each in page.chars:
                said[page.page_number, each["mcid"]] += each["text"]
    with pikepdf.open(io.BytesIO(content)) as opened:
        numbers = {page.objgen: number for number, page in enumerate(opened.pages, 1)}
        marks = marked_content(opened.Root.StructTreeRoot, None)
        return "".join(said[numbers[page.objgen], mark] for page, mark in marks)


def marked_content(element: Any, page: Any) -> Iterator[tuple[Any, int]]:
    """Yield the page and number of each marked content below a structure element, ISO 32000-1, 14.7.4."""
    page = element.get("/Pg", page)
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if not isinstance(kid, pikepdf.Dictionary):
            yield page, int(kid)
        elif "/MCID" in kid:
            yield kid.get("/Pg", page), int(kid.MCID)
        elif kid.get("/S", "/Figure") != "/Figure":
            yield from marked_content(kid, page)
