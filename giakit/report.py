"""The report that a notebook shows, piece by piece, in the order of the form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giakit.checks import answer_findings, check_remarks, check_statistics
from giakit.content.model import Content, Declaration, Heading, Notes, Prose, SectionPlace
from giakit.errors import ParameterError, WorkbookError, nearest
from giakit.findings import Finding, finding
from giakit.forms.read import Form, read_workbook
from giakit.language import Text, translate
from giakit.narrative.names import build_names, describe_names
from giakit.parameters import ReportParameters, check_parameters
from giakit.prose.check import check_prose, check_report_prose
from giakit.tables import build_table

if TYPE_CHECKING:
    import pandas as pd

    from giakit.formats import Format, Section
    from giakit.statistics import Statistics


class Report:
    """One organ's annual report: its statistics, what is wrong with them, and everything the notebook shows.

    Attributes
    ----------
    statistics, previous
        This year's figures, and last year's or ``None``.
    findings
        Unreadable or blank cells and broken rules; the notebook shows them and never raises for them.
    """

    def __init__(
        self,
        statistics: Statistics,
        findings: Iterable[Finding],
        *,
        previous: Statistics | None = None,
        preamble: bool = True,
        charts: bool = True,
        override: str | None = None,
        other_organs: Sequence[str] = (),
    ) -> None:
        self.statistics = statistics
        self.previous = previous
        found = [*findings, *check_statistics(statistics, previous)]
        self.findings = tuple(answer_findings(found, statistics.remarks))
        self._preamble = preamble
        self._charts = charts
        self._override = override or ""
        self._other_organs = tuple(other_organs)
        self._prose: dict[str, Prose] = {}
        self._shown: set[str] = set()

    @property
    def format(self) -> Format:
        """The revision of the form."""
        return self.statistics.format

    @property
    def title(self) -> str:
        """The report's title."""
        return self.format.title.format(name=self.statistics.entry("organ.name").text, year=self.statistics.year)

    @property
    def declaration(self) -> Declaration:
        """What the report is, for the exporters."""
        entry = self.statistics.entry
        return Declaration(
            title=self.title,
            name=entry("organ.name").text,
            full_name=entry("organ.full_name").text,
            year=self.statistics.year,
            revision=self.format.revision,
            notice=self.format.notice.number,
            sections=tuple(_place(section) for section in self.format.sections),
            findings=self.findings,
            override=self._override,
        )

    def show(self) -> None:
        """Show what the report is, and its findings to the analyst."""
        _display(self.declaration, "report")
        _display(self._notes(self.findings), "findings")

    def show_heading(self, section: str) -> None:
        """Show the statutory heading of a section, named by its numeral (一 … 六)."""
        self._shown.add(section)
        _display(Heading(section=section, text=self._section(section).heading), f"heading-{section}")

    def show_table(self, section: str) -> None:
        """Show the statutory table of a section, named by its numeral (二, 三, 四)."""
        table = self._section(section).table
        if table is None:
            raise ParameterError(Text("section {section} has no table", section=section))
        self._shown.add(section)
        _display(build_table(self.statistics, table), f"table-{section}")

    def show_chart(self, chart: str) -> None:
        """Show a chart, or say to the analyst why there is none; `chart` is its id, e.g. ``outcomes``."""
        from giakit.charts import build_chart

        built = build_chart(chart, self.statistics, self.previous) if self._charts else None
        reason = (
            translate("The figures leave nothing to draw.") if self._charts else translate("Charts are switched off.")
        )
        _display(built or Notes(title=translate("No chart"), text=reason), f"chart-{chart}")

    def finish(self) -> None:
        """Show what no cell has shown, and bring the findings at the top up to date with all prose.

        What is left are headings and tables of a later revision of the form than the notebook was written for.
        """
        for section in self.format.sections:
            if section.numeral not in self._shown:
                self.show_heading(section.numeral)
                if section.table:
                    self.show_table(section.numeral)
        written = list(self._prose.values())
        remarks = self.statistics.remarks
        of_cells = [found for prose in written for found in prose.findings]
        whole = answer_findings(check_report_prose(written, self.statistics), remarks)
        whole += check_remarks([*self.findings, *of_cells, *whole], remarks)
        _display(self.declaration.model_copy(update={"findings": (*self.findings, *whole)}), "report", update=True)
        _display(self._notes((*self.findings, *of_cells, *whole)), "findings", update=True)

    def names(self) -> pd.DataFrame:
        """Return the names usable in narrative cells, each with its label, current value and cell."""
        import pandas as pd

        return pd.DataFrame(describe_names(self.narrative_names()), columns=["名称", "含义", "现值", "单元格"])

    def narrative_names(self) -> dict[str, object]:
        """Return what a narrative cell can refer to."""
        return {
            **build_names(self.statistics, self.previous),
            "preamble": self._preamble,
            "notice": self.format.notice.number,
            "title": self.title,
        }

    def add_prose(self, prose: Prose) -> Prose:
        """Check a finished narrative cell against the figures and remember it; running it again replaces it.

        Returns
        -------
        The prose with what contradicts the figures among its findings.
        """
        found = check_prose(prose, self.statistics, self.previous, self._other_organs)
        answered = answer_findings([*prose.findings, *found], self.statistics.remarks)
        checked = prose.model_copy(update={"findings": tuple(answered)})
        self._prose[prose.key] = checked
        return checked

    def _notes(self, findings: tuple[Finding, ...]) -> Notes:
        text = translate("Every figure is there and agrees with the rules of the form.")
        return Notes(title=translate("Findings"), findings=findings, text=text)

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.numeral: section for section in self.format.sections}

    def _section(self, numeral: str) -> Section:
        if numeral not in self._sections:
            raise ParameterError(
                Text("no section is called {name}; known are {known}", name=numeral, known="、".join(self._sections))
            )
        return self._sections[numeral]


