"""What a correction says that it changes, and that every format prints the same of it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from bs4 import BeautifulSoup
from nbformat import v4

from giakit.content.correction import Correction
from giakit.content.model import Declaration, Heading, Inline, ListBlock, Paragraph, Prose, SectionPlace
from giakit.corrections import change_files, compare_reports, declare_correction
from giakit.corrections.baseline import parse_report
from giakit.exporters.document import read_document
from giakit.exporters.fragment import render_fragment
from giakit.exporters.page import render_html
from giakit.exporters.typst.pages import describe_pages
from giakit.exporters.word import render_docx
from giakit.opendata.files import data_files
from giakit.opendata.report import build_public_report, report_json
from giakit.statistics import Cell, LocalStatistic, Value
from giakit.tables import build_table

CORRECTION = Correction(version=2, day="2022-03-05", reason="台账漏记一件", replaces="2022-01-20")
RECEIVED = "applications.received.natural_person"


def declared(statistics, paragraphs=("全年无变化。",), **more):
    """Return a notebook as it is after running, with little more in it than is compared."""
    form = statistics.format
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    given = {"title": "河口镇2021年政府信息公开工作年度报告", "name": "河口镇", "full_name": "河口镇人民政府"}
    contents = [Declaration(**{**given, **more}, year=2021, revision="2021", notice="", sections=places)]
    for section in form.sections:
        contents.append(Heading(section=section.numeral, text=section.heading))
        if section.table:
            contents.append(build_table(statistics, section.table))
        else:
            blocks = tuple(Paragraph(type="paragraph", inlines=(Inline(text=text),)) for text in paragraphs)
            contents.append(Prose(key=f"{section.numeral}/主动公开", blocks=blocks))
    outputs = [v4.new_output("display_data", data=each._repr_mimebundle_()) for each in contents]
    return v4.new_notebook(cells=[v4.new_code_cell("report", outputs=outputs, id="report")])


def version(statistics, *paragraphs, **more):
    document = read_document(declared(statistics, paragraphs or ("全年无变化。",), **more))
    report = build_public_report(statistics, document.declaration.title)
    return parse_report(report_json(report)), document


def figures(before, after):
    found = compare_reports(CORRECTION, version(before), version(after))
    assert found.texts == ()
    return [(each.label, each.before, each.after) for each in found.figures]


def texts(before, after):
    return [(each.before, each.after) for each in compare_reports(CORRECTION, before, after).texts]


def changed(statistics, key, **fields):
    values = tuple(value.model_copy(update=fields) if value.key == key else value for value in statistics.values)
    return statistics.model_copy(update={"values": values})


def test_nothing_is_changed_between_a_report_and_itself(make_statistics):
    same = version(make_statistics())
    assert compare_reports(CORRECTION, same, same).changes_nothing


def test_a_figure_is_told_by_its_statutory_label_with_its_unit(make_statistics):
    before, after = make_statistics(), make_statistics(applications__received__natural_person=12)
    assert figures(before, after) == [("三/一、本年新收政府信息公开申请数量/自然人", "0件", "12件")]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"amount": None, "state": "blank"}, "空白"),
        ({"amount": None, "state": "slash"}, "/"),
        ({"amount": None, "state": "not_applicable"}, "不适用"),
        ({"note": "含自然失效2件"}, "0件（含自然失效2件）"),
    ],
)
def test_a_blank_is_no_zero_and_a_note_counts(make_statistics, fields, shown):
    before = make_statistics()
    ((_, old, new),) = figures(before, changed(before, RECEIVED, **fields))
    assert (old, new) == ("0件", shown)


def test_decimals_are_compared_as_they_are_written(make_statistics):
    key = "disclosure__administrative_fees__amount"
    before, after = (make_statistics(**{key: amount}) for amount in ("24.82", "24.92"))
    ((_, old, new),) = figures(before, after)
    assert (old, new) == ("24.82万元", "24.92万元")


def test_fees_and_local_figures_count_too(make_statistics):
    before = make_statistics()
    local = (LocalStatistic(item="政策解读", value=Value(key="local.1", amount=3, unit="篇")),)
    after = changed(before, "fee.cases", amount=Decimal(2)).model_copy(update={"local": local})
    assert figures(before, after) == [
        ("收取信息处理费/件数", "0件", "2件"),
        ("本地统计/政策解读", "（没有这一项）", "3篇"),
        ("本地统计/工作动态", "50篇", "（没有这一项）"),
    ]


def test_words_are_told_sentence_by_sentence(make_statistics):
    statistics = make_statistics()
    before = version(statistics, "甲一。甲二。", "乙一！乙二。")
    after = version(statistics, "甲一。甲三。", "新增一段。", "乙一！")
    assert texts(before, after) == [("甲二。", "甲三。新增一段。"), ("乙二。", "")] * 3
    assert texts(after, before) == [("甲三。新增一段。", "甲二。"), ("", "乙二。")] * 3


def test_a_sentence_that_moves_into_a_list_is_not_changed(make_statistics):
    statistics = make_statistics()
    notebook = declared(statistics, ("甲。乙。",))
    listed = ListBlock(type="list", items=((Inline(text="甲。"),), (Inline(text="乙。"),)))
    for output in notebook.cells[0].outputs:
        content = output.data["application/vnd.giakit.v1+json"]
        if content["kind"] == "prose":
            output.data = Prose(key=content["key"], blocks=(listed,))._repr_mimebundle_()
    report, document = version(statistics, "甲。乙。")
    assert texts((report, document), (report, read_document(notebook))) == []


def test_title_names_attachments_and_metadata_are_told_too(make_statistics):
    statistics = make_statistics()
    before = version(statistics, attachments=("甲",), metadata=(("索引号", "1"), ("公开日期", "2022-01-20")))
    after = version(statistics, attachments=("甲", "乙"), metadata=(("索引号", "2"), ("公开日期", "2022-01-20")))
    found = compare_reports(CORRECTION, before, after).texts
    assert [(each.place, each.before, each.after) for each in found] == [
        ("附件", "甲", "甲；乙"),
        ("信息框/索引号", "1", "2"),
    ]


# ---- printed --------------------------------------------------------------------------------------------------------


@pytest.fixture
def corrected(make_statistics):
    """The released version's document, the corrected one's, and its notebook."""
    cell = Cell(workbook="county.xlsx", sheet="河口镇", address="F24", raw="0")
    before = changed(make_statistics(), RECEIVED, cell=cell)
    after = changed(before, RECEIVED, amount=Decimal(12))
    notebook = declared(after, ("压减“三公”经费。", "=2+3"))
    report, document = version(after, "压减“三公”经费。", "=2+3")
    old = version(before, "压缩“三公”经费。", "=1+2")
    declare_correction(notebook, compare_reports(CORRECTION, old, (report, document)))
    return old[1], read_document(notebook), after


NOTE = "本报告为第2版，2022年3月5日更正，代替2022年1月20日签发的第1版。更正原因：台账漏记一件。"
MARK = "（2022年3月5日更正）"
SENTENCE = "一、总体情况/主动公开：“压缩‘三公’经费。=1+2”更正为“压减‘三公’经费。=2+3”。"


def test_the_page_says_so_under_its_title_and_in_a_last_section(corrected):
    _, document, _ = corrected
    page = BeautifulSoup(render_html(document), "html.parser")
    assert page.h1.find_next_sibling("p").get_text() == MARK
    section = page.select("section")[-1]
    assert section.h2.get_text() == "更正说明"
    assert section.p.get_text() == NOTE
    cells = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in section.find_all("tr")]
    assert cells == [
        ["项目", "原公布", "更正为"],
        ["三/一、本年新收政府信息公开申请数量/自然人", "0件", "12件"],
    ]
    assert section.li.get_text() == SENTENCE
    assert page.select("nav li")[-1].get_text() == "更正说明"


def test_what_tells_of_a_correction_is_none_of_the_forms_sections(corrected):
    before, document, statistics = corrected
    headings = [section.heading for section in statistics.format.sections]
    assert [section.place.heading for section in document.form_sections] == headings
    assert [section.place.heading for section in document.sections] == [*headings, "更正说明"]
    assert before.form_sections == before.sections


def test_the_fragment_the_pdf_and_word_say_the_same(corrected):
    _, document, _ = corrected
    fragment = BeautifulSoup(render_fragment(document), "html.parser").get_text()
    pages = describe_pages(document)
    word = docx.Document(io.BytesIO(render_docx(document)))
    paragraphs = [each.text for each in word.paragraphs]
    assert pages["corrected"] == MARK
    assert pages["sections"][-1]["heading"] == "更正说明"
    printed = json.dumps(pages, ensure_ascii=False)
    for text in (MARK, NOTE, SENTENCE, "统计数字更正1处：", "文字更正3处："):
        assert text in fragment
        assert text in printed
        assert text in paragraphs
    assert [cell.text for cell in word.tables[-1].rows[1].cells][1:] == ["0件", "12件"]


def test_a_cover_says_so_too(corrected):
    _, document, _ = corrected
    title = document.declaration.title
    declaration = document.declaration.model_copy(update={"cover": True})
    word = docx.Document(io.BytesIO(render_docx(replace(document, declaration=declaration))))
    said = [each.text for each in word.paragraphs[:6]]
    assert said == ["河口镇\n2021年\n政府信息公开工作年度报告", MARK, "河口镇人民政府", "", title, MARK]


def test_an_ordinary_report_says_nothing_of_corrections(make_statistics):
    document = read_document(declared(make_statistics()))
    assert "更正" not in render_html(document) + render_fragment(document)
    assert describe_pages(document)["corrected"] == ""
    assert "更正" not in "".join(each.text for each in docx.Document(io.BytesIO(render_docx(document))).paragraphs)


def test_the_data_say_so_and_fit_their_schema(corrected):
    jsonschema = pytest.importorskip("jsonschema")
    _, document, statistics = corrected
    files = data_files(statistics, "标题", correction=document.declaration.correction)
    data = json.loads(files["data.json"])
    jsonschema.validate(data, json.loads(files["data.schema.json"]))
    assert data["correction"]["version"] == 2
    assert data["correction"]["figures"][0]["after"] == "12件"
    assert json.loads(data_files(statistics, "标题")["data.json"])["correction"] is None


def test_the_table_of_changes_has_cells_for_the_office_only_and_no_formula(corrected):
    before, document, _ = corrected
    files = change_files(before, document)
    rows = {name: list(csv.reader(io.StringIO(content.decode("utf-8-sig")))) for name, content in files.items()}
    assert rows["public/changes.csv"][:2] == [
        ["项目", "原公布", "更正为"],
        ["三/一、本年新收政府信息公开申请数量/自然人", "0件", "12件"],
    ]
    cell = "county.xlsx [河口镇] F24"
    assert [row[3:] for row in rows["internal/changes.csv"][:2]] == [["原单元格", "单元格"], [cell, cell]]
    assert "county.xlsx" not in files["public/changes.csv"].decode("utf-8-sig")
    assert all(not text.startswith("=") for table in rows.values() for row in table for text in row)


def test_a_draft_has_no_table_to_publish(corrected):
    before, document, _ = corrected
    assert list(change_files(before, replace(document, draft="先看"))) == ["internal/changes.csv"]
