from __future__ import annotations

import pickle

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from giakit.engine.cells import head, last_started
from giakit.errors import NotebookFailed
from giakit.notebook import normal_form

WIDGETS = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def outputs(*given):
    notebook = new_notebook(cells=[new_code_cell(outputs=[*given], id="c")])
    return normal_form(notebook).cells[0].outputs


def test_pieces_of_a_stream_are_put_together_and_others_are_not():
    found = outputs(stream("一"), stream("二\n"), stream("错", "stderr"), stream("三"), stream("四"))
    assert [(each.name, each.text) for each in found] == [("stdout", "一二\n"), ("stderr", "错"), ("stdout", "三四")]


def test_temporary_paths_and_addresses_go_and_the_rest_stays():
    text = "/var/ipykernel_123/456.py:1: <甲 object at 0x7f0012ab34cd> 0x7f0012ab34cd ipykernel_5"
    plain = "/var/ipykernel/456.py:1: <甲 object at > 0x7f0012ab34cd ipykernel_5"
    error = new_output("error", ename="E", evalue=text, traceback=[text])
    shown = new_output("display_data", data={"text/plain": text, "text/html": text})
    first, second, third = outputs(stream(text), error, shown)
    assert first.text == second.evalue == second.traceback[0] == third.data["text/plain"] == plain
    assert third.data["text/html"] == text


def test_the_input_stays_as_it_is():
    notebook = new_notebook(cells=[new_code_cell(outputs=[stream("一"), stream("二")], id="c")])
    notebook.cells[0].metadata["execution"] = {"iopub.status.busy": "2024"}
    before = nbformat.writes(notebook)
    assert "execution" not in normal_form(notebook).cells[0].metadata
    assert nbformat.writes(notebook) == before


def test_widgets_are_numbered_as_they_were_made():
    def executed(first, second):
        view = new_output("display_data", data={VIEW: {"model_id": second, "version_major": 2}, "text/plain": "盒"})
        notebook = new_notebook(cells=[new_code_cell(outputs=[view], id="c")])
        state = {
            first: {"model_name": "IntSliderModel", "state": {"value": 7}},
            second: {"model_name": "HBoxModel", "state": {"children": [f"IPY_MODEL_{first}"], "other": "a" * 32}},
        }
        notebook.metadata["widgets"] = {WIDGETS: {"state": state, "version_major": 2, "version_minor": 0}}
        return normal_form(notebook)

    one, other = executed("1f" * 16, "2e" * 16), executed("9d" * 16, "3c" * 16)
    assert one == other
    state = one.metadata.widgets[WIDGETS].state
    assert list(state) == [f"{n:032x}" for n in (0, 1)]
    assert state[f"{1:032x}"].state == {"children": [f"IPY_MODEL_{0:032x}"], "other": "a" * 32}
    assert one.cells[0].outputs[0].data[VIEW].model_id == f"{1:032x}"


def test_papermills_own_cells_get_the_same_ids_every_time():
    def ids():
        cells = [new_code_cell(metadata={"tags": ["injected-parameters"]}), new_code_cell(id="own")]
        return [cell.id for cell in normal_form(new_notebook(cells=cells)).cells]

    assert ids() == ids() == ["injected-parameters-0", "own"]


def test_a_failure_keeps_its_notebook_when_it_is_pickled():
    error = NotebookFailed("坏")
    error.executed = new_notebook(cells=[new_code_cell("1 / 0", id="c")])
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert again.executed == error.executed
    assert again.executed.cells[0].source == "1 / 0"
    assert NotebookFailed("无").executed is None


def test_the_cell_that_was_running_is_the_one_started_last():
    cells = [new_code_cell("a", metadata={"papermill": {"start_time": start}}) for start in ("1", "2", None)]
    assert last_started(new_notebook(cells=cells)) == 1
    assert head("\n\n  一 = 1\n二 = 2") == "一 = 1"
    assert head("\n") == ""
