"""What people see of a batch's progress: a bar in a terminal, lines elsewhere, a log."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import re
import struct
import termios
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from types import SimpleNamespace

import pytest

from giakit.batch.progress import watch_terminal
from giakit.batch.work import Finished
from giakit.outputs import Inputs, ReportRecord

INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={})
OUTCOMES = {
    "柳渡镇": "done",
    "苇塘镇": "refused",
    "龙村镇": "done",
    "公安局": "timed_out",
    "教育局": "failed",
    "财政局": "refused",
}


@pytest.fixture(autouse=True)
def _language(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def finished(organ, outcome):
    given = {"organ": organ, "name": organ, "year": 2021, "kinds": ("html",), "inputs": INPUTS, "outputs": ()}
    findings = {"error": 2, "warning": 0, "note": 0} if outcome == "refused" else {}
    return Finished(ReportRecord(outcome=outcome, findings=findings, **given).file, {"notebook": 0.25})


def watch(stream, log=None, seconds=0.0):
    """Let a batch of `OUTCOMES` pass by whoever watches `stream`, each report taking that long."""
    reports = [SimpleNamespace(year=2021, organ=organ, reasons=("new",)) for organ in OUTCOMES]
    plan = SimpleNamespace(reports=[*reports, None], stale=reports, released=())
    with watch_terminal(stream, log) as watchers:
        for each in watchers:
            each.planned(plan)
        for organ, outcome in OUTCOMES.items():
            time.sleep(seconds)
            for each in watchers:
                each.finished(None, finished(organ, outcome))


def look(descriptor):
    """Return all that a terminal shows until nobody writes any more."""
    shown = b""
    with suppress(OSError):  # how the end reads
        while True:
            shown += os.read(descriptor, 4096)
    os.close(descriptor)
    return shown.decode()


def test_a_terminal_shows_a_bar_with_counts_rate_time_left_and_the_last_failing_names():
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
    with ThreadPoolExecutor(1) as eyes:
        shown = eyes.submit(look, reader)
        with os.fdopen(writer, "w", encoding="utf-8") as terminal:
            watch(terminal, seconds=0.12)  # a bar is drawn every 0.1 s
    bars = [bar for bar in shown.result().split("\r") if bar.strip()]
    assert any(re.search(r"50%.* 3/6 \[\d\d:\d\d<\d\d:\d\d, .*(reports/s|s/ reports)", bar) for bar in bars)
    assert any("done 1 refused 1  苇塘镇" in bar for bar in bars)
    assert "done 2 refused 2 timed out 1 failed 1  …公安局、教育局、财政局" in bars[-1]


def test_elsewhere_every_report_is_a_line():
    stream = io.StringIO()
    watch(stream)
    first, *lines = stream.getvalue().splitlines()
    assert first == "7 reports, 6 to render, 1 unchanged"
    assert lines[:2] == ["1/6  2021 柳渡镇  done", "2/6  2021 苇塘镇  refused  error 2"]
    assert lines[3].endswith("公安局  timed out")


def test_a_log_has_reasons_and_seconds_and_is_added_to(tmp_path):
    log = tmp_path / "日志" / "批量.txt"
    for _ in range(2):
        watch(io.StringIO(), log)
    lines = log.read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.endswith("2021 柳渡镇: new")]) == 2
    assert lines[7].endswith("2021 柳渡镇  done  notebook=0.250s")
