"""Declared content as HTML: the fragment Jupyter shows, and the macros an exporter's page is made of.

Everything is escaped, by Jinja or as Jinja does it. The one markup that data may hold is a chart's SVG, made by giakit
itself: it is read as XML and written anew without anything that acts or points outside.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from giakit.content.html_rows import body_row, head_row
from giakit.content.plain import declaration_facts
from giakit.findings import severity_word
from giakit.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from giakit.content.model import Chart, Content, Table
    from giakit.findings import Finding
    from giakit.statistics import Cell

TEMPLATES = Path(__file__).parent / "templates"

_LINKED_SCHEMES = {"http", "https", "mailto", "tel"}
_UNPRINTED_ELEMENTS = {"metadata", "script", "foreignObject"}
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,]*[万亿]?元?")
_COLOUR = re.compile(r"#([0-9a-f]{6})\b")


def render_content(content: Content) -> str:
    """Return one piece of declared content as an HTML fragment for a notebook.

    A figure names the spreadsheet cell it was read from when pointed at, and a list to unfold names all of a table
    below them; a published page never does.
    """
    return _notebook_environment().get_template("notebook.html.j2").render(content=content).strip()


def environment(folders: Iterable[str | Path] = ()) -> Environment:
    """Return an environment of templates that escapes everything and tolerates no unknown name.

    Parameters
    ----------
    folders
        Where to look for templates before those of this package.
    """
    made = Environment(
        loader=FileSystemLoader([*folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        safe_href=safe_href, inline_svg=inline_svg, longest_figure=longest_figure, source_sheets=source_sheets
    )
    made.globals.update(
        _=translate,
        body_row=body_row,
        declaration_facts=declaration_facts,
        finding_columns=finding_columns,
        finding_texts=finding_texts,
        head_row=head_row,
    )
    return made


def safe_href(href: str | None) -> str | None:
    """Return the address if a reader may follow it from a published page, else ``None``.

    >>> safe_href("https://www.gov.cn/"), safe_href("JavaScript:alert(1)")
    ('https://www.gov.cn/', None)
    """
    try:
        scheme = urlsplit(href or "").scheme.lower()
    except ValueError:
        return None
    return href if scheme in _LINKED_SCHEMES else None


def inline_svg(chart: Chart) -> Markup:
    """Return a chart's SVG as an element of a page: one image with a name, its ids its own, nothing outside it.

    A colour such as ``#1f4e79`` becomes ``var(--svg-1f4e79, #1f4e79)``, so that a page can give it another in the dark.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If the chart is no XML.
    """
    root = fromstring(chart.svg)
    for parent in list(root.iter()):
        for child in [each for each in parent if _local_name(each.tag) in _UNPRINTED_ELEMENTS]:
            parent.remove(child)
    for element in root.iter():
        _make_own(element, chart.id)
    root.attrib.setdefault("viewBox", f"0 0 {chart.width:g} {chart.height:g}")
    root.attrib.pop("height", None)  # follows from the width, which a narrow screen reduces
    root.attrib |= {"id": chart.id, "width": f"{chart.width:g}pt", "role": "img", "aria-label": chart.alt}
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704 - written by ElementTree, hence escaped


def longest_figure(table: Table) -> int:
    """Return how many characters the longest figure of a table's single columns has.

    >>> from giakit.content.model import Table, TableBand, TableCell
    >>> band = TableBand(head=(), body=((TableCell(text="3（含自然失效12件）"), TableCell(text="248200元")),))
    >>> longest_figure(Table(id="t", section="二", caption="", columns=2, label_columns=0, bands=(band,)))
    7
    """
    values = [
        cell.text
        for band in table.bands
        for row in band.body
        for cell in row
        if cell.scope is None and cell.colspan == 1
    ]
    return max((len(figure) for text in values for figure in _FIGURE.findall(text)), default=0)


def source_sheets(table: Table) -> list[str]:
    """Return the workbooks and sheets that the figures of a table were read from, in their order.

    >>> from giakit.content.model import Table, TableBand, TableCell
    >>> band = TableBand(head=(), body=((TableCell(text="3", source="甲.xlsx [乙] C5"), TableCell(text="")),))
    >>> source_sheets(Table(id="t", section="二", caption="", columns=2, label_columns=0, bands=(band,)))
    ['甲.xlsx [乙]']
    """
    read = (cell.source for band in table.bands for row in band.body for cell in row if cell.source)
    return list(dict.fromkeys(source.rpartition(" ")[0] for source in read))


def _make_own(element: ET.Element, chart_id: str) -> None:
    """Prefix the ids an element bears and refers to, and drop namespaces, which HTML does not have."""
    element.tag = _local_name(element.tag)
    kept = {}
    for name, value in ((_local_name(name), value) for name, value in element.attrib.items()):
        if name.startswith("on") or (name == "href" and not value.startswith("#")):
            continue
        own = value.replace("url(#", f"url(#{chart_id}-")
        if name == "style":
            own = _COLOUR.sub(r"var(--svg-\1, #\1)", own)
        kept[name] = f"{chart_id}-{own}" if name == "id" else f"#{chart_id}-{own[1:]}" if name == "href" else own
    element.attrib.clear()
    element.attrib.update(kept)
    if element.tag == "style" and element.text:
        element.text = re.sub(r"([^{},]+)(?=[,{])(?![^{]*\})", rf'[id="{chart_id}"] \1', element.text)


def _local_name(name: str) -> str:
    return name.rpartition("}")[2]


def finding_columns() -> tuple[str, ...]:
    """Return the column heads of a table of findings."""
    return (
        translate("Severity"),
        translate("Rule"),
        translate("Cells"),
        translate("About"),
        translate("Problem"),
        translate("What to do"),
        translate("The form's words"),
    )


def finding_texts(finding: Finding) -> tuple[str, ...]:
    """Return a finding under `finding_columns`, its cells one a line."""
    return (
        severity_word(finding.severity),
        finding.rule,
        "\n".join(_cell_lines(finding.cells)),
        finding.place,
        str(finding.problem),
        finding.advice,
        finding.words,
    )


def _cell_lines(cells: Iterable[Cell]) -> Iterator[str]:
    """Yield a line for each cell; neighbours of the same sheet name workbook and sheet once."""
    sheet: tuple[str, str] | None = None
    for cell in cells:
        where = cell.address if (cell.workbook, cell.sheet) == sheet else str(cell)
        sheet = cell.workbook, cell.sheet
        yield f"{where}: {cell.raw}" if cell.raw else where


@cache
def _notebook_environment() -> Environment:
    return environment()
