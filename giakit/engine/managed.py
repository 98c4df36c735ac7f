"""The engine that papermill knows as ``giakit``."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbclient.exceptions import DeadKernelError
from papermill.engines import NBClientEngine
from papermill.log import logger

from giakit.engine.cells import head, last_started
from giakit.engine.forks import available
from giakit.language import Text

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from papermill.engines import NotebookExecutionManager

    from giakit.engine.kernel import Prelude

_OWN_NAMES = {"python", f"python{sys.version_info[0]}", f"python{sys.version_info[0]}.{sys.version_info[1]}"}


class ProcessEnded(DeadKernelError):  # noqa: N818 - named for what happened
    """The process of a notebook ended while a cell ran; `how` says how."""

    def __init__(self, notebook: NotebookNode, how: Text) -> None:
        number = last_started(notebook)
        place = {"number": number + 1, "head": head(notebook.cells[number].source)}
        super().__init__(str(Text("cell {number} ({head}): {reason}", **place, reason=how)))
        self.how = how


class StockEngine(NBClientEngine):  # type: ignore[misc] # papermill is untyped
    """papermill's own engine, which can hand out the notebook it works on, so that an error does not take it along."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        keep: Callable[[NotebookNode], None] | None = None,
        **kwargs: Any,  # noqa: ANN401 - papermill's
    ) -> None:
        """Run the cells of the notebook.

        Parameters
        ----------
        keep
            Called with the notebook before its first cell runs.
        """
        if keep:
            keep(nb_man.nb)
        super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


class GiakitEngine(StockEngine):
    """Runs each notebook in a process of its own, forked from a warm parent, without starting a kernel.

    The notebook comes out as with papermill's own engine, which also serves where this one cannot: where the platform
    does not fork (Windows, macOS), and for a kernel that is not this very Python with ipykernel. All options of
    papermill's engine hold; there is no kernel start-up for ``start_timeout`` to wait for.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: NotebookExecutionManager,
        kernel_name: str,
        *,
        keep: Callable[[NotebookNode], None] | None = None,
        prelude: Prelude | None = None,
        memory: int | None = None,
        **kwargs: Any,  # noqa: ANN401 - papermill's
    ) -> None:
        """Run the cells of the notebook.

        Parameters
        ----------
        keep
            Called with the notebook before its first cell runs.
        prelude
            A function of an importable module and its arguments, called in the notebook's process before its first
            cell; not with papermill's own engine.
        memory
            How many bytes the notebook's process may take beyond what it has from the start; not with papermill's own
            engine.

        Raises
        ------
        ProcessEnded
            If the process ends while a cell runs.
        """
        if not (available() and _is_this_python(kernel_name)):
            super().execute_managed_notebook(nb_man, kernel_name, keep=keep, **kwargs)
            return
        # not to be imported where nothing can be forked
        from giakit.engine.client import ForkedKernel, ForkedNotebookClient

        if keep:
            keep(nb_man.nb)
        with ForkedKernel(prelude, memory) as kernel:
            try:
                ForkedNotebookClient(nb_man, km=kernel, **_client_options(kernel_name, **kwargs)).execute()
            except DeadKernelError:
                raise ProcessEnded(nb_man.nb, _how(kernel.wait_for_exit_code())) from None


def _client_options(
    kernel_name: str,
    *,
    input_path: str | None = None,  # noqa: ARG001 - papermill gives it to every engine
    start_timeout: float | None = None,  # noqa: ARG001 - there is nothing to wait for
    execution_timeout: float | None = None,
    timeout: float | None = None,
    **kwargs: Any,  # noqa: ANN401 - papermill's
) -> dict[str, Any]:
    """Return the options of papermill's engine as those of its client."""
    return kwargs | {"kernel_name": kernel_name, "timeout": execution_timeout or timeout, "log": logger}


@cache
def _is_this_python(kernel_name: str) -> bool:
    """Say whether a kernel is ipykernel under the interpreter that runs here, with nothing else set."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return False
    program, *arguments = spec.argv
    return (
        (program in _OWN_NAMES or Path(program) == Path(sys.executable))
        and arguments == ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
        and not spec.env
    )


def _how(exit_code: int | None) -> Text:
    if exit_code is not None and exit_code >= 0:
        return Text("it ended its own process, with exit code {code}", code=exit_code)
    return Text(
        "the notebook's process was killed ({signal}); often the memory of the machine was used up",
        signal=signal.Signals(-exit_code).name if exit_code else "SIGKILL",
    )
