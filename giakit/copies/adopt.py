"""Carrying a town's edited narrative into the working copy for another year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.copies.cells import key_of, role_of
from giakit.copies.files import write_new
from giakit.copies.make import parameters_of
from giakit.copies.merge import Merged, MergedCell, findings_after
from giakit.copies.opened import open_copy
from giakit.copies.parameters_cell import fill_parameters
from giakit.copies.place import copy_path, find_copy, relative_name
from giakit.copies.typed import find_typed
from giakit.copies.written import build_copy
from giakit.copies.years import rewrite_years
from giakit.errors import ParameterError
from giakit.language import Text
from giakit.parameters import ReportParameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.findings import Finding


@dataclass(frozen=True)
class AdoptedYear:
    """A sentence in which a typed year became an expression, and its cell."""

    cell: str
    before: str
    after: str

    def __str__(self) -> str:
        return str(Text("{cell}: “{before}” is now “{after}”", cell=self.cell, before=self.before, after=self.after))


@dataclass(frozen=True)
class ForReview:
    """A sentence that brings along numbers of the other year, and its cell."""

    cell: str
    sentence: str
    numbers: tuple[str, ...]

    def __str__(self) -> str:
        numbers = "、".join(self.numbers)
        return str(Text("{cell}: “{sentence}” has {numbers}", cell=self.cell, sentence=self.sentence, numbers=numbers))


@dataclass(frozen=True)
class Adopted:
    """A working copy that was made from another year's.

    Attributes
    ----------
    path
        The new working copy.
    edited
        The keys of the narrative cells that were carried over.
    years
        The sentences in which a typed year became an expression.
    review
        The sentences whose typed-in numbers somebody must look at.
    findings
        Conflicts with the present master, deleted cells, statutory ones that still miss something.
    """

    path: Path
    edited: tuple[str, ...]
    years: tuple[AdoptedYear, ...]
    review: tuple[ForReview, ...]
    findings: tuple[Finding, ...]


def adopt_copy(root: Path, parameters: ReportParameters, organ: str, from_year: int | None = None) -> Adopted:
    """Make an organ's working copy for the year of the parameters from that of another year.

    What was edited there is merged with the present master; the rest is the master's. Expressions show the new year's
    figures by themselves.

    Parameters
    ----------
    organ
        The organ's key.
    from_year
        The year of the other working copy; the year before if not given.

    Raises
    ------
    ParameterError
        If there is no working copy to adopt, or one for the new year already.
    NarrativeError
        If the working copy to adopt cannot be read.
    """
    year = parameters.year - 1 if from_year is None else from_year
    source, target = find_copy(root, organ, year), copy_path(root, organ, parameters.year)
    if source is None:
        raise ParameterError(Text("{organ} has no working copy for {year} to be adopted", organ=organ, year=year))
    if target.exists():
        raise ParameterError(
            Text(
                "{organ} has a working copy for {year} already: {file}; it was left as it is, open it in JupyterLab",
                organ=organ,
                year=parameters.year,
                file=relative_name(root, target),
            )
        )
    opened = open_copy(root, source)
    work = _Adoption(parameters, relative_name(root, target), year)
    new = work.build(opened.merged, opened.copy, opened.master)
    write_new(target, new)
    findings = findings_after(opened.merged, new, opened.master)
    return Adopted(target, tuple(work.edited), tuple(work.years), tuple(work.review), findings)


class _Adoption:
    """One adoption: the cells as they go over, and what there is to say of them."""

    def __init__(self, parameters: ReportParameters, name: str, year: int) -> None:
        self.parameters = parameters
        self.name = name
        self.year = year
        self.filled = ""
        self.edited: list[str] = []
        self.years: list[AdoptedYear] = []
        self.review: list[ForReview] = []

    def build(self, merged: Merged, copy: NotebookNode, master: NotebookNode) -> NotebookNode:
        """Return the new working copy."""
        cells = tuple(self._carry_over(each) for each in merged.cells)
        return build_copy(replace(merged, cells=cells), copy, master, self.filled)

    def _carry_over(self, merged: MergedCell) -> MergedCell:
        """Return a cell as the new copy has it: without outputs, its years and parameters those of the new report."""
        from nbformat import from_dict

        cell = from_dict(merged.cell)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if role_of(cell) == "parameters":
            written = merged.master.source if merged.master else cell.source
            cell.source = self.filled = fill_parameters(written, parameters_of(self.parameters), self.name)
        elif merged.is_edited and (key := key_of(cell)) is not None:
            cell.source = self._rewrite(key, cell.source)
        return replace(merged, cell=cell)

    def _rewrite(self, key: str, source: str) -> str:
        self.edited.append(key)
        text, years = rewrite_years(source, self.year)
        self.years += [AdoptedYear(key, each.before, each.after) for each in years]
        self.review += [ForReview(key, each.sentence, each.numbers) for each in find_typed(text)]
        return text
