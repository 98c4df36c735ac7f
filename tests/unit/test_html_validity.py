"""The page and the fragment as HTML: parsed strictly, and held to what the HTML Standard allows the elements in use.

`html5lib` follows the standard's parsing algorithm and, in strict mode, raises at the first parse error: what is left
open, nested wrongly, doubled or not escaped. It does not know which attributes and children an element may have; the
tables below do, from the standard, for every element that giakit writes. What neither checks: values of attributes
beside references by id, roles and their properties (axe does, in the browser tests), CSS, and the inside of SVG.
"""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from html5lib import HTMLParser
from html5lib.html5parser import ParseError

from giakit.charts import build_chart
from giakit.content.model import (
    Declaration,
    Inline,
    ListBlock,
    Paragraph,
    Prose,
    SectionPlace,
    Subheading,
    TableBand,
    TableCell,
)
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.fragment import render_fragment
from giakit.exporters.page import render_html
from giakit.tables import build_table

PHRASING = {"#text", "a", "strong", "span", "wbr"}
FLOW = PHRASING | {
    "aside", "details", "div", "dl", "figure", "h1", "h2", "h3", "main", "nav", "ol", "p", "section", "svg", "table",
    "ul",
}  # fmt: skip
CHILDREN = {
    "html": {"head", "body"},
    "head": {"meta", "title", "style"},
    "title": {"#text"},
    "style": {"#text"},
    "body": FLOW,
    "main": FLOW,
    "section": FLOW,
    "aside": FLOW,
    "nav": FLOW,
    "div": FLOW,
    "figure": FLOW | {"figcaption"},
    "details": FLOW | {"summary"},
    "dl": {"div"},
    "dd": FLOW,
    "ol": {"li"},
    "ul": {"li"},
    "table": {"caption", "colgroup", "thead", "tbody"},
    "colgroup": {"col"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
} | dict.fromkeys(
    ("a", "caption", "dt", "figcaption", "h1", "h2", "h3", "li", "p", "span", "strong", "summary", "td", "th"), PHRASING
)
GLOBAL = {
    "id",
    "class",
    "style",
    "lang",
    "tabindex",
    "role",
    "aria-label",
    "aria-labelledby",
    "aria-hidden",
    "data-mark",
}
OWN = {
    "meta": {"charset", "name", "content"},
    "a": {"href"},
    "col": {"span"},
    "th": {"scope", "colspan", "rowspan", "headers"},
    "td": {"colspan", "rowspan", "headers"},
}
BOX = {
    "metadata": (("索引号", "014318/2024-00012"), ("公开日期", "2024-01-20")),
    "summary": ("全年没有因政府信息公开引起的行政复议和行政诉讼。",),
}
DATA = TableBand(
    head=((TableCell(text="项目", scope="col"), TableCell(text="2023年（件）", scope="col")),),
    body=((TableCell(text="予以公开", scope="row"), TableCell(text="3")),),
)


def run(text: str, *, strong: bool = False, href: str | None = None) -> Inline:
    return Inline(text=text, strong=strong, href=href)


def report(statistics, *, boxes: bool) -> Document:
    """Return a document with every kind of content there is, or with as little as there may be."""
    form = statistics.format
    items = ((run("一项 < 二项"),), (run("见", strong=True), run("专栏", href="https://a.gov.cn/?x=1&y=2")))
    blocks = (
        Subheading(type="heading", inlines=(run("（一）主动公开"),)),
        Paragraph(type="paragraph", inlines=(run("甲&乙<丙>\"丁'"),)),
        ListBlock(type="list", items=items),
        ListBlock(type="list", ordered=True, items=items),
    )
    chart = build_chart("outcomes", statistics)
    charts = (chart.model_copy(update={"data": DATA}), chart.model_copy(update={"id": "again"})) if chart else ()
    declaration = Declaration(
        title=f"甲&乙镇{statistics.year}年<报告>",
        name="甲&乙镇",
        full_name="甲&乙镇人民政府",
        year=statistics.year,
        revision=form.revision,
        notice=form.notice.number,
        sections=(),
        **(BOX if boxes else {}),
    )
    sections = []
    for section in form.sections:
        place = SectionPlace(numeral=section.numeral, heading=section.heading, table=section.table)
        prose = Prose(key=section.numeral, blocks=blocks)
        pieces = (build_table(statistics, section.table),) if section.table else (prose, *(() if sections else charts))
        sections.append(DocumentSection(place, pieces))
    preamble = (Prose(key="前言", blocks=blocks[1:2]),) if boxes else ()
    return Document(declaration, preamble, tuple(sections), draft="先送<领导>审阅" if boxes else "")


@pytest.fixture(params=[(2020, True), (2021, False), (2023, True)], ids=["2019-whole", "2021-bare", "2021-whole"])
def document(request, make_statistics) -> Document:
    year, boxes = request.param
    return report(make_statistics(year, applications__granted__total=int(boxes) * 3), boxes=boxes)


def problems(markup: str) -> list[str]:
    """Return where an element has an attribute or a child that the standard does not allow it."""
    found = []
    for element in BeautifulSoup(markup, "html.parser").select("*"):
        if element.name == "svg" or element.find_parent("svg"):
            continue
        strange = set(element.attrs) - GLOBAL - OWN.get(element.name, set())
        allowed = (
            {"dt", "dd"} if (parent_of(element), element.name) == ("dl", "div") else CHILDREN.get(element.name, set())
        )
        inside = {child.name if isinstance(child, Tag) else "#text" for child in element.children if str(child).strip()}
        strange |= inside - allowed
        found += [f"{element.name}: {name}" for name in sorted(strange)]
        if (
            element.name == "figure"
            and element.figcaption
            and element.find_all(recursive=False)[-1].name != "figcaption"
        ):
            found.append("figure: the caption is not the last")
    return found


def parent_of(element: Tag) -> str:
    return element.parent.name if element.parent else ""


def test_the_page_parses_without_an_error(document: Document) -> None:
    HTMLParser(strict=True).parse(render_html(document))


def test_the_fragment_parses_without_an_error(document: Document) -> None:
    HTMLParser(strict=True).parseFragment(render_fragment(document))


def test_every_attribute_and_every_child_is_allowed(document: Document) -> None:
    assert problems(render_html(document)) == []
    assert problems(render_fragment(document)) == []


@pytest.mark.parametrize(
    "broken", ["<p>甲<div>乙</div></p>", "<table><p>甲</table>", "<b>甲<i>乙</b>", "<p id=a id=b>"]
)
def test_the_parser_is_strict(broken: str) -> None:
    with pytest.raises(ParseError):
        HTMLParser(strict=True).parseFragment(f"<div>{broken}</div>")


def test_the_tables_find_what_a_parser_does_not() -> None:
    broken = '<figure><figcaption>图</figcaption><details align="left"><p>甲</p></details></figure><dl><p>乙</p></dl>'
    assert problems(broken) == ["figure: the caption is not the last", "details: align", "dl: p"]


def test_ids_are_unique_and_references_are_met(document: Document) -> None:
    page = BeautifulSoup(render_html(document), "html.parser")
    ids = [element["id"] for element in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    named = {target for cell in page.select("[headers]") for target in cell["headers"]}
    named |= {element["aria-labelledby"] for element in page.select("[aria-labelledby]")}
    assert named <= set(ids)
    assert {link["href"][1:] for link in page.select('a[href^="#"]')} <= set(ids)
