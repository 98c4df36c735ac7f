"""Bytes and milliseconds of the page and the fragment, and what importing the modules that make them costs.

Run: ``.venv/bin/python tests/bench/bench_html.py``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from decimal import Decimal
from typing import TYPE_CHECKING

from giakit import formats
from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, Paragraph, Prose, SectionPlace
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.fragment import render_fragment
from giakit.exporters.page import render_html
from giakit.statistics import Statistics, Value
from giakit.summary import build_summary
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Callable

REPORTS = 60
IMPORTS = ("giakit.exporters.page", "giakit.exporters.fragment", "giakit.exporters.html")
PARAGRAPH = "年内把公开目录重新核对一遍，过期的条目撤下，新增的事项补上，群众问得多的几项单独列出。" * 4


def document(number: int) -> Document:
    """Return a report of its own: three tables, about 2,100 characters, two charts."""
    form = formats.for_year(2023)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * 7 + place % 50), unit=leaf.unit or "元")
        for place, leaf in enumerate(form.leaves)
    )
    figures = Statistics(year=2023, revision=form.revision, values=values)
    before = figures.model_copy(update={"year": 2022})
    charts = [chart for name in ("decisions", "outcomes") if (chart := build_chart(name, figures, before))]
    prose = Paragraph(type="paragraph", inlines=(Inline(text=f"{number}。{PARAGRAPH}"),))
    sections = tuple(
        DocumentSection(
            SectionPlace(numeral=section.numeral, heading=section.heading, table=section.table),
            (build_table(figures, section.table),)
            if section.table
            else (Prose(key=section.numeral, blocks=(prose,) * 4), *(charts if section.numeral == "一" else ())),
        )
        for section in form.sections
    )
    declaration = Declaration(
        title=f"第{number}镇2023年政府信息公开工作年度报告",
        name=f"第{number}镇",
        full_name=f"第{number}镇人民政府",
        year=2023,
        revision=form.revision,
        notice=form.notice.number,
        sections=(),
        summary=build_summary(figures),
    )
    return Document(declaration, (), sections)


def median_milliseconds(render: Callable[[Document], str], documents: list[Document]) -> float:
    """Return the median time of a render; the first, which compiles the template, is not counted."""
    render(documents[0])
    times = []
    for each in documents:
        start = time.perf_counter()
        render(each)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def import_milliseconds(module: str) -> float:
    """Return the median time of a new process that imports a module, less that of one that imports nothing."""
    medians = []
    for code in ("pass", f"import {module}"):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            times.append(time.perf_counter() - start)
        medians.append(statistics.median(times))
    return (medians[1] - medians[0]) * 1000


def main() -> None:
    """Print bytes and times."""
    documents = [document(number) for number in range(REPORTS)]
    for name, render in (("page", render_html), ("fragment", render_fragment)):
        size = statistics.median(len(render(each).encode()) for each in documents)
        print(f"{name:10} {size:8,.0f} bytes   {median_milliseconds(render, documents):6.1f} ms a report")
    for module in IMPORTS:
        print(f"import {module:28} {import_milliseconds(module):6.0f} ms")


if __name__ == "__main__":
    main()
