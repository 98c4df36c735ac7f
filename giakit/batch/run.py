"""A batch from the parameter file to the finished page: plan, render what is stale, list everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from giakit.batch.listing import write_lists
from giakit.batch.manifest import write_timings
from giakit.batch.plan import Plan, Planned, Request, find_workbooks, plan_batch
from giakit.batch.progress import outcome_word
from giakit.batch.reading import Shelf, WorkbookRead
from giakit.findings import SEVERITIES, severity_word
from giakit.language import translate
from giakit.notebook import Engine, Limits
from giakit.outputs import Outputs, ReportRecord, open_outputs
from giakit.storage import fetching_once

if TYPE_CHECKING:
    import pandas as pd

    from giakit.batch.crew import Crew
    from giakit.batch.work import Finished

_READ_HERE = 2  # workbooks that are read while the workers still start


class Watcher(Protocol):
    """Who is told of a batch's progress."""

    def planned(self, plan: Plan) -> None:
        """Hear what will be rendered, before the first report."""

    def finished(self, planned: Planned, finished: Finished) -> None:
        """Hear of a report that has ended, well or badly."""


@dataclass(frozen=True)
class BatchOptions:
    """How a batch is run.

    Attributes
    ----------
    out
        The address of the outputs.
    workers
        How many processes of this machine; `scheduler` is a Dask cluster's address to use instead.
    limits
        What one report may take of time and memory.
    """

    out: str
    workers: int
    engine: Engine = "giakit"
    limits: Limits = field(default_factory=Limits)
    scheduler: str | None = None


@dataclass(frozen=True)
class BatchResult:
    """A batch that has ended: its plan, the reports that were rendered, and how every report of it stands now."""

    plan: Plan
    finished: tuple[Finished, ...]

    @property
    def records(self) -> tuple[ReportRecord, ...]:
        """The record of every report of the batch, rendered or unchanged, by year and organ."""
        new = {(record.year, record.organ): record for record in (each.record for each in self.finished)}
        return tuple(record for each in self.plan.reports if (record := new.get((each.year, each.organ), each.record)))

    def word(self, record: ReportRecord) -> str:
        """Return how a report of the batch stands, in the reader's language."""
        released = {(each.year, each.organ) for each in self.plan.released}
        if record.outcome == "done" and (record.year, record.organ) in released:
            return translate("sealed")
        return outcome_word(record)

    def to_frame(self) -> pd.DataFrame:
        """Return a table of every report: year, organ, outcome, findings by severity, what is wrong."""
        import pandas as pd

        advice = {
            (each.year, each.organ): (each.released.advice,)
            for each in self.plan.released
            if each.released and each.released.advice
        }
        rows = [
            {
                "年度": record.year,
                "机关": record.organ,
                "结果": self.word(record),
                **{severity_word(severity): record.findings.get(severity, 0) for severity in SEVERITIES},
                "说明": "\n".join(map(str, [*record.problems, *advice.get((record.year, record.organ), ())])),
            }
            for record in self.records
        ]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))

    @property
    def failed(self) -> bool:
        """Whether any report is not published as it should be."""
        outdated = any(each.released and each.released.is_behind for each in self.plan.reports)
        return outdated or bool(self.plan.unreadable) or any(record.outcome != "done" for record in self.records)


@fetching_once()
def run_batch(
    request: Request, options: BatchOptions, watchers: Sequence[Watcher] = (), *, dry_run: bool = False
) -> BatchResult:
    """Render every report of a batch that is not up to date.

    Parameters
    ----------
    watchers
        Who is told of the progress.
    dry_run
        Only plan: nothing is rendered, nothing is written.

    Raises
    ------
    ParameterError
        With every problem at once, before anything runs.
    OutputsBusy
        If another giakit is writing into the outputs.
    GiakitError
        If no report could be rendered at all; what is done by then stays.
    """
    outputs = open_outputs(options.out)
    if dry_run:
        shelf = Shelf(outputs)
        shelf.read(shelf.look_up(find_workbooks(request)))
        return BatchResult(plan_batch(request, shelf, outputs), ())
    with outputs.lock():
        return _run(request, options, watchers, outputs)


def _run(request: Request, options: BatchOptions, watchers: Sequence[Watcher], outputs: Outputs) -> BatchResult:
    shelf = Shelf(outputs, partial(_read_apart, options))
    unknown = shelf.look_up(find_workbooks(request))
    with ExitStack() as conclusion, ExitStack() as work:

        @cache
        def crew() -> Crew:
            """Start the workers when they are first needed."""
            return work.enter_context(_open_crew(options))

        if unknown:
            crew()  # starts while the first workbooks are read
        shelf.read(unknown)
        plan = plan_batch(request, shelf, outputs)
        for each in watchers:
            each.planned(plan)
        run = _Run(plan, shelf, outputs, watchers)
        conclusion.callback(run.conclude)  # once the workers have ended: of many reports, it takes memory itself
        if plan.stale:
            workers = crew()  # which start while the next is imported: all that renders
            from giakit.batch.dispatch import render_reports

            for planned, finished in render_reports(plan.stale, shelf, workers, options, outputs.address):
                run.finish(planned, finished)
    return BatchResult(plan, tuple(run.finished))


def _read_apart(
    options: BatchOptions, read: Callable[[Path], WorkbookRead], paths: Sequence[Path]
) -> Iterable[WorkbookRead]:
    """Read many workbooks in workers of their own, with which the memory goes that reading takes."""
    if len(paths) <= _READ_HERE or options.scheduler:  # a cluster's may not see what was copied to this machine
        return map(read, paths)
    from giakit.batch.crew import open_crew

    with open_crew(options.workers) as readers:
        return list(readers.executor.map(read, paths))


def _open_crew(options: BatchOptions) -> AbstractContextManager[Crew]:
    if options.scheduler:
        from giakit.batch.cluster import open_cluster

        return open_cluster(options.scheduler)
    from giakit.batch.crew import open_crew

    return open_crew(options.workers)


class _Run:
    """What has become of a plan so far."""

    def __init__(self, plan: Plan, shelf: Shelf, outputs: Outputs, watchers: Sequence[Watcher]) -> None:
        self.plan = plan
        self.shelf = shelf
        self.outputs = outputs
        self.watchers = watchers
        self.finished: list[Finished] = []

    def finish(self, planned: Planned, finished: Finished) -> None:
        """Take note of a report that has ended, and tell the watchers."""
        self.finished.append(finished)
        for each in self.watchers:
            each.finished(planned, finished)

    def conclude(self) -> None:
        """Bring up to date what is about all reports: open data, manifests, pages, what is known of the workbooks."""
        for planned in self.plan.reports:
            if planned.outdated_failure:
                self.outputs.forget_failure(planned.outdated_failure)
        self.shelf.remember()
        for year in self.plan.years:
            notices = {
                each.organ: each.released.advice if each.released else None
                for each in self.plan.reports
                if each.year == year
            }
            write_lists(self.outputs, year, notices, self.plan.unreadable)
            done = ((each.record, each.seconds) for each in self.finished)
            seconds = {record.organ: seconds for record, seconds in done if record.year == year}
            if seconds:
                write_timings(self.outputs, year, seconds)
