"""A batch's progress for people: a live bar in a terminal, plain lines elsewhere, a log file where asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from giakit.findings import SEVERITIES, severity_word
from giakit.language import translate

if TYPE_CHECKING:
    from tqdm import tqdm

    from giakit.batch.plan import Plan, Planned
    from giakit.batch.run import Watcher
    from giakit.batch.work import Finished
    from giakit.outputs import ReportRecord

_NAMES_SHOWN = 3  # failing organs beside the bar; all of them are listed at the end


def outcome_word(record: ReportRecord) -> str:
    """Return how a report ended, in the reader's language."""
    if record.outcome == "done":
        return translate("draft") if record.draft else translate("done")
    return {"refused": translate("refused"), "failed": translate("failed"), "timed_out": translate("timed out")}[
        record.outcome
    ]


def report_line(record: ReportRecord) -> str:
    """Return a report's outcome in one line: year, organ, outcome, findings by severity."""
    counts = [
        f"{severity_word(severity)} {record.findings[severity]}"
        for severity in SEVERITIES
        if record.findings.get(severity)
    ]
    return "  ".join([f"{record.year} {record.organ}", outcome_word(record), *counts])


def plan_line(plan: Plan) -> str:
    """Return in one line how many reports a batch has and how many of them will be rendered."""
    return translate(
        "{all} reports, {stale} to render, {unchanged} unchanged",
        all=len(plan.reports),
        stale=len(plan.stale),
        unchanged=len(plan.reports) - len(plan.stale),
    )


def released_lines(plan: Plan) -> Iterator[str]:
    """Yield a line for each released report about which something is to be done."""
    for each in plan.released:
        if each.released and each.released.advice:
            yield f"{each.year} {each.organ}: {each.released.advice}"


class Lines:
    """A plain line for every report, e.g. for a log of a scheduled job."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write
        self.total = self.count = 0

    def planned(self, plan: Plan) -> None:
        """Say how much there is to do."""
        self.total = len(plan.stale)
        self.write(plan_line(plan))

    def finished(self, planned: Planned, finished: Finished) -> None:  # noqa: ARG002 - a watcher's signature
        """Say how a report ended."""
        self.count += 1
        self.write(f"{self.count}/{self.total}  {report_line(finished.record)}")


class Bar:
    """A live bar with counts, rate, time left and the names of failing organs."""

    def __init__(self, make_bar: Callable[..., tqdm[Finished]], stack: ExitStack) -> None:
        self.make_bar = make_bar
        self.stack = stack
        self.counts: Counter[str] = Counter()
        self.failing: list[str] = []
        self.bar: tqdm[Finished] | None = None

    def planned(self, plan: Plan) -> None:
        """Show an empty bar, or say that nothing is to be done."""
        if plan.stale:
            bar = self.make_bar(total=len(plan.stale), unit=translate(" reports"))
            self.bar = self.stack.enter_context(bar)

    def finished(self, planned: Planned, finished: Finished) -> None:  # noqa: ARG002 - a watcher's signature
        """Move the bar on."""
        record = finished.record
        self.counts[outcome_word(record)] += 1
        if record.outcome != "done":
            self.failing.append(record.organ)
        assert self.bar is not None  # noqa: S101 - a report that ended had been planned
        self.bar.set_postfix_str(self._postfix(), refresh=False)
        self.bar.update()

    def _postfix(self) -> str:
        counts = " ".join(f"{word} {count}" for word, count in self.counts.items())
        names = "、".join(self.failing[-_NAMES_SHOWN:])
        more = "…" if len(self.failing) > _NAMES_SHOWN else ""
        return f"{counts}  {more}{names}".rstrip()


class Log:
    """A file with a line for every report, with the time, the seconds each step took, and every problem."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def planned(self, plan: Plan) -> None:
        """Write down what will be rendered and why."""
        self._write(plan_line(plan))
        for each in plan.stale:
            self._write(f"{each.year} {each.organ}: {'; '.join(map(str, each.reasons))}")
        for line in released_lines(plan):
            self._write(line)

    def finished(self, planned: Planned, finished: Finished) -> None:  # noqa: ARG002 - a watcher's signature
        """Write down how a report ended."""
        steps = " ".join(f"{step}={seconds:.3f}s" for step, seconds in finished.seconds.items())
        self._write(f"{report_line(finished.record)}  {steps}")
        for problem in finished.record.problems:
            self._write(f"  {problem}")

    def _write(self, line: str) -> None:
        self.stream.write(f"{datetime.now().astimezone().isoformat(timespec='milliseconds')}  {line}\n")
        self.stream.flush()


@contextmanager
def watch_terminal(stream: TextIO, log: Path | None) -> Iterator[list[Watcher]]:
    """Give the watchers of the command line: a bar where `stream` is a terminal, else lines; and the log file."""

    def make_bar(**given: Any) -> tqdm[Finished]:  # noqa: ANN401 - as wide as tqdm's
        from tqdm import tqdm  # which a batch without anything to do does without

        return tqdm(file=stream, dynamic_ncols=True, **given)

    with ExitStack() as stack:
        watchers: list[Watcher] = []
        if stream.isatty():
            watchers.append(Bar(make_bar, stack))
        else:
            watchers.append(Lines(lambda line: print(line, file=stream, flush=True)))
        if log:
            log.parent.mkdir(parents=True, exist_ok=True)
            watchers.append(Log(stack.enter_context(log.open("a", encoding="utf-8"))))
        yield watchers
