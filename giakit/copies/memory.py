"""What metadata keep: of the master in a working copy, and of the merge in a notebook that is to be run.

A cell remembers what the master said there. One that was deleted takes its metadata with it, so the list of the
master's cells is kept by the notebook.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giakit.copies.cells import NAMESPACE, key_of, own_metadata
from giakit.findings import Finding

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class Origin:
    """The cell of the master that a cell of the copy was made from: its id, and what it said."""

    id: str
    source: str


@dataclass(frozen=True)
class Named:
    """A cell of the master by what tells it from others: its id, and its key if it is narrative."""

    id: str
    key: str | None


@dataclass(frozen=True)
class Conflict:
    """What a conflict cell stands for: the cell it stands behind, and what the master says there, or Word did."""

    id: str
    source: str
    word: bool = False


def origin_of(cell: NotebookNode) -> Origin | None:
    """Return what a cell remembers, or ``None`` for one that the analyst added or whose metadata was lost."""
    found = own_metadata(cell)
    name, source = found.get("cell"), found.get("base")
    return Origin(name, source) if isinstance(name, str) and isinstance(source, str) else None


def conflict_of(cell: NotebookNode) -> Conflict:
    """Return what a conflict cell stands for."""
    found = own_metadata(cell)
    word = "word" in found
    return Conflict(str(found.get("conflict", "")), str(found.get("word" if word else "master", "")), word)


def is_copy(notebook: NotebookNode) -> bool:
    """Whether a notebook is a working copy."""
    return isinstance(own_metadata(notebook).get("cells"), list)


def cells_then(notebook: NotebookNode) -> list[Named]:
    """Return the cells that the master had when the copy was made or last synchronised, in their order."""
    found = [each for each in own_metadata(notebook).get("cells", []) if isinstance(each, dict)]
    return [Named(str(each.get("id", "")), each.get("key")) for each in found]


def parameters_then(notebook: NotebookNode) -> str:
    """Return the parameters cell as the copy was made with; empty where that was lost."""
    return str(own_metadata(notebook).get("parameters", ""))


def remember_cell(cell: NotebookNode, master: NotebookNode) -> None:
    """Write into a cell what the master says."""
    cell.metadata[NAMESPACE] = {"cell": master["id"], "base": master.source}


def remember_master(notebook: NotebookNode, master: Sequence[NotebookNode], parameters: str) -> None:
    """Write into a notebook which cells the master has, and the copy's own parameters cell."""
    cells = [{"id": cell["id"]} | ({"key": key} if (key := key_of(cell)) else {}) for cell in master]
    notebook.metadata[NAMESPACE] = {"cells": cells, "parameters": parameters}


def keep_findings(notebook: NotebookNode, findings: Sequence[Finding]) -> None:
    """Write what the merge has to say into a notebook to be run, so that whoever prints it knows."""
    if findings:
        kept = [each.model_dump(mode="json", exclude_defaults=True) for each in findings]
        notebook.metadata[NAMESPACE] = {**own_metadata(notebook), "findings": kept}


def keep_narrative(notebook: NotebookNode, master: NotebookNode) -> None:
    """Write into a notebook to be run what the master's narrative says where the two differ."""
    if _narrative(notebook) != _narrative(master):
        notebook.metadata[NAMESPACE] = {**own_metadata(notebook), "narrative": _narrative(master)}


def narrative_of_master(notebook: NotebookNode) -> list[str]:
    """Return the sources of the master's narrative cells by a notebook that was run: what was kept, else its own."""
    kept = own_metadata(notebook).get("narrative")
    return kept if isinstance(kept, list) else _narrative(notebook)


def _narrative(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if key_of(cell) is not None]


def findings_in(notebook: NotebookNode) -> list[Finding]:
    """Return what the merge had to say of a notebook that is run or printed; empty for the master and for copies.

    >>> from nbformat.v4 import new_notebook
    >>> findings_in(new_notebook())
    []
    """
    return [Finding.model_validate(each) for each in own_metadata(notebook).get("findings", [])]
