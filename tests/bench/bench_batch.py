"""How fast a county is rendered, against the script a user would write and against the floor, in one run.

Run: ``.venv/bin/python tests/bench/bench_batch.py [--small]``; ``--small`` leaves out 600 and 2,000 reports.

A virtual machine is now quick and now slow. So all of it is measured in rounds, one after the other, and a line says
the median of them; a ratio is the median of each round's ratio.

- script: papermill.execute_notebook, nbconvert's HTML, nbconvert's webpdf with the system's Chromium, report after
  report, in one process and in two at once. It is timed on a few reports a round, since each takes seconds, and its
  start-up is spread over 60, as the batch's is.
- batch: ``giakit batch`` as a command, cold, with its start-up, its plan, its manifest and its page; then again with
  nothing changed; with one worker; and as it runs where nothing can be forked (Windows, macOS): spawned workers, a
  kernel for each notebook.
- floor: the same values → prose, tables, charts → HTML → Typst, one after the other in one process that is warm and
  has read everything; no notebook, no checks, no files. In one process, and in two at once.

Core-seconds are those of all processes together. The cores of a virtual machine are often two threads of one core, on
which two processes slow each other down: a batch with two workers is held against two floors at once, one with one
worker against one. Memory is the peak of the sum of all processes' proportional set sizes (PSS), looked at twice a
second.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]
SIZES = (60, 600, 2000)
PROCESSES = (1, 2)
ROUNDS = 3
SCRIPTED = 3  # reports a process and round
ORGANS_A_WORKBOOK = 60

SCRIPT = """
import json, sys, time
begin = time.perf_counter()
import papermill
from nbconvert import HTMLExporter, WebPDFExporter
from playwright.async_api import BrowserType

launch = BrowserType.launch
BrowserType.launch = lambda self, **given: launch(self, executable_path=sys.argv[1], **given)

started = time.perf_counter()
for town in sys.argv[3:]:
    executed = f"{town}.ipynb"
    given = json.loads(sys.argv[2]) | {"town": town}
    papermill.execute_notebook("notebooks/annual_report.ipynb", executed, given, progress_bar=False)
    page, _ = HTMLExporter().from_filename(executed)
    open(f"{town}.html", "w", encoding="utf-8").write(page)
    pdf, _ = WebPDFExporter(disable_sandbox=True).from_filename(executed)
    open(f"{town}.pdf", "wb").write(pdf)
print(json.dumps([started - begin, time.perf_counter() - started]))
"""

WITHOUT_FORK = """
from giakit.engine import forks
forks.available = lambda: False
from giakit.__main__ import run
if __name__ == "__main__":
    run()
"""

FLOOR = """
import json, sys, time
from pathlib import Path
import nbformat
from giakit.batch.reading import read_contents
from giakit.charts import build_chart
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.html import render_html
from giakit.exporters.pdf import render_pdf
from giakit.narrative.render import render_narrative
from giakit.report import Report
from giakit.sources import unpack_form
from giakit.tables import build_table

cells = [cell.source for cell in nbformat.read("notebooks/annual_report.ipynb", 4).cells]
narratives = [cell.partition("\\n")[::2] for cell in cells if cell.startswith("%%narrative")]

def render(statistics, previous):
    report = Report(statistics, (), previous=previous)
    names = report.narrative_names()
    prose = [render_narrative(head.split()[1], body, names, report.format) for head, body in narratives]
    charts = [chart for name in ("decisions", "outcomes") if (chart := build_chart(name, statistics, previous))]
    sections = []
    for place in report.declaration.sections:
        own = [each for each in (*prose, *charts) if each.section == place.numeral]
        tables = [build_table(statistics, place.table)] if place.table else []
        sections.append(DocumentSection(place, (*own, *tables)))
    document = Document(report.declaration, tuple(each for each in prose if each.key == "前言"), tuple(sections))
    return len(render_html(document)) + len(render_pdf(document))

