"""Reports rendered again with the real engine and compared byte for byte with what their records say."""

from __future__ import annotations

import os
import shutil

import nbformat
import openpyxl
import pytest

from giakit.batch.crew import Crew
from giakit.batch.rebuild import rebuild_order, rebuild_year
from giakit.engine.workers import ForkedWorkers, WorkerLost
from giakit.forms.read import read_workbook
from giakit.notebook import Limits
from giakit.outputs import open_outputs
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project
from giakit.render import render_report

TOWNS = ("龙村镇", "柳渡镇")


@pytest.fixture(scope="module")
def crew():
    with ForkedWorkers(2) as executor:
        yield Crew(executor, 2, (WorkerLost,))


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Make a project with two rendered reports."""
    folder = tmp_path_factory.mktemp("做好的") / "云泽县 {年报}"
    init_project(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GIAKIT_LANG", "en")
        for town in TOWNS:
            render_report(read_parameters(folder / "params/county-2021.yaml", town=town, root=folder), kinds=("html",))
    return folder


@pytest.fixture
def project(rendered, tmp_path, monkeypatch):
    """Copy the project elsewhere: where it lies is no part of a report."""
    folder = tmp_path / "搬走的年报"
    shutil.copytree(rendered, folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return folder


def rebuild(project, crew, **options):
    return rebuild_year(open_outputs(project / "outputs"), 2021, project, crew, **options)


def told(project, crew, **options):
    return [str(each) for each in rebuild(project, crew, **options).differences]


def test_the_same_bytes_come_out_in_another_place(project, crew):
    verified = rebuild(project, crew)
    assert verified.differences == ()
    records = open_outputs(project / "outputs").records(2021).values()
    assert (verified.reports, verified.files) == (2, sum(len(record.outputs) for record in records))


def test_a_report_that_did_not_come_from_its_inputs_is_told(project, crew):
    path = project / "outputs/2021/柳渡镇/record.json"
    outputs = open_outputs(project / "outputs")
    html = next(file for file in outputs.records(2021)["柳渡镇"].outputs if file.path == "public/report.html")
    path.write_text(path.read_text(encoding="utf-8").replace(html.sha256, "0" * 64), encoding="utf-8")
    assert told(project, crew) == [
        f"柳渡镇: rendered again, public/report.html differs: recorded 000000000000…, found {html.sha256[:12]}…"
    ]


def test_a_report_whose_figures_changed_since_is_named_and_not_compared(project, crew):
    workbook = project / "params/county-2021.xlsx"
    statistics = next(form.statistics for form in read_workbook(workbook).forms if form.sheet == "柳渡镇")
    book = openpyxl.load_workbook(workbook)
    book["柳渡镇"][statistics["disclosure.permits.decisions"].cell.address] = 99
    book.save(workbook)
    verified = rebuild(project, crew)
    expected = "柳渡镇: not rendered again: its figures, facts or texts have changed"
    assert [str(each) for each in verified.differences] == [expected]
    assert verified.reports == 1


def test_another_notebook_and_a_missing_workbook_are_named(project, crew):
    notebook = nbformat.read(project / MASTER, as_version=4)
    notebook.cells[0].source += "\n改了"
    nbformat.write(notebook, project / MASTER)
    assert told(project, crew) == [f"{town}: not rendered again: the notebook has changed" for town in sorted(TOWNS)]
    (project / "params/county-2021.xlsx").unlink()
    sentences = told(project, crew)
    assert len(sentences) == 2
    assert all("there is no file params/county-2021.xlsx" in sentence for sentence in sentences)


def test_a_report_that_fails_now_is_told(project, crew):
    first, second = told(project, crew, limits=Limits(seconds=0.001))
    assert first.startswith("柳渡镇: rendered again, it failed: ")
    assert second.startswith("龙村镇: rendered again, it failed: ")
    assert "longer than 0.001 s" in first


def test_a_worker_that_dies_costs_its_own_report(project):
    class Dying(ForkedWorkers):
        """Workers that are gone before they have rendered the first report they are given."""

        died = False

        def submit(self, function, *args, **options):
            if function is rebuild_order and not self.died:
                self.died = True
                return super().submit(os._exit, 9)
            return super().submit(function, *args, **options)

    with Dying(1) as executor:
        verified = rebuild(project, Crew(executor, 1, (WorkerLost,)))
    expected = "柳渡镇: not rendered again: the process that rendered it was killed"
    assert [str(each) for each in verified.differences] == [expected]
    assert verified.reports == 1
