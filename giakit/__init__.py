"""giakit: annual reports on open government information from one notebook and one spreadsheet.

`import giakit` is light: everything heavier is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_HOMES = {
    "County": "giakit.explore.county",
    "Finding": "giakit.findings",
    "GiakitError": "giakit.errors",
    "Report": "giakit.report",
    "Statistics": "giakit.statistics",
    "open_county": "giakit.explore.opened",
    "open_report": "giakit.report",
    "read_likeness": "giakit.likeness",
    "read_workbook": "giakit.forms.read",
    "run_batch": "giakit.batch.interactive",
    "write_workbook": "giakit.forms.write",
}

__all__ = [
    "County",
    "Finding",
    "GiakitError",
    "Report",
    "Statistics",
    "__version__",
    "open_county",
    "open_report",
    "read_likeness",
    "read_workbook",
    "run_batch",
    "write_workbook",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as wide as the public names
    if name == "__version__":
        from importlib import metadata  # slow to import, rarely asked for

        return metadata.version("giakit")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'giakit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the ``%%narrative`` cell magic, and the panel in a live front end; called by ``%load_ext giakit``."""
    from giakit.narrative.magic import register
    from giakit.panel import attach

    register(shell)
    attach(shell)
