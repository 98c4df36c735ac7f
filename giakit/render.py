"""One report, top to bottom: run the notebook, export it, and put the result in its place whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from giakit.content.correction import Correction, DeclaredCorrection
from giakit.copies.memory import narrative_of_master
from giakit.copies.opened import notebook_for
from giakit.copies.place import find_copy, relative_name
from giakit.corrections import Baseline, change_files, compare_reports, declare_correction
from giakit.engine import forks
from giakit.engine.workers import ForkedWorkers, WorkerLost
from giakit.errors import (
    GiakitError,
    NarrativeError,
    NotebookFailed,
    NotebookTimedOut,
    ParameterError,
    ReportRefused,
)
from giakit.exporters.document import DRAFT, read_document
from giakit.findings import Finding, frozen
from giakit.language import Text
from giakit.likeness.words import NAME as OWN_WORDS
from giakit.notebook import Engine, Limits, run_notebook
from giakit.outputs import Inputs, Outcome, OutputFile, ReportRecord, count_findings, open_outputs
from giakit.outputs.seal import sealed_error
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.provenance import read_environment
from giakit.sources import PackedSource, Source, digest_of, find_source, pack_form, supply_source

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.exporters.document import Document
    from giakit.likeness.words import OwnWords

# ---- what is published ----------------------------------------------------------------------------------------------


Renderer = Callable[["Document", Source], Mapping[str, bytes]]


def _render_html(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - a renderer's signature
    from giakit.exporters.page import render_html

    return {"report.html": render_html(document).encode()}


def _render_fragment(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.fragment import render_fragment

    return {"fragment.html": render_fragment(document).encode()}


def _render_pdf(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.typst.render import render_pdf

    return {"report.pdf": render_pdf(document)}


def _render_docx(document: Document, source: Source) -> Mapping[str, bytes]:  # noqa: ARG001 - as above
    from giakit.exporters.word import render_docx

    return {"report.docx": render_docx(document)}


def _render_poster(document: Document, source: Source) -> Mapping[str, bytes]:
    from giakit.poster import render_poster

    return render_poster(source.statistics, source.previous, mark=DRAFT if document.draft else "")


def _render_data(document: Document, source: Source) -> Mapping[str, bytes]:
    from giakit.opendata import data_files

    declaration = document.declaration
    return data_files(source.statistics, declaration.title, document.draft, declaration.correction)


KINDS: dict[str, Renderer] = {
    "html": _render_html,
    "pdf": _render_pdf,
    "docx": _render_docx,
    "fragment": _render_fragment,
    "poster": _render_poster,
}
USUAL_KINDS = ("html", "pdf")


def parse_kinds(text: str) -> tuple[str, ...]:
    """Read a list such as ``html,pdf``.

    Raises
    ------
    ParameterError
        If a kind is unknown.
    """
    kinds = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        found = ", ".join(unknown)
        raise ParameterError(
            Text("no output is called {found}; known are {known}", found=found or "''", known=", ".join(KINDS))
        )
    return kinds


def with_published_kinds(kinds: Sequence[str], published: ReportRecord | None) -> tuple[str, ...]:
    """Return what is asked for and what is there already: a report is swapped in whole, and no kind is lost by that."""
    return tuple(kind for kind in KINDS if kind in {*kinds, *(published.kinds if published else ())})


# Cell metadata that JupyterLab writes when a cell is run or looked at
_MARKS_OF_RUNS = {"collapsed", "execution", "scrolled"}

# ---- one report -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """A report to render, with everything it is made from; any process on any machine makes the same of it.

    `notebook` is the notebook to run, as JSON. A `correction` is held against its `baseline`, the released version.
    """

    organ: str
    name: str
    parameters: ReportParameters
    source: PackedSource
    notebook: str
    kinds: tuple[str, ...]
    inputs: Inputs
    correction: Correction | None = None
    baseline: Baseline | None = None

    @property
    def notebook_name(self) -> str:
        """What messages call the notebook: the organ's working copy, or the master."""
        root = self.parameters.folder
        return relative_name(root, find_copy(root, self.organ, self.parameters.year) or root / MASTER)


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
            seals = outputs.seals(order.parameters.year).get(order.organ)
            if seals:
                raise sealed_error(seals[-1], str(folder))
            published = outputs.records(order.parameters.year).get(order.organ)
            built = build(replace(order, kinds=with_published_kinds(kinds, published)))
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


def read_notebook(root: Path, organ: str, year: int) -> str:
    """Return the notebook that is run for an organ and year, as JSON without outputs and marks of earlier runs.

    It is the organ's working copy, merged with the master, where there is one; else the master.

    Raises
    ------
    NarrativeError
        If it cannot be read.
    """
    return read_copy(root, organ, year) or read_master(root)


def read_copy(root: Path, organ: str, year: int) -> str | None:
    """Return an organ's working copy as `read_notebook` does; ``None`` where there is none."""
    return _text_to_run(notebook_for(root, organ, year).notebook) if find_copy(root, organ, year) else None


def read_master(root: Path) -> str:
    """Return the master as `read_notebook` does.

    It is read as plain JSON: planning a batch does without nbformat, which takes half a second to load.
    """
    try:
        master: dict[str, Any] = json.loads((root / MASTER).read_bytes())
        master["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NarrativeError(
            Text(
                "{file} is no notebook that can be read ({reason}); take a fresh copy with `giakit init`",
                file=MASTER.as_posix(),
                reason=error,
            )
        ) from None
    return _text_to_run(master)


def _text_to_run(notebook: Mapping[str, Any]) -> str:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        for mark in _MARKS_OF_RUNS & cell["metadata"].keys():
            del cell["metadata"][mark]
    return _notebook_text(notebook)


def describe_inputs(parameters: ReportParameters, source_digest: str, notebook: str) -> Inputs:
    """Return everything that decides a report's bytes."""
    return Inputs(
        notebook=digest_of(notebook),
        source=source_digest,
        parameters=parameters.model_dump(exclude={"root"}),
        environment=read_environment(parameters.year, parameters.fonts),
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
        source = self.source = self.order.source.unpack()
        document = read_document(self.executed)
        if self.order.correction and self.order.baseline:
            document = self.correct(document, source, self.order.correction, self.order.baseline)
        self.document = document
        for kind, render in {**{kind: KINDS[kind] for kind in self.order.kinds}, "data": _render_data}.items():
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
        self.files[f"internal/{MASTER.name}"] = _notebook_text(self.executed).encode()
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
            files[MASTER.name] = _notebook_text(executed).encode()
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
    return _json([each.model_dump(mode="json") for each in findings])


def _json(data: object) -> bytes:
    return to_json(data, indent=1) + b"\n"


def _notebook_text(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as Jupyter writes it."""
    return to_json(_sorted(notebook), indent=1).decode() + "\n"


def _sorted(data: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(each) for each in data] if isinstance(data, list) else data
