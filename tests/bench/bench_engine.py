"""What running the master notebook costs: papermill's own engine against giakit's, in one run on one machine.

Core-seconds are those of this process and of every process it started. With ``figures supplied`` they are read once
and handed to each notebook, as a batch does. ``empty cells`` is what the engine itself costs: the same notebook with
nothing to do in its cells. Memory is the proportional set size.

Run: ``.venv/bin/python tests/bench/bench_engine.py``
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import papermill

from giakit.engine import forks
from giakit.notebook import run_notebook
from giakit.parameters import read_parameters
from giakit.project import MASTER, SAMPLE, init_project
from giakit.source_plan import pack_form
from giakit.sources import find_source, supply_source


def core_seconds() -> float:
    """Return the processor time of this process and of those it started that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def zygote_seconds() -> float:
    """Return the processor time of the warm process and of its ended children."""
    zygote = forks._state.zygote
    if zygote is None or zygote.process is None:
        return 0.0
    fields = Path(f"/proc/{zygote.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def pss(pid: int) -> float:
    """Return a process's proportional set size in MB."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def measured(run: Callable[[], object], runs: int) -> tuple[float, float]:
    """Return the median of seconds, and the mean of core-seconds, of one call."""
    seconds = []
    cores = core_seconds() + zygote_seconds()
    for _ in range(runs):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), (core_seconds() + zygote_seconds() - cores) / runs


def started() -> tuple[float, float]:
    """Start the warm process and wait until it has forked for the first time."""
    start, cores = time.perf_counter(), core_seconds()
    forks.fork(print).close()
    return time.perf_counter() - start, core_seconds() + zygote_seconds() - cores


def without_work(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook with cells that do nothing."""
    empty = nbformat.from_dict(notebook)
    for cell in empty.cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            cell.source = "pass"
    return empty


def measure_all(root: Path, runs: int) -> dict[str, tuple[float, float]]:
    """Return seconds and core-seconds of each way to run the master notebook once."""
    parameters = read_parameters(root / SAMPLE, root=root)
    given = parameters.model_dump(exclude={"root"}) | {"root": str(root)}
    master = nbformat.read(root / MASTER, as_version=4)
    plan, forms = find_source(parameters)
    source = plan.take({digest: pack_form(form.model_dump_json()) for digest, form in forms.items()})

    def stock() -> None:
        quiet = ["--IPKernelApp.log_level=50"]
        papermill.execute_notebook(master, None, given, cwd=root, progress_bar=False, extra_arguments=quiet)

    return {
        "papermill's own engine": measured(stock, max(runs // 3, 1)),
        "giakit's, started": started(),
        "giakit's": measured(lambda: run_notebook(master, given, root), runs),
        "giakit's, figures supplied": measured(
            lambda: run_notebook(master, given, root, prelude=(supply_source, (parameters, source))), runs
        ),
        "giakit's, empty cells": measured(lambda: run_notebook(without_work(master), given, root), runs),
    }


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="giakit-bench-") as folder:
        root = Path(folder)
        init_project(root)
        print(f"{'the master notebook, once':28} {'seconds':>8} {'core-s':>8}")
        for name, (seconds, used) in measure_all(root, runs).items():
            print(f"{name:28} {seconds:8.3f} {used:8.3f}")
        zygote = forks._state.zygote
        assert zygote
        assert zygote.process
        beside = notebook_memory(root)
        print(f"memory (PSS): warm process {pss(zygote.process.pid):.0f} MB, a notebook beside it {beside:.0f} MB")


def notebook_memory(root: Path) -> float:
    """Return the PSS in MB of a notebook's process that has run nothing but the question for it."""
    question = "print(next(line.split()[1] for line in open('/proc/self/smaps_rollup') if line.startswith('Pss:')))"
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    source = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(question)], metadata=metadata)
    return int(run_notebook(source, {}, root).cells[-1].outputs[0].text) / 1024


if __name__ == "__main__":
    main()
