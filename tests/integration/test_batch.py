"""``giakit batch`` as a command, with everything real: workbooks, workers, the engine, the outputs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import openpyxl
import pytest

from giakit.batch.crew import open_crew
from giakit.batch.dispatch import render_reports
from giakit.batch.plan import Request, find_workbooks, plan_batch
from giakit.batch.reading import Shelf
from giakit.batch.run import BatchOptions
from giakit.digests import digest_of
from giakit.forms.read import read_workbook
from giakit.outputs import open_outputs
from giakit.parameters import read_parameter_file
from giakit.project import MASTER, init_project

TOWNS = ("柳渡镇", "苇塘镇", "龙村镇")
PARAMS = "params/county-2021.yaml"
COUNTY = "params/county-2021.xlsx"


def batch(project, *options, towns=TOWNS, env=None):
    command = [sys.executable, "-m", "giakit", "batch", PARAMS, "--towns", "，".join(towns), "--workers", "2", *options]
    environment = os.environ | {"GIAKIT_LANG": "en"} | (env or {})
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Make a project with some rendered towns, and what the command said."""
    folder = tmp_path_factory.mktemp("批量") / "云泽县 {年报}"
    init_project(folder)
    answer = batch(folder, "--log", "outputs/日志.txt")
    assert answer.returncode == 0, answer.stderr
    return folder, answer


@pytest.fixture
def project(rendered, tmp_path):
    folder = tmp_path / "云泽县 {年报}"
    shutil.copytree(rendered[0], folder)
    return folder


def outputs_of(project):
    return open_outputs(project / "outputs")


def contents(project, year=2021):
    folder = project / "outputs" / str(year)
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def edit(project, sheet, key, value):
    path = project / COUNTY
    statistics = next(form.statistics for form in read_workbook(path).forms if form.sheet == sheet)
    address = (statistics[key] if key in statistics else statistics.entry(key)).cell.address
    book = openpyxl.load_workbook(path)
    book[sheet][address] = value
    book.save(path)
    return address


def edit_master(project, head, addition):
    notebook = nbformat.read(project / MASTER, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith(head))
    cell.source += addition
    nbformat.write(notebook, project / MASTER)


def outcomes(project, year=2021):
    outputs = outputs_of(project)
    records = {**outputs.records(year), **outputs.failures(year)}
    return {organ: record.outcome for organ, record in records.items()}


def leftovers(project):
    return [path for path in (project / "outputs").rglob(".*") if path.name not in {".lock", ".workbooks.json"}]


def processes_of(project):
    """Return the processes that work in a project or were started there."""
    found = subprocess.run(["pgrep", "-f", "zygote.py|giakit batch"], capture_output=True, text=True, check=False)
    here = []
    for pid in found.stdout.split():
        try:
            environment = Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")
        except OSError:
            continue
        if f"PWD={project}\0" in environment:
            here.append(int(pid))
    return here


@pytest.mark.slow
def test_another_kind_comes_beside_those_that_are_there(project):
    town = project / "outputs/2021/柳渡镇/public"
    assert batch(project, "--to", "fragment", towns=["柳渡镇"]).returncode == 0
    assert {"report.html", "report.pdf", "fragment.html"} <= {path.name for path in town.iterdir()}
    render = [sys.executable, "-m", "giakit", "render", PARAMS, "--town", "柳渡镇", "--to", "html"]
    subprocess.run(render, cwd=project, env=os.environ | {"GIAKIT_LANG": "en"}, check=True, capture_output=True)
    assert {"report.html", "report.pdf", "fragment.html"} <= {path.name for path in town.iterdir()}
    assert "0 rendered, 1 unchanged" in batch(project, "--to", "pdf,html", towns=["柳渡镇"]).stdout


def test_every_town_is_rendered_and_listed(rendered):
    folder, answer = rendered
    assert "3 reports, 3 to render, 0 unchanged" in answer.stderr
    assert "3/3" in answer.stderr
    assert "3 rendered, 0 unchanged: done 3" in answer.stdout
    assert outcomes(folder) == dict.fromkeys(TOWNS, "done")
    written = contents(folder)
    assert {"index.html", "manifest.json", "柳渡镇/record.json", "柳渡镇/public/report.pdf"} <= set(written)
    manifest = json.loads(written["manifest.json"])
    assert [entry["organ"] for entry in manifest["reports"]] == sorted(TOWNS)
    log = (folder / "outputs/日志.txt").read_text(encoding="utf-8")
    assert all(f"2021 {town}  done" in log for town in TOWNS)
    assert "notebook=" in log


