"""How fast forms are read and checked, against pandas reading the same cells with calamine, in one run.

Run: ``.venv/bin/python tests/bench/bench_reading.py [--small]``

Each way of reading runs in processes of its own, one workbook after the other, so that peak memory is its own; imports
are counted apart. A row is a row of the form that holds anything.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

YEAR = 2021
SIZES = {"60 organs in one workbook": (1, 60), "2,000 organs in 40 workbooks": (40, 50)}
WAYS = ("pandas", "giakit")


def write_county(path: Path, first: int, count: int) -> None:
    """Write a workbook of organs whose figures differ."""
    from giakit import formats
    from giakit.forms.write import write_workbook
    from giakit.statistics import Entry, Statistics, Value

    form = formats.for_year(YEAR)
    organs = []
    for number in range(first, first + count):
        facts = {"organ.key": f"第{number}镇", "organ.name": f"第{number}镇", "organ.level": "乡镇"}
        values = tuple(
            Value(key=leaf.key, amount=Decimal(number), unit=leaf.unit or ("元" if leaf.kind == "money" else None))
            for leaf in form.leaves
        )
        entries = tuple(Entry(key=key, text=text) for key, text in facts.items())
        organs.append(Statistics(year=YEAR, revision=form.revision, values=values, entries=entries))
    write_workbook(path, organs)


def read_with_pandas(paths: list[Path]) -> dict[str, int]:
    """Read every cell, and do nothing with it."""
    import pandas as pd

    rows = 0
    for path in paths:
        for frame in pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="calamine").values():
            rows += int(frame.notna().any(axis=1).sum())
    return {"rows": rows}


def read_with_giakit(paths: list[Path]) -> dict[str, int]:
    """Read and check every form."""
    from giakit.checks import check_statistics
    from giakit.forms.read import read_workbook

    forms = findings = 0
    for path in paths:
        for form in read_workbook(path).forms:
            forms += 1
            findings += len(form.findings) + (len(check_statistics(form.statistics)) if form.statistics else 0)
    return {"forms": forms, "findings": findings}


def run_child(way: str, folder: Path) -> None:
    """Time one way of reading, and say what it took."""
    import python_calamine  # noqa: F401 - imports are not what is measured

    import giakit.checks
    import giakit.forms.read  # noqa: F401 - imports are not what is measured

    if way == "pandas":
        import pandas as pd

        pd.DataFrame()
    paths = sorted(folder.glob("*.xlsx"))
    start = time.perf_counter()
    found = read_with_pandas(paths) if way == "pandas" else read_with_giakit(paths)
    seconds = time.perf_counter() - start
    # Kilobytes on Linux. The child that holds calamine is a process of its own: both are counted.
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "megabytes": (own + child) / 1024, **found}))


def measure(way: str, folder: Path) -> dict[str, float]:
    """Run one way of reading in a fresh process."""
    command = [sys.executable, __file__, "--child", way, str(folder)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(answer)
    return found


def main() -> None:
    """Write the workbooks, read them both ways, and print a table."""
    sizes = {"60 organs in one workbook": (1, 60)} if "--small" in sys.argv else SIZES
    print(f"{'':30} {'way':7} {'seconds':>8} {'rows/s':>8} {'organs/s':>9} {'peak MB':>8}  x pandas")
    for name, (books, organs) in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            for book in range(books):
                write_county(Path(folder) / f"county{book:02}.xlsx", book * organs + 1, organs)
            found = {way: measure(way, Path(folder)) for way in WAYS}
        rows = found["pandas"]["rows"]
        for way, each in found.items():
            seconds = each["seconds"]
            print(
                f"{name:30} {way:7} {seconds:8.2f} {rows / seconds:8.0f} {books * organs / seconds:9.0f} "
                f"{each['megabytes']:8.0f}  {seconds / found['pandas']['seconds']:.1f}"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
