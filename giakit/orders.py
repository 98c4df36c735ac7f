"""What is ordered for a report: everything it is made from, and the digests that tell whether anything has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from giakit.copies.place import find_copy, relative_name
from giakit.digests import digest_of
from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.outputs import Inputs
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.provenance import read_environment

if TYPE_CHECKING:
    from giakit.content.correction import Correction
    from giakit.corrections import Baseline
    from giakit.source_plan import PackedSource

# Cell metadata that JupyterLab writes when a cell is run or looked at
_MARKS_OF_RUNS = {"collapsed", "execution", "scrolled"}


@dataclass(frozen=True)
class Order:
    """A report to render, with everything it is made from; any process on any machine makes the same of it.

    `notebook` is the notebook to run, as JSON. A `correction` is held against its `baseline`, the released version.
    """

    organ: str
    name: str
    parameters: ReportParameters
    source: PackedSource
    notebook: str
    kinds: tuple[str, ...]
    inputs: Inputs
    correction: Correction | None = None
    baseline: Baseline | None = None

    @property
    def notebook_name(self) -> str:
        """What messages call the notebook: the organ's working copy, or the master."""
        root = self.parameters.folder
        return relative_name(root, find_copy(root, self.organ, self.parameters.year) or root / MASTER)


def read_notebook(root: Path, organ: str, year: int) -> str:
    """Return the notebook that is run for an organ and year, as JSON without outputs and marks of earlier runs.

    It is the organ's working copy, merged with the master, where there is one; else the master.

    Raises
    ------
    NarrativeError
        If it cannot be read.
    """
    return read_copy(root, organ, year) or read_master(root)


def read_copy(root: Path, organ: str, year: int) -> str | None:
    """Return an organ's working copy as `read_notebook` does; ``None`` where there is none."""
    if not find_copy(root, organ, year):
        return None
    from giakit.copies.opened import notebook_for  # what merges it with the master

    return _text_to_run(notebook_for(root, organ, year).notebook)


def read_master(root: Path) -> str:
    """Return the master as `read_notebook` does.

    It is read as plain JSON: planning a batch does without nbformat, which takes half a second to load.
    """
    try:
        master: dict[str, Any] = json.loads((root / MASTER).read_bytes())
        master["cells"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NarrativeError(
            Text(
                "{file} is no notebook that can be read ({reason}); take a fresh copy with `giakit init`",
                file=MASTER.as_posix(),
                reason=error,
            )
        ) from None
    return _text_to_run(master)


def _text_to_run(notebook: Mapping[str, Any]) -> str:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        for mark in _MARKS_OF_RUNS & cell["metadata"].keys():
            del cell["metadata"][mark]
    return notebook_text(notebook)


def describe_inputs(parameters: ReportParameters, source_digest: str, notebook: str) -> Inputs:
    """Return everything that decides a report's bytes."""
    return Inputs(
        notebook=digest_of(notebook),
        source=source_digest,
        parameters=parameters.model_dump(exclude={"root"}),
        environment=read_environment(parameters.year, parameters.fonts),
    )


def notebook_text(notebook: Mapping[str, Any]) -> str:
    """Return a notebook as Jupyter writes it."""
    return to_json(_sorted(notebook), indent=1).decode() + "\n"


def _sorted(data: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(data, dict):
        return {key: _sorted(data[key]) for key in sorted(data)}
    return [_sorted(each) for each in data] if isinstance(data, list) else data
