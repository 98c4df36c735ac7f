"""A merge as a notebook: to be run, or to be kept as the working copy."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING

from giakit.copies.cells import NAMESPACE, role_of, tags_of, title_of
from giakit.copies.files import free_id
from giakit.copies.memory import (
    Conflict,
    conflict_of,
    keep_findings,
    keep_narrative,
    remember_cell,
    remember_master,
)
from giakit.language import translate

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.copies.merge import Merged, MergedCell

_LONGEST_ID = 48


def build_run(merged: Merged, master: NotebookNode) -> NotebookNode:
    """Return the merged notebook as it is run: like the master, without outputs and without what is remembered.

    Its metadata hold what the merge has to say, and the master's narrative.
    """
    cells = _with_own_ids([each.cell for each in merged.cells])
    for cell in cells:
        tags = tags_of(cell)
        cell.metadata.clear()
        cell.metadata.update({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    run = _notebook(master, master.metadata, cells)
    keep_findings(run, merged.findings)
    keep_narrative(run, master)
    return run


def build_copy(merged: Merged, copy: NotebookNode, master: NotebookNode, parameters: str) -> NotebookNode:
    """Return the merged notebook as the working copy that remembers the present master.

    Behind each cell with an open conflict stands a cell that shows the master's text; the conflict is answered by
    deleting it.

    Parameters
    ----------
    copy
        The working copy as it was: its metadata, and the conflict cells that are shown already.
    parameters
        The copy's parameters cell as it was made.
    """
    shown = {conflict_of(cell): cell for cell in copy.cells if role_of(cell) == "conflict"}
    cells = _with_own_ids([each.cell for each in merged.cells])
    taken = {str(cell["id"]) for cell in cells}
    kept: list[NotebookNode] = []
    for each, cell in zip(merged.cells, cells, strict=True):
        kept.append(cell)
        if each.master is not None and role_of(cell) != "parameters":
            remember_cell(cell, each.master)
        if each.in_conflict and each.master is not None:
            conflict = Conflict(str(each.master["id"]), each.master.source)
            known = shown.get(conflict)
            kept.append(deepcopy(known) if known else _conflict_cell(each, conflict, taken))
            taken.add(str(kept[-1]["id"]))
        for other in each.beside:
            kept.append(deepcopy(other))
            kept[-1]["id"] = free_id(str(other["id"]), taken)
            kept[-1].metadata[NAMESPACE]["conflict"] = str(cell["id"])
            taken.add(str(kept[-1]["id"]))
    metadata = {name: value for name, value in copy.metadata.items() if name != "papermill"}
    new = _notebook(master, metadata, kept)
    remember_master(new, master.cells, parameters)
    return new


def _notebook(master: NotebookNode, metadata: dict[str, object], cells: list[NotebookNode]) -> NotebookNode:
    from nbformat import from_dict

    new: NotebookNode = from_dict({**master, "metadata": deepcopy(dict(metadata)), "cells": []})
    new.cells = cells
    return new


def _with_own_ids(cells: list[NotebookNode]) -> list[NotebookNode]:
    """Return copies of cells, each with an id that no cell before it has."""
    found, taken = [], set[str]()
    for cell in cells:
        new = deepcopy(cell)
        new["id"] = free_id(str(cell["id"]), taken)
        taken.add(str(new["id"]))
        found.append(new)
    return found


def word_cell(cell: NotebookNode, source: str, taken: set[str]) -> NotebookNode:
    """Return the cell that shows what Word says where the notebook's text was kept."""
    return _shown_cell(
        Conflict(str(cell["id"]), source, word=True),
        translate(
            "**In conflict with the Word document: {cell}**\n\nThe cell above was changed in the notebook, too, and "
            "was kept. Word says:\n\n{fence}\n{source}\n{fence}\n\n"
            "Take over what is needed into the cell above, then delete this cell: that ends the conflict.",
            cell=title_of(cell),
            fence=_fence(source),
            source=source.rstrip(),
        ),
        taken,
    )


def _conflict_cell(merged: MergedCell, conflict: Conflict, taken: set[str]) -> NotebookNode:
    return _shown_cell(
        conflict,
        translate(
            "**In conflict with the master: {cell}**\n\nThe cell above is yours and was kept. The master now says:\n\n"
            "{fence}\n{source}\n{fence}\n\n"
            "Take over what is needed into the cell above, then delete this cell: that ends the conflict.",
            cell=title_of(merged.cell),
            fence=_fence(conflict.source),
            source=conflict.source.rstrip(),
        ),
        taken,
    )


def _shown_cell(conflict: Conflict, text: str, taken: set[str]) -> NotebookNode:
    from nbformat import v4

    name = free_id(f"{conflict.id[:_LONGEST_ID]}-conflict", taken)
    remembered = {"conflict": conflict.id, "word" if conflict.word else "master": conflict.source}
    cell: NotebookNode = v4.new_markdown_cell(text, id=name, metadata={"tags": ["remove-cell"], NAMESPACE: remembered})
    return cell


def _fence(source: str) -> str:
    """Return what stands around a source so that nothing in it ends it."""
    return "`" * (1 + max([2, *(len(run) for run in re.findall("`+", source))]))
