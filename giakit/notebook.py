"""The papermill seam: running a notebook with parameters."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from giakit.engine.cells import head, last_started
from giakit.engine.normal import normal_form
from giakit.errors import GiakitError, NotebookFailed, NotebookTimedOut
from giakit.language import Text

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Engine", "Limits", "Prelude", "normal_form", "run_notebook"]

Engine = Literal["giakit", "nbclient"]

Prelude = tuple[Callable[..., object], tuple[Any, ...]]

# The kernel's own log goes to the terminal, where a clerk would read it as an error of the report.
_QUIET_KERNEL = ["--IPKernelApp.log_level=50"]

# Whatever kernel a notebook names (that of whoever saved it, or none), it is this Python that has giakit.
_KERNEL, _LANGUAGE = "python3", "python"

_TERMINAL_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Limits:
    """What one notebook may take; ``None`` is no limit.

    Attributes
    ----------
    seconds
        From the first cell to the last, on the clock.
    megabytes
        Of data beyond what its process has from the start; only where its process is forked.
    """

    seconds: float | None = None
    megabytes: int | None = None

    @property
    def memory(self) -> int | None:
        """The limit of memory in bytes."""
        return None if self.megabytes is None else self.megabytes * 2**20


USUAL_LIMITS = Limits(seconds=300, megabytes=2048)  # of a batch, which nobody may be watching


def run_notebook(
    notebook: NotebookNode | Path,
    parameters: Mapping[str, Any],
    root: Path,
    *,
    engine: Engine = "giakit",
    prelude: Prelude | None = None,
    limits: Limits | None = None,
    name: str = "",
) -> NotebookNode:
    """Execute a notebook with papermill in the project's root and return it in normal form.

    Parameters
    ----------
    notebook
        A notebook, which stays as it is, or its file.
    engine
        ``giakit`` forks the notebook's process from a warm parent, where the platform can; ``nbclient`` starts a
        kernel, as papermill does by itself.
    prelude
        A function of an importable module and its arguments, called in the notebook's process before its first cell;
        only with the engine ``giakit``.
    limits
        What the notebook may take.
    name
        What messages call it; its file's name if not given.

    Raises
    ------
    NotebookFailed
        If a cell raises, ends its process or takes too much memory. What was run so far comes with it.
    NotebookTimedOut
        If it takes too long.
    """
    run = _Run(notebook, limits or Limits(), name)
    return run.execute(parameters, root, engine, prelude)


class _Run:
    """A notebook on its way through papermill."""

    def __init__(self, notebook: NotebookNode | Path, limits: Limits, name: str) -> None:
        self._file = name or (notebook.name if isinstance(notebook, Path) else "")
        self._source = _read(notebook)
        self._limits = limits
        self._executed: NotebookNode | None = None
        self._deadline: float | None = None

    def execute(
        self, parameters: Mapping[str, Any], root: Path, engine: Engine, prelude: Prelude | None
    ) -> NotebookNode:
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        try:
            executed = self._run_cells(dict(parameters), root, _register(engine), self._options(engine, prelude))
        except PapermillExecutionError as error:
            raise self._failed(NotebookFailed, self._reason(error), error.cell_index, error.source) from None
        except CellTimeoutError:
            reason = Text("the notebook has taken longer than {seconds} s", seconds=f"{self._limits.seconds:g}")
            raise self._stopped(NotebookTimedOut, reason) from None
        except DeadKernelError as error:
            reason = getattr(error, "how", Text("the notebook's process has ended"))
            raise self._stopped(NotebookFailed, reason) from None
        return normal_form(executed)

    def _run_cells(self, parameters: dict[str, Any], root: Path, engine: str, options: dict[str, Any]) -> NotebookNode:
        """Do what `papermill.execute_notebook` does, without writing and reading notebooks as JSON on the way."""
        from papermill.engines import papermill_engines
        from papermill.execute import raise_for_execution_errors, remove_error_markers
        from papermill.parameterize import parameterize_notebook
        from papermill.utils import chdir

        prepared = remove_error_markers(_marked(self._source))
        if parameters:
            named = {"engine_name": engine, "kernel_name": _KERNEL, "language": _LANGUAGE}
            prepared = parameterize_notebook(prepared, parameters, **named)
        with chdir(root):
            executed: NotebookNode = papermill_engines.execute_notebook_with_engine(
                engine, prepared, _KERNEL, progress_bar=False, **options
            )
        raise_for_execution_errors(executed, None)
        return executed

    def _options(self, engine: Engine, prelude: Prelude | None) -> dict[str, Any]:
        """Return what is for the engine."""
        options: dict[str, Any] = {"keep": self._keep}
        if self._limits.seconds is not None:
            options["timeout_func"] = self._seconds_left
        if engine == "giakit":
            return options | {"prelude": prelude, "memory": self._limits.memory}
        return options | {"extra_arguments": _QUIET_KERNEL}

    def _keep(self, notebook: NotebookNode) -> None:
        self._executed = notebook

    def _seconds_left(self, cell: NotebookNode) -> float:  # noqa: ARG002 - nbclient asks for every cell
        now = time.monotonic()
        if self._deadline is None:
            self._deadline = now + (self._limits.seconds or 0)
        return max(self._deadline - now, 0.001)  # to nbclient, 0 is no limit

    def _reason(self, error: Any) -> Text | str:  # noqa: ANN401 - papermill is untyped
        memory = self._limits.megabytes
        if memory is not None and error.ename.endswith("MemoryError"):
            return Text("it needs more memory than the {memory} MB a notebook may take", memory=memory)
        kind = "" if error.ename in _own_errors() else f"{error.ename}: "
        return kind + _TERMINAL_COLOURS.sub("", error.evalue)

    def _stopped(self, kind: type[NotebookFailed], reason: Text) -> NotebookFailed:
        """Return the error for a cell that was running when the notebook was stopped."""
        assert self._executed is not None  # noqa: S101 - a cell was running
        number = last_started(self._executed)
        return self._failed(kind, reason, number, self._executed.cells[number].source)

    def _failed(self, kind: type[NotebookFailed], reason: Text | str, number: int, source: str) -> NotebookFailed:
        place = {"number": number + 1, "head": head(source), "reason": reason}
        if self._file:
            error = kind(Text("{file}, cell {number} ({head}): {reason}", file=self._file, **place))
        else:
            error = kind(Text("cell {number} ({head}): {reason}", **place))
        error.executed = self._executed and normal_form(self._executed)
        return error


def _read(notebook: NotebookNode | Path) -> NotebookNode:
    """Return the notebook; cells of an old one, which have no ids, get the same ids every time."""
    import nbformat

    read = nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook
    if (read.nbformat, read.nbformat_minor) >= (4, 5):
        return read
    upgraded: NotebookNode = nbformat.v4.upgrade(nbformat.from_dict(read))
    for number, cell in enumerate(upgraded.cells):
        cell["id"] = f"cell-{number}"
    return upgraded


def _marked(notebook: NotebookNode) -> NotebookNode:
    """Return a copy with the marks that papermill wants to find."""
    from papermill import __version__

    marked = deepcopy(notebook)
    marked.metadata["papermill"] = {"default_parameters": {}, "environment_variables": {}, "version": __version__}
    for cell in marked.cells:
        cell.metadata.setdefault("tags", [])
        cell.metadata["papermill"] = {}
    return marked


def _register(engine: Engine) -> str:
    """Make papermill know the engine, which also hands out the notebook it works on, and return its name."""
    from papermill.engines import papermill_engines

    from giakit.engine import GiakitEngine, StockEngine

    name = f"giakit.{engine}"
    papermill_engines.register(name, GiakitEngine if engine == "giakit" else StockEngine)
    return name


def _own_errors() -> set[str]:
    return {each.__name__ for each in GiakitError.__subclasses__()}
