"""Where a report's source lies among workbooks, told from a short summary of each form.

A summary has a digest of all that the form holds, so that whether anything has changed can be told without reading the
workbook again, or knowing what a form is.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

from giakit.digests import digest_of
from giakit.errors import ParameterError, WorkbookError
from giakit.findings import Finding, finding
from giakit.hints import hint
from giakit.language import Text
from giakit.statistics import Record

if TYPE_CHECKING:
    from giakit.forms.read import Form


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


@dataclass(frozen=True)
class PackedSource:
    """A source as it is kept and sent between processes: about 10 kB, a hundredth of what it takes unpacked."""

    form: bytes
    previous_form: bytes | None
    other_organs: tuple[str, ...]
    findings: tuple[Finding, ...]


def pack_form(content: str) -> bytes:
    """Compress a form's JSON."""
    return zlib.compress(content.encode(), zlib.Z_BEST_SPEED)


class SourcePlan(Record):
    """Where a report's source lies among summaries; its `digest` changes exactly when the source does."""

    form: FormSummary
    previous: FormSummary | None = None
    organs: OrganNames = OrganNames()
    findings: tuple[Finding, ...] = ()

    @property
    def forms(self) -> tuple[FormSummary, ...]:
        """The form of the year and, where it is known, that of the year before."""
        return (self.form, self.previous) if self.previous else (self.form,)

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
        As `giakit.sources.read_source`.
    """
    form = forms.find(town, year)
    previous, findings = _find_previous(before, form) if before is not None else (None, ())
    return SourcePlan(form=form, previous=previous, organs=forms.names, findings=tuple(findings))


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
