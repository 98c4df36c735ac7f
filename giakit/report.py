"""The report that a notebook shows, piece by piece, in the order of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from giakit.checks import answer_findings, check_remarks, check_statistics
from giakit.content.display import display_content
from giakit.content.model import Chart, Content, Declaration, Heading, Notes, Prose, SectionPlace, Table
from giakit.copies.place import find_copy, relative_name, runs_as_copy
from giakit.errors import GiakitError, ParameterError
from giakit.findings import Finding
from giakit.language import Text, translate
from giakit.narrative.names import build_names
from giakit.parameters import ReportParameters, check_parameters
from giakit.project import is_safe_key
from giakit.prose.check import check_prose, check_report_prose
from giakit.sources import Source, read_source
from giakit.summary import build_summary
from giakit.tables import build_table

if TYPE_CHECKING:
    import pandas as pd

    from giakit.formats import Format, Section
    from giakit.statistics import Statistics


Build = Callable[["Report"], Content]


class Report:
    """One organ's annual report: its statistics, what is wrong with them, and everything the notebook shows.

    Attributes
    ----------
    statistics, previous
        This year's figures, and last year's or ``None``.
    findings
        Unreadable or blank cells and broken rules; the notebook shows them and never raises for them.
    parameters
        What the report was opened with; ``None`` where it was made from statistics alone.
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
        summary: bool = False,
        metadata: Mapping[str, str] | None = None,
        fonts: Literal["bundled", "official"] = "bundled",
        cover: bool = False,
        attachments: Sequence[str] = (),
        other_organs: Sequence[str] = (),
        root: Path | None = None,
        parameters: ReportParameters | None = None,
    ) -> None:
        self._root = root
        self.parameters = parameters
        self.statistics = statistics
        self.previous = previous
        found = [*findings, *check_statistics(statistics, previous)]
        self.findings = tuple(answer_findings(found, statistics.remarks))
        self._preamble = preamble
        self._charts = charts
        self._override = override or ""
        self._summary = summary
        self._metadata = tuple((metadata or {}).items())
        self._fonts = fonts
        self._cover = cover
        self._attachments = tuple(attachments)
        self._other_organs = tuple(other_organs)
        self._whole: tuple[Finding, ...] | None = None  # findings of the prose as a whole, once all of it is there
        self._prose: dict[str, Prose] = {}
        self._pieces: dict[str, Build] = {}
        self._contents: dict[str, Content] = {}
        self._following = False

    @property
    def format(self) -> Format:
        """The revision of the form."""
        return self.statistics.format

    @property
    def title(self) -> str:
        """The report's title."""
        return _title(self.statistics)

    @property
    def declaration(self) -> Declaration:
        """What the report is, for the exporters, with the findings of the figures and of the prose as a whole."""
        entry = self.statistics.entry
        return Declaration(
            title=self.title,
            name=entry("organ.name").text,
            full_name=entry("organ.full_name").text,
            year=self.statistics.year,
            revision=self.format.revision,
            notice=self.format.notice.number,
            sections=tuple(_place(section) for section in self.format.sections),
            key=entry("organ.key").text,
            findings=(*self.findings, *(self._whole or ())),
            override=self._override,
            metadata=self._metadata,
            summary=build_summary(self.statistics, self.previous) if self._summary else (),
            fonts=self._fonts,
            cover=self._cover,
            attachments=self._attachments,
        )

    def show(self) -> None:
        """Show what the report is, and its findings to the analyst."""
        self._show("report", lambda report: report.declaration)
        self._show_copy()
        self._show("findings", Report._notes)

    def _show_copy(self) -> None:
        """Tell the analyst of a working copy that is printed instead of this notebook."""
        path = self.working_copy
        if path and self._root and not runs_as_copy(self._root, path):
            text = translate(
                "{organ} has a working copy for {year}: {file}. Edit there; `giakit render` and `giakit batch` print "
                "it instead of this notebook.",
                organ=self.statistics.entry("organ.key").text,
                year=self.statistics.year,
                file=relative_name(self._root, path),
            )
            _display(Notes(title=translate("Working copy"), text=text), "copy", update=self._following)
        elif self._following:
            _display(Notes(title=translate("Working copy"), text=translate("none")), "copy", update=True)

    @property
    def working_copy(self) -> Path | None:
        """The organ's working copy for the year, or ``None`` where it has none."""
        organ = self.statistics.entry("organ.key").text
        return find_copy(self._root, organ, self.statistics.year) if self._root and is_safe_key(organ) else None

    def show_heading(self, section: str) -> None:
        """Show the statutory heading of a section, named by its numeral (一 … 六)."""
        self._show(f"heading-{section}", partial(Report._heading, numeral=section))

    def show_table(self, section: str) -> None:
        """Show the statutory table of a section, named by its numeral (二, 三, 四)."""
        self._show(f"table-{section}", partial(Report._table, numeral=section))

    def show_chart(self, chart: str) -> None:
        """Show a chart, or say to the analyst why there is none; `chart` is its id, e.g. ``outcomes``."""
        self._show(f"chart-{chart}", partial(Report._chart, chart=chart))

    def finish(self) -> None:
        """Show what no cell has shown, and bring the findings at the top up to date with all prose.

        What is left are headings and tables of a later revision of the form than the notebook was written for.
        """
        for section in self.format.sections:
            if not self._pieces.keys() & {f"heading-{section.numeral}", f"table-{section.numeral}"}:
                self.show_heading(section.numeral)
                if section.table:
                    self.show_table(section.numeral)
        written = list(self._prose.values())
        remarks = self.statistics.remarks
        of_cells = [found for prose in written for found in prose.findings]
        whole = answer_findings(check_report_prose(written, self.statistics), remarks)
        whole += check_remarks([*self.findings, *of_cells, *whole], remarks)
        self._whole = tuple(whole)
        self._show("report", lambda report: report.declaration, update=True)
        self._show("findings", Report._notes, update=True)

    def follow(self, before: Report) -> None:
        """Take the place of a report on the notebook's page: all that it shows is shown anew, where it stands.

        A piece that cannot be made for this report, such as prose with a name of another form, says so in its place.
        """
        self._following = True
        try:
            for name, build in before._pieces.items():
                self._show(name, build)
            self._show_copy()
            if before._whole is not None:
                self.finish()
        finally:
            self._following = False

    def remember(self, name: str, build: Build) -> None:
        """Remember how a piece of the notebook's page is made, before it is made."""
        self._pieces[name] = build
        self._contents.pop(name, None)

    @property
    def contents(self) -> tuple[Content, ...]:
        """What the notebook shows of the report now, in the order of its cells.

        Raises
        ------
        NarrativeError
            If the cell of a piece failed when it was last run.
        """
        return tuple(self._contents.get(name) or build(self) for name, build in self._pieces.items())

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of the figures, and from `finish` on those of the prose, too."""
        if self._whole is None:
            return self.findings
        return (*self.findings, *(found for prose in self._prose.values() for found in prose.findings), *self._whole)

    def names(self) -> pd.DataFrame:
        """Return the names usable in narrative cells, last year's too, each with its label, current value and cells."""
        import pandas as pd

        from giakit.narrative.description import describe_names

        return pd.DataFrame(describe_names(self.narrative_names()), columns=["名称", "含义", "现值", "单元格"])

    def narrative_names(self) -> dict[str, object]:
        """Return what a narrative cell can refer to."""
        return dict(self._names)

    @cached_property
    def _names(self) -> dict[str, object]:
        return build_report_names(self.statistics, self.previous, preamble=self._preamble)

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

    def _show(self, name: str, build: Build, *, update: bool = False) -> None:
        """Show a piece and remember how it is made; one that takes another's place never raises."""
        self.remember(name, build)
        try:
            content = build(self)
        except GiakitError as error:
            if not self._following:
                raise
            _display(Notes(title=translate("Cannot be shown"), text=str(error)), name, update=True)
            return
        self._contents[name] = content
        _display(content, name, update=update or self._following)

    def _heading(self, numeral: str) -> Heading:
        return Heading(section=numeral, text=self._section(numeral).heading)

    def _table(self, numeral: str) -> Table:
        table = self._section(numeral).table
        if table is None:
            raise ParameterError(Text("section {section} has no table", section=numeral))
        return build_table(self.statistics, table)

    def _chart(self, chart: str) -> Chart | Notes:
        from giakit.charts import build_chart

        built = build_chart(chart, self.statistics, self.previous) if self._charts else None
        reason = (
            translate("The figures leave nothing to draw.") if self._charts else translate("Charts are switched off.")
        )
        return built or Notes(title=translate("No chart"), text=reason)

    def _notes(self) -> Notes:
        text = translate("Every figure is there and agrees with the rules of the form.")
        return Notes(title=translate("Findings"), findings=self.all_findings, text=text)

    @cached_property
    def _sections(self) -> dict[str, Section]:
        return {section.numeral: section for section in self.format.sections}

    def _section(self, numeral: str) -> Section:
        if numeral not in self._sections:
            raise ParameterError(
                Text("no section is called {name}; known are {known}", name=numeral, known="、".join(self._sections))
            )
        return self._sections[numeral]


