"""Many returned workbooks at once: every form read and checked, across years where last year's are given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from giakit.checks import answer_findings, check_remarks, check_statistics
from giakit.errors import ParameterError, WorkbookError
from giakit.findings import Finding, errors, finding, unanswered
from giakit.forms.read import SUFFIXES, Form, read_workbook
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


def review_workbooks(places: Iterable[Path], previous: Sequence[Statistics] = ()) -> Review:
    """Read and check every form among files and folders.

    Parameters
    ----------
    previous
        Last year's statistics in any order; an organ's own are found by its key.
    """
    before = {(each.entry("organ.key").text, each.year): each for each in previous}
    forms: list[Reviewed] = []
    unreadable: list[str] = []
    first: dict[tuple[str, int], Form] = {}
    for path in find_workbooks(places):
        try:
            workbook = read_workbook(path)
        except WorkbookError as error:
            unreadable.append(str(error))
            continue
        forms += [_review(path, form, before, first) for form in workbook.forms]
    return Review(forms=tuple(forms), unreadable=tuple(unreadable))


def _review(
    path: Path,
    form: Form,
    before: dict[tuple[str, int], Statistics],
    first: dict[tuple[str, int], Form],
) -> Reviewed:
    statistics = form.statistics
    findings = list(form.findings)
    organ = form.sheet
    if statistics:
        organ = statistics.entry("organ.key").text or form.sheet
        identity = organ, statistics.year
        findings += check_statistics(statistics, before.get((organ, statistics.year - 1)))
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