def open_report(**parameters: Any) -> Report:  # noqa: ANN401 - checked by name and type in giakit.parameters
    """Open the report of a town and year, as the parameters cell of the master notebook names them.

    Parameters
    ----------
    **parameters
        ``town``, ``year``, ``workbook`` and the options of `giakit.parameters.ReportParameters`.

    Raises
    ------
    ParameterError
        If a parameter is wrong, or the workbooks hold no such town.
    WorkbookError
        If a workbook cannot be read at all.
    """
    return read_report(check_parameters(parameters, translate("parameters cell")))


def read_report(parameters: ReportParameters) -> Report:
    """Read the workbooks that the parameters name and open the town's report."""
    forms = _read_forms(parameters.workbook_paths)
    form = find_form(forms, parameters.town, parameters.year)
    assert form.statistics is not None  # noqa: S101 - find_form holds it
    previous, findings = _find_previous(parameters, form.statistics)
    return Report(
        form.statistics,
        [*form.findings, *findings],
        previous=previous,
        preamble=parameters.preamble,
        charts=parameters.charts,
        override=parameters.override,
        other_organs=sorted({name for other in forms if other != form for name in _names(other)} - _names(form)),
    )


def _read_forms(workbooks: Sequence[Path]) -> list[Form]:
    return [form for path in workbooks for form in read_workbook(path).forms]


def find_form(forms: Sequence[Form], town: str, year: int) -> Form:
    """Return the one form of a town and year; a town goes by its key, its name or its full name.

    Raises
    ------
    ParameterError
        If no form or several answer to it, or the only one is of another year.
    WorkbookError
        If a workbook cannot be read, or the town's sheet says not even its year.
    """
    matching = [form for form in forms if town in _names(form)]
    files = "、".join(dict.fromkeys(form.workbook for form in forms))
    if not matching:
        known = sorted({name for form in forms for name in _names(form)})
        raise ParameterError(
            Text(
                "{files}: no organ is called {town}; the nearest is {hint}",
                files=files,
                town=town,
                hint=nearest(town, known) or "、".join(known),
            )
        )
    unread = [form for form in matching if form.statistics is None]
    if unread:
        raise WorkbookError(*unread[0].findings)  # type: ignore[arg-type] # a finding reads as a sentence, too
    of_year = [form for form in matching if form.statistics and form.statistics.year == year]
    if not of_year:
        years = "、".join(str(form.statistics.year) for form in matching if form.statistics)
        raise ParameterError(
            Text(
                "{files}: the sheet of {town} reports {found}, not {year}",
                files=files,
                town=town,
                found=years,
                year=year,
            )
        )
    if len(of_year) > 1:
        sheets = "、".join(f"{form.workbook} [{form.sheet}]" for form in of_year)
        raise ParameterError(
            Text("{town} {year} is reported more than once: {sheets}", town=town, year=year, sheets=sheets)
        )
    return of_year[0]


def _names(form: Form) -> set[str]:
    if form.statistics is None:
        return {form.sheet}
    return {form.statistics.entry(f"organ.{field}").text for field in ("key", "name", "full_name")} - {""}


def _find_previous(parameters: ReportParameters, statistics: Statistics) -> tuple[Statistics | None, list[Finding]]:
    if not parameters.previous_paths:
        return None, []
    key = statistics.entry("organ.key").text
    try:
        return find_form(_read_forms(parameters.previous_paths), key, statistics.year - 1).statistics, []
    except ParameterError as error:
        missing = finding(
            "read.previous",
            "warning",
            key,
            Text("last year's figures are not there: {reason}", reason=error),
            Text("Name the right workbook as `previous`, or leave it out."),
        )
        return None, [missing]


def _place(section: Section) -> SectionPlace:
    topics = tuple(topic.label for topic in section.topics)
    return SectionPlace(numeral=section.numeral, heading=section.heading, topics=topics, table=section.table)


def _display(content: Content, name: str, *, update: bool = False) -> None:
    from IPython.display import display

    display(content, display_id=f"giakit-{name}", update=update)
