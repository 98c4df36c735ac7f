"""Cells of a working copy rewritten by a program; a copy is made for them where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.copies.files import read_notebook, write_new, write_over
from giakit.copies.make import build_fresh
from giakit.copies.memory import conflict_of, parameters_then
from giakit.copies.merge import Merged, MergedCell, merge_copy
from giakit.copies.opened import open_copy
from giakit.copies.place import copy_path, find_copy, relative_name
from giakit.copies.written import build_copy, word_cell
from giakit.parameters import ReportParameters
from giakit.project import MASTER

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class CopyInHand:
    """A working copy, merged with the present master, to be written with other cells.

    Attributes
    ----------
    path
        Where it lies or will lie.
    read
        The bytes of its file; ``None`` where there is none yet.
    """

    path: Path
    copy: NotebookNode
    master: NotebookNode
    merged: Merged
    read: bytes | None

    def write(self, sources: Mapping[int, str], words: Mapping[int, str]) -> None:
        """Write the copy as `giakit sync` would, with some cells changed; every other one stays.

        Parameters
        ----------
        sources
            New sources by the number of the merged notebook's cell.
        words
            What Word says, by the number of a cell that was kept; shown in a cell behind it.

        Raises
        ------
        ParameterError, NarrativeError
            If somebody made or saved the copy meanwhile; it stays as it is.
        """
        taken = {str(each["id"]) for each in (*self.copy.cells, *self.master.cells)}
        cells = [_changed(each, sources.get(number)) for number, each in enumerate(self.merged.cells)]
        for number, said in words.items():
            if any(conflict_of(each).source == said for each in cells[number].beside):
                continue  # it is shown already
            shown = word_cell(cells[number].cell, said, taken)
            cells[number] = replace(cells[number], beside=(*cells[number].beside, shown))
            taken.add(str(shown["id"]))
        merged = replace(self.merged, cells=tuple(cells))
        new = build_copy(merged, self.copy, self.master, parameters_then(self.copy))
        if self.read is None:
            write_new(self.path, new)
        else:
            write_over(self.path, new, self.read)


def take_copy(root: Path, parameters: ReportParameters, organ: str) -> CopyInHand:
    """Return the working copy of an organ, named by its key, or a fresh one that is not yet written.

    Raises
    ------
    NarrativeError
        If the working copy or the master cannot be read.
    """
    path = find_copy(root, organ, parameters.year)
    if path is not None:
        opened = open_copy(root, path)
        return CopyInHand(path, opened.copy, opened.master, opened.merged, opened.data)
    path = copy_path(root, organ, parameters.year)
    master, _ = read_notebook(root / MASTER)
    fresh = build_fresh(master, parameters, relative_name(root, path))
    return CopyInHand(path, fresh, master, merge_copy(fresh, master), None)


def _changed(merged: MergedCell, source: str | None) -> MergedCell:
    if source is None:
        return merged
    from nbformat import from_dict

    cell = from_dict(merged.cell)
    cell.source, cell.outputs, cell.execution_count = source, [], None
    return replace(merged, cell=cell)
