"""What a merge has to say: conflicts, cells that were deleted, statutory cells that are missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from giakit.copies.cells import role_of, title_of
from giakit.findings import Finding, Severity, finding
from giakit.language import Text

if TYPE_CHECKING:
    from nbformat import NotebookNode


DROPPED = "copy.dropped"


def conflict_notice(cell: NotebookNode, *, shown: bool) -> Finding:
    """Tell that both sides changed a cell, of which the analyst's text was kept.

    `shown`: whether the cell below it that shows the master's text is there already.
    """
    fresh = Text("Run `giakit sync`, take over from the cell below it what is needed, and delete that cell.")
    return finding(
        "copy.conflict",
        "warning",
        title_of(cell),
        Text("this cell was changed in the working copy and in the master, too; the working copy's text is printed"),
        Text("Take over from the cell below it what is needed, and delete that cell.") if shown else fresh,
    )


def word_notice(cell: NotebookNode) -> Finding:
    """Tell that a cell was edited in Word, too, and that the working copy's text was kept."""
    return finding(
        "copy.word",
        "warning",
        title_of(cell),
        Text("this cell was edited in Word and in the notebook, too; the notebook's text is printed"),
        Text("Take over from the cell below it what is needed, and delete that cell."),
    )


def deletion_notice(cell: NotebookNode) -> Finding | None:
    """Tell that the analyst deleted a narrative cell or a chart; of other cells there is nothing to tell."""
    severities: dict[str, Severity] = {"narrative": "warning", "chart": "note"}
    severity = severities.get(role_of(cell))
    if severity is None:
        return None
    return finding(
        "copy.deleted",
        severity,
        title_of(cell),
        Text("this cell of the master was deleted from the working copy, and is not printed"),
        Text("If it should be, copy it back from the master notebook."),
    )


def missing_notice(cell: NotebookNode, calls: Sequence[str], *, deleted: bool) -> Finding:
    """Tell that a copy no longer shows a statutory part, because its cell was deleted or rewritten."""
    title, called = title_of(cell), "、".join(calls)
    lacking = Text("the working copy lacks {calls}, which every report needs", calls=called)
    remedy = Text("Put the cell back with `giakit sync`.")
    rewritten = Text("Write {calls} in the cell again.", calls=called)
    return finding(
        "copy.missing",
        "error",
        title,
        Text("the working copy lacks it, and every report needs it") if title == called else lacking,
        remedy if deleted else rewritten,
    )


def dropped_notice(cell: NotebookNode) -> Finding:
    """Tell that the master no longer has a cell which was edited and therefore stays."""
    return finding(
        DROPPED,
        "warning",
        title_of(cell),
        Text("the master no longer has this cell; it was edited in the working copy and is printed"),
        Text("Delete it, or keep it as the working copy's own with `giakit sync`."),
    )