def test_a_batch_with_nothing_to_do_loads_nothing_that_renders(rendered):
    folder, _ = rendered
    command = [sys.executable, "-X", "importtime", "-m", "giakit", "batch", PARAMS, "--towns", ",".join(TOWNS)]
    environment = os.environ | {"GIAKIT_LANG": "en"}
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert "0 rendered, 3 unchanged" in answer.stdout
    loaded = {line.rpartition("|")[2].strip() for line in answer.stderr.splitlines()}
    assert {"giakit.batch.plan", "giakit.batch.listing"} <= loaded
    heavy = ("giakit.render", "giakit.forms", "giakit.formats", "giakit.engine.forks", "jinja2", "nbformat", "numpy")
    assert not loaded.intersection(heavy)


@pytest.mark.slow
def test_a_packed_form_is_let_go_with_the_last_report_that_needs_it(project, tmp_path):
    file = read_parameter_file(project / PARAMS)
    outputs = open_outputs(tmp_path / "输出")
    request = Request(file, PARAMS, ("html",), towns=TOWNS)
    shelf = Shelf(outputs)
    shelf.read(shelf.look_up(find_workbooks(request)))
    plan = plan_batch(request, shelf, outputs)
    needed = {form.digest for each in plan.reports for form in each.source.forms}
    left = []
    with open_crew(1) as crew:
        options = BatchOptions(outputs.address, 1)
        for _, finished in render_reports(plan.stale, shelf, crew, options, outputs.address):
            assert finished.record.outcome == "done"
            left.append(len(needed & shelf.fetch((), ()).keys()))
    assert left == [6, 4, 2]
    assert not needed & shelf.fetch((), ()).keys()


