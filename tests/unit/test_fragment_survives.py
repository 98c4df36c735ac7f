"""The fragment after a sanitiser: nothing lost, nothing loose, and every figure still under its own heads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import bleach
import nh3
import pytest
from bleach.css_sanitizer import CSSSanitizer
from bs4 import BeautifulSoup, NavigableString, Tag

from giakit.charts import build_chart
from giakit.content.model import Declaration, Inline, Paragraph, Prose, SectionPlace, TableBand, TableCell
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.fragment import render_fragment
from giakit.exporters.page import render_html
from giakit.tables import build_table

# What editors on such sites usually let through.
TAGS = {
    "a", "br", "caption", "col", "colgroup", "div", "em", "h2", "h3", "h4", "img", "li", "ol", "p", "span", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
CELL = {"colspan", "rowspan", "scope", "style"}
ATTRIBUTES = {"a": {"href"}, "th": CELL, "td": CELL, "col": {"span", "style"}, "img": {"src", "alt"}} | {
    tag: {"style"} for tag in ("caption", "div", "h2", "h3", "li", "ol", "p", "span", "strong", "table", "tr", "ul")
}
STYLES = [
    "background",
    "border",
    "border-collapse",
    "font-size",
    "margin",
    "padding",
    "text-align",
    "text-indent",
    "width",
]


def clean_with_bleach(fragment: str) -> str:
    attributes = {tag: sorted(names) for tag, names in ATTRIBUTES.items()}
    return bleach.clean(
        fragment,
        tags=TAGS - {"img"},
        attributes=attributes,
        css_sanitizer=CSSSanitizer(allowed_css_properties=STYLES),
        strip=True,
    )


SANITISERS = {
    "pasted as it is": str,
    "nh3 by default, without styles": nh3.clean,
    "nh3 as an editor": lambda text: nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, link_rel=None),
    "bleach as an editor": clean_with_bleach,
}


def data(alternative: str) -> TableBand:
    """Return the figures a chart's alternative text names as its table."""
    pairs = re.findall(r"[：，]([^：，]+?)(\d+)件", alternative)
    body = tuple((TableCell(text=label, scope="row"), TableCell(text=figure)) for label, figure in pairs)
    return TableBand(head=((TableCell(text="项目", scope="col"), TableCell(text="件", scope="col")),), body=body)


@pytest.fixture(params=[2020, 2023])
def document(request, make_statistics) -> Document:
    """Return a report in which no two figures are alike."""
    statistics = make_statistics(request.param)
    values = [value.model_copy(update={"amount": Decimal(1000 + n)}) for n, value in enumerate(statistics.values)]
    statistics = statistics.model_copy(update={"values": tuple(values)})
    chart = build_chart("outcomes", statistics)
    assert chart is not None
    chart = chart.model_copy(update={"data": data(chart.alt)})
    link = Inline(text="专栏<甲>", href="https://www.example.gov.cn/?a=1&b=2")
    prose = Paragraph(type="paragraph", inlines=(Inline(text="见", strong=True), link))
    sections = tuple(
        DocumentSection(
            SectionPlace(numeral=section.numeral, heading=section.heading, table=section.table),
            (build_table(statistics, section.table),)
            if section.table
            else (Prose(key=section.numeral, blocks=(prose,)), chart.model_copy(update={"id": f"chart-{section.id}"})),
        )
        for section in statistics.format.sections
    )
    declaration = Declaration(
        title="河口镇年度报告",
        name="河口镇",
        full_name="河口镇人民政府",
        year=statistics.year,
        revision=statistics.revision,
        notice="",
        sections=(),
        metadata=(("索引号", "01"),),
        summary=("全年收到申请。",),
    )
    return Document(declaration, (), sections)


@pytest.fixture(params=SANITISERS)
def cleaned(request, document: Document) -> BeautifulSoup:
    return BeautifulSoup(SANITISERS[request.param](render_fragment(document)), "html.parser")


# ---- what it is made of --------------------------------------------------------------------------------------------


def test_it_hangs_on_nothing_that_a_site_takes_away(document: Document) -> None:
    parsed = BeautifulSoup(render_fragment(document), "html.parser")
    names = {name for element in parsed.select("*") for name in element.attrs}
    assert names.isdisjoint({"id", "class", "headers", "title", "src"})
    assert not [name for name in names if name.startswith(("on", "data-"))]
    assert parsed.find_all(["html", "head", "body", "script", "style", "svg", "img", "link", "h1"]) == []
    assert [each.get_text() for each in parsed.find_all("h2")] == [
        section.place.heading for section in document.sections
    ]


def test_no_address_but_the_texts_own(document: Document) -> None:
    fragment = render_fragment(document)
    assert set(re.findall(r"[a-z+.-]+:?//[^\s\"'<>]*", fragment)) == {"https://www.example.gov.cn/?a=1&amp;b=2"}
    assert "url(" not in fragment


def test_the_title_says_whose_report_it_is(cleaned: BeautifulSoup) -> None:
    first = cleaned.find("p")
    assert first is not None
    assert first.get_text() == "河口镇年度报告"
    assert "索引号" not in cleaned.get_text(), "the site has a box of its own"


# ---- what is left of it --------------------------------------------------------------------------------------------


def words(markup: BeautifulSoup | Tag) -> list[str]:
    """Return the texts; a declaration or comment, which is a string of another class, is none."""
    texts = [element for element in markup.find_all(string=True) if type(element) is NavigableString]
    return [text for element in texts if (text := "".join(element.split()))]