def read(names):
    packed = [each for name in names for each in read_contents(Path(name))[1].values()]
    return [unpack_form(each).statistics for each in packed]

this, last = map(read, json.loads(sys.argv[1]))
before = {each.entry("organ.key").text: each for each in last}
render(this[0], None)
start, cpu = time.perf_counter(), time.process_time()
for statistics in this[1:]:
    render(statistics, before[statistics.entry("organ.key").text])
count = len(this) - 1
print(json.dumps([(time.perf_counter() - start) / count, (time.process_time() - cpu) / count]))
"""


@dataclass
class Measured:
    """What commands took: wall seconds, core-seconds, peak memory in bytes; and what each printed."""

    seconds: float
    core_seconds: float
    peak: int
    printed: list[bytes]


def measure(commands: list[list[str]], folder: Path, env: dict[str, str] | None = None) -> Measured:
    """Run commands at the same time and wait for all of them."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    running = [
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        for command in commands
    ]
    done = threading.Event()
    peak = [0]
    watcher = threading.Thread(target=_watch, args=([each.pid for each in running], done, peak), daemon=True)
    watcher.start()
    printed = []
    for each in running:
        words, complaints = each.communicate()
        if each.returncode:
            raise SystemExit(complaints.decode())
        printed.append(words)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measured(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak[0], printed)


def _watch(pids: list[int], done: threading.Event, peak: list[int]) -> None:
    while not done.wait(0.5):
        peak[0] = max(peak[0], sum(map(_pss, _family(pids))))


def _family(pids: list[int]) -> set[int]:
    """Return processes and all their descendants."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(folder.name)] = int(fields[1])
    family = set(pids)
    while new := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= new
    return family


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def write_project(folder: Path, organs: int) -> Path:
    """Make a project with a county of that many organs and return its parameter file."""
    from giakit.project import init_project

    sys.path.insert(0, str(ROOT))
    from tests.samples.large import write_large_county

    init_project(folder)
    return write_large_county(folder, organs, max(1, organs // ORGANS_A_WORKBOOK))


def run_script(folder: Path, processes: int) -> float:
    """Return the reports a second of the script a user would write, were it given all of the first size."""
    from tests.samples.large import multiply_organs

    towns = [organ["organ"]["key"] for organ in multiply_organs(SCRIPTED * processes)]
    given = json.dumps({"year": 2021, "workbook": "params/county-2021.xlsx", "previous": "params/county-2020.xlsx"})
    chromium = shutil.which("chromium") or "chromium"
    parts = [towns[number::processes] for number in range(processes)]
    commands = [[sys.executable, "-c", SCRIPT, chromium, given, *part] for part in parts]
    told = [json.loads(words.splitlines()[-1]) for words in measure(commands, folder).printed]
    start, work = (max(each[number] for each in told) for number in (0, 1))
    return SIZES[0] / (start + work / len(towns) * SIZES[0])


def run_floor(folder: Path, processes: int) -> tuple[float, float]:
    """Return the floor's reports a second, of all processes together, and its core-seconds a report."""
    books = [[str(path) for path in sorted((folder / "params").glob(f"county-{year}*"))] for year in (2021, 2020)]
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    command = [sys.executable, "-c", FLOOR, json.dumps(books)]
    told = [json.loads(words) for words in measure([command] * processes, folder, env).printed]
    seconds, core_seconds = (sum(each[number] for each in told) / processes for number in (0, 1))
    return processes / seconds, core_seconds


def run_batch(folder: Path, parameters: Path, workers: int = 2) -> Measured:
    """Run the command."""
    command = [sys.executable, "-m", "giakit", "batch", str(parameters), "--workers", str(workers)]
    return measure([command], folder)


