"""What the panel shows below its buttons, as HTML: findings, the tables of two years, charts, the page as published."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from giakit.charts import build_chart, chart_ids
from giakit.comparison import build_comparison
from giakit.content.html import render_content
from giakit.content.model import Content, Declaration, Notes
from giakit.errors import ReportRefused
from giakit.exporters.document import Document, build_document
from giakit.findings import SEVERITIES, severity_word
from giakit.language import translate
from giakit.tables import build_table

if TYPE_CHECKING:
    from giakit.formats import Section
    from giakit.report import Report

FINDINGS, CHARTS, PREVIEW = "findings", "charts", "preview"


@dataclass(frozen=True)
class View:
    """A view to choose: its identifier, what its button says, and what it says when pointed at."""

    id: str
    label: str
    tooltip: str = ""


def list_views(report: Report) -> list[View]:
    """Return the views of a report; a statutory table is called by its section's numeral."""
    tables = [section for section in report.format.sections if section.table]
    return [
        View(FINDINGS, translate("Findings")),
        *(View(each.numeral, translate("Table {numeral}", numeral=each.numeral), each.heading) for each in tables),
        View(CHARTS, translate("Charts")),
        View(PREVIEW, translate("Preview")),
    ]


def render_view(report: Report, view: str) -> str:
    """Return a view of a report as an HTML fragment."""
    if view == FINDINGS:
        text = translate("Every figure is there and agrees with the rules of the form.")
        return render_content(Notes(title=translate("Findings"), findings=report.all_findings, text=text))
    if view == CHARTS:
        return _render_charts(report)
    if view == PREVIEW:
        return _render_preview(report)
    return _render_table(report, next(each for each in report.format.sections if each.numeral == view))


def preview_document(report: Report) -> Document:
    """Return the document that the notebook's cells, as they were last run, come to.

    What would not be published because of its figures or prose is a draft that says so.

    Raises
    ------
    GiakitError
        If a statutory part is missing, or a cell failed when it was last run.
    """
    contents = report.contents
    try:
        return build_document(contents)
    except ReportRefused:
        return build_document([_as_draft(content) for content in contents])


def summarise(report: Report) -> str:
    """Return how many findings a report has of each severity."""
    count = Counter(each.severity for each in report.all_findings)
    found = [f"{severity_word(severity)} {count[severity]}" for severity in SEVERITIES if count[severity]]
    return "  ".join(found) or translate("none")


def _as_draft(content: Content) -> Content:
    return (
        content.model_copy(update={"override": translate("preview")}) if isinstance(content, Declaration) else content
    )


def _render_table(report: Report, section: Section) -> str:
    assert section.table is not None  # noqa: S101 - only sections with a table are views
    if report.previous is None:
        hint = translate("There are no figures of last year to compare with.")
        return f"<p>{escape(hint)}</p>{render_content(build_table(report.statistics, section.table))}"
    hint = translate(
        "Below each figure stands last year's, left out where both are 0; {up} and {down} mark by how much it grew or "
        "shrank, {other} another difference. Point at a figure to see its cell, or unfold the cells above the table.",
        up="▲",
        down="▼",
        other="≠",
    )
    return f"<p>{escape(hint)}</p>{render_content(build_comparison(report.statistics, report.previous, section.table))}"


def _render_charts(report: Report) -> str:
    charts = [build_chart(each, report.statistics, report.previous) for each in chart_ids()]
    drawn = "".join(render_content(chart) for chart in charts if chart)
    return drawn or f"<p>{escape(translate('The figures leave nothing to draw.'))}</p>"


def _render_preview(report: Report) -> str:
    from giakit.exporters.page import render_html

    page = escape(render_html(preview_document(report), sources=True))
    style = "width:100%;height:70vh;margin-top:8px;box-sizing:border-box;border:1px solid #8e8e8e;background:#fff"
    return f'<iframe sandbox="" title="{escape(report.title)}" srcdoc="{page}" style="{style}"></iframe>'
