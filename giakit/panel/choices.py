"""What there is to pick: counties by their parameter files, their years, their organs.

A county's files of several years differ in their names by the year (``county-2020.yaml``, ``county-2021.yaml``), so the
name without the year tells counties apart. What a person reads is the organ whose report adds up all others, or the one
organ of a file that names one; the file's name where it says neither.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from giakit.errors import GiakitError, ParameterError
from giakit.forms.read import Workbook, read_workbook
from giakit.language import Text, translate
from giakit.parameters import ParameterFile, ReportParameters, check_parameters, read_parameter_file
from giakit.report import Report, build_report
from giakit.source_plan import FormSummary
from giakit.sources import read_source

FOLDER = "params"


@dataclass(frozen=True)
class Choice:
    """A county, a year and an organ, the latter by its key."""

    county: str
    year: int
    organ: str


@dataclass(frozen=True)
class Offer:
    """A parameter file whose reports can be picked; `path` is ``None`` for the notebook's own parameters cell."""

    file: ParameterFile
    where: str
    path: Path | None = None


@dataclass(frozen=True)
class Organ:
    """An organ to pick: its key, or its sheet's name where the sheet cannot be read; and what the picker calls it."""

    key: str
    label: str


@dataclass
class Library:
    """Workbooks, each read once for as long as its file stays as it is."""

    _read: dict[Path, tuple[tuple[int, int], Workbook, tuple[FormSummary, ...]]] = field(default_factory=dict)

    def read(self, path: Path) -> Workbook:
        """Return a workbook.

        Raises
        ------
        WorkbookError
            If it cannot be read.
        """
        return self._look_up(path)[1]

    def summaries(self, path: Path) -> tuple[FormSummary, ...]:
        """Return what each sheet of a workbook holds; raises as `read`."""
        return self._look_up(path)[2]

    def _look_up(self, path: Path) -> tuple[tuple[int, int], Workbook, tuple[FormSummary, ...]]:
        state = (path.stat().st_mtime_ns, path.stat().st_size) if path.is_file() else (0, 0)
        known = self._read.get(path)
        if known is None or known[0] != state:
            workbook = read_workbook(path)
            known = self._read[path] = (state, workbook, tuple(map(FormSummary.of, workbook.forms)))
        return known


