"""From the first release to the third version, on the command line, with everything real."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import openpyxl
import pytest

from giakit.batch.work import publish
from giakit.forms.read import read_workbook
from giakit.outputs import open_outputs
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project
from giakit.release import now, seal_reports
from giakit.render import build_report, read_order, render_report

TOWN = "柳渡镇"
PARAMS = "params/county-2021.yaml"
KEY = "disclosure.permits.decisions"


def giakit(project, *arguments):
    command = [sys.executable, "-m", "giakit", *arguments]
    env = os.environ | {"GIAKIT_LANG": "en", "SOURCE_DATE_EPOCH": "1642642200"}
    return subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=False)


def edit(project, key, value):
    path = project / "params/county-2021.xlsx"
    statistics = next(form.statistics for form in read_workbook(path).forms if form.sheet == TOWN)
    address = (statistics[key] if key in statistics else statistics.entry(key)).cell.address
    book = openpyxl.load_workbook(path)
    book[TOWN][address] = value
    book.save(path)


def figure(project, key):
    path = project / "params/county-2021.xlsx"
    statistics = next(form.statistics for form in read_workbook(path).forms if form.sheet == TOWN)
    return int(statistics[key].amount)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Make a project with one rendered report."""
    folder = tmp_path_factory.mktemp("签发") / "云泽县 {年报}"
    init_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GIAKIT_LANG", "en")
        parameters = read_parameters(folder / PARAMS, town=TOWN, root=folder)
        render_report(parameters, kinds=("html", "pdf"))
    return folder


@pytest.fixture
def project(rendered, tmp_path):
    folder = tmp_path / "云泽县 {年报}"
    shutil.copytree(rendered, folder)
    return folder


def organ(project):
    return project / "outputs/2021" / TOWN


def sealed_files(folder):
    """Return every file of a version with its bytes."""
    kept = ("public", "internal", "record.json", "seal.json")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).parts[0] in kept
    }


def batch(project, *options):
    return giakit(project, "batch", PARAMS, "--towns", TOWN, "--workers", "1", *options)


def seal(project, by="张三"):
    return giakit(project, "seal", "outputs/2021", "--towns", TOWN, "--by", by)


def correct(project, *options, reason="台账漏记"):
    return giakit(project, "correct", PARAMS, "--town", TOWN, "--reason", reason, "--date", "2022-03-05", *options)


@pytest.mark.slow
def test_released_corrected_and_corrected_again(project):
    answer = seal(project)
    assert (answer.returncode, answer.stdout) == (0, f"{TOWN}: version 1 released by 张三, 2022-01-20 01:30+00:00\n")
    first = sealed_files(organ(project))

    refused = giakit(project, "render", PARAMS, "--town", TOWN)
    assert refused.returncode == 1
    assert "was released on 2022-01-20 by 张三 and is never overwritten; `giakit correct`" in refused.stderr
    unchanged = batch(project)
    assert (unchanged.returncode, "0 rendered, 1 unchanged: sealed 1" in unchanged.stdout) == (0, True)
    assert "there is nothing to correct" in correct(project).stderr
    assert not (organ(project) / "failed").exists()

    before = figure(project, KEY)
    edit(project, KEY, before + 1)
    told = f"2021 {TOWN}: released on 2022-01-20 by 张三, and since then its figures, facts or texts have changed;"
    assert told in batch(project, "--dry-run").stdout
    changed = batch(project)
    assert (changed.returncode, told in changed.stderr) == (1, True)
    assert "签发后有变化" in _page(project)
    assert sealed_files(organ(project)) == first

    made = correct(project)
    assert made.returncode == 0, made.stderr
    assert f"处理决定数量: {before}件 → {before + 1}件" in made.stdout
    assert sealed_files(organ(project)) == first
    assert "更正" in (organ(project) / "correction/public/report.html").read_text(encoding="utf-8")
    assert json.loads((organ(project) / "correction/public/data.json").read_bytes())["correction"]["version"] == 2
    assert "a correction is ready" in batch(project, "--dry-run").stdout

    assert seal(project, by="李四").returncode == 0
    assert sealed_files(organ(project) / "versions/1") == first
    second = sealed_files(organ(project))
    assert not (organ(project) / "correction").exists()
    assert batch(project).returncode == 0
    verified = giakit(project, "verify", "outputs/2021", "--rebuild")
    assert (verified.returncode, verified.stderr) == (0, "")

    edit(project, KEY, before + 2)
    assert correct(project, reason="又漏记一件").returncode == 0
    assert seal(project, by="王五").returncode == 0
    assert sealed_files(organ(project) / "versions/1") == first
    assert sealed_files(organ(project) / "versions/2") == second
    report = (organ(project) / "public/report.html").read_text(encoding="utf-8")
    assert "本报告为第3版，2022年3月5日更正，代替" in report
    assert "又漏记一件" in report
    assert "第2版" in _page(project)
    assert giakit(project, "verify", "outputs/2021").returncode == 0

    (organ(project) / "versions/1/public/report.html").write_text("改", encoding="utf-8")
    altered = giakit(project, "verify", "outputs/2021")
    assert altered.returncode == 1
    assert f"{TOWN}/versions/1/public/report.html has changed" in altered.stderr


