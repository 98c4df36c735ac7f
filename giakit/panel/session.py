"""What the panel's pickers and buttons do: the kernel's report, and what is made from it."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from giakit.copies.make import make_copy
from giakit.copies.place import SELF
from giakit.errors import ParameterError
from giakit.exporters.typst.render import render_pdf
from giakit.findings import errors, unanswered
from giakit.forms.replace import replace_file
from giakit.language import Text, translate
from giakit.narrative.magic import REPORT
from giakit.panel.choices import Choice, Choices
from giakit.panel.views import preview_document
from giakit.report import Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

    from giakit.batch.run import BatchResult
    from giakit.parameters import ReportParameters

PREVIEWS = Path("outputs", "preview")


@dataclass(frozen=True)
class Link:
    """Something to open: what it is called, and its address as seen from the notebook."""

    label: str
    href: str
    download: str = ""


@dataclass(frozen=True)
class Answer:
    """What a button has to say when it is done: a sentence, what there is to open, and what went wrong."""

    text: str
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()


class Session:
    """The report that the notebook shows, and what a person can do with it."""

    def __init__(self, shell: InteractiveShell, report: Report) -> None:
        self._shell = shell
        self.report = report
        self.choices = Choices(self._root(report))

    def take(self, report: Report) -> None:
        """Go on with the report that a cell has opened."""
        self.report = report
        if self.choices.root != self._root(report):
            self.choices = Choices(self._root(report))

    @property
    def choice(self) -> Choice | None:
        """What must be picked for the notebook's report."""
        return self.choices.choice_of(self.report)

    @property
    def copy_link(self) -> Link | None:
        """The organ's working copy, where it has one and this notebook is another."""
        path = self.report.working_copy
        return self._link(path) if path and not self.is_copy else None

    @property
    def is_copy(self) -> bool:
        """Whether the notebook is a working copy, whose prose is one organ's."""
        return SELF in self._shell.user_ns

    def pick(self, choice: Choice) -> None:
        """Let the notebook show another report: its variables as if its parameters cell named it, and every display.

        Raises
        ------
        GiakitError
            If it cannot be opened; the notebook stays as it is.
        """
        parameters = self.choices.parameters(choice)
        report = self.choices.open(parameters)
        report.follow(self.report)
        self._shell.user_ns.update({**parameters.model_dump(), REPORT: report})
        self.report = report

    def read_again(self) -> None:
        """Read parameter files and workbooks again, and show the report as they make it now; raises as `pick`."""
        self.choices.look_again()
        choice = self.choice
        if choice:
            self.pick(choice)

    def write_pdf(self) -> Answer:
        """Write the PDF that the notebook's cells come to, to be looked at; it is not published."""
        pdf = render_pdf(preview_document(self.report))
        path = self.choices.root / PREVIEWS / str(self.report.statistics.year) / f"{self._organ}.pdf"
        replace_file(path, pdf)
        return Answer(translate("The PDF as the cells stand, not published:"), (self._link(path),))

    def offer_pdf(self) -> Answer:
        """Offer the PDF that the cells come to for download, without writing anything."""
        pdf = base64.b64encode(render_pdf(preview_document(self.report))).decode("ascii")
        name = f"{self._organ}-{self.report.statistics.year}.pdf"
        link = Link(name, f"data:application/pdf;base64,{pdf}", download=name)
        return Answer(translate("The PDF as the cells stand, not published:"), (link,))

    def edit(self) -> Answer:
        """Make the organ's working copy, or name the one there is."""
        path = self.report.working_copy
        if path:
            return Answer(translate("There is a working copy; open it and edit there:"), (self._link(path),))
        path = make_copy(self.choices.root, self._parameters, self._organ)
        return Answer(translate("The working copy is made; open it and edit there:"), (self._link(path),))

    def render(self) -> Answer:
        """Render the report as `giakit render` does, from the notebook or working copy as it was last saved."""
        from giakit.render import render_report

        rendered = render_report(self._parameters)
        public = [path for path in rendered.files if path.suffix in {".html", ".pdf"}]
        count = len(unanswered(rendered.findings)) + len(errors(rendered.findings))
        text = translate("Rendered; findings that still ask for a look: {count}", count=count)
        return Answer(text, tuple(map(self._link, public)))

    def batch(self) -> Answer:
        """Render the county's reports of the year, and show the progress where this is called."""
        from giakit.batch.interactive import run_batch

        choice = self.choice
        path = self.choices.offer(choice).path if choice else None
        if choice is None or path is None:
            raise ParameterError(Text("the parameters cell names workbooks of no parameter file in params/"))
        result = run_batch(path, years=[choice.year], out=self.choices.root / "outputs")
        index = self.choices.root / "outputs" / str(choice.year) / "index.html"
        return Answer(_outcome(result), (self._link(index),), tuple(_failures(result)))

    @property
    def _parameters(self) -> ReportParameters:
        if self.report.parameters is None:
            raise ParameterError(Text("the report was not opened with parameters"))
        return self.report.parameters

    @property
    def _organ(self) -> str:
        return self.report.statistics.entry("organ.key").text

    def _link(self, path: Path) -> Link:
        href = Path(os.path.relpath(path, Path.cwd())).as_posix()
        return Link(path.relative_to(self.choices.root).as_posix(), quote(href))

    def _root(self, report: Report) -> Path:
        return report.parameters.folder if report.parameters else Path.cwd()


def _outcome(result: BatchResult) -> str:
    return translate(
        "{stale} rendered, {unchanged} unchanged, {failed} not published as they should be",
        stale=len(result.finished),
        unchanged=len(result.plan.reports) - len(result.finished),
        failed=len(result.plan.unreadable) + sum(record.outcome != "done" for record in result.records),
    )


def _failures(result: BatchResult) -> Iterator[str]:
    """Say of each report that is not published why."""
    from giakit.batch.progress import report_line

    for record in result.records:
        if record.outcome != "done":
            yield "\n".join([report_line(record), *map(str, record.problems)])
    for each in result.plan.unreadable:
        yield "\n".join([f"{each.workbook} [{each.sheet}]", *map(str, each.problems)])
