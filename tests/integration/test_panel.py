"""The panel in a real kernel: there for a person, not there for a program, and never in a document."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from giakit.content.model import MEDIA_TYPE
from giakit.exporters.document import read_document
from giakit.exporters.page import render_html
from giakit.exporters.typst.render import render_pdf
from giakit.notebook import normal_form, run_notebook
from giakit.project import MASTER, init_project

WIDGET = "application/vnd.jupyter.widget-view+json"
WITHOUT = "import giakit.panel\ngiakit.panel.attach = lambda shell: None\nimport giakit\n\n%load_ext giakit"
LOADED = new_code_cell("import sys\n'ipywidgets' in sys.modules", id="loaded")
PANEL = "panel = get_ipython()._giakit_panel._panel\n"

engines = pytest.mark.parametrize("engine", ["giakit", "nbclient"])


class Person(NotebookClient):
    """A client that runs cells as a front end with a person before it does: questions can be answered."""

    async def async_start_new_kernel_client(self):
        client = await super().async_start_new_kernel_client()
        client.allow_stdin = True
        return client


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("云泽县 年报")
    init_project(folder)
    return folder


def read_master(project):
    return nbformat.read(project / MASTER, as_version=4)


def run_live(project, *cells, master=None):
    """Run the master and more cells as a person would; return the notebook."""
    notebook = master or read_master(project)
    notebook.cells += [new_code_cell(source, id=f"more-{number}") for number, source in enumerate(cells)]
    Person(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(project / "notebooks")}}
    ).execute()
    return notebook


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell["id"] == name)


def declared(notebook):
    """Return what each cell declares, by the cell's id."""
    found = {}
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        found[cell["id"]] = [output.data[MEDIA_TYPE] for output in outputs if MEDIA_TYPE in output.get("data", {})]
    return found


def widgets_in(notebook):
    return [
        cell["id"] for cell in notebook.cells for output in cell.get("outputs", []) if WIDGET in output.get("data", {})
    ]


@engines
def test_a_program_sees_no_panel_and_loads_no_widgets(project, engine):
    executed = []
    for load in (None, WITHOUT):
        notebook = read_master(project)
        notebook.cells.append(LOADED)
        source = cell_of(notebook, "load").source
        cell_of(notebook, "load").source = load or source
        run = run_notebook(notebook, {"root": None}, project, engine=engine)
        cell_of(run, "load").source = source
        executed.append(run)
    with_panel, without = executed
    assert with_panel == without
    assert cell_of(with_panel, "loaded").outputs[0].data["text/plain"] == "False"


def test_a_person_sees_it_under_the_cell_that_opens_the_report_and_no_document_has_it(project):
    live, plain = run_live(project), run_notebook(read_master(project), {}, project)
    assert widgets_in(live) == ["open"]
    assert widgets_in(plain) == []
    documents = [read_document(live), read_document(plain)]
    assert documents[0] == documents[1]
    assert render_html(documents[0]) == render_html(documents[1])
    assert render_pdf(documents[0]) == render_pdf(documents[1])
    kept = normal_form(live)
    cell_of(kept, "open").outputs = []
    mine = {cell["id"]: cell.outputs for cell in kept.cells if cell.cell_type == "code"}
    assert mine == {name: outputs for name, outputs in outputs_of(plain).items() if name in mine}


def outputs_of(notebook):
    return {cell["id"]: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


@pytest.mark.slow
def test_nbconvert_makes_the_same_page_of_it(project):
    command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "giakit_html", "--stdout", str(project / MASTER)]
    made = subprocess.run(command, cwd=project / "notebooks", capture_output=True, check=True).stdout.decode()
    assert made.rstrip() == render_html(read_document(run_notebook(read_master(project), {}, project))).rstrip()


