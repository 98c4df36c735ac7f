"""A report's Word document, edited and taken back into the working copy, in a whole project."""

from __future__ import annotations

import copy
import shutil

import docx
import nbformat
import openpyxl
import pytest
from click.testing import CliRunner
from docx.oxml.ns import qn

from giakit.adoption import adopt_document
from giakit.cli import main
from giakit.copies.make import make_copy
from giakit.copies.opened import notebook_for
from giakit.copies.place import find_copy
from giakit.copies.sync import sync_copy
from giakit.errors import DocumentError, ParameterError
from giakit.parameters import read_parameters
from giakit.project import init_project
from giakit.render import render_report

TOWN, YEAR = "柳渡镇", 2021
RECEIVED = "O36"  # 三/一、本年新收政府信息公开申请数量/总计 on the town's sheet
ON_REQUEST = "一/依申请公开"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Return a project with the town's Word document."""
    root = tmp_path_factory.mktemp("年报") / "云泽县年报"
    init_project(root)
    report = render_report(given(root), kinds=("docx",))
    shutil.copy(report.folder / "public" / "report.docx", root / "年报.docx")
    return root


@pytest.fixture
def root(rendered, tmp_path, monkeypatch):
    """Return a copy of that project, as the working directory."""
    shutil.copytree(rendered, tmp_path / "县", ignore=shutil.ignore_patterns("outputs"))
    monkeypatch.chdir(tmp_path / "县")
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return tmp_path / "县"


def given(root, **more):
    return read_parameters(root / f"params/county-{YEAR}.yaml", town=TOWN, root=root, **more)


def edit(root, *changes):
    """Change texts of paragraphs that begin with certain words, as an editor does who types over them."""
    word = docx.Document(root / "年报.docx")
    for begin, old, new in changes:
        paragraph = next(each for each in word.paragraphs if each.text.startswith(begin))
        text = paragraph.text
        assert old in text
        for run in paragraph.runs[1:]:
            run._r.getparent().remove(run._r)
        paragraph.runs[0].text = text.replace(old, new)
    word.save(root / "来稿.docx")
    return root / "来稿.docx"


def add(path, begin, text):
    """Type a paragraph behind another."""
    word = docx.Document(path)
    paragraph = next(each for each in word.paragraphs if each.text.startswith(begin))
    made = copy.deepcopy(paragraph._p)
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        for each in made.findall(qn(tag)):
            made.remove(each)
    paragraph._p.addnext(made)
    type(paragraph)(made, paragraph._parent).runs[0].text = text
    word.save(path)
    return path


def cells(root):
    return {cell.source.split("\n")[0]: cell.source for cell in notebook_for(root, TOWN, YEAR).notebook.cells}


def page_of(root):
    report = render_report(given(root), kinds=("html",), out=root / "又")
    return (report.folder / "public" / "report.html").read_text(encoding="utf-8")


def write_figure(root, amount, *others):
    book = openpyxl.load_workbook(root / f"params/county-{YEAR}.xlsx")
    for address, each in ((RECEIVED, amount), *others):
        book[TOWN][address] = each
    book.save(root / f"params/county-{YEAR}.xlsx")


def test_edited_prose_is_printed_and_shows_new_figures(root):
    path = edit(
        root, ("本年度新收", "本年度新收政府信息公开申请", "我镇全年共收到申请"), ("收件由", "收件由", "来件由")
    )
    add(path, "来件由", "*甲*\t# 六、培训3次。")
    adopted = adopt_document(path)
    assert adopted.written
    assert [each.key for each in adopted.cells] == [ON_REQUEST]
    assert [each.numbers for each in adopted.review] == [("3次",)]
    assert adopted.conflicts == adopted.notes == adopted.findings == ()
    source = cells(root)[f"%%narrative {ON_REQUEST}"]
    assert "我镇全年共收到申请{{ applications.received.total }}件" in source
    assert "{% for name, figure in outcomes" in source
    page = page_of(root)
    assert "我镇全年共收到申请45件（上年39件）" in page
    assert "*甲* # 六、培训3次。" in page
    assert adopt_document(path).changed is False  # the document now says what the report says


def test_an_unedited_document_changes_nothing(root):
    adopted = adopt_document(root / "年报.docx")
    assert not adopted.changed
    assert find_copy(root, TOWN, YEAR) is None


