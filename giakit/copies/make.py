"""Making a town's working copy from the master."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.copies.cells import role_of
from giakit.copies.files import read_notebook, write_new
from giakit.copies.memory import remember_cell, remember_master
from giakit.copies.parameters_cell import fill_parameters
from giakit.copies.place import copy_path, relative_name
from giakit.errors import ParameterError
from giakit.language import Text
from giakit.parameters import ReportParameters
from giakit.project import MASTER

if TYPE_CHECKING:
    from nbformat import NotebookNode


def make_copy(root: Path, parameters: ReportParameters, organ: str) -> Path:
    """Make the working copy of an organ for the year of the parameters.

    Parameters
    ----------
    organ
        The organ's key, which names the file.

    Returns
    -------
    The working copy's path.

    Raises
    ------
    ParameterError
        If there is one already; it is never overwritten.
    """
    path = copy_path(root, organ, parameters.year)
    if path.exists():
        raise ParameterError(
            Text(
                "{organ} has a working copy for {year} already: {file}; it was left as it is, open it in JupyterLab",
                organ=organ,
                year=parameters.year,
                file=relative_name(root, path),
            )
        )
    master, _ = read_notebook(root / MASTER)
    write_new(path, build_fresh(master, parameters, relative_name(root, path)))
    return path


def build_fresh(master: NotebookNode, parameters: ReportParameters, name: str) -> NotebookNode:
    """Return a working copy in which nothing is edited yet; `name` is its path from the project's root."""
    copy = deepcopy(master)
    filled = ""
    for cell, original in zip(copy.cells, master.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if role_of(cell) == "parameters":
            cell.source = filled = fill_parameters(cell.source, parameters_of(parameters), name)
        else:
            remember_cell(cell, original)
    remember_master(copy, master.cells, filled)
    return copy


def parameters_of(parameters: ReportParameters) -> dict[str, str | int | bool | list[str] | None]:
    """Return the parameters that a copy keeps; the project's root is left to be looked for, wherever it is moved."""
    return parameters.model_dump(exclude={"root"})