def test_no_word_is_lost_and_none_comes_loose(cleaned: BeautifulSoup, document: Document) -> None:
    assert words(cleaned) == words(BeautifulSoup(render_fragment(document), "html.parser"))
    loose = [
        text for text in cleaned.find_all(string=True) if text.strip() and text.parent and text.parent.name == "div"
    ]
    assert loose == []


def test_it_says_what_the_page_says(cleaned: BeautifulSoup, document: Document) -> None:
    page = BeautifulSoup(render_html(document), "html.parser")
    for element in page.select(".metadata, nav, .skip, head, figure svg, summary, .summary > #summary"):
        element.decompose()
    said = "".join(words(cleaned))
    assert {text for text in words(page) if text not in said} == set()


def test_a_link_stays_a_link(cleaned: BeautifulSoup) -> None:
    assert {link["href"] for link in cleaned.find_all("a")} == {"https://www.example.gov.cn/?a=1&b=2"}


# ---- header association ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A cell with the columns and rows of the grid that it fills."""

    cell: Tag
    x: int
    y: int
    width: int
    height: int

    @property
    def is_header(self) -> bool:
        return self.cell.name == "th"


Grid = dict[tuple[int, int], Place]


def grid_of(table: Tag) -> Grid:
    """Lay a table's cells out as the HTML Standard's algorithm for forming a table does."""
    grid: Grid = {}
    for y, row in enumerate(table.find_all("tr")):
        x = 0
        for cell in row.find_all(["th", "td"], recursive=False):
            while (x, y) in grid:
                x += 1
            place = Place(cell, x, y, int(cell.get("colspan", 1)), int(cell.get("rowspan", 1)))
            for right, down in product(range(place.width), range(place.height)):
                assert (x + right, y + down) not in grid, "no two cells overlap"
                grid[x + right, y + down] = place
    return grid


def headers_of(grid: Grid, data: Place) -> set[str]:
    """Return the texts of a data cell's headers by the standard's algorithm for assigning header cells.

    Here every header says ``col`` or ``row``, and no cell names its headers itself.
    """
    up = [_scan(grid, (x, data.y), (0, -1), "col") for x in range(data.x, data.x + data.width)]
    left = [_scan(grid, (data.x, y), (-1, 0), "row") for y in range(data.y, data.y + data.height)]
    return {place.cell.get_text() for places in (*up, *left) for place in places}


def _scan(grid: Grid, start: tuple[int, int], step: tuple[int, int], scope: str) -> list[Place]:
    found: list[Place] = []
    opaque: list[tuple[int, int]] = []
    block: list[tuple[int, int]] = []
    x, y = start
    while (x := x + step[0]) >= 0 and (y := y + step[1]) >= 0:
        place = grid[x, y]
        extent = (place.x, place.width) if scope == "col" else (place.y, place.height)
        if place.is_header:
            block.append(extent)
            if place.cell["scope"] == scope and extent not in opaque:
                found.append(place)
        else:
            opaque += block
            block = []
    return found


def test_every_figure_keeps_its_headers(cleaned: BeautifulSoup, document: Document) -> None:
    tables = [piece for section in document.sections for piece in section.pieces if piece.kind == "table"]
    declared = {}
    for band in (band for table in tables for band in table.bands):
        heads = {cell.id: cell.text for row in (*band.head, *band.body) for cell in row if cell.id}
        declared |= {
            cell.text: {heads[name] for name in cell.headers} - {""}
            for row in band.body
            for cell in row
            if cell.scope is None
        }
    found = {}
    for table in (table for table in cleaned.find_all("table") if "项目" not in words(table)):
        grid = grid_of(table)
        found |= {place.cell.get_text(): headers_of(grid, place) for place in grid.values() if not place.is_header}
    assert len(declared) > 150
    assert found == declared


def test_the_grid_is_full_and_every_column_begins_somewhere(cleaned: BeautifulSoup) -> None:
    for table in cleaned.find_all("table"):
        grid = grid_of(table)
        columns, rows = (max(axis) + 1 for axis in zip(*grid, strict=True))
        assert len(grid) == columns * rows
        assert {place.x for place in grid.values()} == set(range(columns))
        spans = [int(col.get("span", 1)) for col in table.find_all("col")]
        assert sum(spans) in {0, columns}


def test_every_table_has_a_caption_of_its_own(cleaned: BeautifulSoup) -> None:
    captions = [table.caption.get_text() for table in cleaned.find_all("table") if "项目" not in words(table)]
    assert len(set(captions)) == len(captions)
    assert captions[0] == "主动公开政府信息情况：第二十条第（一）项"
    assert captions[-2:] == ["收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况"]


# ---- charts --------------------------------------------------------------------------------------------------------


def test_a_chart_is_its_figures_with_bars(document: Document) -> None:
    parsed = BeautifulSoup(render_fragment(document), "html.parser")
    drawn = next(table for table in parsed.find_all("table") if "项目" in words(table))
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in drawn.select("tbody tr")]
    chart = next(piece for section in document.sections for piece in section.pieces if piece.kind == "chart")
    assert all(f"{label}{figure}件" in chart.alt for label, figure in rows)
    lengths = [int(re.findall(r"width:(\d+)%", str(bar["style"]))[0]) for bar in drawn.select("td span")]
    figures = [int(figure) for _, figure in rows]
    assert lengths == [round(figure / max(figures) * 100) for figure in figures]


def test_a_chart_without_data_is_its_alternative_text(document: Document) -> None:
    chart = next(piece for section in document.sections for piece in section.pieces if piece.kind == "chart")
    bare = chart.model_copy(update={"data": None})
    place = document.sections[0].place
    fragment = render_fragment(Document(document.declaration, (), (DocumentSection(place, (bare,)),)))
    assert chart.alt in BeautifulSoup(fragment, "html.parser").get_text()