class Choices:
    """The counties of a project.

    Attributes
    ----------
    problems
        Why some parameter files, or the workbooks of some, cannot be read; nothing of these can be picked.
    """

    def __init__(self, root: Path, own: ReportParameters | None = None) -> None:
        self.root = root
        self.own = own
        self.library = Library()
        self.look_again()

    def look_again(self) -> None:
        """Read the parameter files anew; workbooks are read again when they have changed."""
        self.problems: list[str] = []
        self._offers: dict[str, dict[int, Offer]] = defaultdict(dict)
        for offer in self._read_offers():
            for year in self._years_of(offer):
                name = _county(offer.where, year)
                taken = year in self._offers[name]
                self._offers[Path(offer.where).stem if taken else name][year] = offer
        if self.own and not self._matching(self.own):
            given = self.own.model_dump(exclude={"town"}, exclude_unset=True) | {"root": str(self.root)}
            where = translate("parameters cell")
            self._offers[where][self.own.year] = Offer(ParameterFile.model_validate(given), where)

    @property
    def counties(self) -> list[str]:
        """The counties by name."""
        return sorted(name for name, offers in self._offers.items() if offers)

    def label(self, county: str) -> str:
        """Return what the picker calls a county; two that would be called the same also have their files' names."""
        labels = {name: _label(offers.values()) or name for name, offers in self._offers.items()}
        label = labels[county]
        alike = sum(each == label for each in labels.values()) > 1
        return f"{label}（{county}）" if alike and label != county else label

    def years(self, county: str) -> list[int]:
        """Return the years that a county has parameters for."""
        return sorted(self._offers[county])

    def organs(self, county: str, year: int) -> list[Organ]:
        """Return the organs of a county that report for a year, in the order of their sheets.

        Raises
        ------
        WorkbookError
            If a workbook cannot be read.
        """
        file = self._offers[county][year].file
        forms = [form for path in file.workbook_paths for form in self.library.summaries(path)]
        return [
            _organ(form) for form in forms if form.year in {year, None} and (not file.town or file.town in form.names)
        ]

    def parameters(self, choice: Choice) -> ReportParameters:
        """Return the parameters of a choice's report, as its parameter file gives them.

        Raises
        ------
        ParameterError
            If they are wrong, or name something that is not there.
        """
        offer = self.offer(choice)
        names = {choice.organ}
        for path in offer.file.workbook_paths:
            names |= next((form.names for form in self.library.summaries(path) if choice.organ in form.names), set())
        given = offer.file.given_for(names) | {"town": choice.organ, "year": choice.year}
        return check_parameters(given, offer.where)

    def offer(self, choice: Choice) -> Offer:
        """Return the parameter file of a choice."""
        found = self._offers.get(choice.county, {}).get(choice.year)
        if found is None:
            raise ParameterError(
                Text("{county} has no parameter file for {year}", county=choice.county, year=choice.year)
            )
        return found

    def open(self, parameters: ReportParameters) -> Report:
        """Open a report; raises as `giakit.open_report`."""
        return build_report(parameters, read_source(parameters, self.library.read))

    def choice_of(self, report: Report) -> Choice | None:
        """Return what must be picked for a report, or ``None`` for one that was not opened with parameters."""
        if report.parameters is None:
            return None
        if report.parameters != self.own:
            self.own = report.parameters
            self.look_again()
        counties = self._matching(report.parameters)
        county = counties[0] if counties else translate("parameters cell")
        return Choice(county, report.statistics.year, report.statistics.entry("organ.key").text)

    def _matching(self, parameters: ReportParameters) -> list[str]:
        """Return the counties that report the year from the same workbooks, those with all organs in front."""
        matching = [
            (offer.file.town is not None, name)
            for name, offers in self._offers.items()
            if (offer := offers.get(parameters.year)) is not None
            and offer.file.workbook == parameters.workbook
            and offer.file.town in {None, parameters.town}
        ]
        return [name for _, name in sorted(matching)]

    def _read_offers(self) -> Iterator[Offer]:
        for path in sorted((self.root / FOLDER).glob("*.y*ml")):
            try:
                file = read_parameter_file(path)
            except GiakitError as error:
                self.problems.append(str(error))
            else:
                yield Offer(file.model_copy(update={"root": str(self.root)}), path.name, path)

    def _years_of(self, offer: Offer) -> list[int]:
        """Return the year of the file, or all that its sheets report."""
        if offer.file.year:
            return [offer.file.year]
        try:
            forms = [form for path in offer.file.workbook_paths for form in self.library.summaries(path)]
        except GiakitError as error:
            self.problems.append(str(error))
            return []
        return sorted({form.year for form in forms if form.year})


def _county(where: str, year: int) -> str:
    """Return what a parameter file is called without the year.

    >>> _county("云泽县-2021.yaml", 2021), _county("2021.yaml", 2021)
    ('云泽县', '2021')
    """
    stem = Path(where).stem
    return re.sub(rf"[-_. ]*{year}年?(?!\d)", "", stem).strip("-_. ") or stem


def _label(offers: Iterable[Offer]) -> str:
    """Return what a county's files, of which the last counts, call it: by whom they add up, or by their one organ."""
    for offer in sorted(offers, key=lambda each: each.file.year or 0, reverse=True):
        added_up = {organ for parts in offer.file.aggregates.values() for organ in parts}
        tops = [organ for organ in offer.file.aggregates if organ not in added_up]
        if offer.file.town or len(tops) == 1:
            return offer.file.town or tops[0]
    return ""


def _organ(form: FormSummary) -> Organ:
    if form.year is None or not form.key:
        return Organ(form.sheet, translate("{sheet} (cannot be read)", sheet=form.sheet))
    label = form.name or form.full_name or form.key
    return Organ(form.key, label if form.key in {label, form.full_name} else f"{label}（{form.key}）")
