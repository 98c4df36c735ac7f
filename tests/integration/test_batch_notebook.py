"""A batch started from a notebook: a progress widget, then a table of what became of every report."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient

from giakit.project import init_project

WIDGET = "application/vnd.jupyter.widget-view+json"


def test_a_notebook_shows_the_progress_and_the_outcome(tmp_path):
    project = tmp_path / "云泽县年报"
    init_project(project)
    code = 'import giakit\n\ngiakit.run_batch("params/county-2021.yaml", towns=["柳渡镇", "苇塘镇"], workers=1)'
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, resources={"metadata": {"path": str(project / "notebooks")}}).execute()
    shown = [output.data for output in notebook.cells[0].outputs if "data" in output]
    assert [WIDGET in data for data in shown] == [True, False]
    bar = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    text = " ".join(str(widget["state"].get("value", "")) for widget in bar.values())
    assert "2/2" in text
    table = shown[1]["text/html"]
    assert table.count("<td>已完成</td>") == 2
    assert "苇塘镇" in table
    assert (project / "outputs/2021/柳渡镇/public/report.pdf").is_file()
