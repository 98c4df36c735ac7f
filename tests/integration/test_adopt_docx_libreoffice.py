"""The Word document opened, edited and saved by a real LibreOffice: nothing of its origin is lost on the way."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from giakit import formats
from giakit.adoption import adopt_document
from giakit.adoption.body import WordParagraph, WordText, read_text, read_word
from giakit.adoption.fixed import compare_fixed
from giakit.adoption.package import parse_package
from giakit.adoption.place import place_paragraphs
from giakit.adoption.prose import normal_block, read_prose
from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, ListBlock, Paragraph, Prose, SectionPlace, Subheading
from giakit.copies.opened import notebook_for
from giakit.errors import DocumentError
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.word import render_docx
from giakit.parameters import read_parameters
from giakit.project import init_project
from giakit.render import render_report
from giakit.statistics import Statistics, Value
from giakit.tables import build_table

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.proof

KEYS = ["前言", "一/主动公开", "一/平台建设", "五", "六"]
LINK = "https://www.example.gov.cn/?a=1&b=2"

# What LibreOffice keeps of a module of its Basic
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Edit"/></library:library>"""
LIBRARIES = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">
<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink">
<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/{kind}.xlb/" xlink:type="simple"
 library:link="false"/></library:libraries>"""
MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Edit"
 script:language="StarBasic">{code}</script:module>"""

# Types over words, types a paragraph behind another and deletes one, as a hand does that edits
CODE = """
Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = True
  doc = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, hidden())
  {edits}
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName" : kind(0).Value = "MS Word 2007 XML"
  doc.storeToURL("{target}", kind())
  doc.close(True)
  StarDesktop.terminate()
End Sub

Function Place(doc, words)
  search = doc.createSearchDescriptor()
  search.SearchString = words
  Place = doc.findFirst(search)
End Function

Sub TypeOver(doc, before, after)
  Place(doc, before).String = after
End Sub

Sub TypeBehind(doc, words, added)
  cursor = doc.Text.createTextCursorByRange(Place(doc, words))
  cursor.gotoEndOfParagraph(False)
  doc.Text.insertControlCharacter(cursor, com.sun.star.text.ControlCharacter.PARAGRAPH_BREAK, False)
  doc.Text.insertString(cursor, added, False)
End Sub

Sub DeleteParagraph(doc, words)
  cursor = doc.Text.createTextCursorByRange(Place(doc, words))
  cursor.gotoStartOfParagraph(False)
  cursor.gotoNextParagraph(True)
  cursor.String = ""
End Sub
"""


class Office:
    """LibreOffice with a profile of its own."""

    def __init__(self, folder: Path) -> None:
        found = shutil.which("soffice")
        assert found, "install libreoffice-writer"
        self.folder = folder
        self.profile = folder / "profile"
        self.command = [found, f"-env:UserInstallation={self.profile.as_uri()}", "--headless", "--norestore"]

    def run(self, *arguments: str) -> None:
        subprocess.run([*self.command, *arguments], check=True, capture_output=True, timeout=180)

    def save(self, content: bytes) -> Path:
        """Open a document and save it."""
        source = self.folder / "原稿.docx"
        source.write_bytes(content)
        self.run("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(self.folder / "存"), str(source))
        return self.folder / "存" / source.name

    def edit(self, source: Path, *edits: tuple[str, ...]) -> Path:
        """Open a document, edit it and save it."""
        target = source.with_name("来稿.docx")
        calls = [f"{name} doc, " + ", ".join(f'"{each}"' for each in words) for name, *words in edits]
        code = CODE.format(source=source.as_uri(), target=target.as_uri(), edits="\n  ".join(calls))
        basic = self.profile / "user" / "basic"
        (basic / "Standard").mkdir(parents=True, exist_ok=True)
        for kind in ("script", "dialog"):
            (basic / f"{kind}.xlc").write_text(LIBRARIES.format(kind=kind), encoding="utf-8")
        (basic / "Standard" / "script.xlb").write_text(LIBRARY, encoding="utf-8")
        empty = LIBRARY.replace('<library:element library:name="Edit"/>', "")
        (basic / "Standard" / "dialog.xlb").write_text(empty, encoding="utf-8")
        (basic / "Standard" / "Edit.xba").write_text(MODULE.format(code=escape(code)), encoding="utf-8")
        self.run("macro:///Standard.Edit.Main")
        assert target.exists()
        return target


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


def paragraph(*inlines: Inline | str) -> Paragraph:
    runs = tuple(Inline(text=each) if isinstance(each, str) else each for each in inlines)
    return Paragraph(type="paragraph", inlines=runs)


BLOCKS = (
    Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
    paragraph(Inline(text="办件1200件。", strong=True), "见“专栏”，*甲* <乙>", Inline(text="这里", href=LINK)),
    ListBlock(type="list", ordered=True, items=((Inline(text="栏目更新慢；"),), (Inline(text="人手不足。"),))),
    ListBlock(type="list", items=((Inline(text="甲 & 乙"),), (Inline(text="丙", strong=True), Inline(text="丁")))),
    ListBlock(type="list", ordered=True, items=((Inline(text="另起一列。"),),)),
    paragraph("末段 open data 2020年，共１２件——“引号”‘单引’…"),
)


def document(year: int = 2021, factor: int = 37) -> Document:
    form = formats.for_year(year)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * factor), unit=leaf.unit or "元")
        for number, leaf in enumerate(form.leaves, 1)
    )
    this = Statistics(year=year, revision=form.revision, values=values)
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    chart = build_chart("decisions", this)
    assert chart
    own = {
        "一": (Prose(key="一/主动公开", blocks=BLOCKS), chart, Prose(key="一/平台建设", blocks=(paragraph("无。"),))),
        "五": (Prose(key="五", blocks=(paragraph("无。"),)),),
        "六": (Prose(key="六", blocks=(paragraph("无。"),)),),
    }
    declaration = Declaration(
        title=form.title.format(name="河口县自然资源和规划局", year=year),
        name="河口县自然资源和规划局",
        full_name="河口县自然资源和规划局",
        key="hkzr",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=places,
    )
    sections = tuple(
        DocumentSection(place, (build_table(this, place.table),) if place.table else own[place.numeral])
        for place in places
    )
    return Document(declaration, (Prose(key="前言", blocks=(paragraph("编制说明。"),)),), sections)


