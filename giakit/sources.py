"""What a report is made from besides its notebook: the organ's form, last year's statistics, the names of the others.

A workbook is read form by form. Each form also has a short `FormSummary` with a digest, so that whether anything has
changed can be told without reading the workbook again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

from giakit.errors import ParameterError, WorkbookError
from giakit.findings import Finding, finding
from giakit.forms.read import Form, Workbook, read_workbook
from giakit.hints import hint
from giakit.language import Text
from giakit.parameters import ReportParameters
from giakit.statistics import Record, Statistics

Reader = Callable[[Path], Workbook]


class FormSummary(Record):
    """Which organ's form a sheet holds, and the digest of all that was read from it.

    `year` is ``None`` and the names are empty where not even the year can be read; `findings` then say why.
    """

    workbook: str
    sheet: str
    digest: str
    year: int | None = None
    key: str = ""
    name: str = ""
    full_name: str = ""
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, form: Form, content: str | None = None) -> Self:
        """Summarise a form; `content` is its JSON where that is there already."""
        digest = digest_of(content or form.model_dump_json())
        where = {"workbook": form.workbook, "sheet": form.sheet, "digest": digest}
        if form.statistics is None:
            return cls(**where, findings=form.findings)
        names = {field: form.statistics.entry(f"organ.{field}").text for field in ("key", "name", "full_name")}
        return cls(**where, **names, year=form.statistics.year)

    @property
    def names(self) -> set[str]:
        """What the organ is called; the sheet's name where the form does not say."""
        return {self.sheet} if self.year is None else {self.key, self.name, self.full_name} - {""}

    @property
    def listed_as(self) -> str:
        """What a list of organs calls it."""
        return self.name or self.key or self.sheet


@dataclass(frozen=True)
class OrganNames:
    """What all organs of some workbooks are called, sorted: one list for the plans of all their reports."""

    names: tuple[str, ...] = ()

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the names."""
        return digest_of("\n".join(self.names))

    def without(self, own: set[str]) -> tuple[str, ...]:
        """Return the names but an organ's own."""
        return tuple(name for name in self.names if name not in own)


class Forms:
    """The summaries of some workbooks, by what their organs are called."""

    def __init__(self, summaries: Iterable[FormSummary]) -> None:
        self.all = tuple(summaries)
        self._by_name: dict[str, list[FormSummary]] = defaultdict(list)
        for form in self.all:
            for name in form.names:
                self._by_name[name].append(form)
        self.names = OrganNames(tuple(sorted(self._by_name)))

    def find(self, town: str, year: int) -> FormSummary:
        """Return the one form of a town and year; a town goes by its key, its name or its full name.

        Raises
        ------
        ParameterError
            If no form or several answer to it, or the only one is of another year.
        WorkbookError
            If the town's sheet says not even its year.
        """
        matching = self._by_name.get(town, [])
        of_year = [form for form in matching if form.year == year]
        if len(of_year) == 1:
            return of_year[0]
        unread = [form for form in matching if form.year is None]
        if unread and not of_year:
            raise WorkbookError(*unread[0].findings)  # type: ignore[arg-type] # a finding reads as a sentence, too
        raise ParameterError(self._no_form(town, year, matching))

    def _no_form(self, town: str, year: int, matching: Sequence[FormSummary]) -> Text:
        files = "、".join(dict.fromkeys(form.workbook for form in self.all))
        if not matching:
            known = hint(town, self.names.names, [form.listed_as for form in self.all])
            return Text("{files}: no organ is called {town}; {known}", files=files, town=town, known=known)
        sheets = "、".join(f"{form.workbook} [{form.sheet}]" for form in matching if form.year == year)
        if sheets:
            return Text("{town} {year} is reported more than once: {sheets}", town=town, year=year, sheets=sheets)
        found = "、".join(str(form.year) for form in matching)
        return Text(
            "{files}: the sheet of {town} reports {found}, not {year}", files=files, town=town, found=found, year=year
        )


class Source(Record):
    """Everything one report is made from besides its parameters and its notebook.

    Attributes
    ----------
    form
        The organ's form of the year.
    previous_form
        Last year's, ``None`` where not given or not found; `findings` then say why.
    other_organs
        What the other organs of the same workbooks are called, sorted.
    """

    form: Form
    previous_form: Form | None = None
    other_organs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def statistics(self) -> Statistics:
        """The statistics of the year."""
        assert self.form.statistics is not None  # noqa: S101 - `Forms.find` refuses a form without
        return self.form.statistics

    @property
    def previous(self) -> Statistics | None:
        """Last year's statistics."""
        return self.previous_form.statistics if self.previous_form else None


@dataclass(frozen=True)
class PackedSource:
    """A source as it is kept and sent between processes: about 10 kB, a hundredth of what it takes unpacked."""

    form: bytes
    previous_form: bytes | None
    other_organs: tuple[str, ...]
    findings: tuple[Finding, ...]

    def unpack(self) -> Source:
        """Return the source itself."""
        return Source(
            form=unpack_form(self.form),
            previous_form=unpack_form(self.previous_form) if self.previous_form else None,
            other_organs=self.other_organs,
            findings=self.findings,
        )


