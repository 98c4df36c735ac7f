"""The printed pages, measured with pdfplumber: the page of GB/T 9704-2012, faces, whole tables, charts."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest

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
def statistics(year: int = 2023, factor: int | Decimal = 37) -> Statistics:
    form = formats.for_year(year)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * factor), unit=leaf.unit or "元")
        for number, leaf in enumerate(form.leaves, 1)
    )
    return Statistics(year=year, revision=form.revision, values=values)


@cache
def document(year: int = 2023, factor: int | Decimal = 37, name: str = "河口镇") -> Document:
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
@pytest.mark.parametrize(
    "factor", [1, 37, 60000, Decimal("12345.67")], ids=["small", "usual", "eight digits", "seven digits and decimals"]
)
def test_every_figure_is_printed_whole_in_its_place(year: int, factor: int | Decimal) -> None:
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
def test_eight_digits_and_four_decimals_have_room_in_every_column(year: int) -> None:
    """Counts of eight digits in all cells, amounts of eight digits with four decimals: nothing breaks or runs out."""
    form = formats.for_year(year)
    values = tuple(
        Value(key=leaf.key, amount=Decimal("12345678" + ".1234" * (leaf.kind == "money")), unit=leaf.unit or "元")
        for leaf in form.leaves
    )
    wide = Statistics(year=year, revision=form.revision, values=values)
    report = document(year)
    sections = tuple(
        replace(section, pieces=(build_table(wide, section.place.table),))
        for section in report.sections
        if section.place.table
    )
    expected = [text for section in sections for text in figures_of(section.pieces[0])]  # type: ignore[arg-type]
    assert any(".1234" in text for text in expected)
    with opened(replace(report, sections=sections)) as found:
        printed = []
        for page in found.pages:
            for table in page.find_tables():
                for box, text in zip(
                    table.cells, (page.crop(cell).extract_text() for cell in table.cells), strict=True
                ):
                    if re.fullmatch(r"\+?[0-9.]+元?", text):
                        inside = [each for each in page.crop(box).chars if each["size"] < SIZE]
                        assert min(each["x0"] for each in inside) > box[0] + 0.5
                        assert max(each["x1"] for each in inside) < box[2] - 0.5
                        assert min(each["size"] for each in inside) >= 6
                        printed.append(text)
    assert sorted(printed) == sorted(expected)


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
def test_tables_stay_whole_wherever_they_fall(before: int) -> None:
    """Push the tables down the page line by line: no heading alone, no table divided, room left only where it must."""
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
        for page, following in pairwise(found.pages):
            marks = [*page.crop((0, 0, page.width, BOTTOM + 1)).chars, *page.rects, *page.lines]
            left = BOTTOM - max(mark["bottom"] for mark in marks)
            table = following.find_tables()[0].bbox if following.find_tables() else (0, 0, 0, 0)
            if left > 3 * PITCH:  # more than headings that wait for their text leave
                assert table[1] < TOP + 2 * PITCH, "room is left only before a table"
                assert table[3] - table[1] > left - 3 * PITCH, "which has no room there"
    for words in (
        ["第二十条第（一）项", "行政事业性收费"],
        ["一、本年新收", "四、结转下年度"],
        ["行政复议", "复议后起诉"],
    ):
        holding = [text for text in pages if any(word in text for word in words)]
        assert [all(word in text for word in words) for text in holding] == [True], "a table stays on one page"


def test_a_page_that_stays_empty_below_a_table_gives_its_rows_room() -> None:
    """Table 三 needs a page of its own; 二 before it is set in rows as high as a line of text, and not higher."""
    with opened(without_charts(20)) as found:
        number, _ = find_line(found, "二、")
        second, third = (found.pages[page].find_tables()[0] for page in (number - 1, number))
        rows = [below.bbox[1] - above.bbox[1] for above, below in pairwise(second.rows)]
        assert BOTTOM - second.bbox[3] > PITCH, "there is room that nothing else could use"
        assert rows == pytest.approx([28.5] * len(rows), abs=0.6)
        assert third.bbox[3] <= BOTTOM + 0.5
        assert BOTTOM - third.bbox[3] < PITCH


def test_a_head_breaks_between_words_of_two_characters() -> None:
    with opened(document()) as found:
        number, _ = find_line(found, "三、收到")
        [table] = found.pages[number - 1].extract_tables()
    heads = [cell for row in table[:3] for cell in row if cell]
    assert {"商业\n企业", "科研\n机构", "社会\n公益\n组织", "法律\n服务\n机构"} <= set(heads)


def test_a_table_that_no_page_holds_breaks_with_its_head_and_keeps_groups_together() -> None:
    table = build_table(statistics(), "applications")
    band = table.bands[0]
    long = "（区分处理的，只计这一情形，不计其他情形；同一申请以不同方式答复的，按最终的答复统计，不重复计算）"
    body = tuple(
        tuple(cell.model_copy(update={"text": cell.text + long}) if cell.scope == "row" else cell for cell in row)
        for row in band.body
    )
    report = document()
    taller = table.model_copy(update={"bands": (band.model_copy(update={"body": body}),)})
    with opened(replace(report, sections=(replace(report.sections[2], pieces=(taller,)),))) as found:
        pages = [page.extract_text().replace("\n", "") for page in found.pages]
    assert len(pages) > 1
    assert all("申请人情况" in text and "法人或其他组织" in text for text in pages), "the head is repeated"
    assert all("三、" in text.split("申请人情况")[1] for text in pages if "国家秘密" in text or "不予公开" in text)
    for group in (["1.属于国家秘密", "8.属于行政查询事项"], ["1.信访举报投诉类申请", "4.无正当理由大量反复申请"]):
        assert sum(all(label in text for label in group) for text in pages) <= 1
        assert sum(any(label in text for label in group) for text in pages) == 1, "a group stays together"


def test_a_table_of_a_form_to_come_needs_no_code() -> None:
    def cell(text: str, **more: object) -> TableCell:
        return TableCell(text=text, **more)  # type: ignore[arg-type]

    rows = tuple(
        ((cell("第一类", scope="rowgroup", rowspan=70),) if number == 0 else ())
        + (cell(f"{number}.事项", scope="row"), cell(str(1000 + number)))
        for number in range(70)
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
    assert [row[2] for table in tables for row in table[1:]] == [str(1000 + number) for number in range(70)]


# ---- charts, bookmarks, links ---------------------------------------------------------------------------------------


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


def test_bookmarks_follow_the_headings() -> None:
    report = document()
    with opened(report) as found:
        outline = [title for _, title, *_ in found.doc.get_outlines()]
    assert outline == [title for place in report.declaration.sections for title in
                       ([place.heading] if place.table else [place.heading, "（一）主动公开"])]  # fmt: skip


def test_links_lead_where_they_say() -> None:
    with opened(document()) as found:
        assert {link["uri"] for page in found.pages for link in page.hyperlinks} == {LINK}


def test_nothing_in_a_text_is_markup() -> None:
    text = '*甲* _乙_ #panic() = 丙 $x$ `丁` <b> \\ [戊] @己 // 庚 "辛" ~ 壬---癸'
    with opened(replace(document(), preamble=(Prose(key="前言", blocks=(paragraph(text),)),))) as found:
        printed = "".join(line["text"] for line in text_lines(found.pages[0]))
    assert text.replace(" ", "") in printed.replace(" ", "")
