"""A Word document that comes back: what it says is read as it was printed, and what nobody may change is named."""

from __future__ import annotations

import copy
import io
import zipfile
from decimal import Decimal
from functools import cache

import docx
import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from giakit import formats
from giakit.adoption.body import WordTable, read_text, read_word
from giakit.adoption.fixed import compare_fixed
from giakit.adoption.package import parse_package
from giakit.adoption.place import place_paragraphs
from giakit.adoption.prose import normal_block, read_prose
from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, ListBlock, Paragraph, Prose, SectionPlace, Subheading
from giakit.errors import DocumentError, ParameterError
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.word import render_docx
from giakit.exporters.word.marks import mark_of
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table

LINK = "https://www.example.gov.cn/?a=1&b=2"
BLOCKS = (
    Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
    Paragraph(
        type="paragraph",
        inlines=(Inline(text="办件12件。", strong=True), Inline(text="见“专栏”"), Inline(text="这里", href=LINK)),
    ),
    ListBlock(type="list", ordered=True, items=((Inline(text="栏目更新慢；"),), (Inline(text="人手不足。"),))),
    ListBlock(type="list", items=((Inline(text="<甲> & *乙*"),),)),
    Paragraph(type="paragraph", inlines=(Inline(text="末段。"),)),
)
KEYS = ["前言", "一/主动公开", "一/平台建设", "五", "六"]


def statistics(year=2021):
    form = formats.for_year(year)
    values = tuple(
        Value(
            key=leaf.key,
            amount=Decimal(number),
            unit=leaf.unit or "元",
            cell=Cell(workbook="全县.xlsx", sheet="河口镇", address=f"C{number}"),
        )
        for number, leaf in enumerate(form.leaves, 1)
    )
    return Statistics(year=year, revision=form.revision, values=values)


@cache
def document(**changes) -> Document:
    this = statistics()
    form = this.format
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    chart = build_chart("decisions", this)
    plain = (Paragraph(type="paragraph", inlines=(Inline(text="无。"),)),)

    def pieces(place):
        if place.table:
            return (build_table(this, place.table),)
        if place.numeral == "一":
            return (Prose(key="一/主动公开", blocks=BLOCKS), chart, Prose(key="一/平台建设", blocks=plain))
        return (Prose(key=place.numeral, blocks=plain),)

    declaration = Declaration(
        title="河口县自然资源和规划局2021年政府信息公开工作年度报告",
        name="河口县自然资源和规划局",
        full_name="河口县自然资源和规划局",
        key="hkzr",
        year=2021,
        revision=form.revision,
        notice=form.notice.number,
        sections=places,
        **changes,
    )
    preamble = (Prose(key="前言", blocks=(Paragraph(type="paragraph", inlines=(Inline(text="编制说明。"),)),)),)
    return Document(declaration, preamble, tuple(DocumentSection(place, pieces(place)) for place in places))


@cache
def written(**changes) -> bytes:
    return render_docx(document(**changes))


@pytest.fixture
def word():
    return docx.Document(io.BytesIO(written()))


def saved(word, path):
    word.save(path)
    return path


def texts(word, tmp_path):
    return read_word(saved(word, tmp_path / "年报.docx"))


def find(word, begin):
    return next(each for each in word.paragraphs if each.text.startswith(begin))


def rewrite(paragraph, text):
    for each in paragraph.runs[1:]:
        each._r.getparent().remove(each._r)
    paragraph.runs[0].text = text


def add_behind(paragraph, text, *, style=None):
    """Type a paragraph behind another: like it, without its bookmark."""
    made = copy.deepcopy(paragraph._p)
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        for each in made.findall(qn(tag)):
            made.remove(each)
    paragraph._p.addnext(made)
    new = type(paragraph)(made, paragraph._parent)
    rewrite(new, text)
    if style:
        new.style = style
    return new


def placed(edited, **changes):
    """Return the prose of each cell, what is refused, and what is noted."""
    report = document(**changes)
    now = read_text(parse_package(written(**changes)))
    tables = [piece for section in report.sections for piece in section.pieces if piece.kind == "table"]
    common = compare_fixed(edited, now, tables)
    found = place_paragraphs(edited, now, common, KEYS, report.declaration.sections)
    prose = {key: read_prose(found.cells.get(key, ())) for key in KEYS}
    problems = [*common.problems, *found.problems, *(each for one in prose.values() for each in one.problems)]
    said = {key: ["".join(i.text for i in getattr(b, "inlines", ())) for b in one.blocks] for key, one in prose.items()}
    return said, [str(each) for each in problems], [str(each) for each in common.notes]


