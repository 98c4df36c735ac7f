"""What comparing a year's texts costs, for 60, 600, 2,000 and 5,000 organs, each with last year's report.

Run: ``.venv/bin/python tests/bench/bench_likeness.py [--small]``; ``--small`` leaves out 5,000 organs.

``own``: every organ has its own words, of which one in ten repeats a part of last year's. ``copied``: all have one text
with a sentence of their own in each part, so that every text shares a run with every other: the most that comparing
can be asked for. ``again`` is the second reading, when nothing has changed. Each line runs in a process of its own, so
that its peak memory is its own; reading the reports' records and words is in the time.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

YEAR = 2021
SIZES = (60, 600, 2_000, 5_000)
LARGEST_SMALL = 2_000
KINDS = ("own", "copied")
REPEATED = 10  # of how many organs one repeats a part of last year's
SENTENCES, LENGTH = 4, 40  # of a part
KEYS = ("一/主动公开", "一/依申请公开", "一/政府信息管理", "一/平台建设", "一/监督保障", "五", "六")
SIGNS = "的是在有和人这中大为上国以要时来用们生到作地于出就分对成会可主发动同工能下过子说产种面而方后多定行学法所民得"


def make_sentence(dice: random.Random) -> str:
    """Return a sentence that nobody else has written."""
    return "".join(dice.choice(SIGNS) for _ in range(LENGTH))


def make_words(kind: str, organ: int, year: int) -> dict[str, tuple[str, ...]]:
    """Return what an organ says in a year, part by part."""
    common, own = random.Random(0), random.Random(organ * 10_000 + year)  # noqa: S311 - nothing secret
    last = random.Random(organ * 10_000 + year - 1)  # noqa: S311 - as above
    words = {}
    for key in KEYS:
        text, before = ([make_sentence(dice) for _ in range(SENTENCES)] for dice in (own, last))
        shared = [make_sentence(common) for _ in range(SENTENCES)]
        repeats = year == YEAR and organ % REPEATED == 0 and key == KEYS[0]
        words[key] = tuple([*shared[1:], text[0]] if kind == "copied" else before if repeats else text)
    return words


def write_reports(folder: Path, kind: str, organs: int) -> None:
    """Publish stub reports of two years that hold nothing but own words."""
    from giakit.likeness.words import NAME, OwnWords
    from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs

    outputs = open_outputs(folder)
    inputs = Inputs(notebook="0" * 64, source="0" * 64, parameters={}, environment={"digest": "0" * 16})
    for year in (YEAR - 1, YEAR):
        for organ in range(organs):
            key = f"第{organ}镇"
            content = OwnWords(organ=key, year=year, sentences=make_words(kind, organ, year)).file
            described = (OutputFile.of(NAME, content),)
            record = ReportRecord(
                organ=key, year=year, name=key, outcome="done", kinds=("html",), inputs=inputs, outputs=described
            )
            outputs.publish(record, {NAME: content})


def measure(folder: Path) -> None:
    """Print what comparing the reports in a folder takes, and reading the result once it is kept."""
    from giakit.likeness.year import update_likeness
    from giakit.outputs import open_outputs

    outputs = open_outputs(folder)
    seconds = []
    for _ in range(2):
        start = time.process_time()
        found, _ = update_likeness(outputs, YEAR, outputs.records(YEAR))
        seconds.append(time.process_time() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    first, again = seconds
    print(
        f"{first:8.2f} s {again:8.2f} s {first / found.organs * 1000:8.2f} ms {peak:7.0f} MB"
        f" {found.count:10,} {len(found.pairs):8,}"
    )


def lines(*, small: bool) -> Iterator[tuple[str, int]]:
    """Yield what is measured."""
    for kind in KINDS:
        for organs in SIZES:
            if organs <= LARGEST_SMALL or not small:
                yield kind, organs


def main() -> None:
    """Measure every size, or with a folder that one."""
    if len(sys.argv) > 1 and sys.argv[1] != "--small":
        measure(Path(sys.argv[1]))
        return
    print("                    compared      again    an organ    peak      alike   listed")
    for kind, organs in lines(small="--small" in sys.argv):
        with tempfile.TemporaryDirectory() as folder:
            write_reports(Path(folder), kind, organs)
            print(f"{kind:6} {organs:6} organs", end=" ", flush=True)
            subprocess.run([sys.executable, __file__, folder], check=True)


if __name__ == "__main__":
    main()
