"""What a batch may take of this machine, told before any worker is needed."""

from __future__ import annotations

import os
from pathlib import Path


def count_cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def get_ready(out: str) -> None:
    """Start what workers are forked from where it is sure to be needed: nothing has been rendered into `out` yet."""
    if "://" in out or next(Path(out).glob("*"), None):
        return
    from giakit.engine import forks

    if forks.available():
        forks.start()
