"""A piece of declared content as the HTML a notebook shows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup, Tag
from jinja2 import UndefinedError

from giakit import formats
from giakit.content.html import environment, inline_svg, render_content
from giakit.content.model import (
    Chart,
    Content,
    Declaration,
    Heading,
    Inline,
    ListBlock,
    Notes,
    Paragraph,
    Prose,
    Subheading,
    Table,
    TableBand,
    TableCell,
)
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table

HOSTILE = "<b>甲</b>&\"'{{ 7 * 7 }}<script>alert(1)</script>"
SVG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90pt" height="60pt"
     viewBox="0 0 90 60" onload="alert(1)">
 <metadata>made by a plotting library</metadata>
 <defs><style type="text/css">*{stroke-linecap: butt}</style><path id="mark" d="M0 0h9"/>
 <clipPath id="clip"><rect width="9" height="9"/></clipPath></defs>
 <script>alert(1)</script>
 <g clip-path="url(#clip)"><use xlink:href="#mark" x="3"/><image href="https://example.org/x.png"/></g>
 <text style="font-family: 'Noto Sans SC'">自然人 &lt;3402&gt;</text>
</svg>"""


def parse(content: Content) -> BeautifulSoup:
    return BeautifulSoup(render_content(content), "html.parser")


def statistics(year: int = 2023) -> Statistics:
    form = formats.for_year(year)
    values = tuple(
        Value(
            key=leaf.key,
            amount=Decimal(number),
            unit=leaf.unit or "元",
            cell=Cell(workbook="乙乡.xlsx", sheet="统计表", address=f"C{number}"),
        )
        for number, leaf in enumerate(form.leaves, 1)
    )
    return Statistics(year=year, revision=form.revision, values=values)


def prose(*inlines: Inline) -> Prose:
    return Prose(key="一/主动公开", blocks=(Paragraph(type="paragraph", inlines=inlines),))


def chart(name: str = "applicants", alt: str = "柱状图") -> Chart:
    return Chart(id=name, key="一/依申请公开", caption=f"图 {HOSTILE}", alt=alt, svg=SVG, width=90, height=60)


def declaration(*findings: Finding) -> Declaration:
    return Declaration(
        title=f"{HOSTILE}2023年政府信息公开工作年度报告",
        name=HOSTILE,
        full_name=HOSTILE,
        year=2023,
        revision="2021",
        notice="国办公开办函〔2021〕30号",
        sections=(),
        findings=findings,
    )


def broken_rule() -> Finding:
    cells = [
        Cell(workbook="乙乡.xlsx", sheet=HOSTILE, address="D5", raw=HOSTILE),
        Cell(workbook="乙乡.xlsx", sheet=HOSTILE, address="D6", raw="3"),
        Cell(workbook="乙乡.xlsx", sheet="二", address="B2"),
    ]
    problem, remedy = Text("{found} is no number", found=HOSTILE), Text("Enter a number.")
    return finding("T3-1", "error", f"三/{HOSTILE}", problem, remedy, words="第一项加第二项之和", cells=cells)


def hostile_table() -> Table:
    head = TableCell(text=HOSTILE, scope="col", id='a" onclick="x')
    body = TableCell(text=HOSTILE, headers=('a" onclick="x',), source=HOSTILE)
    return Table(
        id="t",
        section="二",
        caption=HOSTILE,
        columns=1,
        label_columns=0,
        bands=(TableBand(head=((head,),), body=((body,),)),),
    )


def hostile_list() -> Prose:
    return Prose(
        key="五",
        blocks=(
            Subheading(type="heading", inlines=(Inline(text=HOSTILE),)),
            ListBlock(
                type="list", ordered=True, items=((Inline(text=HOSTILE, strong=True, href="https://a.cn/?<&"),),)
            ),
        ),
        findings=(broken_rule(),),
    )


@pytest.mark.parametrize(
    "content",
    [
        declaration(broken_rule()),
        Heading(section="一", text=HOSTILE),
        prose(Inline(text=HOSTILE)),
        Prose(key=HOSTILE),
        hostile_list(),
        hostile_table(),
        chart(alt=HOSTILE),
        Notes(title=HOSTILE, text=HOSTILE),
        Notes(title="核查", findings=(broken_rule(),)),
    ],
    ids=lambda content: content.kind,
)
def test_nothing_from_the_data_becomes_markup(content: Content) -> None:
    page = parse(content)
    attributes = [pair for tag in page.select("*") for pair in tag.attrs.items()]
    assert page.find_all(["b", "script"]) == []
    assert [name for name, _ in attributes if name.startswith("on")] == []
    assert HOSTILE in page.get_text() + "".join(str(value) for _, value in attributes)


