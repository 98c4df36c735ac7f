"""Running text on the page, measured with pdfplumber: where lines and pages end."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from giakit.content.model import Declaration, Inline, Paragraph, Prose, SectionPlace, Subheading
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.pdf import render_pdf

if TYPE_CHECKING:
    from giakit.content.model import Block

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, (210 - 26) * MM, 37 * MM, (297 - 35) * MM
PITCH, SIZE = 28.99, 15.75
ADVANCE = (RIGHT - LEFT) / 28
NOT_FIRST = "，。、；：？！）》〉」』”’】〕…—％·"
NOT_LAST = "（《〈「『“‘【〔"

# Marks of every kind beside one another, in clauses of no common length
MARKED = (
    "根据《中华人民共和国政府信息公开条例》（国务院令第711号）、《河口县“十四五”规划》等要求，现公布本报告。"
    "“公开为常态、不公开为例外”：一是主动公开；二是依申请公开（详见第三部分）……“应公开、尽公开”！"
    "收到“申请”12件，其中：予以公开5件（占41.67%），部分公开3件；其他4件。【说明】《公报》《年鉴》〔2023〕30号。"
)


def paragraph(text: str) -> Paragraph:
    return Paragraph(type="paragraph", inlines=(Inline(text=text),))


def subheading(text: str) -> Subheading:
    return Subheading(type="heading", inlines=(Inline(text=text),))


def document(*blocks: Block, heading: str = "一、总体情况") -> Document:
    place = SectionPlace(numeral="一", heading=heading)
    declaration = Declaration(
        title="河口镇2023年政府信息公开工作年度报告",
        name="河口镇",
        full_name="河口镇人民政府",
        year=2023,
        revision="2021",
        notice="国办公开办函〔2021〕30号",
        sections=(place,),
    )
    return Document(declaration, (), (DocumentSection(place, (Prose(key="一", blocks=blocks),)),))


def pages_of(report: Document) -> list[list[str]]:
    """Return the lines of each page's text, without the page number."""
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        return [
            [line["text"] for line in page.crop((0, 0, page.width, BOTTOM + 1)).extract_text_lines()]
            for page in found.pages
        ]


@pytest.mark.parametrize("shift", range(0, 28, 3))
def test_no_line_begins_or_ends_with_a_mark_that_belongs_elsewhere(shift: int) -> None:
    lines = [line for page in pages_of(document(paragraph("起" * shift + MARKED * 3))) for line in page]
    assert len(lines) > 15
    assert [line for line in lines if line[0] in NOT_FIRST or line[-1] in NOT_LAST] == []


def test_marks_beside_one_another_share_their_room() -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(document(paragraph("甲》（乙），（丙）。"))))) as found:
        chars = {each["text"]: each["x0"] for each in found.pages[0].chars if each["top"] > TOP + 3 * PITCH}
    # each half of a mark is white: 》（ ），（ ）。 take half a character less each
    assert chars["乙"] - chars["甲"] == pytest.approx(3 * ADVANCE - SIZE / 2, abs=0.1)
    assert chars["丙"] - chars["乙"] == pytest.approx(4 * ADVANCE - SIZE, abs=0.1)


def test_lines_of_one_paragraph_fill_the_width_and_the_first_is_indented() -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(document(paragraph(MARKED * 2))))) as found:
        lines = [each for each in found.pages[0].extract_text_lines() if each["top"] > TOP + 3 * PITCH][:-1]
    first, *middle, _ = lines
    assert first["x0"] == pytest.approx(LEFT + 2 * SIZE, abs=0.1)
    assert all(each["x0"] <= LEFT + SIZE / 2 for each in middle)
    assert all(each["x1"] >= RIGHT - SIZE / 2 - 0.5 for each in middle), "half of a mark at the end is white"


def test_full_lines_hold_28_characters_marks_among_them() -> None:
    """A mark takes the room of a character; they are squeezed only where one would stand at an end of a line."""
    clauses = (
        "公开为常态，不公开为例外，一是主动公开各类政府信息；二是依法答复申请。收到申请后，先登记再转办，到期以前答复。"
    )
    paragraphs = [paragraph("起" * shift + clauses * 4) for shift in range(0, 28, 3)]
    with pdfplumber.open(io.BytesIO(render_pdf(document(*paragraphs)))) as found:
        lines = [line for page in found.pages for line in page.crop((0, TOP, page.width, BOTTOM)).extract_text_lines()]
    full = [len(line["text"]) for line in lines if line["x0"] < LEFT + SIZE / 2 and line["x1"] > RIGHT - SIZE / 2 - 1]
    assert len(full) > 50
    assert set(full) <= {28, 29}
    assert full.count(28) >= 0.8 * len(full)


@pytest.mark.parametrize("before", range(12, 22))
def test_no_line_of_a_paragraph_stands_alone_on_a_page(before: int) -> None:
    """Push two paragraphs of three lines over the page's end, a line at a time."""
    fill = [paragraph(f"第{number}行。") for number in range(before)]
    pages = pages_of(document(*fill, paragraph("子" * 80), paragraph("丑" * 80)))
    for character in "子丑":
        counts = [sum(line[0] == character for line in page) for page in pages]
        assert sum(counts) == 3
        assert 1 not in counts


@pytest.mark.parametrize("before", range(15, 22))
def test_no_heading_ends_a_page(before: int) -> None:
    fill = [paragraph(f"第{number}行。") for number in range(before)]
    headings = (subheading("（一）主动公开"), paragraph("甲。"), subheading("（二）依申请公开"), paragraph("乙。"))
    two = document(*fill)
    place = SectionPlace(numeral="二", heading="二、其他事项")
    report = replace(two, sections=(*two.sections, DocumentSection(place, (Prose(key="二", blocks=headings),))))
    pages = pages_of(report)
    assert len(pages) == 2
    assert not any(page[-1].startswith(("二、", "（")) for page in pages)


@pytest.mark.parametrize("figure", ["2,345,678", "41.67%", "30号", "-1.5"])
def test_a_figure_is_not_torn(figure: str) -> None:
    """Try every place of a line at which a figure may fall."""
    for before in range(18, 28):
        lines = [line for page in pages_of(document(paragraph("起" * before + figure + "止" * 20))) for line in page]
        assert any(figure.removesuffix("号") in line for line in lines), before


@pytest.mark.parametrize("end", ["现行有效597件。", "总数为0件。", "（上年18890件）。", "没有。"])
def test_no_character_stands_alone_at_the_end_of_a_paragraph(end: str) -> None:
    for before in range(28):
        lines = [line for page in pages_of(document(paragraph("起" * 20 + "止" * before + end))) for line in page]
        assert len(re.sub(r"\W", "", lines[-1])) > 1, before
