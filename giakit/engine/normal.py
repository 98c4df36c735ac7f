"""The normal form of an executed notebook: the same after every run of the same cells, under any engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

# The folder of a kernel's cells in tracebacks and warnings, and where an object lies in memory
_VARYING = re.compile(r"(?<=/ipykernel)_\d+(?=/\d+\.py)|(?<= at )0x[0-9a-f]{6,}")

_WIDGET_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_WIDGETS = "application/vnd.jupyter.widget-state+json"


def normal_form(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without what differs from run to run.

    That is times, random ids (of papermill's own cells and of widgets), temporary paths and addresses in memory, where
    the text of a stream was cut in pieces, and the engine's own marks.
    """
    import nbformat

    plain: NotebookNode = nbformat.from_dict(notebook)
    plain.metadata = nbformat.from_dict({key: value for key, value in plain.metadata.items() if key != "papermill"})
    for number, cell in enumerate(plain.cells):
        for tag in cell.metadata.get("tags", []):
            if tag in {"injected-parameters", "papermill-error-cell-tag"}:
                cell["id"] = f"{tag}-{number}"
        for mark in ("papermill", "execution"):
            cell.metadata.pop(mark, None)
        if "outputs" in cell:
            cell.outputs = [_normal_output(output) for output in _joined(cell.outputs)]
    return _with_normal_widgets(plain)


def _joined(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield outputs with neighbouring pieces of one stream put together: a clock cut them."""
    last: NotebookNode | None = None
    for output in outputs:
        if last and last.output_type == output.output_type == "stream" and last.name == output.name:
            last.text += output.text
            continue
        if last:
            yield last
        last = output
    if last:
        yield last


def _normal_output(output: NotebookNode) -> NotebookNode:
    if output.output_type == "stream":
        output.text = _VARYING.sub("", output.text)
    elif output.output_type == "error":
        output.evalue = _VARYING.sub("", output.evalue)
        output.traceback = [_VARYING.sub("", line) for line in output.traceback]
    elif "text/plain" in output.data:
        output.data["text/plain"] = _VARYING.sub("", output.data["text/plain"])
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
