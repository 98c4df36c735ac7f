"""The Word document: real styles, really merged cells, repeated heads, the page of the printed report, no markup."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

import docx
import nbformat
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Twips
from nbconvert.exporters import get_exporter
from nbformat import v4
from PIL import Image
from traitlets.config import Config

from giakit import formats
from giakit.charts import build_chart
from giakit.content.model import (
    Content,
    Declaration,
    Heading,
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
from giakit.errors import ParameterError, ReportRefused
from giakit.exporters.document import DRAFT, Document, read_document
from giakit.exporters.docx import GiakitDocxExporter
from giakit.exporters.refusal import RefusedConversion
from giakit.exporters.word import render_docx
from giakit.exporters.word.table_size import fit_table, place_rows
from giakit.exporters.word.title import title_lines
from giakit.findings import finding
from giakit.language import Text
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from docx.document import Document as WordDocument
    from nbformat import NotebookNode

LINK = "https://www.example.gov.cn/zfxxgk/?a=1&b=2"
HOSTILE = '*甲* <w:p/> ]]> &amp; "乙" =1+1 {{ 丙 }}'
YEARS = pytest.mark.parametrize("year", [2020, 2023])


def statistics(year: int = 2023, factor: int = 37) -> Statistics:
    form = formats.for_year(year)
    cell = Cell(workbook="各乡镇.xlsx", sheet="统计表", address="C1", raw="原文")
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * factor), unit=leaf.unit or "元", cell=cell)
        for number, leaf in enumerate(form.leaves, 1)
    )
    return Statistics(year=year, revision=form.revision, values=values)


def paragraph(*inlines: Inline | str) -> Paragraph:
    runs = tuple(Inline(text=each) if isinstance(each, str) else each for each in inlines)
    return Paragraph(type="paragraph", inlines=runs)


def numbered(*items: str, ordered: bool = True) -> ListBlock:
    return ListBlock(type="list", ordered=ordered, items=tuple((Inline(text=each),) for each in items))


def prose(key: str, said: str = "一是加强领导。") -> Prose:
    blocks = (
        Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
        paragraph(Inline(text=said, strong=True), "见", Inline(text="专栏", href=LINK)),
        numbered("栏目更新慢；", "人手不足。"),
    )
    return Prose(key=key, blocks=blocks)


def contents(said: str = "一是加强领导。", year: int = 2023, factor: int = 37) -> Iterator[Content]:
    """Yield all that a notebook declares."""
    this = statistics(year, factor)
    form = this.format
    yield Declaration(
        title=form.title.format(name="河口镇", year=year),
        name="河口镇",
        full_name="河口镇人民政府",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=tuple(
            SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections
        ),
    )
    yield Prose(key="前言", blocks=(paragraph("编制本报告。"),))
    for section in form.sections:
        yield Heading(section=section.numeral, text=section.heading)
        yield build_table(this, section.table) if section.table else prose(section.numeral, said)
    chart = build_chart("decisions", this)
    assert chart
    yield chart


def notebook(*declared: Content) -> NotebookNode:
    outputs = [v4.new_output("display_data", data=each._repr_mimebundle_()) for each in declared]
    return v4.new_notebook(cells=[v4.new_code_cell("report", outputs=outputs, id="report")])


def document(said: str = "一是加强领导。", year: int = 2023, factor: int = 37) -> Document:
    return read_document(notebook(*contents(said, year, factor)))


@cache
def written(year: int = 2023) -> bytes:
    return render_docx(document(year=year))


def opened(content: bytes) -> WordDocument:
    return docx.Document(io.BytesIO(content))


def with_preamble(*blocks: Paragraph | ListBlock) -> Document:
    return replace(document(), preamble=(Prose(key="前言", blocks=blocks),))


def tables_of(report: Document) -> list[Table]:
    return [piece for section in report.sections for piece in section.pieces if isinstance(piece, Table)]


def test_the_exporter_is_found_by_name() -> None:
    assert get_exporter("giakit_docx") is GiakitDocxExporter


def test_an_executed_notebook_becomes_a_word_document() -> None:
    output, resources = GiakitDocxExporter().from_notebook_node(notebook(*contents()))
    assert output == written()
    assert resources["output_extension"] == ".docx"
    assert GiakitDocxExporter().output_mimetype.endswith("wordprocessingml.document")


def test_preprocessors_run_before_the_document_is_read() -> None:
    config = Config({"ClearOutputPreprocessor": {"enabled": True}})
    with pytest.raises(RefusedConversion):
        GiakitDocxExporter(config=config).from_notebook_node(notebook(*contents()))


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "refused"])
def test_nbconvert_writes_the_file_or_says_why_not(tmp_path: Path, *, complete: bool) -> None:
    declared = list(contents(said="甲。" if complete else "甲\x08。"))
    path = tmp_path / "年报.ipynb"
    nbformat.write(notebook(*declared), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "giakit.exporters.docx.GiakitDocxExporter", str(path)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == (0 if complete else 1), result.stderr
    assert (tmp_path / "年报.docx").exists() is complete
    assert "Traceback" not in result.stderr
    assert ("U+0008" in result.stderr) is not complete


def test_characters_that_xml_forbids_are_refused_with_their_places() -> None:
    report = replace(document(said="甲\x00乙\ufffe。"), draft="丙\x1b")
    with pytest.raises(ReportRefused) as refused:
        render_docx(report)
    override, *sections = map(str, refused.value.problems)
    assert "U+001B" in override
    assert [each.split("：", maxsplit=1)[0].split(":")[0] for each in sections] == ["一", "五", "六"]
    assert all("U+0000" in each and "U+FFFE" in each for each in sections)


def test_a_chart_that_cannot_be_drawn_is_one_sentence() -> None:
    *declared, chart = contents()
    broken = chart.model_copy(update={"svg": "<a/>"})
    with pytest.raises(ReportRefused) as refused:
        render_docx(read_document(notebook(*declared, broken)))
    assert len(str(refused.value).splitlines()) == 1


def test_every_element_has_its_real_style() -> None:
    found = {each.text: each.style.name for each in opened(written()).paragraphs}
    assert found["河口镇2023年政府信息公开工作年度报告"] == "Title"
    assert found["一、总体情况"] == "Heading 1"
    assert found["（一）主动公开"] == "Heading 2"
    assert found["编制本报告。"] == "Normal"
    assert found["一是加强领导。见专栏"] == "Normal"
    assert found["栏目更新慢；"] == "List Paragraph"
    assert found["行政许可、行政处罚、行政强制处理决定数量（件）"] == "Caption"


def test_faces_and_sizes_are_those_of_official_documents() -> None:
    styles = opened(written()).styles
    expected = {
        "Title": ("方正小标宋简体", 22),
        "Heading 1": ("黑体", 16),
        "Heading 2": ("楷体_GB2312", 16),
        "Normal": ("仿宋_GB2312", 16),
        "表格文字": ("宋体", 10.5),
        "Footer": ("宋体", 14),
    }
    defaults = styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:rPr')}")
    for name, (face, size) in expected.items():
        own = styles[name].element.rPr
        faces = [each for each in (own.find(qn("w:rFonts")), defaults.find(qn("w:rFonts"))) if each is not None]
        sizes = [each for each in (own.find(qn("w:sz")), defaults.find(qn("w:sz"))) if each is not None]
        assert faces[0].get(qn("w:eastAsia")) == face, name
        assert int(sizes[0].get(qn("w:val"))) == 2 * size, name
    assert defaults.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


def test_headings_carry_no_numbering_of_their_own() -> None:
    word = opened(written())
    headings = [each for each in word.paragraphs if each.style.name.startswith("Heading")]
    assert len(headings) == 9
    assert not any(each._p.findall(f".//{qn('w:numPr')}") for each in headings)
    assert not any(word.styles[name].element.findall(f".//{qn('w:numPr')}") for name in ("Heading 1", "Heading 2"))


def test_paragraphs_begin_two_characters_in() -> None:
    indent = opened(written()).styles["Normal"].element.pPr.find(qn("w:ind"))
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_lists_are_numbered_by_word_and_begin_anew() -> None:
    word = opened(render_docx(with_preamble(numbered("甲", "乙"), numbered("丙", ordered=False), numbered("丁"))))
    lists = [each for each in word.paragraphs if each.text in "甲乙丙丁" and each.text]
    ids = [each._p.pPr.numPr.numId.val for each in lists]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    numbering = word.part.numbering_part.element
    kinds = {num.get(qn("w:numId")): num.find(qn("w:abstractNumId")).get(qn("w:val")) for num in numbering.num_lst}
    assert [kinds[str(each)] for each in ids] == ["0", "0", "1", "0"]
    assert len(numbering.findall(f".//{qn('w:startOverride')}")) == len(numbering.num_lst)


def test_only_addresses_a_reader_may_follow_are_links() -> None:
    unsafe = Inline(text="乙", href="javascript:alert(1)")
    word = opened(render_docx(with_preamble(paragraph(Inline(text="甲", href=LINK), unsafe))))
    [said] = [each for each in word.paragraphs if each.text == "甲乙"]
    assert [(link.text, link.address) for link in said.hyperlinks] == [("甲", LINK)]


def test_strong_text_is_a_style_too() -> None:
    [said] = [each for each in opened(written()).paragraphs if each.text == "编制本报告。"]
    assert [run.style.name for run in said.runs] == ["Default Paragraph Font"]
    strong = [run for each in opened(written()).paragraphs for run in each.runs if run.style.name == "Strong"]
    assert {run.text for run in strong} == {"一是加强领导。"}


def test_nothing_in_a_text_is_markup() -> None:
    report = with_preamble(paragraph(HOSTILE, Inline(text="换\n行")))
    word = opened(render_docx(report))
    assert f"{HOSTILE}换\n行" in [each.text for each in word.paragraphs]


def test_where_a_figure_was_read_stays_inside() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        parts = [package.read(name).decode(errors="replace") for name in package.namelist()]
    assert not any(secret in part for part in parts for secret in ("xlsx", "统计表", "原文"))


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("河口镇", ["河口镇2023年政府信息公开工作年度报告"]),
        ("河口县自然资源局", ["河口县自然资源局", "2023年政府信息公开工作年度报告"]),
        ("河" * 45, ["河" * 15, "河" * 15, "河" * 15, "2023年政府信息公开工作年度报告"]),
        ("（" * 30, None),
        ("", ["2023年政府信息公开工作年度报告"]),
    ],
)
def test_the_title_breaks_into_lines_of_like_length(name: str, lines: list[str] | None) -> None:
    title = f"{name}2023年政府信息公开工作年度报告"
    found = title_lines(title, name)
    assert "".join(found) == title
    assert lines is None or found == lines


def test_the_page_is_that_of_the_printed_report() -> None:
    word = opened(written())
    [section] = word.sections
    measured = {
        "page_width": 210, "page_height": 297, "top_margin": 37, "bottom_margin": 35, "left_margin": 28,
        "right_margin": 26,
    }  # fmt: skip
    for name, millimetres in measured.items():
        assert getattr(section, name) == pytest.approx(Mm(millimetres), abs=Mm(0.05)), name
    pitch = int(section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")))
    height = section.page_height - section.top_margin - section.bottom_margin
    assert height // Twips(pitch) == 22
    character = 16 * 20 + int(word.styles["Normal"].element.rPr.find(qn("w:spacing")).get(qn("w:val")))
    assert (section.page_width - section.left_margin - section.right_margin) // Twips(character) == 28


def test_page_numbers_stand_outside_right_and_left() -> None:
    word = opened(written())
    [section] = word.sections
    assert word.settings.odd_and_even_pages_header_footer
    for footer, side in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        [line] = footer.paragraphs
        assert line.alignment == side
        assert [each.get(qn("w:instr")).strip() for each in line._p.iter(qn("w:fldSimple"))] == ["PAGE"]
        assert "".join(each.text for each in line._p.iter(qn("w:t"))) in {"— 1 —", "— 2 —"}


def draft(**changes: object) -> Document:
    missing = Text("the figure is missing"), Text("Fill it in.")
    broken = finding("T3-1", "error", "三/总计\x1b", *missing, words="第一项加第二项之和")
    warned = finding("Y-2", "warning", "二/规章", *missing)
    report = replace(document(), draft="个别数据待核实", findings=(broken, warned))
    return replace(report, declaration=report.declaration.model_copy(update=changes))


@pytest.mark.parametrize("cover", [False, True])
def test_a_draft_says_so_on_every_page(cover: bool) -> None:  # noqa: FBT001 - a parameter of the test
    word = opened(render_docx(draft(cover=cover)))
    first, *others = word.sections
    assert all(section.header.is_linked_to_previous for section in others)
    for header in (first.header, first.even_page_header):
        assert [each.text for each in header.paragraphs] == [DRAFT]
        marks = [each.get("string") for each in header._element.iter("{urn:schemas-microsoft-com:vml}textpath")]
        assert DRAFT in marks
    fit = opened(written())
    assert fit.sections[0].header.is_linked_to_previous
    assert DRAFT not in "".join(each.text for each in fit.paragraphs)


def test_a_draft_ends_with_what_stands_against_it() -> None:
    texts = [each.text for each in opened(render_docx(draft())).paragraphs]
    heading, reason, *listed = texts[texts.index("未通过的核对") :]
    assert reason == "生成草稿的理由：个别数据待核实"
    assert len(listed) == 1, "errors only"
    assert listed[0].startswith("三/总计[U+001B]：")
    assert listed[0].endswith("，表式注明“第一项加第二项之和”")
    assert heading not in [each.text for each in opened(written()).paragraphs]


def with_declaration(**changes: object) -> WordDocument:
    report = document()
    return opened(render_docx(replace(report, declaration=report.declaration.model_copy(update=changes))))


def test_a_cover_is_a_page_of_its_own_without_a_number() -> None:
    word = with_declaration(cover=True)
    cover, report = word.sections
    assert cover.footer.is_linked_to_previous
    assert not report.footer.is_linked_to_previous
    assert report.start_type == WD_SECTION.ODD_PAGE
    assert report._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    assert (cover.page_width, cover.left_margin) == (report.page_width, report.left_margin)
    assert [each.text for each in word.paragraphs[:4]] == [
        "河口镇\n2023年\n政府信息公开工作年度报告",
        "河口镇人民政府",
        "",
        "河口镇2023年政府信息公开工作年度报告",
    ]
    assert len(opened(written()).sections) == 1


@pytest.mark.parametrize(
    ("names", "printed"),
    [
        ((), []),
        (("统计表",), ["附件：统计表"]),
        (("统计表", "收费清单"), ["附件：1.统计表", "2.收费清单"]),
    ],
)
def test_attachments_are_named_at_the_end(names: tuple[str, ...], printed: list[str]) -> None:
    word = with_declaration(attachments=names)
    assert [each.text for each in word.paragraphs if each.style.name == "附件说明"] == printed
    if printed:
        assert word.paragraphs[-1].text == printed[-1]


@YEARS
def test_cells_are_merged_as_declared(year: int) -> None:
    declared = tables_of(document(year=year))
    printed = opened(written(year)).tables
    assert len(printed) == len(declared) == 3
    for table, word in zip(declared, printed, strict=True):
        rows = place_rows(table)
        assert (len(word.rows), len(word.columns)) == (len(rows), table.columns)
        grid = {
            (placed.y + down, placed.x + right): placed
            for row in rows
            for placed in row
            for down in range(placed.cell.rowspan)
            for right in range(placed.cell.colspan)
        }
        cells = {place: word.cell(*place)._tc for place in grid}
        for place, placed in grid.items():
            assert word.cell(*place).text.replace("\n", "") == placed.cell.text
            assert cells[place] is cells[placed.y, placed.x]
        assert len(set(cells.values())) == sum(map(len, rows))


@YEARS
def test_heads_repeat_where_they_are_those_of_all_rows(year: int) -> None:
    for table, word in zip(tables_of(document(year=year)), opened(written(year)).tables, strict=True):
        repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in word.rows]
        heads = len(table.bands[0].head) if len(table.bands) == 1 else 0
        assert repeated == [True] * heads + [False] * (len(word.rows) - heads)


@YEARS
def test_no_row_is_divided_and_a_table_of_one_page_stays_whole(year: int) -> None:
    for word in opened(written(year)).tables:
        assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in word.rows)
        kept = [all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in row.cells) for row in word.rows]
        assert kept == [True] * (len(word.rows) - 1) + [False]


def test_a_table_longer_than_a_page_may_break_between_groups() -> None:
    def cell(text: str, **more: object) -> TableCell:
        return TableCell(text=text, **more)  # type: ignore[arg-type]

    body = tuple(
        ((cell(f"第{number // 3}类", scope="rowgroup", rowspan=3),) if number % 3 == 0 else ())
        + (cell(f"{number}.事项", scope="row"), cell(str(number)))
        for number in range(60)
    )
    head = ((cell("事项", scope="col", colspan=2), cell("数量", scope="col")),)
    new = Table(
        id="new", section="二", caption="新表", columns=3, label_columns=2, bands=(TableBand(head=head, body=body),)
    )
    old = document()
    [word] = opened(render_docx(replace(old, sections=(replace(old.sections[1], pieces=(new,)),)))).tables
    joined = [row.cells[2].paragraphs[0].paragraph_format.keep_with_next for row in word.rows]
    assert joined == [True, *(None if number % 3 == 2 else True for number in range(60))]


@YEARS
@pytest.mark.parametrize("factor", [1, 37, 60000], ids=["small", "usual", "eight digits"])
def test_every_figure_fits_into_its_column(year: int, factor: int) -> None:
    for table in tables_of(document(year=year, factor=factor)):
        rows = place_rows(table)
        fitted = fit_table(table, rows)
        assert sum(fitted.widths) == pytest.approx(442.2, abs=0.1)
        for placed in (placed for row in rows for placed in row):
            if placed.cell.scope is None:
                assert len(placed.cell.text) * 0.5 * fitted.size <= fitted.room(placed) + 0.1, placed.cell.text
        assert factor == 60000 or (fitted.size >= 9 and fitted.stands_whole)


def test_a_chart_is_a_sharp_picture_with_its_text() -> None:
    chart = build_chart("decisions", statistics())
    assert chart
    word = opened(written())
    [shape] = word.inline_shapes
    assert shape._inline.docPr.get("descr") == chart.alt
    assert shape.width.pt == pytest.approx(chart.width)
    [picture] = [part for part in word.part.package.iter_parts() if part.partname.endswith(".png")]
    with Image.open(io.BytesIO(picture.blob)) as image:
        assert image.width == pytest.approx(chart.width / 72 * 300, abs=2)


def test_the_properties_name_the_report_and_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    properties = opened(written()).core_properties
    assert properties.title == "河口镇2023年政府信息公开工作年度报告"
    assert properties.language == "zh-CN"
    assert properties.author == properties.last_modified_by == ""
    assert properties.created.isoformat() == properties.modified.isoformat() == "2024-01-01T00:00:00+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert opened(render_docx(document())).core_properties.created.timestamp() == 1700000000
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "gestern")
    with pytest.raises(ParameterError, match="SOURCE_DATE_EPOCH"):
        render_docx(document())


def test_the_package_holds_what_is_needed_and_no_times() -> None:
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        assert package.namelist()[0] == "[Content_Types].xml"
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        unneeded = [name for name in package.namelist() if "thumbnail" in name or "custom" in name]
        assert unneeded == ["docProps/custom.xml"]


def test_the_same_report_gives_the_same_bytes_in_every_process() -> None:
    assert render_docx(document()) == written()
    code = (
        f"import runpy, sys; test = runpy.run_path({__file__!r});"
        "sys.stdout.buffer.write(test['render_docx'](test['document']()))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == written()