def cells_of(word, number):
    return [cell for row in word.tables[number].rows for cell in row.cells]


# ---- what is read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"cover": True, "attachments": ("统计表", "收费清单")}])
def test_an_untouched_document_says_what_was_printed(changes):
    edited = read_text(parse_package(written(**changes)))
    assert (edited.organ, edited.year) == ("hkzr", 2021)
    assert list(edited.prose) == KEYS
    said, problems, notes = placed(edited, **changes)
    assert (problems, notes) == ([], [])
    assert said["六"] == ["无。"]
    mark = mark_of("一/主动公开", 0)
    own = [each for each in edited.items if getattr(each, "marks", ()) and each.marks[0].key == mark.key]
    assert tuple(read_prose(own).blocks) == tuple(map(normal_block, BLOCKS))


def test_nothing_private_is_in_the_properties():
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        stated = package.read("docProps/custom.xml").decode()
    assert "hkzr" in stated
    assert not any(secret in stated for secret in ("xlsx", "C1", "无。", "末段"))


def test_styles_go_by_their_names_whatever_their_ids(word, tmp_path):
    for name, identity in (("Heading 1", "1"), ("Heading 2", "2"), ("Strong", "a3"), ("List Paragraph", "a4")):
        before = word.styles[name].style_id
        word.styles[name].element.set(qn("w:styleId"), identity)
        for tag in ("w:pStyle", "w:rStyle"):
            for each in word.element.body.iter(qn(tag)):
                if each.get(qn("w:val")) == before:
                    each.set(qn("w:val"), identity)
    assert placed(texts(word, tmp_path)) == placed(read_text(parse_package(written())))


def test_words_in_pieces_fields_and_wrappers_are_read(word, tmp_path):
    last = find(word, "末段")
    rewrite(last, "甲")
    for text in ("乙", " ", "丙"):
        last.add_run(text)
    last.runs[-1].add_tab()
    last.add_run("丁‑戊")
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    control.append(content)
    last._p.append(control)
    content.append(last.add_run("己")._r)
    for kind, inside in (
        ("begin", None),
        (None, 'HYPERLINK "https://a.cn/"'),
        ("separate", None),
        (None, None),
        ("end", None),
    ):
        run = last.add_run("" if kind or inside else "庚")
        if kind:
            run._r.append(OxmlElement("w:fldChar", attrs={qn("w:fldCharType"): kind}))
        if inside:
            made = OxmlElement("w:instrText")
            made.text = inside
            run._r.append(made)
    items = [
        each for each in texts(word, tmp_path).items if not isinstance(each, WordTable) and each.text.startswith("甲")
    ]
    [block] = read_prose(items).blocks
    assert [(each.text, each.href) for each in block.inlines] == [("甲乙 丙 丁‑戊己", None), ("庚", "https://a.cn/")]


def test_a_line_break_begins_a_paragraph(word, tmp_path):
    find(word, "末段").runs[0].text = "上。\n　　下。"
    assert placed(texts(word, tmp_path))[0]["一/主动公开"][-2:] == ["上。", "下。"]


# ---- where it belongs -----------------------------------------------------------------------------------------------


def test_new_paragraphs_belong_to_the_cell_before_them(word, tmp_path):
    add_behind(find(word, "末段"), "又一段。")
    add_behind(find(word, "一、总体情况"), "开头一段。", style="Normal")
    add_behind(find(word, "河口县自然资源和规划局"), "说明之前。", style="Normal")
    said, problems, _ = placed(texts(word, tmp_path))
    assert problems == []
    assert said["一/主动公开"][0] == "开头一段。"
    assert said["一/主动公开"][-1] == "又一段。"
    assert said["前言"] == ["说明之前。", "编制说明。"]


def test_rewritten_paragraphs_are_known_by_their_bookmarks(word, tmp_path):
    rewrite(find(word, "无。"), "全部重写。")
    heading = find(word, "（一）")
    rewrite(heading, "（一）公开")
    said, problems, _ = placed(texts(word, tmp_path))
    assert problems == []
    assert said["一/平台建设"] == ["全部重写。"]
    assert said["一/主动公开"][0] == "（一）公开"


def test_without_bookmarks_unchanged_words_show_the_place(word, tmp_path):
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        for each in list(word.element.body.iter(qn(tag))):
            each.getparent().remove(each)
    rewrite(find(word, "末段"), "改了。")
    said, problems, _ = placed(texts(word, tmp_path))
    assert problems == []
    assert said["一/主动公开"][-1] == "改了。"
    assert said["一/平台建设"] == ["无。"]


