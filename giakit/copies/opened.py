"""The notebook that a report is made from: the master, or a town's working copy merged with it in memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.copies.files import read_notebook
from giakit.copies.memory import is_copy
from giakit.copies.merge import Merged, merge_copy
from giakit.copies.place import find_copy, relative_name
from giakit.copies.written import build_run
from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.project import MASTER

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.findings import Finding


@dataclass(frozen=True)
class OpenedNotebook:
    """A notebook to run.

    Attributes
    ----------
    path
        Where it comes from: the working copy, or the master.
    findings
        What the merge has to say; an error among them means that the report must not be published.
    """

    notebook: NotebookNode
    path: Path
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class MergedCopy:
    """A working copy as it was read, its bytes, the present master, and the merge of both."""

    copy: NotebookNode
    data: bytes
    master: NotebookNode
    merged: Merged


def notebook_for(root: Path, organ: str, year: int) -> OpenedNotebook:
    """Return the notebook to run for an organ, named by its key; nothing is written.

    Raises
    ------
    NarrativeError
        If the working copy or the master cannot be read.
    """
    path = find_copy(root, organ, year)
    if path is None:
        master, _ = read_notebook(root / MASTER)
        return OpenedNotebook(master, root / MASTER)
    opened = open_copy(root, path)
    return OpenedNotebook(build_run(opened.merged, opened.master), path, opened.merged.findings)


def open_copy(root: Path, path: Path) -> MergedCopy:
    """Read a working copy and merge it with the present master.

    Raises
    ------
    NarrativeError
        If one of them cannot be read, or the file is another notebook.
    """
    copy, data = read_notebook(path)
    if not is_copy(copy):
        raise NarrativeError(
            Text(
                "{file} lies where a working copy would, but is none; move it elsewhere and use `giakit edit`",
                file=relative_name(root, path),
            )
        )
    master, _ = read_notebook(root / MASTER)
    return MergedCopy(copy, data, master, merge_copy(copy, master))
