"""Published reports rendered once more from what their records name, and compared byte for byte; nothing is written.

A report whose inputs have changed since cannot be compared. That counts as a difference, too, so that no difference
means: the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from giakit.batch.crew import Crew
from giakit.batch.plan import Planned
from giakit.batch.reading import Shelf
from giakit.batch.staleness import explain
from giakit.batch.verify import Difference, Verified, compare_hashes, different_files
from giakit.corrections import Baseline, read_baseline
from giakit.errors import GiakitError, ParameterError, ReportRefused
from giakit.language import Text
from giakit.notebook import USUAL_LIMITS, Engine, Limits
from giakit.orders import Order, describe_inputs, read_notebook
from giakit.outputs import Outputs, ReportRecord, Seal
from giakit.outputs.record import NAME as RECORD
from giakit.parameters import ReportParameters, check_parameters
from giakit.render import build_report
from giakit.source_plan import Forms, plan_source

_AHEAD = 3  # orders that wait at each worker, so that none waits for an order


def rebuild_year(
    outputs: Outputs, year: int, root: Path, crew: Crew, *, engine: Engine = "giakit", limits: Limits = USUAL_LIMITS
) -> Verified:
    """Render every published report of a year again and hold it against its record.

    Parameters
    ----------
    root
        The project that the reports were made from.

    Returns
    -------
    The reports and files that could be compared, and what differs or could not be.
    """
    standing = outputs.standing(year)
    rebuild = _Rebuild(outputs, root, crew, {organ: each.seals for organ, each in standing.items()})
    records = [each.published for each in standing.values() if each.published]
    found = rebuild.compare(records, engine, limits)
    differences = sorted((each for one in found for each in one), key=lambda each: each.organ)
    return Verified(rebuild.reports, rebuild.files, tuple(differences))


class _Rebuild:
    """A year's reports on their way through the workers once more."""

    def __init__(self, outputs: Outputs, root: Path, crew: Crew, seals: Mapping[str, tuple[Seal, ...]]) -> None:
        self.outputs = outputs
        self.root = root
        self.crew = crew
        self.seals = seals
        self.shelf = Shelf(outputs, crew.executor.map)
        self.forms: dict[tuple[Path, ...], Forms] = {}
        self.reports = self.files = 0

    def compare(self, records: Sequence[ReportRecord], engine: Engine, limits: Limits) -> Iterator[list[Difference]]:
        """Yield what differs, report by report; as many are under way as keep every worker busy."""
        self._read_workbooks(records)
        running: deque[tuple[ReportRecord, Future[ReportRecord]]] = deque()
        for record in records:
            try:
                order = self._order(record)
            except GiakitError as error:
                yield [_not_compared(record, problem) for problem in error.problems]
                continue
            running.append((record, self.crew.executor.submit(rebuild_order, order, engine, limits)))
            if len(running) > self.crew.width * _AHEAD:
                yield self._finished(*running.popleft())
        while running:
            yield self._finished(*running.popleft())

    def _parameters(self, record: ReportRecord) -> ReportParameters:
        return check_parameters({**record.inputs.parameters, "root": str(self.root)}, RECORD)

    def _read_workbooks(self, records: Iterable[ReportRecord]) -> None:
        """Read every workbook anew, each once."""
        paths: list[Path] = []
        for record in records:
            with suppress(ParameterError):  # raised again when the report's turn comes
                parameters = self._parameters(record)
                paths += [*parameters.workbook_paths, *parameters.previous_paths]
        self.shelf.read(list(dict.fromkeys(paths)))

    def _order(self, record: ReportRecord) -> Order:
        """Return the order that made the report.

        Raises
        ------
        GiakitError
            With every reason for which the same order cannot be given again.
        """
        parameters = self._parameters(record)
        year_paths, before_paths = parameters.workbook_paths, parameters.previous_paths
        before = self._forms(before_paths) if before_paths else None
        source = plan_source(parameters.town, parameters.year, self._forms(year_paths), before)
        notebook = read_notebook(self.root, source.form.key, parameters.year)
        inputs = describe_inputs(parameters, source.digest, notebook)
        reasons = explain(inputs, record.kinds, record, self.outputs)
        if reasons:
            raise ParameterError(*reasons)
        packed = self.shelf.fetch(source.forms, [*year_paths, *before_paths])
        order = Planned(parameters, source, notebook, inputs, record.kinds).order(packed)
        return replace(order, correction=record.correction, baseline=self._baseline(record))

    def _baseline(self, record: ReportRecord) -> Baseline | None:
        """Return the version that a correction was held against."""
        if not record.correction:
            return None
        versions = {seal.version: seal for seal in self.seals.get(record.organ, ())}
        before = versions.get(record.version - 1)
        if before is None:
            raise ReportRefused(Text("the version that it corrects is missing"))
        return read_baseline(self.outputs, before)

    def _forms(self, paths: Iterable[Path]) -> Forms:
        key = tuple(paths)
        if key not in self.forms:
            self.forms[key] = Forms(form for path in key for form in self.shelf.contents(path).forms)
        return self.forms[key]

    def _finished(self, record: ReportRecord, future: Future[ReportRecord]) -> list[Difference]:
        if isinstance(future.exception(), self.crew.lost):
            return [_not_compared(record, Text("the process that rendered it was killed"))]
        again = future.result()
        self.reports += 1
        self.files += len(record.outputs)
        if again.problems:
            reason = "; ".join(map(str, again.problems))
            return [Difference(record.organ, Text("rendered again, it failed: {reason}", reason=reason))]
        return [
            each
            for path, recorded, found in different_files(record.outputs, again.outputs)
            for each in compare_hashes(record.organ, Text("rendered again, {file} differs", file=path), recorded, found)
        ]


def rebuild_order(order: Order, engine: Engine, limits: Limits) -> ReportRecord:
    """Render an order in a worker without writing it; return what would be its record."""
    return build_report(order, engine=engine, limits=limits).record


def _not_compared(record: ReportRecord, reason: object) -> Difference:
    return Difference(record.organ, Text("not rendered again: {reason}", reason=reason))
