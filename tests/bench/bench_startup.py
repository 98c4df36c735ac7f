"""How fast the command line answers: ``giakit --help`` against the bare interpreter, in one run.

Run: ``.venv/bin/python tests/bench/bench_startup.py``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "giakit --help": [sys.executable, "-m", "giakit", "--help"],
    "giakit --version": [sys.executable, "-m", "giakit", "--version"],
}


def seconds(command: list[str]) -> float:
    """Return the wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time the commands in turn, so that a slow moment of the machine strikes all, and print medians and ratios."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    base = statistics.median(times["python -c pass"])
    for name, found in times.items():
        median = statistics.median(found)
        print(f"{name:18} median {median * 1000:6.0f} ms   {median / base:4.1f} x the bare interpreter")


if __name__ == "__main__":
    main()