def build_report_names(statistics: Statistics, previous: Statistics | None, *, preamble: bool) -> dict[str, object]:
    """Return what the narrative cells of a report can refer to."""
    return {
        **build_names(statistics, previous),
        "preamble": preamble,
        "notice": statistics.format.notice.number,
        "title": _title(statistics),
    }


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
    return build_report(parameters, read_source(parameters))


def build_report(parameters: ReportParameters, source: Source) -> Report:
    """Open the report that is made from a source."""
    return Report(
        source.statistics,
        [*source.form.findings, *source.findings],
        previous=source.previous,
        preamble=parameters.preamble,
        charts=parameters.charts,
        override=parameters.override,
        summary=parameters.summary,
        metadata=parameters.metadata,
        fonts=parameters.fonts,
        cover=parameters.cover,
        attachments=parameters.attachments,
        other_organs=source.other_organs,
        root=parameters.folder,
        parameters=parameters,
    )


def _title(statistics: Statistics) -> str:
    return statistics.format.title.format(name=statistics.entry("organ.name").text, year=statistics.year)


def _place(section: Section) -> SectionPlace:
    topics = tuple(topic.label for topic in section.topics)
    return SectionPlace(numeral=section.numeral, heading=section.heading, topics=topics, table=section.table)


def _display(content: Content, name: str, *, update: bool = False) -> None:
    display_content(content, f"giakit-{name}", update=update)