def test_a_paragraph_moved_into_another_cell_belongs_there(word, tmp_path):
    moved, target = find(word, "末段"), find(word, "无。")
    target._p.addnext(moved._p)
    said, _, _ = placed(texts(word, tmp_path))
    assert said["一/平台建设"] == ["无。", "末段。"]


def test_words_where_no_narrative_stands_are_refused(word, tmp_path):
    add_behind(find(word, "二、"), "表前一段。", style="Normal")
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 1
    assert "表前一段" in problems[0]


# ---- what nobody may change -----------------------------------------------------------------------------------------


def test_a_changed_figure_names_row_column_and_cell(word, tmp_path):
    cell = cells_of(word, 1)[-1]
    printed = cell.text
    rewrite(cell.paragraphs[0], "99")
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 1
    assert "收到和处理政府信息公开申请情况" in problems[0]
    assert "四、结转下年度继续办理" in problems[0]
    assert f"{printed} 被改成 99" in problems[0]
    assert "全县.xlsx [河口镇] C" in problems[0]


def test_a_changed_label_and_a_changed_heading_and_title_are_refused_together(word, tmp_path):
    rewrite(cells_of(word, 0)[0].paragraphs[0], "第二十条")
    rewrite(find(word, "五、"), "五、问题")
    rewrite(find(word, "河口县自然资源和规划局"), "河口县2021年年报")
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 3
    assert "第二十条第（一）项" in problems[0]
    assert any("五、问题" in each for each in problems)
    assert any("河口县2021年年报" in each for each in problems)


def test_full_width_digits_and_breaks_are_the_same_figure(word, tmp_path):
    cell = cells_of(word, 1)[-1]
    rewrite(cell.paragraphs[0], cell.text.translate({48 + digit: 0xFF10 + digit for digit in range(10)}) + "\n")
    assert placed(texts(word, tmp_path))[1] == []


def test_a_deleted_row_or_table_is_one_sentence(word, tmp_path):
    row = word.tables[0].rows[2]._tr
    row.getparent().remove(row)
    _, [problem], _ = placed(texts(word, tmp_path))
    assert "主动公开" in problem
    table = word.tables[1]._tbl
    table.getparent().remove(table)
    _, [problem], _ = placed(texts(word, tmp_path))
    assert "3" in problem
    assert "2" in problem


def test_a_deleted_chart_is_noted_and_a_changed_caption_refused(word, tmp_path):
    shape = word.inline_shapes[0]._inline
    holder = shape.getparent().getparent().getparent()
    caption = find(word, "行政许可、")
    rewrite(caption, "改了的图题")
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 1
    assert "改了的图题" in problems[0]
    holder.getparent().remove(holder)
    _, _, notes = placed(texts(word, tmp_path))
    assert any("decisions" in each for each in notes)


def test_figures_that_changed_since_are_no_edit():
    edited = read_text(parse_package(written()))
    report = document()
    values = tuple(each.model_copy(update={"amount": Decimal(7)}) for each in statistics().values)
    other = Statistics(year=2021, revision=statistics().revision, values=values)
    tables = [build_table(other, each.place.table) for each in report.sections if each.place.table]
    sections = tuple(
        DocumentSection(each.place, tuple(build_table(other, p.id) if p.kind == "table" else p for p in each.pieces))
        for each in report.sections
    )
    now = read_text(parse_package(render_docx(Document(report.declaration, report.preamble, sections))))
    common = compare_fixed(edited, now, tables)
    assert common.problems == []
    assert len(common.notes) == 1


# ---- what no report can hold ----------------------------------------------------------------------------------------


def add(paragraph, tag, inside=None):
    run = paragraph.add_run()
    made = OxmlElement(tag)
    if inside is not None:
        made.append(OxmlElement(inside))
    run._r.append(made)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda p: add(p, "w:footnoteReference"), "脚注"),
        (lambda p: add(p, "w:drawing"), "图片"),
        (lambda p: add(p, "w:pict", "w:txbxContent"), "文本框"),
        (lambda p: setattr(p.runs[0].font, "strike", True), "删除线"),
        (lambda p: setattr(p.runs[0].font, "hidden", True), "隐藏"),
        (lambda p: setattr(p, "style", "Heading 1"), "标题"),
        (lambda p: p._p.get_or_add_pPr().append(list_properties(1)), "列表"),
    ],
)
def test_what_no_report_can_hold_is_one_sentence_with_its_words(word, tmp_path, change, named):
    for kind in word.part.numbering_part.element.findall(qn("w:abstractNum")):
        deeper = copy.deepcopy(kind.find(qn("w:lvl")))
        deeper.set(qn("w:ilvl"), "1")
        kind.append(deeper)
    change(find(word, "末段"))
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 1
    assert "末段。" in problems[0]
    assert named in problems[0]


