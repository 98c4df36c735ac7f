"""The papermill seam: running a notebook with parameters, and the normal form of what comes out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from giakit.errors import GiakitError, NotebookFailed
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from nbformat import NotebookNode

# The kernel's own log goes to the terminal, where a clerk would read it as an error of the report.
_QUIET_KERNEL = ["--IPKernelApp.log_level=50"]

_TERMINAL_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run_notebook(path: Path, parameters: Mapping[str, Any], root: Path) -> NotebookNode:
    """Execute a notebook with papermill in the project's root and return it in normal form.

    Raises
    ------
    NotebookFailed
        If a cell raises.
    """
    import nbformat
    import papermill
    from papermill.exceptions import PapermillExecutionError

    notebook = nbformat.read(path, as_version=4)
    try:
        # A notebook node instead of a path: papermill runs str.format over paths, and a brace in a name raises.
        executed = papermill.execute_notebook(
            notebook, None, dict(parameters), cwd=root, progress_bar=False, extra_arguments=_QUIET_KERNEL
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(_failure(path, error)) from None
    return normal_form(executed)


def _failure(path: Path, error: Any) -> Text:  # noqa: ANN401 - papermill is untyped
    head = error.source.strip().splitlines()[0] if error.source.strip() else ""
    reason = _TERMINAL_COLOURS.sub("", error.evalue)
    kind = "" if error.ename in _own_errors() else f"{error.ename}: "
    return Text(
        "{file}, cell {number} ({head}): {reason}",
        file=path.name,
        number=error.cell_index + 1,
        head=head,
        reason=kind + reason,
    )


def _own_errors() -> set[str]:
    return {each.__name__ for each in GiakitError.__subclasses__()}


def normal_form(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what differs from run to run: times, random ids, paths, the engine's own marks."""
    import nbformat

    plain: NotebookNode = nbformat.from_dict(notebook)
    plain.metadata = nbformat.from_dict({key: value for key, value in plain.metadata.items() if key != "papermill"})
    for number, cell in enumerate(plain.cells):
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = f"injected-parameters-{number}"
        for mark in ("papermill", "execution"):
            cell.metadata.pop(mark, None)
    return plain
