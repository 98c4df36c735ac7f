"""What is done after each cell: the panel appears under one that opens a report, and follows what others change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.narrative.magic import REPORT
from giakit.report import Report

if TYPE_CHECKING:
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

    from giakit.panel.front_end import FrontEnd
    from giakit.panel.widgets import Panel


class Watch:
    """Shows the panel under the cell that opens a report, and keeps it up to date with the cells that run."""

    def __init__(self, shell: InteractiveShell, front_end: FrontEnd) -> None:
        self._shell = shell
        self._front_end = front_end
        self._panel: Panel | None = None
        if front_end == "page":
            from giakit.panel.widgets import Page

            shell.display_pub.register_hook(Page())  # type: ignore[attr-defined] # ipykernel's own

    def after_cell(self, result: ExecutionResult) -> None:
        """Look at the kernel's report."""
        report = self._shell.user_ns.get(REPORT)
        if not isinstance(report, Report):
            return
        if self._panel is None:
            from giakit.panel.session import Session
            from giakit.panel.widgets import Panel

            self._panel = Panel(Session(self._shell, report), read_only=self._front_end == "page")
            self._panel.show()
        elif report is not self._panel.session.report:
            self._panel.session.take(report)
            self._panel.show()
        elif result.success:
            self._panel.refresh()
