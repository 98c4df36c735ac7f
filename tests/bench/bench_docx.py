"""Bytes and milliseconds of the Word document, the data files and the poster, of the sample county's 2022 reports.

Run: ``.venv/bin/python tests/bench/bench_docx.py``
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, Paragraph, Prose, SectionPlace
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.word import render_docx
from giakit.forms.read import read_workbook
from giakit.opendata import county_files, data_files
from giakit.poster import render_poster
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from giakit.statistics import Statistics

ROOT = Path(__file__).resolve().parents[2]
RUNS = 9


def read_county(year: int) -> dict[str, Statistics]:
    """Return the sample county's statistics by the organ's key."""
    forms = read_workbook(ROOT / "params" / f"county-{year}.xlsx").forms
    return {form.statistics.entry("organ.key").text: form.statistics for form in forms if form.statistics}


def build_document(this: Statistics, previous: Statistics) -> Document:
    """Build a report of 2,000 characters, two charts and three tables."""
    form, name = this.format, this.entry("organ.name").text
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    words = Paragraph(type="paragraph", inlines=(Inline(text="政府信息公开工作情况，" * 60),))
    charts = [build_chart(chart, this, previous) for chart in ("decisions", "outcomes")]
    pieces = (Prose(key="一", blocks=(words,)), *(chart for chart in charts if chart))
    sections = tuple(
        DocumentSection(place, (build_table(this, place.table),) if place.table else pieces if place.numeral == "一"
                        else (Prose(key=place.numeral, blocks=(words,)),))
        for place in places
    )  # fmt: skip
    declaration = Declaration(
        title=form.title.format(name=name, year=this.year),
        name=name,
        full_name=this.entry("organ.full_name").text,
        year=this.year,
        revision=form.revision,
        notice=form.notice.number,
        sections=places,
    )
    return Document(declaration, (), sections)


def measure(name: str, make: Callable[[], Mapping[str, bytes]]) -> None:
    """Print how long the first run took and the median of the others, and what was made."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        files = make()
        times.append(time.perf_counter() - start)
    first, *others = times
    sizes = "  ".join(f"{file} {len(content) / 1000:.1f} kB" for file, content in files.items())
    print(f"{name:8} first {first * 1000:6.0f} ms   then {statistics.median(others) * 1000:6.1f} ms   {sizes}")


def main() -> None:
    """Measure the report of the sample city, which has the widest figures, and the whole county's table."""
    county, before = read_county(2022), read_county(2021)
    this, previous = county["沧宁市"], before["沧宁市"]
    document = build_document(this, previous)
    measure("docx", lambda: {"report.docx": render_docx(document)})
    measure("data", lambda: data_files(this, document.declaration.title))
    measure("poster", lambda: render_poster(this, previous))
    tables = [data_files(each, "年度报告")["values.csv"] for each in county.values()]
    measure("county", lambda: county_files(tables, [2022]))


if __name__ == "__main__":
    main()
