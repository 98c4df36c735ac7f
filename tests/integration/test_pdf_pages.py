"""The printed pages, measured with pdfplumber: GB/T 9704-2012, whole tables, accessible structure, the same bytes."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest
from pdfminer.pdftypes import resolve1

from giakit import formats
from giakit.charts import build_chart
from giakit.content.model import (
    Declaration,
    Inline,
    ListBlock,
    Paragraph,
    Prose,
    SectionPlace,
    Subheading,
    Table,
    TableBand,
    TableCell,
)
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.pdf import render_pdf
from giakit.statistics import Statistics, Value
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pdfplumber.page import Page
    from pdfplumber.pdf import PDF

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, (210 - 26) * MM, 37 * MM, (297 - 35) * MM
PITCH = 28.99
SIZE = 15.75
LINK = "https://www.example.gov.cn/zfxxgk/?a=1&b=2"


def paragraph(text: str) -> Paragraph:
    return Paragraph(type="paragraph", inlines=(Inline(text=text),))


def lines(count: int) -> Prose:
    return Prose(key="前言", blocks=tuple(paragraph(f"前言第{number}行。") for number in range(count)))


@cache
def statistics(year: int = 2023, factor: int = 37) -> Statistics:
    form = formats.for_year(year)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * factor), unit=leaf.unit or "元")
        for number, leaf in enumerate(form.leaves, 1)
    )
    return Statistics(year=year, revision=form.revision, values=values)


@cache
def document(year: int = 2023, factor: int = 37, name: str = "河口镇") -> Document:
    """Build a report with every kind of piece; no two figures are alike."""
    this = statistics(year, factor)
    form = this.format
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    prose = Prose(
        key="一/主动公开",
        blocks=(
            Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
            Paragraph(
                type="paragraph",
                inlines=(Inline(text="一是加强领导。", strong=True), Inline(text="见"), Inline(text="专栏", href=LINK)),
            ),
            ListBlock(type="list", ordered=True, items=((Inline(text="栏目更新慢；"),), (Inline(text="人手不足。"),))),
        ),
    )
    built = (build_chart(chart_id, this, statistics(year - 1)) for chart_id in ("decisions", "outcomes"))
    charts = tuple(chart for chart in built if chart)
    sections = tuple(
        DocumentSection(
            place,
            (build_table(this, place.table),)
            if place.table
            else (prose, *charts)
            if place.numeral == "一"
            else (prose,),
        )
        for place in places
    )
    declaration = Declaration(
        title=form.title.format(name=name, year=year),
        name=name,
        full_name=f"{name}人民政府",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=places,
    )
    return Document(declaration, (), sections)


@contextmanager
def opened(report: Document) -> Iterator[PDF]:
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        yield found


def fonts_of(line: dict[str, Any]) -> set[str]:
    return {character["fontname"].split("+")[1] for character in line["chars"]}


def text_lines(page: Page) -> list[dict[str, Any]]:
    """Return the lines of the type area, without the page number."""
    return page.crop((0, 0, page.width, BOTTOM + 1)).extract_text_lines()


def find_line(found: PDF, text: str) -> tuple[int, dict[str, Any]]:
    """Return the page's number and the line that begins with `text`."""
    return next(
        (page.page_number, line)
        for page in found.pages
        for line in text_lines(page)
        if line["text"].replace(" ", "").startswith(text)
    )


def figures_of(table: Table) -> list[str]:
    return [cell.text for band in table.bands for row in band.body for cell in row if cell.scope is None]


def without_charts(before: int) -> Document:
    """Return the report without its charts and with some lines in front."""
    sections = tuple(
        replace(section, pieces=tuple(piece for piece in section.pieces if piece.kind != "chart"))
        for section in document().sections
    )
    return replace(document(), preamble=(lines(before),), sections=sections)


# ---- the page -------------------------------------------------------------------------------------------------------


