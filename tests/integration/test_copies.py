"""A town's working copy in real life: edited, merged with a changed master, run, printed, synchronised, adopted."""

from __future__ import annotations

import nbformat
import openpyxl
import papermill
import pytest
from nbconvert.exporters import get_exporter
from nbformat import v4

from giakit.content.model import Prose
from giakit.copies.adopt import adopt_copy
from giakit.copies.make import make_copy
from giakit.copies.memory import findings_in
from giakit.copies.opened import notebook_for
from giakit.copies.sync import sync_copy
from giakit.errors import NotebookFailed
from giakit.exporters.document import read_contents, read_document
from giakit.exporters.page import render_html
from giakit.notebook import run_notebook
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project
from giakit.render import render_report

TOWN = "柳渡镇"
OWN = "我镇全年新收申请{{ applications.received.total }}件，由党政办公室逐件登记。"
RECEIVED = "O36"  # 三/一、本年新收政府信息公开申请数量/总计 on the town's sheet
WHERE = """from pathlib import Path
from giakit.copies.place import find_copy, runs_as_copy
print("本笔记本就是工作副本：", runs_as_copy(Path(root), find_copy(Path(root), "柳渡镇", 2021)))"""


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    init_project(tmp_path / "云泽县年报")
    return tmp_path / "云泽县年报"


@pytest.fixture
def copy(root):
    return make_copy(root, given(root), TOWN)


def given(root, year=2021):
    return read_parameters(root / f"params/county-{year}.yaml", town=TOWN, root=root)


def edit(path, name, change):
    """Change a cell's source as an editor does: the notebook is read, changed and saved."""
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == name)
    cell.source = change(cell.source)
    nbformat.write(notebook, path)


def append(path, name, text):
    edit(path, name, lambda source: f"{source}\n\n{text}")


def run(root, notebook, year=2021):
    """Run a notebook as a report is made, from a file outside of the project's notebooks."""
    path = root.parent / f"{TOWN}.ipynb"
    nbformat.write(notebook, path)
    return run_notebook(path, given(root, year).model_dump(exclude={"root"}) | {"root": str(root)}, root)


def run_town(root, year=2021):
    return run(root, notebook_for(root, TOWN, year).notebook, year)


def prose_of(executed, key):
    return next(each for each in read_contents(executed) if isinstance(each, Prose) and each.key == key)


def words(prose):
    return "\n".join(
        "".join(inline.text for inline in run)
        for block in prose.blocks
        for run in (block.items if block.type == "list" else (block.inlines,))
    )


def write_figure(root, address, amount):
    book = openpyxl.load_workbook(root / "params/county-2021.xlsx")
    book[TOWN][address] = amount
    book.save(root / "params/county-2021.xlsx")


def test_an_edited_paragraph_and_a_changed_master_are_printed_together(root, copy):
    append(copy, "disclosure-on-request", OWN)
    append(root / MASTER, "supervision", "本报告由机关主要负责人审定。")
    before = copy.read_bytes()
    page = render_html(read_document(run_town(root)))
    assert "我镇全年新收申请45件，由党政办公室逐件登记。" in page
    assert "本报告由机关主要负责人审定。" in page
    assert copy.read_bytes() == before


def test_an_edited_sentence_shows_new_figures(root, copy):
    append(copy, "disclosure-on-request", OWN)
    write_figure(root, RECEIVED, 46)
    assert "我镇全年新收申请46件" in words(prose_of(run_town(root), "一/依申请公开"))


def test_a_typed_number_that_no_longer_agrees_quotes_the_sentence_and_names_the_cell(root, copy):
    append(copy, "disclosure-on-request", "我镇全年共收到政府信息公开申请99件。")
    findings = prose_of(run_town(root), "一/依申请公开").findings
    (found,) = [each for each in findings if "99件" in str(each.problem)]
    assert found.severity == "error"
    assert "“我镇全年共收到政府信息公开申请99件。” says 99件, the tables say 45" in str(found.problem)
    assert (found.cells[0].workbook, found.cells[0].sheet, found.cells[0].address) == (
        "county-2021.xlsx",
        TOWN,
        RECEIVED,
    )
    assert f"county-2021.xlsx [{TOWN}] {RECEIVED}" in str(found)


