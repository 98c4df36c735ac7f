"""Workbooks of a county, of one year or several, read for a look across organs and years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.errors import ParameterError, WorkbookError
from giakit.explore.county import County
from giakit.explore.frame import build_frame, join_frames
from giakit.forms.read import read_workbook
from giakit.language import Text
from giakit.parameters import ParameterFile, check_parameters, read_parameter_file
from giakit.project import find_root

if TYPE_CHECKING:
    import pandas as pd

    from giakit.statistics import Statistics

_SOME_YEAR = 2020  # to check the rest of a parameter file where the sheets say the years


def open_county(sources: str | Path | Sequence[str | Path], *, root: str | Path | None = None) -> County:
    """Read all organs of a county over the years.

    Parameters
    ----------
    sources
        Parameter files (``.yaml``) or workbooks, or one of them. Of a parameter file's workbooks the reports of its
        year are read, of a workbook all. Relative paths start at the project's root.
    root
        The project's root, see `giakit.project.find_root`.

    Returns
    -------
    What the organs reported. A workbook or sheet that cannot be read is among its `problems` and stops no other.

    Raises
    ------
    ParameterError
        With every problem at once: a file that is not there, a wrong parameter.
    WorkbookError
        If not one workbook can be read.
    """
    project = Path(root).resolve() if root else find_root()
    given = [sources] if isinstance(sources, str | Path) else list(sources)
    reading = _Reading()
    for path, years in _workbooks(given, project).items():
        reading.read(path, years)
    if reading.unreadable and not reading.frames:
        raise WorkbookError(*reading.unreadable)
    problems = (*map(str, reading.unreadable), *reading.problems)
    return County(join_frames(reading.frames), problems, project)


def _workbooks(sources: Iterable[str | Path], project: Path) -> dict[Path, set[int | None]]:
    """Return every workbook with the years that are wanted of it; ``None`` among them stands for all."""
    problems: list[Text | str] = []
    found: dict[Path, set[int | None]] = defaultdict(set)
    for source in map(str, sources):
        try:
            is_file = source.lower().endswith((".yaml", ".yml"))
            file = read_parameter_file(project / source) if is_file else ParameterFile(workbook=source)
            for own in ({}, *file.overrides.values()):
                given = {"year": _SOME_YEAR, **file.given(), **own, "town": "-", "root": file.root or str(project)}
                checked = check_parameters(given, source)
                for path in checked.workbook_paths:
                    found[path.resolve()].add(file.year)
        except ParameterError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ParameterError(*problems)
    return found


class _Reading:
    """Workbooks read one after the other, of which only the frames are kept."""

    def __init__(self) -> None:
        self.frames: list[pd.DataFrame] = []
        self.problems: list[str] = []
        self.unreadable: list[Text | str] = []
        self._first: dict[tuple[str, int], str] = {}

    def read(self, path: Path, years: set[int | None]) -> None:
        try:
            workbook = read_workbook(path)
        except WorkbookError as error:
            self.unreadable += [str(problem) for problem in error.problems]
            return
        kept = []
        for form in workbook.forms:
            statistics = form.statistics
            if statistics is None:
                self.problems += map(str, form.findings)
            elif years & {None, statistics.year} and self._is_new(statistics, f"{form.workbook} [{form.sheet}]"):
                kept.append(statistics)
        self.frames.append(build_frame(kept))

    def _is_new(self, statistics: Statistics, place: str) -> bool:
        """Whether a report may be counted; an organ's second of a year is a problem, one without a key, too."""
        organ = statistics.entry("organ.key").text
        if not organ:
            self.problems.append(str(Text("{place}: the organ's key is blank; enter it behind 机关标识", place=place)))
            return False
        first = self._first.setdefault((organ, statistics.year), place)
        if first != place:
            twice = Text(
                "{place}: {organ} has reported {year} already, in {first}; only that is counted",
                place=place,
                organ=organ,
                year=statistics.year,
                first=first,
            )
            self.problems.append(str(twice))
        return first == place
