"""The whole path with the real things: workbook, papermill, a kernel, both exporters."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace

import nbformat
import openpyxl
import pdfplumber
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from giakit.errors import GiakitError, NotebookFailed, ParameterError, ReportRefused
from giakit.kinds import parse_kinds
from giakit.notebook import run_notebook
from giakit.parameters import read_parameters
from giakit.project import MASTER, SAMPLE, init_project
from giakit.render import open_builder, read_order, render_report


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Make a project of its own in a folder with a Chinese name, spaces and braces."""
    folder = tmp_path_factory.mktemp("年报 {项目}")
    init_project(folder)
    return folder


@pytest.fixture(autouse=True)
def _here(project, monkeypatch):
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture(scope="module")
def longcun(project):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIAKIT_LANG", "en")  # the analyst's tables in the executed notebook speak it
        return render_report(read_parameters(project / SAMPLE, root=project))


def test_a_report_is_written_whole(longcun, project):
    assert longcun.folder == project / "outputs" / "2020" / "龙村镇"
    written = sorted(
        path.relative_to(longcun.folder).as_posix() for path in longcun.folder.rglob("*") if path.is_file()
    )
    assert written == [
        "internal/annual_report.ipynb",
        "internal/findings.json",
        "internal/prose.json",
        "public/data.json",
        "public/data.schema.json",
        "public/datapackage.json",
        "public/report.html",
        "public/report.pdf",
        "public/tables/applications.csv",
        "public/tables/disclosure.csv",
        "public/tables/remedies.csv",
        "public/values.csv",
        "record.json",
    ]
    assert [path.name for path in longcun.folder.parent.iterdir()] == ["龙村镇"]


def test_nothing_internal_is_published(longcun, project):
    for path in (path for path in (longcun.folder / "public").rglob("*") if path.is_file()):
        data = path.read_bytes()
        for secret in (str(project), "county-2020.xlsx", "[龙村镇]"):
            assert secret.encode() not in data, path.name


def test_data_holds_every_figure_with_label_and_unit(longcun):
    data = json.loads((longcun.folder / "public" / "data.json").read_text(encoding="utf-8"))
    values = {value["key"]: value for value in data["values"]}
    assert values["disclosure.central_procurement.amount"] == {
        "key": "disclosure.central_procurement.amount",
        "label": "二/政府集中采购/采购总金额",
        "amount": 248200,
        "unit": "元",
        "state": "number",
        "note": None,
    }
    assert values["disclosure.permits.change"]["amount"] == 98
    assert len([value for value in values if value.split(".")[0] in {"disclosure", "applications", "remedies"}]) == 198
    assert {"item": "工作动态", "amount": 50, "unit": "篇", "state": "number", "note": None} in data["local"]


def test_findings_keep_their_cells_inside(longcun):
    findings = json.loads((longcun.folder / "internal" / "findings.json").read_text(encoding="utf-8"))
    assert findings, "龙村镇 2020 leaves fields blank"
    assert not [found for found in findings if found["severity"] == "error"]
    assert all(
        found["cells"][0]["address"] for found in findings if found["rule"] == "read.blank_field" and found["cells"]
    )


def test_the_same_inputs_give_the_same_bytes(longcun, project, tmp_path):
    again = render_report(read_parameters(project / SAMPLE, root=project), out=tmp_path)
    for path in longcun.files:
        assert path.read_bytes() == (again.folder / path.relative_to(longcun.folder)).read_bytes(), path.name


def test_plain_jupyter_runs_and_exports_the_notebook_alone(longcun, project, tmp_path):
    executed = tmp_path / "已运行.ipynb"
    run = [sys.executable, "-m"]
    papermill = [*run, "papermill", str(MASTER), str(executed), "-f", str(SAMPLE), "--no-progress-bar"]
    subprocess.run(papermill, check=True, capture_output=True, cwd=project)
    for kind in ("html", "pdf"):
        convert = [*run, "nbconvert", "--to", f"giakit_{kind}", str(executed), "--output", str(tmp_path / f"r.{kind}")]
        subprocess.run(convert, check=True, capture_output=True, cwd=tmp_path)
        assert (tmp_path / f"r.{kind}").read_bytes() == (longcun.folder / "public" / f"report.{kind}").read_bytes()


