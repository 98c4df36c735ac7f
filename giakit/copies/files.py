"""Notebooks as files: read strictly, written the same bytes each time, and never over what somebody else saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giakit.errors import NarrativeError, ParameterError
from giakit.forms.replace import replace_file
from giakit.language import Text

if TYPE_CHECKING:
    from nbformat import NotebookNode

_VERSION = 4  # the only one that notebooks have had since 2015
_MINOR = 5  # from here on, cells have ids
_CELL_TYPES = {"code", "markdown", "raw"}


def read_notebook(path: Path) -> tuple[NotebookNode, bytes]:
    """Read a notebook, in which every cell gets an id of its own where it has none.

    Returns
    -------
    The notebook, and the bytes of its file.

    Raises
    ------
    NarrativeError
        If the file is no notebook.
    """
    data = path.read_bytes()
    try:
        found = json.loads(data)
    except ValueError:  # neither JSON nor UTF-8
        found = None
    if not _is_notebook(found):
        raise NarrativeError(
            Text(
                "{file} is no notebook that can be read: it is damaged or was saved halfway. "
                "Put back an earlier version of it, or delete it and make it again with `giakit edit`.",
                file="/".join(path.parts[-2:]),  # a town's copies of all years have the same name
            )
        )
    return _as_node(found), data


def write_new(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook where there is none yet.

    Raises
    ------
    ParameterError
        If the file is there already; it stays as it is.
    """
    data = _dump(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.open("xb").close()  # holds the place, so that of two who come at once only one writes
    except FileExistsError:
        raise ParameterError(
            Text("{file} is there already and was left as it is; open it in JupyterLab", file=path.name)
        ) from None
    replace_file(path, data)


def write_over(path: Path, notebook: NotebookNode, read: bytes) -> None:
    """Write a notebook in the place of what was read from its file.

    Raises
    ------
    NarrativeError
        If the file no longer holds that; it stays as it is.
    """
    data = _dump(notebook)
    if path.read_bytes() != read:
        raise NarrativeError(
            Text("{file} was saved by somebody meanwhile and was left as it is; run the command again", file=path.name)
        )
    replace_file(path, data)


def _dump(notebook: NotebookNode) -> bytes:
    from nbformat import v4

    text: str = v4.writes(notebook)
    return f"{text}\n".encode()


def _is_notebook(found: object) -> bool:
    if not isinstance(found, dict) or found.get("nbformat") != _VERSION or not isinstance(found.get("metadata"), dict):
        return False
    cells = found.get("cells")
    return isinstance(cells, list) and all(_is_cell(cell) for cell in cells)


def _is_cell(found: object) -> bool:
    if not isinstance(found, dict) or found.get("cell_type") not in _CELL_TYPES:
        return False
    source = found.get("source")
    lines = source if isinstance(source, list) else [source]
    return isinstance(found.get("metadata"), dict) and all(isinstance(line, str) for line in lines)


def _as_node(found: Mapping[str, Any]) -> NotebookNode:
    """Return a notebook whose cells have ids, made up of their places where editors left them out or doubled them."""
    from nbformat import v4

    notebook: NotebookNode = v4.to_notebook(dict(found))
    taken: set[str] = set()
    for number, cell in enumerate(notebook.cells, 1):
        if not isinstance(cell.get("id"), str) or cell["id"] in taken:
            cell["id"] = free_id(f"cell-{number}", taken | {str(other.get("id")) for other in notebook.cells})
        taken.add(cell["id"])
    notebook.nbformat_minor = max(_MINOR, notebook.get("nbformat_minor", 0))
    return notebook


def free_id(wanted: str, taken: set[str]) -> str:
    """Return an id that no other cell has: the wanted one, or that with a number behind it."""
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