def test_a_failing_expression_names_the_cell_the_line_and_the_nearest_name(root, copy):
    append(copy, "other-matters", "共{{ fee.casse }}件。")
    lines = next(cell.source for cell in nbformat.read(copy, 4).cells if cell.id == "other-matters").split("\n")
    with pytest.raises(NotebookFailed) as caught:
        run_town(root)
    said = str(caught.value)
    assert f"六, line {len(lines)}: fee.casse is not known; the nearest is cases" in said
    assert f"{TOWN}.ipynb" in said
    assert "%%narrative 六" in said


def test_render_names_the_copy_whose_expression_fails(root, copy):
    append(copy, "other-matters", "共{{ fee.casse }}件。")
    with pytest.raises(NotebookFailed) as caught:
        render_report(given(root), kinds=("html",))
    said = str(caught.value)
    assert said.startswith(f"notebooks/2021/{TOWN}.ipynb, cell ")
    assert said.endswith("fee.casse is not known; the nearest is cases")


def test_what_a_conflict_shows_is_never_published(root, copy):
    append(copy, "supervision", "我镇由纪委监督。")
    append(root / MASTER, "supervision", "母版改由办公室监督。")
    assert [found.rule for found in sync_copy(root, TOWN, 2021).findings] == ["copy.conflict"]
    assert "母版改由办公室监督" in copy.read_text(encoding="utf-8")
    merged = run_town(root)
    assert [found.rule for found in findings_in(merged)] == ["copy.conflict"]
    for executed in (merged, run(root, nbformat.read(copy, as_version=4))):
        page = render_html(read_document(executed))
        assert "我镇由纪委监督。" in page
        assert "母版改由办公室监督" not in page


def test_the_running_notebook_knows_whether_it_is_the_copy(root, copy):
    for path, answer in ((copy, "True"), (root / MASTER, "False")):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [*notebook.cells[:2], v4.new_code_cell(WHERE)]
        executed = run(root, notebook)
        assert executed.cells[-1].outputs[0].text == f"本笔记本就是工作副本： {answer}\n"


@pytest.mark.slow
def test_plain_papermill_on_the_master_tells_of_the_copy_that_is_printed_instead(root, copy):
    said = f"{TOWN} has a working copy for 2021: notebooks/2021/{TOWN}.ipynb. Edit there;"
    master = papermill_of(root, root / MASTER)
    shown = [cell.id for cell in master.cells if said in words_shown(cell)]
    assert shown == ["report"]
    assert said not in get_exporter("giakit_html")().from_notebook_node(master)[0]
    assert TOWN in get_exporter("giakit_html")().from_notebook_node(master)[0]

    itself = papermill_of(root, copy)
    assert [cell.id for cell in itself.cells if "report.show()" in cell.source and cell.outputs] == ["report"]
    assert [cell.id for cell in itself.cells if "working copy for 2021" in words_shown(cell)] == []

    copy.unlink()
    assert not [cell for cell in papermill_of(root, root / MASTER).cells if "working copy for" in words_shown(cell)]


def papermill_of(root, path):
    """Run a notebook as anybody with papermill does, who knows nothing of giakit but the notebook's parameters."""
    parameters = {**given(root).model_dump(), "root": str(root)}
    return papermill.execute_notebook(path, root / "executed.ipynb", parameters, cwd=root, progress_bar=False)


def words_shown(cell):
    """Return what a person sees below a cell."""
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return "\n".join(each.get("text/html", each.get("text/plain", "")) for each in data)


def test_an_adopted_copy_prints_next_years_figures_and_years(root, copy):
    append(copy, "disclosure-on-request", f"2021年，{OWN}")
    adopted = adopt_copy(root, given(root, 2022), TOWN)
    assert adopted.review == ()
    page = words(prose_of(run_town(root, 2022), "一/依申请公开"))
    found = page.splitlines()[-1]
    assert found.startswith("2022年，我镇全年新收申请")
    assert "45件" not in found