def _page(project):
    return (project / "outputs/2021/index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_nbconvert_prints_the_correction_from_the_notebook_it_left(project):
    assert seal(project).returncode == 0
    edit(project, KEY, figure(project, KEY) + 1)
    assert correct(project).returncode == 0
    notebook = organ(project) / "correction/internal/annual_report.ipynb"
    command = [sys.executable, "-m", "jupyter", "nbconvert", "--to", "giakit_html", "--stdout", str(notebook)]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert page.strip() == (organ(project) / "correction/public/report.html").read_text(encoding="utf-8").strip()


def test_a_correction_of_wrong_figures_is_refused_and_changes_nothing(project):
    assert seal(project).returncode == 0
    first = sealed_files(organ(project))
    edit(project, "applications.received.natural_person", 99)
    answer = correct(project)
    assert answer.returncode == 1
    assert "三" in answer.stderr
    assert sealed_files(organ(project)) == first
    assert not (organ(project) / "correction").exists()
    assert (organ(project) / "failed/findings.json").exists()
    withdrawn = giakit(project, "correct", PARAMS, "--town", TOWN, "--withdraw")
    assert (withdrawn.returncode, withdrawn.stdout) == (0, "The correction is dropped.\n")
    assert not (organ(project) / "failed").exists()


@pytest.mark.slow
def test_a_correction_can_be_withdrawn_and_is_made_anew_when_it_is_out_of_date(project):
    assert seal(project).returncode == 0
    before = figure(project, KEY)
    edit(project, KEY, before + 1)
    assert correct(project).returncode == 0
    edit(project, KEY, before + 2)
    assert "the open correction is out of date" in batch(project, "--dry-run").stdout
    made = correct(project)
    assert f"{before}件 → {before + 2}件" in made.stdout
    withdrawn = giakit(project, "correct", PARAMS, "--town", TOWN, "--withdraw")
    assert withdrawn.stdout == "The correction is dropped.\n"
    assert not (organ(project) / "correction").exists()
    again = giakit(project, "correct", PARAMS, "--town", TOWN, "--withdraw")
    assert again.stdout == "There is no open correction.\n"


@pytest.mark.slow
def test_what_a_correction_needs_is_said_in_one_sentence(project):
    cases = {
        ("correct", PARAMS, "--town", TOWN): "say with --reason why the report is corrected; it is printed",
        ("correct", PARAMS, "--town", TOWN, "--reason", " "): "has not been released, so there is nothing to correct",
        ("seal", "outputs/2021", "--by", "张三"): "name the organs with --towns, or say --all",
        (
            "seal",
            "outputs/2021",
            "--all",
            "--towns",
            TOWN,
            "--by",
            "张三",
        ): "name the organs with --towns, or say --all",
    }
    for arguments, sentence in cases.items():
        answer = giakit(project, *arguments)
        assert answer.returncode == 2
        assert sentence in answer.stderr
        assert "Traceback" not in answer.stderr
    assert seal(project).returncode == 0
    assert "is no reason" in correct(project, reason="  ").stderr
    assert "--date: 2021-01-01 is before 2022-01-20" in correct(project, "--date", "2021-01-01").stderr


@pytest.mark.slow
def test_a_baseline_that_was_altered_is_named(project):
    assert seal(project).returncode == 0
    edit(project, KEY, figure(project, KEY) + 1)
    (organ(project) / "public/data.json").write_bytes(b"{}")
    answer = correct(project)
    assert answer.returncode == 1
    assert "is not as it was released (public/data.json)" in answer.stderr


def test_a_report_released_while_its_worker_renders_is_not_overwritten(project, monkeypatch):
    """The worker has its order, the seal comes, the worker publishes."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    outputs = open_outputs(project / "outputs")
    order = read_order(read_parameters(project / PARAMS, town=TOWN, root=project), ("html",))
    built = build_report(order)
    seal_reports(outputs, 2021, [TOWN], "张三", now())
    first = sealed_files(organ(project))
    finished = publish(built, outputs.address)
    assert finished.record.outcome == "failed"
    assert "is never overwritten" in str(finished.record.problems[0])
    assert sealed_files(organ(project)) == first
    assert not (organ(project) / "failed").exists()


def test_a_master_that_has_changed_is_a_reason_to_look(project):
    assert seal(project).returncode == 0
    notebook = nbformat.read(project / MASTER, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith("%%narrative 六"))
    cell.source += "\n\n另附说明。\n"
    nbformat.write(notebook, project / MASTER)
    assert "the notebook has changed" in batch(project, "--dry-run").stdout
    made = correct(project)
    assert made.returncode == 0, made.stderr
    assert "另附说明" in made.stdout