def test_the_county_s_table_holds_every_published_report_and_belongs_to_the_year(rendered):
    folder, _ = rendered
    written = contents(folder)
    tables = [written[f"{town}/public/values.csv"].partition(b"\n")[2] for town in sorted(TOWNS)]
    assert written["public/values.csv"].partition(b"\n")[2] == b"".join(tables)
    listed = {each["path"]: each["sha256"] for each in json.loads(written["manifest.json"])["data"]}
    assert listed == {name: digest_of(written[name]) for name in ("public/values.csv", "public/datapackage.json")}
    assert all(name.encode() in written["index.html"] for name in listed)
    command = [sys.executable, "-m", "giakit", "verify", "outputs/2021"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def test_the_tables_of_years_are_joined_by_a_command(rendered, tmp_path):
    folder, _ = rendered
    command = [sys.executable, "-m", "giakit", "data", "outputs/2021", "-o", str(tmp_path / "数据")]
    environment = os.environ | {"GIAKIT_LANG": "en"}
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    assert done.stdout == f"{tmp_path}/数据/values.csv\n{tmp_path}/数据/datapackage.json\n"
    assert (tmp_path / "数据/values.csv").read_bytes() == contents(folder)["public/values.csv"]
    wrong = subprocess.run(
        [*command, "outputs/2019"], check=False, cwd=folder, env=environment, capture_output=True, text=True
    )
    assert wrong.returncode == 2
    assert "there are no reports of 2019; render them first" in wrong.stderr


def test_a_lost_table_of_the_county_comes_back(project):
    before = contents(project)
    (project / "outputs/2021/public/values.csv").unlink()
    assert "0 rendered, 3 unchanged" in batch(project).stdout
    assert contents(project) == before


@pytest.mark.slow
def test_a_draft_is_not_in_the_county_s_table(project):
    edit(project, "苇塘镇", "applications.granted.total", 99)
    parameters = project / PARAMS
    text = parameters.read_text(encoding="utf-8")
    own = "overrides:\n  苇塘镇:\n    override: 待核实\n"
    parameters.write_text(text.replace("overrides:\n", own), encoding="utf-8")
    answer = batch(project)
    assert answer.returncode == 0, answer.stderr
    after = contents(project)
    assert "待核实" in json.loads(after["苇塘镇/public/data.json"])["draft"]
    assert "苇塘镇".encode() not in after["public/values.csv"]
    assert "柳渡镇".encode() in after["public/values.csv"]


def test_nothing_changed_nothing_is_done(project):
    before = contents(project)
    answer = batch(project)
    assert "0 rendered, 3 unchanged" in answer.stdout
    assert contents(project) == before


def test_one_changed_cell_renders_one_town_and_dry_run_says_so_before(project):
    before = contents(project)
    edit(project, "柳渡镇", "disclosure.permits.decisions", 977)
    planned = batch(project, "--dry-run")
    assert "2021 柳渡镇: its figures, facts or texts have changed" in planned.stdout
    assert contents(project) == before
    answer = batch(project)
    assert "1 rendered, 2 unchanged" in answer.stdout
    assert b"977" in contents(project)["柳渡镇/public/report.html"]
    changed = {name.split("/")[0] for name, content in contents(project).items() if before.get(name) != content}
    assert changed == {"柳渡镇", "index.html", "manifest.json", "public"}
    assert b",disclosure.permits.decisions,977," in contents(project)["public/values.csv"]


def test_a_wrong_figure_fails_alone_with_its_cell_and_keeps_what_is_published(project):
    before = contents(project)
    address = edit(project, "苇塘镇", "applications.granted.total", 99)
    edit(project, "柳渡镇", "disclosure.permits.decisions", 978)
    answer = batch(project)
    assert answer.returncode == 1
    assert f"[苇塘镇] {address}" in answer.stderr
    assert outcomes(project) == {"柳渡镇": "done", "苇塘镇": "refused", "龙村镇": "done"}
    after = contents(project)
    assert after["苇塘镇/public/report.html"] == before["苇塘镇/public/report.html"]
    kept = before["苇塘镇/public/values.csv"].partition(b"\n")[2]
    assert kept in after["public/values.csv"]
    assert "苇塘镇/failed/annual_report.ipynb" in after
    again = batch(project)
    assert "0 rendered, 3 unchanged: done 2, refused 1" in again.stdout
    assert again.returncode == 1
    assert f"[苇塘镇] {address}" in again.stderr


@pytest.mark.slow
def test_a_failing_cell_keeps_the_executed_notebook(project):
    edit_master(project, "report.show()", '\nif town == "苇塘镇":\n    raise ValueError("此处有误")')
    answer = batch(project)
    assert answer.returncode == 1
    assert outcomes(project) == {"柳渡镇": "done", "苇塘镇": "failed", "龙村镇": "done"}
    assert "(report.show()): ValueError: 此处有误" in answer.stderr
    failed = nbformat.read(project / "outputs/2021/苇塘镇/failed/annual_report.ipynb", as_version=4)
    assert [cell.id for cell in failed.cells for output in cell.get("outputs", []) if output.output_type == "error"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("code", "options", "outcome"),
    [
        ("import time; time.sleep(60)", ["--timeout", "4"], "timed_out"),
        ("hoard = bytearray(400 * 2**20)", ["--memory", "256"], "failed"),
        ("import os; os.kill(os.getpid(), 9)", [], "failed"),
    ],
)
def test_a_hanging_or_greedy_or_dying_notebook_fails_alone(project, code, options, outcome):
    edit_master(project, "report.show()", f'\nif town == "苇塘镇":\n    {code}')
    answer = batch(project, *options)
    assert answer.returncode == 1
    assert outcomes(project) == {"柳渡镇": "done", "苇塘镇": outcome, "龙村镇": "done"}
    assert "report.show()" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert not leftovers(project)


@pytest.mark.slow
def test_stock_engine_and_warm_engine_give_the_same_bytes(rendered, tmp_path):
    folder, _ = rendered
    answer = batch(folder, "--engine", "nbclient", "--out", str(tmp_path / "出"), towns=TOWNS[:1])
    assert answer.returncode == 0, answer.stderr
    other = {
        path.relative_to(tmp_path / "出/2021").as_posix(): path.read_bytes()
        for path in (tmp_path / "出/2021/柳渡镇").rglob("*")
        if path.is_file()
    }
    assert other == {name: content for name, content in contents(folder).items() if name.startswith("柳渡镇/")}


def test_render_and_batch_leave_the_same_report(rendered, project):
    shutil.rmtree(project / "outputs/2021/柳渡镇")
    command = [sys.executable, "-m", "giakit", "render", PARAMS, "--town", "柳渡镇"]
    environment = os.environ | {"GIAKIT_LANG": "en"}
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    assert contents(project) == contents(rendered[0])
    assert "0 rendered, 3 unchanged" in batch(project).stdout


def start_batch(project, *options):
    command = [sys.executable, "-m", "giakit", "batch", PARAMS, "--workers", "2", *options]
    environment = os.environ | {"GIAKIT_LANG": "en", "PWD": str(project)}
    return subprocess.Popen(command, cwd=project, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE)


def wait_for_first_report(running):
    for line in running.stderr:
        if line.startswith(b"1/"):
            return
    raise AssertionError("the batch ended before its first report")


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_batch_leaves_whole_reports_and_the_next_one_goes_on(project, blow):
    shutil.rmtree(project / "outputs")
    with start_batch(project) as running:
        wait_for_first_report(running)
        time.sleep(0.4)
        running.send_signal(blow)
        said = running.communicate()[1].decode()
    assert "Traceback" not in said
    assert running.returncode != 0
    deadline = time.monotonic() + 20
    while processes_of(project) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(project) == []
    with outputs_of(project).lock():
        records = outputs_of(project).records(2021)
    assert 1 <= len(records) < 14
    assert all(outputs_of(project).is_whole(record) for record in records.values())
    answer = batch(project, towns=())
    assert f"{14 - len(records)} rendered, {len(records)} unchanged: done 14" in answer.stdout
    assert not leftovers(project)


@pytest.mark.slow
def test_a_killed_worker_costs_only_time(project):
    shutil.rmtree(project / "outputs")
    with start_batch(project) as running:
        wait_for_first_report(running)
        workers = subprocess.run(
            ["pgrep", "-f", "zygote.py"], capture_output=True, text=True, check=True
        ).stdout.split()
        own = [pid for pid in map(int, workers) if _is_worker_of(pid, running.pid)]
        os.kill(own[0], signal.SIGKILL)
        output, said = running.communicate()
    assert running.returncode == 0, said.decode()
    assert b"14 rendered, 0 unchanged: done 14" in output


def _is_worker_of(pid, batch_pid):
    """Whether a process was forked from the warm process that a batch started."""

    def parent(each):
        return int(Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])

    try:
        return parent(parent(pid)) == batch_pid
    except OSError:
        return False