def list_properties(level):
    made = OxmlElement("w:numPr")
    made.append(OxmlElement("w:ilvl", attrs={qn("w:val"): str(level)}))
    made.append(OxmlElement("w:numId", attrs={qn("w:val"): "2"}))
    return made


def test_an_unsafe_link_is_refused(word, tmp_path):
    relation = next(each for each in word.part.rels.values() if each.is_external)
    relation._target = "javascript:alert(1)"
    _, problems, _ = placed(texts(word, tmp_path))
    assert len(problems) == 1
    assert "javascript:alert(1)" in problems[0]


@pytest.mark.parametrize("tag", ["w:ins", "w:del", "w:moveFrom"])
def test_tracked_changes_must_be_decided_on_first(word, tmp_path, tag):
    last = find(word, "末段")
    made = OxmlElement(tag)
    made.append(last.runs[0]._r)
    last._p.append(made)
    with pytest.raises(DocumentError, match="修订") as refused:
        texts(word, tmp_path)
    assert len(str(refused.value).splitlines()) == 1


def test_comments_are_counted_and_are_no_text(word, tmp_path):
    last = find(word, "末段")
    word.add_comment(last.runs, text="再核一下", author="甲")
    edited = texts(word, tmp_path)
    assert edited.comments == 1
    assert placed(edited) == placed(read_text(parse_package(written())))


# ---- files ----------------------------------------------------------------------------------------------------------


def repacked(change):
    """Return the document with parts changed: a mapping of names to contents, `None` for none."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written())) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in source.namelist():
            content = change.get(name, source.read(name))
            if content is not None:
                package.writestr(name, content)
    return packed.getvalue()


BOMB = b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'
HOSTILE = {
    "text": b"\xe7\x94\xb2",
    "empty": b"",
    "old word": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    "encrypted": bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
    "cut": None,
    "no document": {"word/document.xml": None},
    "workbook": {"word/document.xml": b"<workbook/>"},
    "broken": {"word/document.xml": b"<w:document"},
    "entities": {"word/document.xml": BOMB},
    "deep": {"word/document.xml": b"<document>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</document>"},
    "large": {"word/document.xml": b"<document>" + b" " * (17 * 2**20) + b"</document>"},
    "many": {"word/document.xml": b"<document>" + b"<a/>" * 600_000 + b"</document>"},
    "paragraphs": {"word/document.xml": b"<document><body>" + b"<p><r><t>a</t></r></p>" * 6000 + b"</body></document>"},
    "no properties": {"docProps/custom.xml": None},
    "no year": {"docProps/custom.xml": b'<P><p name="giakit.organ"><v>a</v></p></P>'},
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_foreign_file_ends_in_one_sentence(tmp_path, kind):
    found = HOSTILE[kind]
    content = written()[:-100] if found is None else repacked(found) if isinstance(found, dict) else found
    path = tmp_path / "来稿.docx"
    path.write_bytes(content)
    with pytest.raises(DocumentError) as refused:
        read_word(path)
    assert len(str(refused.value).splitlines()) == 1
    assert "来稿.docx" in str(refused.value)


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(ParameterError, match="没有.docx"):
        read_word(tmp_path / "没有.docx")


def test_namespaces_of_strict_documents_are_read_as_well(tmp_path):
    transitional, strict = (
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        parts = {
            name: package.read(name).replace(transitional, strict)
            for name in package.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        }
    path = tmp_path / "严格.docx"
    path.write_bytes(repacked(parts))
    assert placed(read_word(path)) == placed(read_text(parse_package(written())))


def test_headings_of_then_that_the_report_has_no_longer_are_no_narrative():
    edited = read_text(parse_package(written(attachments=("统计表",))))
    now = read_text(parse_package(written()))
    common = compare_fixed(
        edited, now, [piece for each in document().sections for piece in each.pieces if piece.kind == "table"]
    )
    found = place_paragraphs(edited, now, common, KEYS, document().declaration.sections)
    assert found.problems == []
    assert all("统计表" not in each.text for own in found.cells.values() for each in own)
