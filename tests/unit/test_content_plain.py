"""A piece of declared content as plain text."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from giakit import formats
from giakit.content.model import (
    Chart,
    Declaration,
    Heading,
    Inline,
    ListBlock,
    Notes,
    Paragraph,
    Prose,
    Subheading,
    Table,
    TableBand,
    TableCell,
)
from giakit.content.plain import display_width, render_content
from giakit.findings import finding
from giakit.language import Text
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table


def column_of(line: str, part: str) -> int:
    """Return the terminal column a part of a line begins in."""
    return display_width(line[: line.index(part)])


def table(*rows: tuple[TableCell, ...]) -> Table:
    bands = (TableBand(head=rows[:1], body=rows[1:]),)
    return Table(id="t", section="二", caption="表", columns=3, label_columns=1, bands=bands)


@pytest.mark.parametrize(
    ("text", "width"), [("", 0), ("ab", 2), ("甲乙", 4), ("（一）", 6), ("e\u0301", 1), ("件1", 3)]
)
def test_chinese_characters_take_two_columns(text: str, width: int) -> None:
    assert display_width(text) == width


def test_columns_align_whatever_their_script() -> None:
    form = formats.for_year(2023)
    values = (Value(key=leaf.key, amount=Decimal(88888), unit=leaf.unit) for leaf in form.leaves)
    statistics = Statistics(year=2023, revision="2021", values=tuple(values))
    caption, *lines = render_content(build_table(statistics, "applications")).splitlines()
    assert caption == "收到和处理政府信息公开申请情况"
    heads = {name: column_of(lines[2], name) for name in ("商业企业", "科研机构", "法律服务机构", "其他")}
    figures = lines[3:]
    assert len(figures) == 25
    columns = {tuple(found.start() for found in re.finditer("88888", _by_column(line))) for line in figures}
    assert len(columns) == 1
    assert set(heads.values()) < set(columns.pop())


def _by_column(line: str) -> str:
    """Return a line with every wide character written twice, so that an index is a terminal column."""
    return "".join(char * display_width(char) for char in line)


def test_a_cell_over_several_rows_and_columns_keeps_its_place() -> None:
    wide = table(
        (TableCell(text="", rowspan=2), TableCell(text="申请人情况总计一览", colspan=2)),
        (TableCell(text="甲"), TableCell(text="乙")),
        (TableCell(text="合计"), TableCell(text="1"), TableCell(text="")),
    )
    assert render_content(wide).splitlines() == [
        "表",
        "      申请人情况总计一览",
        "      甲  乙",
        "合计  1",
    ]


def test_a_cell_neither_breaks_a_line_nor_drives_the_terminal() -> None:
    lines = render_content(table((TableCell(text="甲\n乙\x1b[31m"), TableCell(text="丙\u2028丁")))).splitlines()
    assert lines[1:] == ["甲 乙 [31m  丙 丁"]


def test_prose_reads_as_paragraphs() -> None:
    run = (Inline(text="见"), Inline(text="专栏", strong=True, href="https://www.gov.cn/"), Inline(text="。"))
    prose = Prose(
        key="一/主动公开",
        blocks=(
            Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
            Paragraph(type="paragraph", inlines=run),
            ListBlock(type="list", ordered=True, items=((Inline(text="甲"),), (Inline(text="乙"),))),
            ListBlock(type="list", items=((Inline(text="丙"),),)),
        ),
    )
    assert render_content(prose).splitlines() == [
        "（一）主动公开",
        "见专栏 <https://www.gov.cn/>。",
        "1. 甲",
        "2. 乙",
        "• 丙",
    ]


def test_prose_that_says_nothing_says_so() -> None:
    assert "六" in render_content(Prose(key="六"))


def test_heading_and_chart_are_their_words() -> None:
    chart = Chart(id="c", key="一", caption="图1 申请人", alt="自然人3件。", svg="<svg/>", width=1, height=1)
    assert render_content(chart).splitlines() == ["图1 申请人", "自然人3件。"]
    assert render_content(Heading(section="一", text="一、总体情况")) == "一、总体情况"


def test_declaration_and_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")
    cell = Cell(workbook="乙乡.xlsx", sheet="三", address="D5", raw="约3")
    found = finding("read.number", "error", "三/总计", Text("no number"), Text("Enter a number."), cells=[cell])
    declaration = Declaration(
        title="乙乡2023年报告",
        name="乙乡",
        full_name="乙乡人民政府",
        year=2023,
        revision="2021",
        notice="国办公开办函〔2021〕30号",
        sections=(),
        findings=(found,),
    )
    assert render_content(declaration).splitlines() == [
        "乙乡2023年报告",
        "Organ     乙乡人民政府",
        "Year      2023",
        "Form      2021 国办公开办函〔2021〕30号",
        "Findings  error 1",
    ]
    notes = render_content(Notes(title="核查", findings=(found,), text="没有")).splitlines()
    assert notes[0] == "核查"
    assert notes[1].startswith("error read.number 乙乡.xlsx [三] D5 三/总计")
    assert notes[2:] == []
    assert render_content(Notes(title="核查", text="没有")).splitlines() == ["核查", "没有"]