@pytest.mark.parametrize("href", ["https://www.gov.cn/", "http://a.cn", "mailto:a@b.cn", "tel:0527-84368001"])
def test_links_people_may_follow_are_links(href: str) -> None:
    link = parse(prose(Inline(text="专栏", href=href), Inline(text="。"))).p
    assert link is not None
    assert str(link) == f'<p><a href="{href}">专栏</a>。</p>'


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.cn",
        "a.html",
        "http://[",
        "",
    ],
)
def test_any_other_address_is_plain_text(href: str) -> None:
    assert str(parse(prose(Inline(text="专栏", strong=True, href=href))).p) == "<p><strong>专栏</strong></p>"


@pytest.mark.parametrize("year", [2020, 2023])
@pytest.mark.parametrize("table", ["disclosure", "applications", "remedies"])
def test_every_figure_names_its_headers(year: int, table: str) -> None:
    page = parse(build_table(statistics(year), table))
    heads = {head["id"]: head for head in page.find_all("th", id=True)}
    figures = page.find_all("td")
    assert figures
    for figure in figures:
        named = [heads[name] for name in figure["headers"]]
        assert {"col"} <= {head["scope"] for head in named}
    assert len(heads) == len(page.find_all("th", id=True)), "ids are unique"


@pytest.mark.parametrize("table", ["disclosure", "applications", "remedies"])
def test_spans_fill_the_grid(table: str) -> None:
    built = build_table(statistics(), table)
    filled = [0] * built.columns
    for row in parse(built).find_all("tr"):
        filled = [max(0, rows - 1) for rows in filled]
        for cell in row.find_all(["th", "td"]):
            start = filled.index(0)
            for column in range(start, start + int(cell.get("colspan", 1))):
                assert filled[column] == 0
                filled[column] = int(cell.get("rowspan", 1))
        assert all(filled)
    assert filled == [1] * built.columns


def test_one_band_has_a_head_and_a_body() -> None:
    table = parse(build_table(statistics(), "applications")).table
    assert table is not None
    assert [part.name for part in table.find_all(["thead", "tbody"])] == ["thead", "tbody"]
    head, body = table.find_all(["thead", "tbody"])
    assert len(head.find_all("tr")) == 3
    assert head.find_all("td") == []
    assert body.find("th", scope="rowgroup").get_text() == "三、本年度办理结果"


def test_each_of_several_bands_is_a_body_with_its_own_heads() -> None:
    table = parse(build_table(statistics(), "disclosure")).table
    assert table is not None
    assert table.find("thead") is None
    bands = table.find_all("tbody")
    assert [band.th.get_text() for band in bands] == [
        "第二十条第（一）项",
        "第二十条第（五）项",
        "第二十条第（六）项",
        "第二十条第（八）项",
    ]
    for band in bands:
        assert band.th["scope"] == "colgroup"
        assert band.select("tr:nth-child(-n + 2) td") == []
        assert band.select("tr:nth-child(n + 3) td") != []


def test_a_table_is_named_by_its_caption() -> None:
    page = parse(build_table(statistics(), "disclosure"))
    region = page.find(role="region")
    assert isinstance(region, Tag)
    assert page.find(id=region["aria-labelledby"]) == page.caption
    assert page.caption is not None
    assert page.caption.get_text() == "主动公开政府信息情况"


def test_the_analyst_sees_where_a_figure_was_read() -> None:
    titles = [cell.get("title") for cell in parse(build_table(statistics(), "remedies")).find_all("td")]
    assert len(titles) == 15
    assert all(title and title.startswith("乙乡.xlsx [统计表] C") for title in titles)


def test_whoever_does_not_point_unfolds_the_cells() -> None:
    table = build_table(statistics(), "remedies")
    page = parse(table)
    details = page.select_one("details.sources")
    assert details is not None
    assert (details.summary.get_text(), details.summary.next_sibling) == ("数字来源单元格", "乙乡.xlsx [统计表]")
    assert details.find_next_sibling() == page.find(role="region"), "what the style sheet goes by"
    for figure in page.find_all("td"):
        assert f"{details.summary.next_sibling} {figure['data-cell']}" == figure["title"]
    assert parse(build_table(Statistics(year=2023, revision="2021"), "remedies")).details is None


def test_cells_of_several_sheets_are_named_whole() -> None:
    row = (TableCell(text="1", source="甲.xlsx [乙] C5"), TableCell(text="2", source="甲.xlsx [丙 丁] D6"))
    bands = (TableBand(head=(), body=(row,)),)
    page = parse(Table(id="t", section="二", caption="表", columns=2, label_columns=0, bands=bands))
    assert page.details is not None
    assert list(page.details.stripped_strings)[1:] == ["甲.xlsx [乙]", "甲.xlsx [丙 丁]"]
    assert [figure["data-cell"] for figure in page.find_all("td")] == ["甲.xlsx [乙] C5", "甲.xlsx [丙 丁] D6"]


