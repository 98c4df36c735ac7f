"""What a look across 2,000 organs costs: the tidy frame, a ranked table, a picture; against two plainer ways.

Run: ``.venv/bin/python tests/bench/bench_explore.py [--small]``; ``--small`` takes 200 organs.

The organs are copies of the samples' of three years, 50 a workbook, as if read from workbooks: reading itself is in
``bench_reading.py``. Each way runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from giakit.forms.read import read_workbook
from giakit.statistics import Statistics

ROOT = Path(__file__).resolve().parents[2]
YEARS = (2020, 2021, 2022)
ORGANS, SMALL, BOOK = 2000, 200, 50
FIGURE = "applications.received.total"


def read_samples() -> dict[int, list[Statistics]]:
    """Return the samples' statistics by year."""
    books = {year: read_workbook(ROOT / "params" / f"county-{year}.xlsx") for year in YEARS}
    return {year: [form.statistics for form in book.forms if form.statistics] for year, book in books.items()}


def books(samples: dict[int, list[Statistics]], organs: int) -> Iterator[list[Statistics]]:
    """Yield the statistics of one workbook after the other, each as new values."""
    for each in samples.values():
        for first in range(0, organs, BOOK):
            yield [_copy(each[number % len(each)], number) for number in range(first, first + BOOK)]


def _copy(statistics: Statistics, number: int) -> Statistics:
    """Return statistics of another organ that share nothing with the original."""
    copied = Statistics.model_validate_json(statistics.model_dump_json())
    entries = tuple(
        entry.model_copy(update={"text": f"{entry.text}{number}"})
        if entry.key in {"organ.key", "organ.name"}
        else entry
        for entry in copied.entries
    )
    return copied.model_copy(update={"entries": entries})


def keep_statistics(organs: int) -> dict[str, float]:
    """Keep everything that was read."""
    kept = [each for book in books(read_samples(), organs) for each in book]
    return {"reports": len(kept)}


def join_frames_of_reports(organs: int) -> dict[str, float]:
    """Join the frame that each report makes of itself."""
    import pandas as pd

    seconds = 0.0
    frames = []
    for book in books(read_samples(), organs):
        start = time.perf_counter()
        frames += [each.to_frame() for each in book]
        seconds += time.perf_counter() - start
    start = time.perf_counter()
    frame = pd.concat(frames, ignore_index=True)
    seconds += time.perf_counter() - start
    return {"frame s": seconds, "rows": len(frame), "frame MB": frame.memory_usage(deep=True).sum() / 1e6}


def keep_frame(organs: int) -> dict[str, float]:
    """Keep the frame alone, as `giakit.open_county` does, and look at it."""
    from giakit.explore.county import County
    from giakit.explore.frame import build_frame, join_frames

    seconds = 0.0
    frames = []
    for book in books(read_samples(), organs):
        start = time.perf_counter()
        frames.append(build_frame(book))
        seconds += time.perf_counter() - start
    start = time.perf_counter()
    county = County(join_frames(frames))
    told: dict[str, float] = {"frame s": seconds + time.perf_counter() - start}
    start = time.perf_counter()
    county.ranked(FIGURE)
    told["first rank s"] = time.perf_counter() - start
    start = time.perf_counter()
    county.small_multiples("outcomes")
    told["picture s"] = time.perf_counter() - start
    frame = county.to_frame()
    return told | {"rows": len(frame), "frame MB": frame.memory_usage(deep=True).sum() / 1e6}


WAYS = {"statistics": keep_statistics, "concat": join_frames_of_reports, "giakit": keep_frame}


def main() -> None:
    """Run each way in a process of its own and print what it took."""
    if len(sys.argv) > 1 and sys.argv[1] in WAYS:
        told = WAYS[sys.argv[1]](int(sys.argv[2]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(told | {"peak MB": peak}))
        return
    organs = SMALL if "--small" in sys.argv else ORGANS
    print(f"{organs} organs, {len(YEARS)} years")
    for way in WAYS:
        command = [sys.executable, __file__, way, str(organs)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{way:12}" + "".join(f"  {name} {value:,.1f}" for name, value in told.items()), flush=True)


if __name__ == "__main__":
    main()