def compared(edited: WordText, report: Document) -> tuple[dict[str, list[WordParagraph]], list[str]]:
    """Return the paragraphs of each cell, and everything that is refused or noted."""
    now = read_text(parse_package(render_docx(report)))
    tables = [piece for section in report.sections for piece in section.pieces if piece.kind == "table"]
    common = compare_fixed(edited, now, tables)
    placed = place_paragraphs(edited, now, common, KEYS, report.declaration.sections)
    return placed.cells, [str(each) for each in (*common.problems, *common.notes, *placed.problems)]


@pytest.mark.parametrize("year", [2020, 2021])
@pytest.mark.parametrize("factor", [1, 6000], ids=["small", "seven digits"])
@pytest.mark.parametrize("more", [{}, {"cover": True, "attachments": ("统计表", "收费清单")}], ids=["plain", "cover"])
def test_what_libreoffice_saves_says_what_was_printed(office: Office, year: int, factor: int, more: dict) -> None:
    plain = document(year, factor)
    report = replace(plain, declaration=plain.declaration.model_copy(update=more))
    content = render_docx(report)
    saved, before = read_word(office.save(content)), read_text(parse_package(content))
    assert (saved.organ, saved.year, saved.figures, saved.prose) == (
        before.organ,
        before.year,
        before.figures,
        before.prose,
    )
    cells, told = compared(saved, report)
    assert told == []
    prose = {key: read_prose(cells[key]) for key in KEYS}
    assert [each.problems for each in prose.values()] == [[]] * len(KEYS)
    assert tuple(prose["一/主动公开"].blocks) == tuple(map(normal_block, BLOCKS))
    marks = [[each.marks for each in text.items if isinstance(each, WordParagraph)] for text in (saved, before)]
    assert marks[0] == marks[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "云泽县年报"
    init_project(root)
    monkeypatch.chdir(root)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    given = read_parameters(root / "params/county-2021.yaml", town="柳渡镇", root=root)
    report = render_report(given, kinds=("docx",))
    shutil.copy(report.folder / "public" / "report.docx", root / "年报.docx")
    return root


def test_an_editor_in_libreoffice_rewrites_adds_and_deletes(office: Office, project: Path) -> None:
    path = office.edit(
        project / "年报.docx",
        ("TypeOver", "本年度新收政府信息公开申请", "我镇全年共收到申请"),
        ("TypeOver", "（三）政府信息管理", "（三）信息管理"),
        ("TypeBehind", "网友留言与网站来信", "新增一段，*培训*3次。"),
        ("DeleteParagraph", "全年有关工作数据"),
    )
    adopted = adopt_document(path)
    assert [each.key for each in adopted.cells] == [
        "一/主动公开",
        "一/依申请公开",
        "一/政府信息管理",
        "一/平台建设",
    ]
    assert adopted.conflicts == ()
    sources = {cell.id: cell.source for cell in notebook_for(project, "柳渡镇", 2021).notebook.cells}
    assert "我镇全年共收到申请{{ applications.received.total }}件" in sources["disclosure-on-request"]
    assert "## （三）信息管理" in sources["information-management"]
    assert sources["platforms"].rstrip().endswith("新增一段，\\*培训\\*3次。")
    assert "{{ text | sentence }}" in sources["platforms"]
    assert "全年有关工作数据" not in sources["proactive-disclosure"]


def test_a_figure_changed_in_libreoffice_is_refused(office: Office, project: Path) -> None:
    path = office.edit(project / "年报.docx", ("TypeOver", "1418件", "1419件"), ("TypeOver", "五、存在的", "五、有的"))
    with pytest.raises(DocumentError) as refused:
        adopt_document(path)
    heading, figure = map(str, refused.value.problems)
    assert "五、有的" in heading
    assert "1418 became 1419" in figure
    assert "county-2021.xlsx [柳渡镇]" in figure
    assert not (project / "notebooks/2021").exists()