def test_nbconvert_executes_and_exports_in_one_go(project, tmp_path):
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--execute",
        "--to",
        "giakit_html",
        str(project / MASTER),
        "--output-dir",
        str(tmp_path),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=project)
    assert "龙村镇2020年政府信息公开工作年度报告" in (tmp_path / "annual_report.html").read_text(encoding="utf-8")


@pytest.fixture
def spoilt(project, tmp_path):
    """Give a function that writes a copy of the sample workbook with some cells changed, and its parameters."""

    def spoil(**cells):
        book = openpyxl.load_workbook(project / "params" / "county-2020.xlsx")
        for address, text in cells.items():
            book["龙村镇"][address] = text
        book.save(tmp_path / "改过.xlsx")
        text = (project / SAMPLE).read_text(encoding="utf-8")
        path = tmp_path / "改过.yaml"
        path.write_text(re.sub(r"workbook:.*", f"workbook: {tmp_path / '改过.xlsx'}", text), encoding="utf-8")
        return read_parameters(path)

    return spoil


def cell_of(rendered, key):
    notebook = nbformat.read(rendered.folder / "internal" / "annual_report.ipynb", as_version=4)
    declared = [output["data"] for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    tables = [data["application/vnd.giakit.v1+json"] for data in declared if "application/vnd.giakit.v1+json" in data]
    cells = [
        cell
        for table in tables
        if table["kind"] == "table"
        for band in table["bands"]
        for row in band["body"]
        for cell in row
    ]
    return next(cell["source"].split()[-1] for cell in cells if cell.get("key") == key)


def test_a_wrong_figure_is_refused_with_its_cell_and_publishes_nothing(longcun, spoilt, tmp_path):
    address = cell_of(longcun, "applications.granted.total")
    with pytest.raises(ReportRefused, match=rf"\[龙村镇\] {address}"):
        render_report(spoilt(**{address: 5}), out=tmp_path / "出")
    assert not list((tmp_path / "出").rglob("*.html"))
    assert [path.name for path in (tmp_path / "出/2020/龙村镇").iterdir()] == ["failed"]


def test_a_refusal_leaves_the_published_report_as_it_was(longcun, spoilt, tmp_path):
    address = cell_of(longcun, "disclosure.permits.decisions")
    out = tmp_path / "出"
    before = render_report(spoilt(**{address: 2105}), out=out)
    page = (before.folder / "public" / "report.html").read_bytes()
    with pytest.raises(ReportRefused, match="两千"):
        render_report(spoilt(**{address: "两千"}), out=out)
    assert (before.folder / "public" / "report.html").read_bytes() == page
    assert [path.name for path in before.folder.parent.iterdir()] == ["龙村镇"]


@pytest.mark.parametrize("engine", ["giakit", "nbclient"])
@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {"name": "小李的环境", "display_name": "小李的环境"}}])
def test_whatever_kernel_a_notebook_names_it_runs_with_giakit_s_python(project, engine, metadata):
    cells = [new_code_cell("year = 2020", metadata={"tags": ["parameters"]}), new_code_cell("import giakit; year")]
    executed = run_notebook(new_notebook(cells=cells, metadata=metadata), {"year": 2021}, project, engine=engine)
    assert executed.cells[-1].outputs[0].data["text/plain"] == "2021"


def test_a_report_whose_process_is_killed_ends_in_a_sentence(project):
    order = read_order(read_parameters(project / SAMPLE, root=project), ("html",))
    kill = "import os, signal; os.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGKILL)"
    deadly = nbformat.writes(new_notebook(cells=[new_code_cell(kill)]))
    with open_builder() as build, pytest.raises(GiakitError, match="was killed, perhaps for want of memory"):
        build(replace(order, notebook=deadly))


