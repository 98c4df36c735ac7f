"""A dry run of the master notebook's cells, so that what they load and remember is there before the first report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import IPython.display
import nbformat

from giakit import formats, project
from giakit.errors import GiakitError, PrerequisiteError
from giakit.exporters.document import read_document
from giakit.exporters.page import render_html
from giakit.exporters.typst.render import load_typefaces
from giakit.narrative.render import render_narrative
from giakit.report import Report
from giakit.statistics import Entry, Problem, Statistics, Value

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.content.model import Content
    from giakit.formats import Format

_MAGIC = "%%narrative "
_REPORT = "report."

# An organ that is nowhere, with a figure in every field and a word for every topic
_FACTS = {"organ.key": "某镇", "organ.name": "某镇", "organ.full_name": "某镇人民政府", "organ.level": "乡镇"}
_WORD = "无"


def rehearse() -> list[str]:
    """Open a report without meaning after every form; show the newest, exported as far as may be before a fork.

    To show one of an older form, too, would take its time and save none: what is shown comes from the same templates.

    Returns
    -------
    list
        The sources of the master's code cells.
    """
    cells = _cells()
    reports = [_report(form) for form in formats.load_formats(formats.FOLDER)]
    with suppress(GiakitError):  # what is wrong with the master, its own run will say
        render_html(read_document(_executed(reports[-1], cells)))
    load_typefaces()
    return cells


def _report(form: Format) -> Report:
    first, second = (_statistics(form, form.first_year + n) for n in (0, 1))
    return Report(second, [], previous=first, override=_WORD)


def _cells() -> list[str]:
    """Return the code cells of the master; without its starter files giakit runs, too, only from colder caches."""
    try:
        master = nbformat.read(project.starter() / project.MASTER, as_version=4)
    except PrerequisiteError:
        return []
    return [cell.source for cell in master.cells if cell.cell_type == "code"]


def _statistics(form: Format, year: int) -> Statistics:
    one = Decimal(1)
    values = [Value(key=leaf.key, amount=one, unit=leaf.unit) for leaf in (*form.leaves, *form.undivided_leaves)]
    topics = [topic.id for section in form.sections for topic in section.topics]
    word = Entry(key="problem.1", text=_WORD)
    facts = _FACTS | {f"work.{topic}": _WORD for topic in topics} | {"text.other_matters": _WORD}
    return Statistics(
        year=year,
        revision=form.revision,
        values=(*values, Value(key="fee.cases", amount=one), Value(key="fee.amount", amount=one)),
        entries=tuple(Entry(key=key, text=text) for key, text in facts.items()),
        problems=(Problem(problem=word, measure=word),),
    )


def _executed(report: Report, cells: list[str]) -> NotebookNode:
    """Run the cells that show the report; return a notebook with what they displayed."""
    bundles: list[dict[str, Any]] = []
    with _displayed_to(bundles):
        for source in cells:
            if source.startswith(_MAGIC):
                _narrate(report, source)
            elif source.startswith(_REPORT):
                exec(source, {"report": report})  # noqa: S102 - a cell of giakit's own notebook
    outputs = [{"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in bundles]
    cell = {"cell_type": "code", "source": "", "metadata": {}, "execution_count": 1, "outputs": outputs}
    executed: NotebookNode = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    return executed


def _narrate(report: Report, source: str) -> None:
    """Do what the magic of a narrative cell does."""
    first, _, text = source.partition("\n")
    prose = render_narrative(first.removeprefix(_MAGIC), text, report.narrative_names(), report.format)
    IPython.display.display(report.add_prose(prose))


@contextmanager
def _displayed_to(bundles: list[dict[str, Any]]) -> Iterator[None]:
    """Collect what is displayed instead of printing it: no kernel runs here."""
    real = IPython.display.display

    def display(content: Content, **_: object) -> None:
        bundles.append(content._repr_mimebundle_())

    IPython.display.display = display  # type: ignore[assignment] # as much of it as reports use
    try:
        yield
    finally:
        IPython.display.display = real