def test_a_dry_run_shows_the_lines_and_writes_nothing(root):
    path = edit(root, ("（三）政府信息管理", "政府信息管理", "信息管理"))
    result = CliRunner().invoke(main, ["adopt-docx", str(path), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "-## （三）政府信息管理\n+## （三）信息管理\n" in result.output
    assert find_copy(root, TOWN, YEAR) is None


def test_the_command_writes_the_copy_and_lists_what_to_review(root):
    path = edit(root, ("收件由", "三天内", "2天内"))
    result = CliRunner().invoke(main, ["adopt-docx", str(path), "--params", f"params/county-{YEAR}.yaml"])
    assert result.exit_code == 0, result.output
    assert f"notebooks/{YEAR}/{TOWN}.ipynb" in result.output
    assert "2天" in cells(root)[f"%%narrative {ON_REQUEST}"]


def test_changed_figures_are_refused_with_a_list_and_nothing_is_written(root):
    path = edit(
        root, ("本年度新收", "45件", "46件"), ("全年作出处理", "1418件", "1419件"), ("收件由", "收件由", "来件由")
    )
    word = docx.Document(path)
    word.tables[1].rows[3].cells[-1].paragraphs[0].runs[0].text = "47"
    word.save(path)
    result = CliRunner().invoke(main, ["adopt-docx", str(path)])
    assert result.exit_code == 1
    table, permits, received = result.output.splitlines()
    assert "45 became 47" in table
    assert f"county-{YEAR}.xlsx [{TOWN}] {RECEIVED}" in table
    assert "一/主动公开" in permits
    assert "1418 became 1419" in permits
    assert "45 became 46" in received
    assert f"county-{YEAR}.xlsx [{TOWN}] {RECEIVED}" in received
    assert find_copy(root, TOWN, YEAR) is None


def test_a_new_sentence_that_contradicts_the_tables_is_refused(root):
    path = add(root / "年报.docx", "收件由", "我镇全年共收到政府信息公开申请99件。")
    with pytest.raises(DocumentError, match="99件") as refused:
        adopt_document(path)
    assert RECEIVED in str(refused.value)
    assert find_copy(root, TOWN, YEAR) is None


def test_what_the_analyst_edited_elsewhere_stays(root):
    made = make_copy(root, given(root), TOWN)
    change_cell(made, "supervision", lambda source: f"{source}\n\n我镇由纪委监督。")
    before = nbformat.read(made, as_version=4)
    before.cells.insert(3, nbformat.v4.new_markdown_cell("分析员的备忘", id="memo"))
    nbformat.write(before, made)
    path = edit(root, ("收件由", "收件由", "来件由"))
    assert adopt_document(path).written
    after = nbformat.read(made, as_version=4)
    assert [cell.id for cell in after.cells] == [cell.id for cell in before.cells]
    changed = [cell.id for cell, old in zip(after.cells, before.cells, strict=True) if cell.source != old.source]
    assert changed == ["disclosure-on-request"]


def change_cell(path, name, change):
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == name)
    cell.source = change(cell.source)
    nbformat.write(notebook, path)


@pytest.mark.slow
def test_a_cell_changed_on_both_sides_is_a_conflict_that_stays_visible(root):
    made = make_copy(root, given(root), TOWN)
    change_cell(made, "disclosure-on-request", lambda source: f"{source}\n\n笔记本里的一句。")
    path = edit(root, ("收件由", "收件由", "来件由"), ("每月晒", "每月晒", "每周晒"))
    result = CliRunner().invoke(main, ["adopt-docx", str(path)])
    assert result.exit_code == 1, result.output
    assert ON_REQUEST in result.output
    after = nbformat.read(made, as_version=4)
    place = next(number for number, cell in enumerate(after.cells) if cell.id == "disclosure-on-request")
    assert after.cells[place].source.endswith("笔记本里的一句。")
    assert "来件由" in after.cells[place + 1].source
    assert "每周晒" in cells(root)["%%narrative 一/监督保障"]
    page = page_of(root)
    assert "笔记本里的一句。" in page
    assert "来件由" not in page
    again = CliRunner().invoke(main, ["adopt-docx", str(path)])
    assert again.exit_code == 1
    assert nbformat.read(made, as_version=4) == after
    assert [found.rule for found in sync_copy(root, TOWN, YEAR).findings] == ["copy.word"]
    assert nbformat.read(made, as_version=4) == after
    del after.cells[place + 1]
    nbformat.write(after, made)
    assert sync_copy(root, TOWN, YEAR).findings == ()


@pytest.mark.slow
def test_figures_that_changed_meanwhile_keep_unedited_cells_current(root):
    path = edit(root, ("每月晒", "每月晒", "每周晒"), ("收件由", "收件由", "来件由"))
    write_figure(root, 46, ("I36", 38), ("O60", 4), ("I60", 3))
    adopted = adopt_document(path)
    assert [each.key for each in adopted.cells] == ["一/监督保障"]
    assert adopted.conflicts == (ON_REQUEST,)  # nobody can tell which figures stood in what was edited
    assert len(adopted.notes) == 1


def test_the_parameter_file_is_found_or_asked_for(root):
    path = edit(root, ("收件由", "收件由", "来件由"))
    with pytest.raises(ParameterError, match="2020"):
        adopt_document(path, root / "params/county-2020.yaml")
    text = (root / f"params/county-{YEAR}.yaml").read_text(encoding="utf-8")
    (root / "params/又一个.yaml").write_text(text.replace("preamble: true", "preamble: false"), encoding="utf-8")
    with pytest.raises(ParameterError, match="又一个.yaml"):
        adopt_document(path)
    for each in (root / "params").glob("*.yaml"):
        each.unlink()
    with pytest.raises(ParameterError, match="--params"):
        adopt_document(path)


@pytest.mark.parametrize("typed", ["长" * 100_001, "*" * 60_000], ids=["long", "long when written"])
@pytest.mark.slow
def test_more_than_a_cell_holds_is_one_sentence(root, typed):
    path = edit(root, ("收件由", "收件由", typed))
    with pytest.raises(DocumentError, match="100000 characters") as refused:
        adopt_document(path)
    assert len(refused.value.problems) == 1


def test_a_foreign_file_is_one_sentence(root):
    path = root / "别处.docx"
    docx.Document().save(path)
    result = CliRunner().invoke(main, ["adopt-docx", str(path)])
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
