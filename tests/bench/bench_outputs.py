"""Bytes and milliseconds of every kind of output, on sample reports, and what importing their modules costs.

Run: ``.venv/bin/python tests/bench/bench_outputs.py``

Of each sample, reports are rendered in which every figure is another, as Typst remembers what it has set. Times are the
processor's, medians of a process that has rendered a report before; the first of each kind is shown apart.
"""

from __future__ import annotations

import gc
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from giakit.kinds import KINDS, render_data  # noqa: E402 - found by the path above
from giakit.opendata.county import county_files  # noqa: E402 - as above
from giakit.render import read_order  # noqa: E402 - as above
from giakit.sources import unpack_source  # noqa: E402 - as above
from tests.bench.bench_pdf import varied  # noqa: E402 - as above
from tests.samples.reports import SAMPLES, build_sample, write_project  # noqa: E402 - as above

MEASURED = ("2021-zero", "2021-town", "2021-city")
RUNS = 12
IMPORTS = ("page", "fragment", "html", "pdf", "docx")


def measure(name: str, project: Path) -> None:
    """Print what each kind of output of a sample costs."""
    sample = next(each for each in SAMPLES if each.name == name)
    source = unpack_source(read_order(sample.parameters(project), ()).source)
    _, document = build_sample(sample, project, ())
    reports = [varied(document, number) for number in range(RUNS)]
    gc.freeze()
    print(f"{name}: {sample.shows}")
    for kind, render in {**KINDS, "data": render_data}.items():
        times = []
        for report in reports:
            start = time.process_time()
            files = render(report, source)
            times.append((time.process_time() - start) * 1000)
        size = sum(map(len, files.values()))
        print(f"  {kind:<10}{size / 1000:8.1f} kB {statistics.median(times[1:]):8.1f} ms   first {times[0]:6.0f} ms")


def measure_county(project: Path) -> None:
    """Print what the table of a whole county costs."""
    tables = [build_sample(sample, project, ())[0].files["public/values.csv"] for sample in SAMPLES[:3]] * 20
    start = time.process_time()
    files = county_files(tables, [2020])
    took = (time.process_time() - start) * 1000
    print(f"county of {len(tables)}\n  table     {sum(map(len, files.values())) / 1000:8.1f} kB {took:8.1f} ms")


def import_milliseconds(module: str) -> float:
    """Return the median time of a new process that imports a module, less that of one that imports nothing."""
    medians = []
    for code in ("pass", f"import {module}"):
        times = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        medians.append(statistics.median(times))
    return (medians[1] - medians[0]) * 1000


def main() -> None:
    """Print bytes and times."""
    with tempfile.TemporaryDirectory() as scratch:
        project = write_project(Path(scratch) / "project")
        for name in MEASURED:
            measure(name, project)
        measure_county(project)
    for module in IMPORTS:
        print(f"import giakit.exporters.{module:<10}{import_milliseconds(f'giakit.exporters.{module}'):6.0f} ms")


if __name__ == "__main__":
    main()
