"""Many returned workbooks at once: every form read and checked, across years where last year's are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from giakit.checks import answer_findings, check_aggregate, check_remarks, check_statistics
from giakit.errors import ParameterError, WorkbookError
from giakit.findings import Finding, errors, finding, unanswered
from giakit.forms.read import SUFFIXES, Form, read_workbook
from giakit.hints import hint
from giakit.language import Text
from giakit.statistics import Record, Statistics


class Reviewed(Record):
    """One form with all its findings; `organ` is the key, or the sheet's name where the form says none."""

    organ: str
    year: int | None
    workbook: str
    sheet: str
    path: Path
    findings: tuple[Finding, ...]


class Review(Record):
    """What is to be said of a set of workbooks: of each form, and of files that cannot be read."""

    forms: tuple[Reviewed, ...]
    unreadable: tuple[str, ...] = ()

    def failed(self, *, strict: bool = False) -> bool:
        """Whether anything must be mended; `strict` counts warnings without an answer, too."""
        findings = [found for form in self.forms for found in form.findings]
        return bool(self.unreadable or errors(findings) or (strict and unanswered(findings)))


def find_workbooks(places: Iterable[Path]) -> list[Path]:
    """Return the workbooks among files and folders; a folder's own, without hidden ones and marks of open files.

    Raises
    ------
    ParameterError
        With every place that is not there or holds no workbook.
    """
    found: list[Path] = []
    problems = []
    for place in places:
        inside = _inside(place)
        if not inside:
            problems.append(Text("{place} is no workbook and no folder with workbooks", place=place))
        found += inside
    if problems:
        raise ParameterError(*problems)
    return list(dict.fromkeys(found))


def _inside(place: Path) -> list[Path]:
    if place.is_dir():
        files = sorted(place.iterdir())
        return [file for file in files if file.suffix.lower() in SUFFIXES and not file.name.startswith(("~$", "."))]
    return [place] if place.is_file() else []


def read_statistics(places: Iterable[Path]) -> list[Statistics]:
    """Return the statistics of every readable form among files and folders."""
    forms = [form for path in find_workbooks(places) for form in read_workbook(path).forms]
    return [form.statistics for form in forms if form.statistics]


def review_workbooks(
    places: Iterable[Path],
    previous: Sequence[Statistics] = (),
    aggregates: Mapping[str, Sequence[str]] | None = None,
) -> Review:
    """Read and check every form among files and folders.

    Parameters
    ----------
    previous
        Last year's statistics in any order; an organ's own are found by its key.
    aggregates
        The organs whose figures are the sums of others', by key or name, with all these others.

    Raises
    ------
    ParameterError
        If a place holds no workbook, or no form answers to the name of an aggregate.
    """
    before = {(each.entry("organ.key").text, each.year): each for each in previous}
    forms: list[tuple[Path, Form]] = []
    unreadable: list[str] = []
    for path in find_workbooks(places):
        try:
            forms += [(path, form) for form in read_workbook(path).forms]
        except WorkbookError as error:
            unreadable.append(str(error))
    sums = _Sums(aggregates or {}, [form.statistics for _, form in forms if form.statistics])
    first: dict[tuple[str, int], Form] = {}
    reviewed = tuple(_review(path, form, before, first, sums) for path, form in forms)
    return Review(forms=reviewed, unreadable=tuple(unreadable))


class _Sums:
    """Which reports are the sums of which others."""

    def __init__(self, aggregates: Mapping[str, Sequence[str]], reports: Iterable[Statistics]) -> None:
        self._aggregates = aggregates
        self._reports = {(name, each.year): each for each in reports for name in _names(each)}
        known = sorted({name for name, _ in self._reports})
        unknown = [name for name in aggregates if name not in known]
        if unknown:
            raise ParameterError(
                *(Text("no organ is called {town}; {known}", town=name, known=hint(name, known)) for name in unknown)
            )

    def check(self, statistics: Statistics) -> list[Finding]:
        """Check a report against those it adds up; nothing where it adds up none."""
        names = next((parts for name, parts in self._aggregates.items() if name in _names(statistics)), None)
        if names is None:
            return []
        found = {name: self._reports.get((name, statistics.year)) for name in names}
        parts = [part for part in found.values() if part]
        missing = [name for name, part in found.items() if part is None]
        # whichever of them is the organ's own office: the sum is the same
        return check_aggregate(statistics, parts[1:], parts[0] if parts else None, missing=missing)


def _names(statistics: Statistics) -> set[str]:
    """Return what an organ is called."""
    return {statistics.entry(f"organ.{field}").text for field in ("key", "name", "full_name")} - {""}


def _review(
    path: Path,
    form: Form,
    before: dict[tuple[str, int], Statistics],
    first: dict[tuple[str, int], Form],
    sums: _Sums,
) -> Reviewed:
    statistics = form.statistics
    findings = list(form.findings)
    organ = form.sheet
    if statistics:
        organ = statistics.entry("organ.key").text or form.sheet
        identity = organ, statistics.year
        findings += check_statistics(statistics, before.get((organ, statistics.year - 1)))
        findings += sums.check(statistics)
        if identity in first:
            findings.append(_repeated(form, first[identity]))
        first.setdefault(identity, form)
        findings = answer_findings(findings, statistics.remarks)
        findings += check_remarks(findings, statistics.remarks)
    return Reviewed(
        organ=organ,
        year=statistics.year if statistics else None,
        workbook=form.workbook,
        sheet=form.sheet,
        path=path,
        findings=tuple(findings),
    )


def _repeated(form: Form, first: Form) -> Finding:
    cells = [each.statistics.entry("organ.key").cell for each in (form, first) if each.statistics]
    problem = Text(
        "the organ has reported this year already, in {workbook} [{sheet}]", workbook=first.workbook, sheet=first.sheet
    )
    remedy = Text("Remove the form that does not count, or mend its key or year.")
    return finding("read.repeated", "error", "organ.key", problem, remedy, cells=[cell for cell in cells if cell])


def by_workbook(review: Review) -> dict[Path, list[Finding]]:
    """Return the findings of each workbook, for showing them in it."""
    found: dict[Path, list[Finding]] = defaultdict(list)
    for form in review.forms:
        found[form.path] += form.findings
    return dict(found)