def test_the_second_batch_on_one_folder_says_so_and_stops(project):
    with outputs_of(project).lock():
        before = contents(project)
        edit(project, "柳渡镇", "disclosure.permits.decisions", 979)
        answer = batch(project)
        assert answer.returncode == 1
        assert "another giakit is writing into" in answer.stderr
        assert contents(project) == before


@pytest.mark.proof
def test_a_full_disk_is_one_clear_message(project):
    out = project / "小盘"
    out.mkdir()
    command = f'mount -t tmpfs -o size=300k tmpfs "{out}" && "{sys.executable}" -m giakit batch {PARAMS} --out "{out}"'
    answer = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", command],
        cwd=project,
        env=os.environ | {"GIAKIT_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert "the disk of" in answer.stderr
    assert "is full" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.slow
def test_an_edited_working_copy_is_rendered_and_keeps_up_with_the_figures(project):
    edit_town = [sys.executable, "-m", "giakit", "edit", PARAMS, "--town", "柳渡镇"]
    subprocess.run(edit_town, cwd=project, check=True, capture_output=True)
    path = project / "notebooks/2021/柳渡镇.ipynb"
    copy = nbformat.read(path, as_version=4)
    cell = next(cell for cell in copy.cells if cell.source.startswith("%%narrative 一/依申请公开"))
    cell.source += "\n\n全年行政许可决定{{ disclosure.permits.decisions }}件，件件有据。"
    nbformat.write(copy, path)
    answer = batch(project)
    assert "1 rendered, 2 unchanged" in answer.stdout, answer.stderr
    edit(project, "柳渡镇", "disclosure.permits.decisions", 981)
    assert "1 rendered, 2 unchanged" in batch(project).stdout
    assert "全年行政许可决定981件，件件有据。".encode() in contents(project)["柳渡镇/public/report.html"]
