"""The tutorial runs top to bottom in a new project, in a real kernel, and ends with reports on the disk."""

from __future__ import annotations

import papermill
import pytest

from giakit.project import TUTORIAL, init_project


@pytest.mark.slow
def test_it_runs_top_to_bottom_in_a_new_project(tmp_path):
    project = tmp_path / "云泽县 年报"
    init_project(project)
    before = {path: path.read_bytes() for folder in ("notebooks", "params") for path in (project / folder).iterdir()}
    executed = papermill.execute_notebook(
        str(project / TUTORIAL), None, cwd=str(project / "notebooks"), progress_bar=False, log_output=False
    )
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    said = {
        name: "".join(each.get("data", {}).get("text/html", "") for each in shown) for name, shown in outputs.items()
    }
    assert not [each for shown in outputs.values() for each in shown if each.output_type in {"error", "stream"}]
    assert "柳渡镇2021年政府信息公开工作年度报告" in said["findings"]
    assert "本年度新收政府信息公开申请45件（上年39件），办结44件，结转下年度继续办理3件。" in said["narrative"]
    assert "applications.received.total" in said["names"]
    assert said["batch"].count("<td>已完成</td>") == 2
    assert (project / "outputs/2021/index.html").is_file()
    assert (project / "outputs/2021/苇塘镇/public/report.pdf").is_file()
    after = {path: path.read_bytes() for folder in ("notebooks", "params") for path in (project / folder).iterdir()}
    assert after == before