def test_sources_do_not_bloat_what_a_notebook_keeps() -> None:
    table = build_table(statistics(), "applications")
    bands = tuple(
        band.model_copy(update={"body": tuple(
            tuple(cell.model_copy(update={"source": None}) for cell in row) for row in band.body
        )})
        for band in table.bands
    )  # fmt: skip
    bare = table.model_copy(update={"bands": bands})
    figures = len(parse(table).find_all("td"))
    assert figures > 150
    assert len(render_content(table)) - len(render_content(bare)) < figures * 60 + 200


def test_a_figure_that_is_missing_is_an_empty_cell() -> None:
    nothing = Statistics(year=2023, revision="2021")
    assert {cell.get_text() for cell in parse(build_table(nothing, "remedies")).find_all("td")} == {""}


def test_a_chart_is_one_image_with_a_name() -> None:
    markup = inline_svg(chart(alt="自然人 3402 件"))
    svg = BeautifulSoup(markup, "html.parser").svg
    assert svg is not None
    assert (svg["role"], svg["aria-label"]) == ("img", "自然人 3402 件")
    assert (svg["width"], svg.get("height"), svg["viewbox"]) == ("90pt", None, "0 0 90 60")
    assert not [
        part for part in ("<?xml", "<!DOCTYPE", "metadata", "script", "onload", "http", "xmlns") if part in markup
    ]
    assert "自然人 &lt;3402&gt;" in markup


def test_charts_on_one_page_share_no_ids_and_no_style() -> None:
    page = BeautifulSoup(inline_svg(chart("one")) + inline_svg(chart("two")), "html.parser")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert ids == ["one", "one-mark", "one-clip", "two", "two-mark", "two-clip"]
    assert [tag["href"] for tag in page.find_all("use")] == ["#one-mark", "#two-mark"]
    assert [tag["clip-path"] for tag in page.find_all("g")] == ["url(#one-clip)", "url(#two-clip)"]
    assert [tag.get_text() for tag in page.find_all("style")] == [
        '[id="one"] *{stroke-linecap: butt}',
        '[id="two"] *{stroke-linecap: butt}',
    ]


def test_a_page_may_give_a_chart_other_colours() -> None:
    svg = SVG.replace("<path id", '<path style="fill: #1f4e79; stroke: #c3d3e4" fill="#1f4e79" id')
    path = BeautifulSoup(inline_svg(chart().model_copy(update={"svg": svg})), "html.parser").path
    assert path is not None
    assert path["style"] == "fill: var(--svg-1f4e79, #1f4e79); stroke: var(--svg-c3d3e4, #c3d3e4)"
    assert path["fill"] == "#1f4e79", "an attribute knows no variables"


def test_a_chart_unfolds_the_table_of_its_figures() -> None:
    head = (TableCell(text="项目", scope="col"), TableCell(text=HOSTILE, scope="col"))
    data = TableBand(head=(head,), body=((TableCell(text="予以公开", scope="row"), TableCell(text="")),))
    page = parse(chart().model_copy(update={"data": data}))
    assert page.details is not None
    rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in page.details.find_all("tr")]
    assert rows == [["项目", HOSTILE], ["予以公开", ""]]
    assert page.details.find("table")["aria-labelledby"] == page.figcaption["id"]
    assert parse(chart()).details is None


def test_the_analyst_sees_the_box_and_the_summary() -> None:
    told = {"metadata": (("索引号", HOSTILE),), "summary": ("全年没有收到申请。",)}
    page = parse(declaration().model_copy(update=told))
    facts = {row.th.get_text(): row.td.get_text() for row in page.find_all("tr")}
    assert facts["索引号"] == HOSTILE
    assert [each.get_text() for each in page.find_all("p")] == ["全年没有收到申请。"]


def test_the_declaration_counts_findings_by_severity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")
    note = broken_rule().model_copy(update={"severity": "note"})
    facts = {
        row.th.get_text(): row.td.get_text() for row in parse(declaration(note, broken_rule(), note)).find_all("tr")
    }
    assert facts["Year"] == "2023"
    assert facts["Form"] == "2021 国办公开办函〔2021〕30号"
    assert facts["Findings"].split() == ["error", "1", "note", "2"]


def test_findings_show_every_cell_and_its_raw_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")
    page = parse(Notes(title="核查", findings=(broken_rule(),), text="没有发现问题。"))
    assert "没有发现问题。" not in page.get_text()
    heads = [head.get_text() for head in page.find_all("th", scope="col")]
    row = dict(zip(heads, (cell.get_text() for cell in page.find_all("td")), strict=True))
    assert row["Cells"].splitlines() == [f"乙乡.xlsx [{HOSTILE}] D5: {HOSTILE}", "D6: 3", "乙乡.xlsx [二] B2"]
    assert (row["Rule"], row["The form's words"]) == ("T3-1", "第一项加第二项之和")
    assert row["What to do"] == "Enter a number."


def test_without_findings_notes_show_their_text() -> None:
    page = parse(Notes(title="核查", text="没有发现问题。"))
    assert page.find("table") is None
    assert "没有发现问题。" in page.get_text()


def test_a_template_does_not_pass_over_an_unknown_name() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ unknown }}").render()