def run_without_fork(folder: Path, parameters: Path) -> float:
    """Return the reports a second of the command where nothing can be forked, were it given all of the first size."""
    (folder / "without_fork.py").write_text(WITHOUT_FORK, encoding="utf-8")
    command = [sys.executable, "without_fork.py", "batch", str(parameters), "--workers", "2", "--engine", "nbclient"]
    start = run_batch(folder, parameters).seconds  # nothing has changed
    shutil.rmtree(folder / "outputs")
    from tests.samples.large import multiply_organs

    towns = ",".join(organ["organ"]["key"] for organ in multiply_organs(SCRIPTED * 2))
    work = measure([[*command, "--towns", towns]], folder).seconds - start
    return SIZES[0] / (start + work / (SCRIPTED * 2) * SIZES[0])


def in_project(organs: int, use: Callable[[Path, Path], None]) -> None:
    """Make a project for the enclosed measurements."""
    with tempfile.TemporaryDirectory() as folder:
        use(Path(folder), write_project(Path(folder), organs))


def show_batch(organs: int, batches: list[Measured], note: str = "") -> None:
    """Print a line of the table."""
    rate = median(organs / each.seconds for each in batches)
    core_seconds = median(each.core_seconds / organs for each in batches)
    peak = max(each.peak for each in batches) / 2**20
    used = f"{core_seconds:6.3f} core-s/report  {peak:5.0f} MB{note}"
    print(f"giakit batch, {organs:5} reports   {rate:7.2f} reports/s  {used}")


@dataclass
class Round:
    """What one round measured; by the number of processes, or of workers."""

    scripts: dict[int, float]
    floors: dict[int, tuple[float, float]]
    batches: dict[int, Measured]
    again: float


def run_round(folder: Path, parameters: Path) -> Round:
    """Measure everything once on one county of 60."""
    scripts = {processes: run_script(folder, processes) for processes in PROCESSES}
    floors = {processes: run_floor(folder, processes) for processes in PROCESSES}
    batches = {}
    for workers in PROCESSES:
        shutil.rmtree(folder / "outputs", ignore_errors=True)
        batches[workers] = run_batch(folder, parameters, workers)
    return Round(scripts, floors, batches, run_batch(folder, parameters).seconds)


def compare(folder: Path, parameters: Path) -> None:
    """Measure everything in rounds and print it."""
    first = SIZES[0]
    rounds = [run_round(folder, parameters) for _ in range(ROUNDS)]
    timed = SCRIPTED * ROUNDS
    for count in PROCESSES:
        rate = median(each.scripts[count] for each in rounds)
        print(f"script, {count} process(es)           {rate:7.2f} reports/s   (timed on {timed * count})")
    for count in PROCESSES:
        rate, core_seconds = (median(each.floors[count][number] for each in rounds) for number in (0, 1))
        print(f"floor,  {count} process(es)           {rate:7.2f} reports/s  {core_seconds:6.3f} core-s/report")
    show_batch(first, [each.batches[1] for each in rounds], "   (one worker)")
    show_batch(first, [each.batches[2] for each in rounds])
    print(f"giakit batch, nothing changed   {median(each.again for each in rounds):7.2f} s for {first}")
    forkless = run_without_fork(folder, parameters)
    print(f"without fork, two workers       {forkless:7.2f} reports/s   (timed on {SCRIPTED * 2})")
    for count, name in zip(PROCESSES, ("one process", "two"), strict=True):
        ratios = [first / each.batches[2].seconds / each.scripts[count] for each in rounds]
        print(f"{f'batch : script in {name}':31} {median(ratios):7.1f}   ({min(ratios):.1f} to {max(ratios):.1f})")
    for count in PROCESSES:
        ratios = [each.batches[count].core_seconds / first / each.floors[count][1] for each in rounds]
        spread = f"({count} and {count}; {min(ratios):.2f} to {max(ratios):.2f})"
        print(f"batch : floor in core-seconds   {median(ratios):7.2f}   {spread}")


def main() -> None:
    """Print the table."""
    in_project(SIZES[0], compare)
    for organs in () if "--small" in sys.argv else SIZES[1:]:
        in_project(
            organs, lambda folder, parameters, organs=organs: show_batch(organs, [run_batch(folder, parameters)])
        )


if __name__ == "__main__":
    main()
