"""The normal form of an executed notebook: the same after every run of the same cells, under any engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

# The folder of a kernel's cells in tracebacks and warnings, and where an object lies in memory
_VARYING = re.compile(r"(?<=/ipykernel)_\d+(?=/\d+\.py)|(?<= at )0x[0-9a-f]{6,}")

# Tags of the cells that papermill adds, with random ids
_OWN_CELLS = {"injected-parameters", "papermill-error-cell-tag"}

_WIDGET_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_WIDGETS = "application/vnd.jupyter.widget-state+json"


def normal_form(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what differs from run to run.

    That is times, random ids (of papermill's own cells and of widgets), temporary paths and addresses in memory, where
    the text of a stream was cut in pieces, and the engine's own marks.
    """
    plain = _without(notebook, "papermill")
    plain["cells"] = [_normal_cell(number, cell) for number, cell in enumerate(notebook["cells"])]
    return _with_normal_widgets(plain)


def _without(node: NotebookNode, *marks: str) -> NotebookNode:
    """Return a copy of a notebook or cell with a copy of its metadata, but for some."""
    copy = type(node)(node)
    copy["metadata"] = type(node)({key: value for key, value in node["metadata"].items() if key not in marks})
    return copy


def _normal_cell(number: int, cell: NotebookNode) -> NotebookNode:
    normal = _without(cell, "papermill", "execution")
    for tag in cell.metadata.get("tags", []):
        if tag in _OWN_CELLS:
            normal["id"] = f"{tag}-{number}"
    if "outputs" in cell:
        normal["outputs"] = [_normal_output(output) for output in _joined(cell.outputs)]
    return normal


def _joined(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield outputs with neighbouring pieces of one stream put together: a clock cut them."""
    last: NotebookNode | None = None
    for output in outputs:
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last["text"] += output.text
            continue
        if last:
            yield last
        last = type(output)(output)
    if last:
        yield last


def _normal_output(output: NotebookNode) -> NotebookNode:
    """Change an output, which is nobody else's."""
    if output.output_type == "stream":
        output["text"] = _VARYING.sub("", output.text)
    elif output.output_type == "error":
        output["evalue"] = _VARYING.sub("", output.evalue)
        output["traceback"] = [_VARYING.sub("", line) for line in output.traceback]
    elif "text/plain" in output.data:
        output["data"] = type(output)(output.data)
        output["data"]["text/plain"] = _VARYING.sub("", output.data["text/plain"])
    return output


def _with_normal_widgets(notebook: NotebookNode) -> NotebookNode:
    """Give the widgets numbers in the order they were made in, instead of their random ids."""
    import nbformat

    if _WIDGETS not in notebook.metadata.get("widgets", {}):
        return notebook
    numbers = {name: f"{n:032x}" for n, name in enumerate(notebook.metadata.widgets[_WIDGETS].state)}

    def renamed(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, str):
            return _WIDGET_ID.sub(lambda found: numbers.get(found[0], found[0]), value)
        if isinstance(value, list):
            return [renamed(each) for each in value]
        if isinstance(value, dict):
            return {renamed(key): renamed(each) for key, each in value.items()}
        return value

    normal: NotebookNode = nbformat.from_dict(renamed(notebook))
    return normal