def test_picking_shows_what_a_run_with_those_parameters_shows(project):
    picks = PANEL + 'panel._year.value = 2021\npanel._organ.value = "苇塘镇"\nreport.title, town, year, previous'
    live = run_live(project, picks)
    given = {"workbook": "params/county-2021.xlsx", "previous": "params/county-2020.xlsx", "preamble": True}
    plain = run_notebook(read_master(project), {"town": "苇塘镇", "year": 2021, **given}, project)
    found, wanted = declared(live), declared(plain)
    assert "苇塘镇2021年" in found["report"][0]["title"]
    assert {name: found[name] for name in wanted if name in found} == {
        name: wanted[name] for name in wanted if name in found
    }
    shown = cell_of(live, "more-0").outputs[-1].data["text/plain"]
    assert shown == "('苇塘镇2021年政府信息公开工作年度报告', '苇塘镇', 2021, 'params/county-2020.xlsx')"


def test_opening_again_goes_back_and_the_pickers_follow(project):
    master = read_master(project)
    again = "\n".join(cell_of(master, name).source for name in ("parameters", "open"))
    state = "panel._county.value, panel._year.value, panel._organ.value"
    live = run_live(project, PANEL + f"panel._year.value = 2022\n{state}", again, state, master=master)
    assert cell_of(live, "more-0").outputs[-1].data["text/plain"] == "('county', 2022, '龙村镇')"
    assert cell_of(live, "more-2").outputs[-1].data["text/plain"] == "('county', 2020, '龙村镇')"
    assert widgets_in(live) == ["open", "more-1"]


def test_what_is_wrong_with_a_pick_is_a_sentence_and_the_notebook_stays(project):
    pick = PANEL + (
        "import pathlib\n"
        "path = pathlib.Path('../params/county-2022.xlsx')\n"
        "data = path.read_bytes()\n"
        "path.unlink()\n"
        "panel._year.value = 2022\n"
        "path.write_bytes(data)\n"
        "panel._said.outputs[0]['data']['text/html'], report.title"
    )
    live = run_live(project, pick)
    said = cell_of(live, "more-0").outputs
    assert [output.output_type for output in said] == ["execute_result"]
    text = said[0].data["text/plain"]
    assert "county-2022.xlsx" in text
    assert "笔记本里仍是《龙村镇2020年政府信息公开工作年度报告》" in text
    assert "龙村镇2020年" in declared(live)["report"][0]["title"]


def test_an_edited_cell_keeps_its_text_for_the_next_organ(project):
    edited = "%%narrative 六\n{{ organ.name }}没有其他事项。"
    live = run_live(project, edited, PANEL + 'panel._organ.value = "柳渡镇"')
    texts = [inline["text"] for inline in declared(live)["more-0"][0]["blocks"][0]["inlines"]]
    assert "".join(texts) == "柳渡镇没有其他事项。"


@pytest.fixture(scope="module")
def kernel(project):
    """Start a kernel in which the master's first cells were run."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(project / "notebooks"))
    try:
        for name in ("parameters", "load", "open"):
            source = cell_of(read_master(project), name).source
            assert client.execute_interactive(source, output_hook=lambda _: None, timeout=120)
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def complete(kernel, code):
    return kernel.complete(code, reply=True, timeout=60)["content"]


def test_a_kernel_completes_the_names_of_a_narrative_cell(kernel):
    code = "%%narrative 一/主动公开\n## （一）主动公开\n采购{{ disclosure.central_procurement.purch"
    reply = complete(kernel, code)
    assert reply["matches"] == ["purchases"]
    assert code[reply["cursor_start"] : reply["cursor_end"]] == "purch"
    (found,) = reply["metadata"]["_jupyter_types_experimental"]
    assert found["type"] == "37"
    assert complete(kernel, "%%narrative 一/平")["matches"] == ["一/平台建设"]


def test_prose_is_completed_with_nothing_and_python_as_ever(kernel):
    assert complete(kernel, "%%narrative 六\n本年度没有imp")["matches"] == []
    assert complete(kernel, "imp")["matches"][0].startswith("import")
    assert [each.rpartition(".")[2] for each in complete(kernel, "report.nam")["matches"]] == ["names"]
