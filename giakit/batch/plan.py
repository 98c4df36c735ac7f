"""What a batch will render and why: organs × years of a parameter file, held against the records of the last run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from giakit.batch.identity import unknown_organs, wrong_keys
from giakit.batch.manifest import Unreadable
from giakit.batch.reading import Shelf, unreadable_forms
from giakit.batch.staleness import Released, compare_released, explain
from giakit.errors import NarrativeError, ParameterError, WorkbookError
from giakit.findings import frozen
from giakit.kinds import with_published_kinds
from giakit.language import Text
from giakit.orders import Order, describe_inputs, read_copy, read_master
from giakit.outputs import Inputs, Outputs, ReportRecord, Seal, Standing
from giakit.parameters import ParameterFile, ReportParameters, check_parameters
from giakit.source_plan import Forms, FormSummary, SourcePlan, plan_source

_SOME_YEAR = 2020  # to check the rest of the parameters where the sheets say the years


@dataclass(frozen=True)
class Planned:
    """One report of a batch.

    Attributes
    ----------
    reasons
        Why it is to be rendered; empty where nothing has changed since the last run.
    record
        What the last run knows of it: the published report, or the refusal that still holds.
    outdated_failure
        The record of a failed attempt that no longer says anything, since the published report is up to date.
    released
        How a released report stands to its inputs; it has no reasons, since it is never rendered again.
    """

    parameters: ReportParameters
    source: SourcePlan
    notebook: str
    inputs: Inputs
    kinds: tuple[str, ...]
    reasons: tuple[Text, ...] = ()
    record: ReportRecord | None = None
    outdated_failure: ReportRecord | None = None
    released: Released | None = None

    @property
    def organ(self) -> str:
        """The organ's key."""
        return self.source.form.key

    @property
    def name(self) -> str:
        """The organ's name in the title."""
        return self.source.form.name

    @property
    def year(self) -> int:
        """The reporting year."""
        return self.parameters.year

    def order(self, packed: Mapping[str, bytes]) -> Order:
        """Return the order for it, its source taken from packed forms by digest."""
        return Order(
            organ=self.organ,
            name=self.name,
            parameters=self.parameters,
            source=self.source.take(packed),
            notebook=self.notebook,
            kinds=self.kinds,
            inputs=self.inputs,
        )


