"""The panel that a notebook opens to in a live front end: pick an organ, look, preview, edit, render.

It stands under the cell that opened the report, and nowhere else: no program that runs a notebook ever sees it, and
nothing of ipywidgets is imported there (see `giakit.panel.front_end`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.panel.front_end import find_front_end

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["attach"]


def attach(shell: InteractiveShell) -> None:
    """Let a panel appear in this kernel's notebook wherever a cell opens a report, if someone is there to see it."""
    front_end = find_front_end(shell)
    if front_end is None or getattr(shell, _MARK, None):
        return
    from giakit.panel.watch import Watch

    watch = Watch(shell, front_end)
    setattr(shell, _MARK, watch)
    shell.events.register("post_run_cell", watch.after_cell)


_MARK = "_giakit_panel"