def pack_form(content: str) -> bytes:
    """Compress a form's JSON."""
    return zlib.compress(content.encode(), zlib.Z_BEST_SPEED)


def unpack_form(packed: bytes) -> Form:
    """Return the form that was packed."""
    return Form.model_validate_json(zlib.decompress(packed))


class SourcePlan(Record):
    """Where a report's source lies among summaries; its `digest` changes exactly when the source does."""

    form: FormSummary
    previous: FormSummary | None = None
    organs: OrganNames = OrganNames()
    findings: tuple[Finding, ...] = ()

    @property
    def other_organs(self) -> tuple[str, ...]:
        """What the other organs of the same workbooks are called, sorted."""
        return self.organs.without(self.form.names)

    @property
    def digest(self) -> str:
        """The SHA-256 of everything the report is made from."""
        parts = {
            "form": self.form.digest,
            "previous": self.previous and self.previous.digest,
            "organs": self.organs.digest,
            "findings": [each.model_dump(mode="json") for each in self.findings],
        }
        return digest_of(json.dumps(parts, ensure_ascii=False, sort_keys=True))

    def take(self, packed: Mapping[str, bytes]) -> PackedSource:
        """Return the source itself from packed forms by digest."""
        return PackedSource(
            form=packed[self.form.digest],
            previous_form=packed[self.previous.digest] if self.previous else None,
            other_organs=self.other_organs,
            findings=self.findings,
        )


# What a process was handed beforehand, by parameters: a batch reads every workbook once, not once a report.
_supplied: dict[str, Source] = {}


def supply_source(parameters: ReportParameters, source: PackedSource) -> None:
    """Let `read_source` answer with `source` for these parameters in this process, without reading workbooks."""
    _supplied[_identity(parameters)] = source.unpack()


def read_source(parameters: ReportParameters, read: Reader = read_workbook) -> Source:
    """Return what the town's report is made from: what was supplied, else read from the workbooks.

    Parameters
    ----------
    read
        Reads a workbook, or knows it already.

    Raises
    ------
    ParameterError
        If no form or several answer to the town, or the only one is of another year.
    WorkbookError
        If a workbook cannot be read, or the town's sheet says not even its year.
    """
    supplied = _supplied.get(_identity(parameters))
    if supplied:
        return supplied
    plan, forms = find_source(parameters, read)
    return Source(
        form=forms[plan.form.digest],
        previous_form=forms[plan.previous.digest] if plan.previous else None,
        other_organs=plan.other_organs,
        findings=plan.findings,
    )


def find_source(parameters: ReportParameters, read: Reader = read_workbook) -> tuple[SourcePlan, dict[str, Form]]:
    """Read the workbooks that the parameters name; return where the town's source lies, and its forms.

    Raises
    ------
    ParameterError, WorkbookError
        As `read_source`.
    """
    forms = [form for path in parameters.workbook_paths for form in read(path).forms]
    before = [form for path in parameters.previous_paths for form in read(path).forms]
    summaries = {id(form): FormSummary.of(form) for form in (*forms, *before)}
    plan = plan_source(
        parameters.town,
        parameters.year,
        Forms(summaries[id(form)] for form in forms),
        Forms(summaries[id(form)] for form in before) if parameters.previous_paths else None,
    )
    mine = {each.digest for each in (plan.form, plan.previous) if each}
    return plan, {digest: form for form in (*forms, *before) if (digest := summaries[id(form)].digest) in mine}


def plan_source(town: str, year: int, forms: Forms, before: Forms | None = None) -> SourcePlan:
    """Find what a report is made from among the summaries of its workbooks.

    Parameters
    ----------
    town
        The organ's key, name or full name.
    before
        The forms of last year's workbooks; ``None`` where none are given, which is no finding.

    Raises
    ------
    ParameterError, WorkbookError
        As `read_source`.
    """
    form = forms.find(town, year)
    previous, findings = _find_previous(before, form) if before is not None else (None, ())
    return SourcePlan(form=form, previous=previous, organs=forms.names, findings=tuple(findings))


def digest_of(content: str | bytes) -> str:
    """Return the SHA-256 of a text in UTF-8 or of bytes, in hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _identity(parameters: ReportParameters) -> str:
    """Return parameters as they are compared: where the project lies is not what a report is about."""
    return parameters.model_dump_json(exclude={"root"})


def _find_previous(before: Forms, form: FormSummary) -> tuple[FormSummary | None, tuple[Finding, ...]]:
    assert form.year is not None  # noqa: S101 - `Forms.find` refuses a form without
    try:
        return before.find(form.key, form.year - 1), ()
    except ParameterError as error:
        missing = finding(
            "read.previous",
            "warning",
            form.key,
            Text("last year's figures are not there: {reason}", reason=error),
            Text("Name the right workbook as `previous`, or leave it out."),
        )
        return None, (missing,)