def test_a_full_page_has_22_lines_of_28_characters() -> None:
    long = Prose(key="前言", blocks=(paragraph("政府信息公开工作" * 200),))
    plain = replace(document(), preamble=(long,))
    with opened(plain) as found:
        page = found.pages[1]
        assert (page.width, page.height) == (pytest.approx(210 * MM, abs=0.1), pytest.approx(297 * MM, abs=0.1))
        printed = text_lines(page)
    assert len(printed) == 22
    full = [line for line in printed if line["x0"] < LEFT + 1 and line["x1"] > RIGHT - 1]
    assert len(full) >= 19
    assert {len(line["text"]) for line in full} == {28}
    assert all(lower["top"] - upper["top"] == pytest.approx(PITCH, abs=0.01) for upper, lower in pairwise(printed))
    assert printed[0]["top"] == pytest.approx(TOP + (PITCH - SIZE) / 2, abs=0.1)
    assert printed[-1]["bottom"] + (PITCH - SIZE) / 2 <= BOTTOM + 0.1


@pytest.mark.parametrize("year", [2020, 2023])
def test_nothing_stands_outside_the_type_area(year: int) -> None:
    with opened(document(year)) as found:
        for page in found.pages:
            inside = page.crop((0, 0, page.width, BOTTOM + 1))
            for each in (*inside.lines, *inside.rects, *inside.curves):
                assert each["x0"] >= LEFT - 0.5
                assert each["x1"] <= RIGHT + 0.5
                assert each["top"] >= TOP - 0.5
            for character in inside.chars:
                assert character["x0"] >= LEFT - 0.1
                assert character["x1"] <= RIGHT + character["size"] / 2, "half of a squeezed mark is white"
                assert character["top"] >= TOP
                assert character["bottom"] <= BOTTOM


def test_page_numbers_stand_outside_left_and_right() -> None:
    with opened(document()) as found:
        for number, page in enumerate(found.pages, 1):
            [line] = page.crop((0, BOTTOM + 1, page.width, page.height)).extract_text_lines()
            assert line["text"] == f"— {number} —"
            assert {round(character["size"], 2) for character in line["chars"]} == {14}
            edge = RIGHT - line["x1"] if number % 2 else line["x0"] - LEFT
            assert edge == pytest.approx(14, abs=0.1)
            baseline = line["bottom"] - 0.12 * 14
            assert baseline - 0.32 * 14 == pytest.approx(BOTTOM + 7 * MM, abs=0.5), "the dash, 7 mm below"


def test_each_element_has_its_face_and_size() -> None:
    expected = {
        "河口镇2023年": (22, "NotoSerifSC-Regular"),
        "一、总体情况": (SIZE, "NotoSansSC-Regular"),
        "（一）主动公开": (SIZE, "NotoSerifSC-Regular"),
        "一是加强领导": (SIZE, "NotoSerifSC-Regular"),
        "1.栏目更新慢": (SIZE, "NotoSerifSC-Regular"),
        "行政许可、": (10.5, "NotoSansSC-Regular"),
    }
    with opened(document()) as found:
        for text, (size, face) in expected.items():
            _, line = find_line(found, text)
            assert {round(character["size"], 2) for character in line["chars"]} == {size}, text
            assert fonts_of(line) == {face}, text


