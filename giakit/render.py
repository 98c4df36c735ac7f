"""One report, top to bottom: run the notebook, export it, and put the result in its place whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.content.correction import Correction, DeclaredCorrection
from giakit.copies.memory import narrative_of_master
from giakit.corrections import Baseline, change_files, compare_reports, declare_correction
from giakit.engine import forks
from giakit.engine.workers import ForkedWorkers, WorkerLost
from giakit.errors import GiakitError, NotebookFailed, NotebookTimedOut, ReportRefused
from giakit.exporters.document import read_document
from giakit.findings import Finding, frozen
from giakit.kinds import KINDS, USUAL_KINDS, render_data, with_published_kinds
from giakit.language import Text
from giakit.likeness.words import NAME as OWN_WORDS
from giakit.notebook import Engine, Limits, run_notebook
from giakit.opendata.json_text import write_json
from giakit.orders import Order, describe_inputs, notebook_text, read_notebook
from giakit.outputs import Outcome, OutputFile, ReportRecord, Standing, count_findings, open_outputs
from giakit.outputs.seal import sealed_error
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.source_plan import pack_form
from giakit.sources import Source, find_source, supply_source, unpack_source

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.exporters.document import Document
    from giakit.likeness.words import OwnWords

# ---- one report -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Built:
    """What became of an order: its record, its files by path, all findings, and how many seconds each step took.

    `error` says why there is no report to publish; `files` then hold what is left of the attempt. `changes` are those
    of a correction.
    """

    record: ReportRecord
    files: dict[str, bytes]
    findings: tuple[Finding, ...]
    error: GiakitError | None
    seconds: dict[str, float]
    changes: DeclaredCorrection | None = None


@dataclass(frozen=True)
class Rendered:
    """Where a report was written, and the findings (warnings and notes) that did not stop it."""

    folder: Path
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]


def render_report(
    parameters: ReportParameters,
    *,
    kinds: Sequence[str] = USUAL_KINDS,
    out: Path | None = None,
    engine: Engine = "giakit",
) -> Rendered:
    """Render one report into ``<out>/<year>/<organ>/``.

    Parameters
    ----------
    parameters
        The report's parameters, already checked.
    kinds
        What to publish, of `KINDS`, besides what is there already; the open data always come with it.
    out
        The folder of outputs; the project's ``outputs/`` if not given.
    engine
        The papermill engine that runs the notebook.

    Raises
    ------
    NotebookFailed
        If a cell of the notebook raises.
    ReportRefused
        If the figures or the report hold an error.
    ReportSealed
        If the report was released; see `giakit.release`.
    OutputsBusy
        If another giakit is writing into the outputs.

    Whatever was published before then stays as it is, and what is left of the attempt is kept beside it in ``failed/``.
    """
    folder = out or parameters.folder / "outputs"
    outputs = open_outputs(folder)
    with open_builder(engine) as build:
        order = read_order(parameters, kinds)
        with outputs.lock():
            standing = outputs.standing(order.parameters.year).get(order.organ, Standing())
            if standing.seals:
                raise sealed_error(standing.seals[-1], str(folder))
            built = build(replace(order, kinds=with_published_kinds(kinds, standing.published)))
            outputs.publish(built.record, built.files)
    if built.error:
        raise built.error
    target = folder / str(order.parameters.year) / outputs.folder(built.record)
    return Rendered(target, tuple(target / name for name in built.files), built.findings)


def read_order(parameters: ReportParameters, kinds: Sequence[str]) -> Order:
    """Read what a report is made from and order it."""
    plan, forms = find_source(parameters)
    notebook = read_notebook(parameters.folder, plan.form.key, parameters.year)
    return Order(
        organ=plan.form.key,
        name=plan.form.name,
        parameters=parameters,
        source=plan.take({digest: pack_form(form.model_dump_json()) for digest, form in forms.items()}),
        notebook=notebook,
        kinds=tuple(kinds),
        inputs=describe_inputs(parameters, plan.digest, notebook),
    )


@contextmanager
def open_builder(engine: Engine = "giakit") -> Iterator[Callable[[Order], Built]]:
    """Give `build_report` for a process that has nothing loaded: it is done in one that has, where the platform can.

    That one gets ready while the enclosed block reads what the report is made from.

    Raises
    ------
    GiakitError
        From the builder, if the process it works in is killed.
    """
    if engine != "giakit" or not forks.available():
        yield partial(build_report, engine=engine)
        return
    with ForkedWorkers(1) as workers:

        def build(order: Order) -> Built:
            try:
                return workers.submit(build_report, order).result()
            except WorkerLost:
                raise GiakitError(Text("the process that rendered it was killed, perhaps for want of memory")) from None

        yield build


def build_report(order: Order, *, engine: Engine = "giakit", limits: Limits | None = None) -> Built:
    """Run the notebook and export it; nothing is written.

    What is wrong with the report itself is in the result: a broken rule, a failing cell, a limit passed.
    """
    work = _Work(order, engine, limits or Limits())
    try:
        work.run()
        work.export()
    except (NotebookFailed, ReportRefused) as error:
        return work.failed(error)
    return work.done()


class _Work:
    """One report on its way: the notebook that was run so far, the files so far."""

    def __init__(self, order: Order, engine: Engine, limits: Limits) -> None:
        self.order = order
        self.engine = engine
        self.limits = limits
        self.files: dict[str, bytes] = {}
        self.seconds: dict[str, float] = {}
        self.executed: NotebookNode | None = None
        self.document: Document | None = None
        self.source: Source | None = None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[step] = round(time.perf_counter() - start, 4)

    def run(self) -> None:
        import nbformat

        parameters = self.order.parameters
        with self.timed("notebook"):
            self.executed = run_notebook(
                nbformat.reads(self.order.notebook, as_version=4),
                {**parameters.model_dump(exclude={"root"}), "root": None},
                parameters.folder,
                engine=self.engine,
                prelude=(supply_source, (parameters, self.order.source)),
                limits=self.limits,
                name=self.order.notebook_name,
            )

    def export(self) -> None:
        assert self.executed is not None  # noqa: S101 - `run` comes first
        source = self.source = unpack_source(self.order.source)
        document = read_document(self.executed)
        if self.order.correction and self.order.baseline:
            document = self.correct(document, source, self.order.correction, self.order.baseline)
        self.document = document
        for kind, render in {**{kind: KINDS[kind] for kind in self.order.kinds}, "data": render_data}.items():
            with self.timed(kind):
                self.files |= {f"public/{name}": content for name, content in render(document, source).items()}

    def correct(self, document: Document, source: Source, correction: Correction, baseline: Baseline) -> Document:
        """Hold the document against the released one and let it say what has changed."""
        from giakit.corrections.baseline import parse_report
        from giakit.opendata.report import build_public_report, report_json

        assert self.executed is not None  # noqa: S101 - a document has been read from it
        now = parse_report(report_json(build_public_report(source.statistics, document.declaration.title)))
        before = baseline.read_document()
        declare_correction(self.executed, compare_reports(correction, (baseline.report, before), (now, document)))
        corrected = read_document(self.executed)
        self.files |= change_files(before, corrected)
        return corrected

    def done(self) -> Built:
        assert self.executed is not None  # noqa: S101 - `run` comes first
        assert self.document is not None  # noqa: S101 - `export` comes first
        document = self.document
        findings = (*document.findings, *self._findings_of_print(document))
        self.files["internal/findings.json"] = _findings_file(findings)
        self.files[OWN_WORDS] = self._own_words(document).file
        self.files[f"internal/{MASTER.name}"] = notebook_text(self.executed).encode()
        record = _record(self.order, "done", self.files, findings)
        record = record.model_copy(update={"title": document.declaration.title, "draft": document.draft})
        return Built(record, self.files, findings, None, self.seconds, document.declaration.correction)

    def _findings_of_print(self, document: Document) -> tuple[Finding, ...]:
        """Say which characters print takes from other faces than the first of their role."""
        from giakit.exporters.typst.preflight import check_typefaces

        return tuple(check_typefaces(document)) if "pdf" in self.order.kinds else ()

    def _own_words(self, document: Document) -> OwnWords:
        """Return what the organ says in its own words, which is compared with the others' after a batch."""
        from giakit.likeness.own import find_own_words

        assert self.executed is not None  # noqa: S101 - `run` comes first
        assert self.source is not None  # noqa: S101 - `export` comes first
        with self.timed("prose"):
            return find_own_words(document, narrative_of_master(self.executed), self.source)

    def failed(self, error: NotebookFailed | ReportRefused) -> Built:
        findings = tuple(each for each in error.problems if isinstance(each, Finding))
        executed = error.executed if isinstance(error, NotebookFailed) else self.executed
        files = {"findings.json": _findings_file(findings)} if findings else {}
        if executed is not None:
            files[MASTER.name] = notebook_text(executed).encode()
        record = _record(self.order, _outcome(error), files, findings)
        problems = tuple(frozen(each) for each in error.problems)
        return Built(record.model_copy(update={"problems": problems}), files, findings, error, self.seconds)


def failed_build(order: Order, problem: Text, files: dict[str, bytes]) -> Built:
    """Return what an order becomes that failed outside its notebook; `files` are kept with it."""
    record = _record(order, "failed", files, ()).model_copy(update={"problems": (frozen(problem),)})
    return Built(record, files, (), None, {})


def _record(order: Order, outcome: Outcome, files: Mapping[str, bytes], findings: tuple[Finding, ...]) -> ReportRecord:
    return ReportRecord(
        organ=order.organ,
        year=order.parameters.year,
        name=order.name,
        outcome=outcome,
        kinds=order.kinds,
        correction=order.correction,
        inputs=order.inputs,
        outputs=tuple(OutputFile.of(name, files[name]) for name in sorted(files)),
        findings=count_findings(findings),
    )


def _outcome(error: NotebookFailed | ReportRefused) -> Outcome:
    if isinstance(error, NotebookTimedOut):
        return "timed_out"
    return "failed" if isinstance(error, NotebookFailed) else "refused"


# ---- files ----------------------------------------------------------------------------------------------------------


def _findings_file(findings: tuple[Finding, ...]) -> bytes:
    return write_json([each.model_dump(mode="json") for each in findings])
