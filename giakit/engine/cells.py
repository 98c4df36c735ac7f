"""Cells of a notebook that papermill runs, as messages name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode


def last_started(notebook: NotebookNode) -> int:
    """Return the index of the cell that papermill started last."""
    started = [number for number, cell in enumerate(notebook.cells) if cell.metadata.papermill.get("start_time")]
    return max(started, default=0)


def head(source: str) -> str:
    """Return the first line of a cell that is not blank."""
    return next((line.strip() for line in source.splitlines() if line.strip()), "")