def test_paragraphs_headings_and_lists_begin_two_characters_in() -> None:
    with opened(document()) as found:
        for text in ("一、总体情况", "（一）主动公开", "一是加强领导", "1.栏目更新慢", "2.人手不足"):
            _, line = find_line(found, text)
            assert line["x0"] == pytest.approx(LEFT + 2 * SIZE, abs=0.1), text


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("河口镇", ["河口镇2023年政府信息公开工作年度报告"]),
        ("河口县自然资源局", ["河口县自然资源局", "2023年政府信息公开工作年度报告"]),
        (
            "河口县人民政府办公室（河口县大数据管理局）",
            ["河口县人民政府办公室", "（河口县大数据管理局）", "2023年政府信息公开工作年度报告"],
        ),
    ],
)
def test_the_title_is_centred_in_lines_of_like_length(name: str, printed: list[str]) -> None:
    with opened(document(name=name)) as found:
        title = [line for line in text_lines(found.pages[0]) if line["chars"][0]["size"] > 20]
        assert [line["text"] for line in title] == printed
        for line in title:
            assert (line["x0"] + line["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
        below = text_lines(found.pages[0])[len(title)]
    assert below["top"] - (PITCH - SIZE) / 2 == pytest.approx(TOP + (len(title) + 1) * PITCH, abs=0.1), "one blank line"


# ---- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2020, 2023])
@pytest.mark.parametrize("factor", [1, 37, 60000], ids=["small", "usual", "eight digits"])
def test_every_figure_is_printed_whole_in_its_place(year: int, factor: int) -> None:
    report = document(year, factor)
    expected = [
        text
        for section in report.sections
        for piece in section.pieces
        if isinstance(piece, Table)
        for text in figures_of(piece)
    ]
    with opened(report) as found:
        cells = [
            cell for page in found.pages for table in page.extract_tables() for row in table for cell in row if cell
        ]
    printed = [cell for cell in cells if re.fullmatch(r"[-+]?[0-9.]+元?", cell)]
    assert printed == expected


@pytest.mark.parametrize("year", [2020, 2023])
def test_tables_are_set_in_9_to_10_5_points(year: int) -> None:
    with opened(document(year)) as found:
        sizes = {
            round(character["size"], 2)
            for page in found.pages
            for character in page.chars
            if "Serif" in character["fontname"]
        }
    assert all(9 <= size <= 10.5 for size in sizes - {14, SIZE, 22})


@pytest.mark.parametrize("before", range(0, 23, 3))
def test_tables_stay_whole_or_break_with_their_heads(before: int) -> None:
    """Push the tables down the page line by line: no heading alone, no band or group divided, no great white hole."""
    report = without_charts(before)
    with opened(report) as found:
        pages = [page.extract_text().replace("\n", "") for page in found.pages]
        for place in report.declaration.sections:
            number, heading = find_line(found, place.heading)
            page = found.pages[number - 1]
            rest = page.crop((0, heading["bottom"], page.width, BOTTOM + 1))
            assert rest.chars, f"{place.heading} stands alone"
            if place.table:
                assert rest.find_tables(), f"{place.heading} stands without its table"
        for page in found.pages[:-1]:
            marks = [*page.crop((0, 0, page.width, BOTTOM + 1)).chars, *page.rects, *page.lines]
            assert BOTTOM - max(mark["bottom"] for mark in marks) <= (BOTTOM - TOP) / 3 + 1
    head = "申请人情况"
    holding = [number for number, text in enumerate(pages) if "1.属于国家秘密" in text or "3.其他" in text]
    assert all(head in pages[number] for number in holding), "the head is repeated"
    for group in (["1.属于国家秘密", "8.属于行政查询事项"], ["1.信访举报投诉类申请", "4.无正当理由大量反复申请"]):
        assert sum(all(label in text for label in group) for text in pages) == 1, "a group stays together"


def test_a_divided_group_repeats_its_label() -> None:
    with opened(without_charts(9)) as found:
        pages = [page.extract_text() for page in found.pages]
    holding = [text for text in pages if "申请人情况" in text]
    assert len(holding) == 2, "the table breaks"
    assert all("三、" in text.split("申请人情况")[1] for text in holding)


def test_a_table_of_a_form_to_come_needs_no_code() -> None:
    def cell(text: str, **more: object) -> TableCell:
        return TableCell(text=text, **more)  # type: ignore[arg-type]

    rows = tuple(
        ((cell("第一类", scope="rowgroup", rowspan=40),) if number == 0 else ())
        + (cell(f"{number}.事项", scope="row"), cell(str(1000 + number)))
        for number in range(40)
    )
    head = ((cell("事项", scope="col", colspan=2), cell("数量", scope="col")),)
    new = Table(
        id="new", section="二", caption="新表", columns=3, label_columns=2, bands=(TableBand(head=head, body=rows),)
    )
    old = document()
    report = replace(old, sections=(replace(old.sections[1], pieces=(new,)),))
    with opened(report) as found:
        tables = [table for page in found.pages for table in page.extract_tables()]
    assert len(tables) == 2
    assert [table[0][0] for table in tables] == ["事项", "事项"]
    assert all(table[1][0].replace("\n", "") == "第一类" for table in tables)
    assert [row[2] for table in tables for row in table[1:]] == [str(1000 + number) for number in range(40)]


# ---- charts, structure, bytes ---------------------------------------------------------------------------------------


def elements(tree: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for element in tree:
        yield element
        yield from elements(element.get("children", []))


def test_a_chart_stays_with_its_caption_wherever_it_falls() -> None:
    report = document()
    captions = [piece.caption for section in report.sections for piece in section.pieces if piece.kind == "chart"]
    for before in range(6, 20, 3):
        with opened(replace(report, preamble=(lines(before),))) as found:
            for caption, label in zip(captions, ["行政强制", "其他处理"], strict=True):
                on_page, line = find_line(found, caption)
                page = found.pages[on_page - 1]
                above = page.crop((0, line["top"] - 40, page.width, line["top"]))
                assert label in above.extract_text()


def test_the_document_is_tagged_named_and_chinese() -> None:
    report = document()
    with opened(report) as found:
        catalog = found.doc.catalog
        assert catalog["Lang"] == b"zh-CN"
        assert resolve1(catalog["MarkInfo"])["Marked"] is True
        assert resolve1(catalog["ViewerPreferences"])["DisplayDocTitle"] is True
        assert found.metadata["Title"] == report.declaration.title
        assert found.metadata["Author"] == "河口镇人民政府"
        assert found.metadata["CreationDate"].startswith("D:20240101000000")
        xmp = resolve1(catalog["Metadata"]).get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in re.sub(r">\s+<", "><", xmp)
        assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
        tagged = list(elements(found.structure_tree))
        outline = [title for _, title, *_ in found.doc.get_outlines()]
    kinds = [element["type"] for element in tagged]
    assert [kind for kind in kinds if re.fullmatch(r"H[1-6]", kind)][:2] == ["H1", "H2"]
    assert outline == [title for place in report.declaration.sections for title in
                       ([place.heading] if place.table else [place.heading, "（一）主动公开"])]  # fmt: skip
    heads = sum(len(band.head) and sum(map(len, band.head)) for section in report.sections for piece in section.pieces
                if isinstance(piece, Table) for band in piece.bands)  # fmt: skip
    assert kinds.count("TH") == heads
    assert kinds.count("TD") >= 200
    assert [element["alt_text"] for element in tagged if element["type"] == "Figure"] == [
        piece.alt for section in report.sections for piece in section.pieces if piece.kind == "chart"
    ]


def test_links_lead_where_they_say() -> None:
    with opened(document()) as found:
        assert {link["uri"] for page in found.pages for link in page.hyperlinks} == {LINK}


def test_nothing_in_a_text_is_markup() -> None:
    text = '*甲* _乙_ #panic() = 丙 $x$ `丁` <b> \\ [戊] @己 // 庚 "辛" ~ 壬---癸'
    with opened(replace(document(), preamble=(Prose(key="前言", blocks=(paragraph(text),)),))) as found:
        printed = "".join(line["text"] for line in text_lines(found.pages[0]))
    assert text.replace(" ", "") in printed.replace(" ", "")


def test_the_same_report_gives_the_same_bytes_in_every_process() -> None:
    expected = render_pdf(document())
    assert render_pdf(document()) == expected
    code = (
        f"import runpy, sys; test = runpy.run_path({__file__!r});"
        "sys.stdout.buffer.write(test['render_pdf'](test['document']()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == expected