@dataclass(frozen=True)
class Plan:
    """Every report of a batch by year and organ, and what no report can be made of."""

    reports: tuple[Planned, ...]
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def stale(self) -> tuple[Planned, ...]:
        """The reports to render."""
        return tuple(each for each in self.reports if each.reasons)

    @property
    def released(self) -> tuple[Planned, ...]:
        """The reports that have been released."""
        return tuple(each for each in self.reports if each.released)

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the batch."""
        return tuple(sorted({each.year for each in self.reports}))


@dataclass(frozen=True)
class Request:
    """What a person asks for: a parameter file (`where` is its name), organs, years, outputs.

    No towns means all of them; no years those of the file, or all that the sheets report.
    """

    file: ParameterFile
    where: str
    kinds: tuple[str, ...]
    towns: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def wanted_years(self) -> tuple[int, ...]:
        """The years asked for; empty for all."""
        return self.years or ((self.file.year,) if self.file.year else ())

    @property
    def wanted_towns(self) -> tuple[str, ...]:
        """The organs asked for; empty for all."""
        return self.towns or ((self.file.town,) if self.file.town else ())


def plan_batch(request: Request, shelf: Shelf, outputs: Outputs) -> Plan:
    """Plan a batch from workbooks that the shelf knows; nothing is rendered or written.

    Raises
    ------
    ParameterError
        With every problem at once: organs that are not there, keys that are the same or unsafe as a path, years that
        no sheet reports, parameters of the wrong type, last year's workbooks that cannot be read.
    """
    return _Planner(request, shelf, outputs).plan()


def find_workbooks(request: Request) -> list[Path]:
    """Return every workbook that a batch reads.

    Raises
    ------
    ParameterError
        With every file that is not there, and wrong parameters.
    """
    file = request.file
    year = request.wanted_years[0] if request.wanted_years else _SOME_YEAR
    paths: list[Path] = []
    problems: list[Text | str] = []
    for own in ({}, *file.overrides.values()):
        try:
            checked = check_parameters({"year": year, **file.given(), **own, "town": "-"}, request.where)
            paths += [*checked.workbook_paths, *checked.previous_paths]
        except ParameterError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ParameterError(*problems)
    return list(dict.fromkeys(paths))


class _Planner:
    def __init__(self, request: Request, shelf: Shelf, outputs: Outputs) -> None:
        self.request = request
        self.shelf = shelf
        self.outputs = outputs
        self.read_master = cache(read_master)
        self.unreadable: list[Unreadable] = []
        self.forms: dict[tuple[Path, ...], Forms] = {}
        self.problems: list[Text | str] = []

    def plan(self) -> Plan:
        chosen = self._chosen_forms()
        planned = [each for form in chosen if (each := self._planned(form))]
        if self.problems:
            raise ParameterError(*dict.fromkeys(map(str, self.problems)))
        reports = self._with_reasons(sorted(planned, key=lambda each: (each.year, each.organ)))
        return Plan(tuple(reports), tuple(self.unreadable))

    def _forms(self, paths: Sequence[Path]) -> Forms:
        key = tuple(paths)
        if key not in self.forms:
            self.forms[key] = Forms(form for path in paths for form in self.shelf.contents(path).forms)
        return self.forms[key]

    # ---- organs × years ----------------------------------------------------------------------------------------------

    def _chosen_forms(self) -> list[FormSummary]:
        """Return the forms that a report is asked for, one an organ and year."""
        paths = self.request.file.workbook_paths
        if not self.request.wanted_towns:
            self.unreadable += unreadable_forms(self.shelf.contents(path) for path in paths)
        forms = self._forms(paths).all
        readable = [form for form in forms if form.year is not None and form.key]
        self.problems += unknown_organs([*self.request.wanted_towns, *self.request.file.overrides], forms)
        years = self._years(readable)
        towns = set(self.request.wanted_towns)
        chosen = [form for form in readable if form.year in years and (not towns or towns & form.names)]
        for year in years:
            self.problems += wrong_keys(form for form in chosen if form.year == year)
        return chosen

    def _years(self, forms: Sequence[FormSummary]) -> set[int]:
        reported = {form.year for form in forms if form.year}
        wanted = set(self.request.wanted_years) or reported
        for year in sorted(wanted - reported) if reported else ():
            self.problems.append(
                Text(
                    "{where}: no sheet reports {year}; there are {found}",
                    where=self.request.where,
                    year=year,
                    found="、".join(map(str, sorted(reported))),
                )
            )
        return wanted

    def _planned(self, form: FormSummary) -> Planned | None:
        try:
            parameters = self._parameters(form)
            source = plan_source(form.key, parameters.year, *self._sources(parameters))
            folder = parameters.folder
            notebook = read_copy(folder, form.key, parameters.year) or self.read_master(folder)
        except (ParameterError, WorkbookError) as error:
            self.problems += error.problems
            return None
        except NarrativeError as error:
            problems = tuple(frozen(problem) for problem in error.problems)
            self.unreadable.append(Unreadable(workbook=form.workbook, sheet=form.sheet, problems=problems))
            return None
        inputs = describe_inputs(parameters, source.digest, notebook)
        return Planned(parameters, source, notebook, inputs, self.request.kinds)

    def _parameters(self, form: FormSummary) -> ReportParameters:
        file = self.request.file
        mine = {"town": form.key, "year": form.year, "root": str(file.folder)}  # for workers elsewhere
        return check_parameters({**file.given_for(form.names), **mine}, self.request.where)

    def _sources(self, parameters: ReportParameters) -> tuple[Forms, Forms | None]:
        before = parameters.previous_paths
        damaged = [contents.unreadable for path in before if (contents := self.shelf.contents(path)).unreadable]
        if damaged:
            raise ParameterError(*(str(problem) for each in damaged if each for problem in each.problems))
        return self._forms(parameters.workbook_paths), self._forms(before) if before else None

    # ---- held against the last run -----------------------------------------------------------------------------------

    def _with_reasons(self, planned: Sequence[Planned]) -> Iterator[Planned]:
        years = {each.year for each in planned}
        standings = {year: self.outputs.standing(year) for year in years}
        for each in planned:
            standing = standings[each.year].get(each.organ, Standing())
            if standing.seals:
                yield self._held_against_release(each, standing.seals[-1], standing.correction)
            else:
                yield self._judged(each, standing.published, standing.failure)

    def _held_against_release(self, planned: Planned, seal: Seal, correction: ReportRecord | None) -> Planned:
        released = compare_released(planned.inputs, seal, correction, self.outputs)
        return replace(planned, record=seal.record, released=released)

    def _judged(self, planned: Planned, published: ReportRecord | None, failure: ReportRecord | None) -> Planned:
        """Say what is to be done about a report, by its published version and the attempt that failed since."""
        planned = replace(planned, kinds=with_published_kinds(planned.kinds, published))

        def why(last: ReportRecord | None) -> tuple[Text, ...]:
            return explain(planned.inputs, planned.kinds, last, self.outputs)

        if published and not why(published):
            return replace(planned, record=published, outdated_failure=failure)
        last = failure or published
        return replace(planned, record=last, reasons=why(last))