def test_all_wrong_cells_are_refused_at_once(longcun, spoilt):
    wrong = [
        cell_of(longcun, key)
        for key in ("disclosure.permits.decisions", "remedies.direct_other", "applications.repeated.total")
    ]
    with pytest.raises(ReportRefused) as caught:
        render_report(spoilt(**dict.fromkeys(wrong, "若干")))
    assert all(f"] {address} " in str(caught.value) for address in wrong)


def test_values_from_the_workbook_never_become_markup(longcun, spoilt, tmp_path):
    form = json.loads((longcun.folder / "internal" / "findings.json").read_text(encoding="utf-8"))
    assert form
    hostile = "*甲*\n# 六、<script>alert(1)</script> {{ 7*7 }} #set page(fill: red)"
    given = spoilt(D85=hostile)
    with pytest.raises(ReportRefused, match="left over"):  # what a template left behind is no prose, either
        render_report(given, out=tmp_path / "出")
    rendered = render_report(given.model_copy(update={"override": "看看排版"}), out=tmp_path / "出")
    page = (rendered.folder / "public" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert re.findall('<h2 id="([^"]+)', page) == [*(f"section-{number}" for number in range(1, 7)), "overridden"]
    assert page.count("<h2") == 7


def test_a_town_that_is_not_there_is_answered_with_the_nearest_and_makes_no_folder(tmp_path):
    with pytest.raises(ParameterError, match="no organ is called 龙材镇; the nearest is 龙村镇"):
        render_report(read_parameters(SAMPLE, town="龙材镇"), out=tmp_path / "出")
    assert not (tmp_path / "出").exists()


def test_a_year_that_is_not_on_the_sheet_is_one_sentence():
    with pytest.raises(ParameterError, match="龙村镇 reports 2020, not 2019"):
        render_report(read_parameters(SAMPLE, year=2019))


def test_a_failing_cell_is_named(tmp_path):
    other = tmp_path / "项目"
    init_project(other)
    notebook = nbformat.read(other / MASTER, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith("%%narrative 六"))
    cell.source += "\n{{ fee.casse }}"
    nbformat.write(notebook, other / MASTER)
    with pytest.raises(NotebookFailed) as caught:
        render_report(read_parameters(other / SAMPLE, root=other))
    assert "%%narrative 六" in str(caught.value)
    assert "fee.casse is not known; the nearest is cases" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    failed = nbformat.read(other / "outputs/2020/龙村镇/failed/annual_report.ipynb", as_version=4)
    assert any(output.output_type == "error" for cell in failed.cells for output in cell.get("outputs", []))


def test_an_unknown_output_is_named():
    assert parse_kinds("pdf, HTML,pdf") == ("pdf", "html")
    with pytest.raises(ParameterError, match="pfd; known are html, pdf, docx, fragment, poster"):
        parse_kinds("pfd")


def test_an_override_prints_a_draft_that_says_so_everywhere(longcun, spoilt, tmp_path):
    given = spoilt(**{cell_of(longcun, "remedies.direct_other"): 3})
    with pytest.raises(ReportRefused, match="T4-2|未经复议直接起诉"):
        render_report(given, out=tmp_path / "出")
    draft = render_report(given.model_copy(update={"override": "先送领导审阅"}), out=tmp_path / "出")
    shown = (draft.folder / "public" / "report.html").read_text(encoding="utf-8")
    assert "草稿：核对未通过，不得公开" in shown
    assert "先送领导审阅" in shown
    with pdfplumber.open(draft.folder / "public" / "report.pdf") as pdf:
        assert all({"草", "稿"} <= {char["text"] for char in page.chars if char["matrix"][1]} for page in pdf.pages)
    assert json.loads((draft.folder / "public" / "data.json").read_text(encoding="utf-8"))["draft"] == "先送领导审阅"
    assert [found.rule for found in draft.findings if found.severity == "error"] == ["T4-2"]


def test_an_override_without_errors_changes_nothing(longcun, project, tmp_path):
    given = read_parameters(project / SAMPLE).model_copy(update={"override": "以防万一"})
    rendered = render_report(given, out=tmp_path)
    for name in ("report.html", "report.pdf", "data.json"):
        assert (rendered.folder / "public" / name).read_bytes() == (longcun.folder / "public" / name).read_bytes()
