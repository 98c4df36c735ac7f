"""The published page, rendered directly and through nbconvert."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import v4
from traitlets.config import Config

from giakit import formats
from giakit.content.model import (
    MEDIA_TYPE,
    Chart,
    Content,
    Declaration,
    Heading,
    Inline,
    Paragraph,
    Prose,
    SectionPlace,
    Subheading,
    Table,
)
from giakit.errors import ReportRefused
from giakit.exporters.document import Document, read_document, title_parts
from giakit.exporters.fragment import render_fragment
from giakit.exporters.html import GiakitFragmentExporter, GiakitHTMLExporter
from giakit.exporters.page import render_html
from giakit.exporters.refusal import RefusedConversion
from giakit.findings import finding
from giakit.language import Text
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

LINK = "https://www.example.gov.cn/zfxxgk/?a=1&b=2"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    '<defs><clipPath id="c"><rect width="9" height="9"/></clipPath></defs><path clip-path="url(#c)" d="M0 0h9"/></svg>'
)


def contents(name: str = "<b>甲</b>&乡", year: int = 2023) -> Iterator[Content]:
    """Yield all that a notebook declares."""
    form = formats.for_year(year)
    values = tuple(
        Value(
            key=leaf.key,
            amount=Decimal(number),
            unit=leaf.unit or "元",
            cell=Cell(workbook="各乡镇.xlsx", sheet="统计表", address=f"C{number}", raw=str(number)),
        )
        for number, leaf in enumerate(form.leaves, 1)
    )
    statistics = Statistics(year=year, revision=form.revision, values=values)
    yield Declaration(
        title=form.title.format(name=name, year=year),
        name=name,
        full_name=f"{name}人民政府",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=tuple(
            SectionPlace(
                numeral=section.numeral,
                heading=section.heading,
                topics=tuple(topic.label for topic in section.topics),
                table=section.table,
            )
            for section in form.sections
        ),
    )
    yield Prose(key="前言", blocks=(paragraph("根据《中华人民共和国政府信息公开条例》编制本报告。"),))
    for section in form.sections:
        yield Heading(section=section.numeral, text=section.heading)
        if section.table:
            yield build_table(statistics, section.table)
        else:
            link = Paragraph(type="paragraph", inlines=(Inline(text="见专栏", href=LINK),))
            title = Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),))
            yield Prose(key=section.numeral, blocks=(title, paragraph(f"{name}主动公开信息 3 条。"), link))
    yield Chart(id="applicants", key="一", caption="图1 申请人", alt="自然人3件。", svg=SVG, width=90, height=60)


def paragraph(text: str) -> Paragraph:
    return Paragraph(type="paragraph", inlines=(Inline(text=text),))


def notebook(*declared: Content) -> NotebookNode:
    outputs = [v4.new_output("display_data", data=each._repr_mimebundle_()) for each in declared]
    return v4.new_notebook(cells=[v4.new_code_cell("report", outputs=outputs, id="report")])


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(notebook(*contents()))


@pytest.fixture(scope="module")
def page(document: Document) -> str:
    return render_html(document)


def test_the_page_is_a_chinese_document_with_a_title(page: str) -> None:
    parsed = BeautifulSoup(page, "html.parser")
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">\n')
    assert parsed.title is not None
    assert parsed.h1 is not None
    assert parsed.title.get_text() == parsed.h1.get_text() == "<b>甲</b>&乡2023年政府信息公开工作年度报告"
    assert parsed.find("meta", charset="utf-8")
    assert parsed.find("meta", attrs={"name": "viewport"})


def test_headings_follow_the_form_and_skip_no_level(page: str) -> None:
    headings = [
        (tag.name, tag.get_text()) for tag in BeautifulSoup(page, "html.parser").find_all(re.compile("^h[1-6]$"))
    ]
    statutory = [text for level, text in headings if level == "h2"]
    assert statutory == [section.heading for section in formats.for_year(2023).sections]
    levels = [int(level[1]) for level, _ in headings]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert levels.count(1) == 1


def test_nothing_from_the_data_becomes_markup(page: str) -> None:
    parsed = BeautifulSoup(page, "html.parser")
    assert parsed.find_all(["b", "script", "iframe", "object", "link", "img"]) == []
    assert "&lt;b&gt;甲&lt;/b&gt;&amp;乡主动公开信息" in page


def test_the_page_is_whole_in_itself(page: str) -> None:
    addresses = re.findall(r"[a-z+.-]+:?//[^\s\"'<>]*", page)
    assert set(addresses) == {LINK.replace("&", "&amp;")}
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert re.findall(r"\s(?:src|srcset|data|poster)=", page) == []
    assert len(page.encode()) < 150_000


def test_the_public_does_not_see_the_offices_workbook(page: str) -> None:
    assert "各乡镇.xlsx" not in page
    assert not any(each in page for each in ("title=", "data-cell", "sources", "来源"))
    assert "applications.received" not in page
    shown_to_the_analyst = [each._repr_mimebundle_()["text/html"] for each in contents() if isinstance(each, Table)]
    assert all("各乡镇.xlsx" in fragment for fragment in shown_to_the_analyst)


def test_only_who_asks_for_sources_sees_them() -> None:
    document = read_document(notebook(*contents()))
    shown = render_html(document, sources=True)
    assert shown.count("数字来源单元格") == 3
    assert 'title="各乡镇.xlsx' in shown
    assert "各乡镇.xlsx" not in render_html(document) + render_fragment(document)


def test_ids_are_unique_and_every_reference_is_met(page: str) -> None:
    parsed = BeautifulSoup(page, "html.parser")
    ids = [tag["id"] for tag in parsed.find_all(id=True)]
    assert len(ids) == len(set(ids))
    named = {name for tag in parsed.find_all(attrs={"aria-labelledby": True}) for name in [tag["aria-labelledby"]]}
    named |= {name for tag in parsed.find_all("td") for name in tag["headers"]}
    assert named <= set(ids)


def test_what_may_be_wider_than_the_screen_scrolls_under_a_name(page: str) -> None:
    regions = BeautifulSoup(page, "html.parser").select(".scroll")
    assert [region["aria-labelledby"] for region in regions] == [
        "applicants-caption",
        "disclosure-caption",
        "applications-caption",
        "remedies-caption",
    ]
    assert {(region["role"], region["tabindex"]) for region in regions} == {("region", "0")}


def test_without_metadata_and_summary_there_is_no_empty_box(page: str) -> None:
    assert BeautifulSoup(page, "html.parser").select(".metadata, .summary") == []


def test_the_box_and_the_summary_stand_above_the_contents(document: Document) -> None:
    told = {"metadata": (("索引号", "01<01>"), ("公开日期", "2024-01-20")), "summary": ("全年没有收到申请。",)}
    declaration = document.declaration.model_copy(update=told)
    page = BeautifulSoup(render_html(replace(document, declaration=declaration)), "html.parser")
    box = {row.dt.get_text(): row.dd.get_text() for row in page.select(".metadata > div")}
    assert box == {"索引号": "01<01>", "公开日期": "2024-01-20"}
    assert [each.get_text() for each in page.select(".summary p")] == ["内容提要", "全年没有收到申请。"]
    order = [tag.get("class", [tag.name])[0] for tag in page.select("h1, .metadata, .summary, nav, h2")]
    assert order[:5] == ["h1", "metadata", "summary", "nav", "h2"]


@pytest.mark.parametrize(
    ("names", "lines"), [(("目录",), ["附件：目录"]), (("目<录>", "指南"), ["附件：1.目<录>", "2.指南"])]
)
def test_attachments_are_listed_behind_the_text(document: Document, names: tuple[str, ...], lines: list[str]) -> None:
    declaration = document.declaration.model_copy(update={"attachments": names})
    for render in (render_html, render_fragment):
        page = BeautifulSoup(render(replace(document, declaration=declaration)), "html.parser")
        assert [each.get_text() for each in page.find_all("p")[-len(lines) :]] == lines
        assert "附件" not in render(document)


def test_the_contents_lead_to_every_section(page: str) -> None:
    parsed = BeautifulSoup(page, "html.parser")
    links = parsed.select("nav a")
    targets = [parsed.find(id=link["href"].removeprefix("#")) for link in links]
    assert [target.get_text() for target in targets if target] == [link.get_text() for link in links]
    assert [target.name for target in targets if target] == ["h2"] * 6
    first = parsed.find("a")
    assert first is not None
    assert first["class"] == ["skip"]
    assert parsed.find(id=first["href"].removeprefix("#")) is not None


def test_labels_say_in_which_column_they_stay(page: str) -> None:
    table = BeautifulSoup(page, "html.parser").select(".grouped")[0]
    place = {
        cell.get_text(): cell.get("style")
        for cell in table.select(".kept")
        if cell.get_text().startswith(("（本列", "三、", "（三）", "1.属于", "（七）", "四、"))
    }
    assert place == {
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）": None,
        "三、本年度办理结果": None,
        "（三）不予公开": "--place:1",
        "1.属于国家秘密": "--place:2",
        "（七）总计": "--place:1",
        "四、结转下年度继续办理": None,
    }
    assert table.select("td.kept") == []


def test_a_draft_says_so_outside_the_text(document: Document) -> None:
    page = BeautifulSoup(render_html(replace(document, draft="先送<领导>审阅")), "html.parser")
    assert [each.get_text() for each in page.select("aside")] == ["草稿：核对未通过，不得公开。理由：先送<领导>审阅"]


def test_a_draft_ends_with_the_errors_it_was_printed_in_spite_of(document: Document) -> None:
    found = [
        finding(rule, severity, "三/<自然人>", Text("应为 3，填的是 4"), Text("改正它"), words="之和")
        for rule, severity in (("T3-1", "error"), ("T3-2", "warning"))
    ]
    draft = replace(document, draft="先送审阅", findings=tuple(found))
    for written in (render_html(draft), render_fragment(draft)):
        page = BeautifulSoup(written, "html.parser")
        assert page.find_all("h2")[-1].get_text() == "未通过的核对"
        assert [each.get_text() for each in page.find_all("ol")[-1].find_all("li")] == [
            "三/<自然人>：应为 3，填的是 4，表式注明“之和”"
        ]
    assert BeautifulSoup(render_html(draft), "html.parser").select("nav a")[-1]["href"] == "#overridden"
    assert "未通过的核对" not in render_html(document) + render_fragment(document)


def test_the_same_document_gives_the_same_page(document: Document, page: str) -> None:
    assert render_html(document) == page
    assert render_html(read_document(notebook(*contents()))) == page


def test_the_form_of_2019_renders_too() -> None:
    page = render_html(read_document(notebook(*contents("龙村镇", 2020))))
    assert "本年增/减" in page


@pytest.mark.parametrize(
    ("title", "name", "parts"),
    [
        ("龙村镇2020年工作年度报告", "龙村镇", ["龙村镇", "2020年", "工作年度报告"]),
        ("关于2020年工作的报告", "龙村镇", ["关于", "2020年", "工作的报告"]),
        ("甲(乙)2020年报告", "甲(乙)", ["甲(乙)", "2020年", "报告"]),
    ],
)
def test_a_title_breaks_between_its_parts(title: str, name: str, parts: list[str]) -> None:
    declared = Declaration(title=title, name=name, full_name="", year=2020, revision="", notice="", sections=())
    assert title_parts(declared) == parts


def test_the_exporter_writes_the_same_page(page: str) -> None:
    output, resources = GiakitHTMLExporter().from_notebook_node(notebook(*contents()))
    assert output == page
    assert resources["output_extension"] == ".html"


def test_the_exporter_reads_the_declaration_and_nothing_else(page: str) -> None:
    bare = notebook(*contents())
    bare.cells.append(v4.new_markdown_cell("# 备忘", id="memo"))
    for output in bare.cells[0].outputs:
        output.data = {MEDIA_TYPE: output.data[MEDIA_TYPE]}
    assert GiakitHTMLExporter().from_notebook_node(bare)[0] == page


def test_preprocessors_run_before_the_page_is_made() -> None:
    config = Config({"ClearOutputPreprocessor": {"enabled": True}})
    with pytest.raises(RefusedConversion):
        GiakitHTMLExporter(config=config).from_notebook_node(notebook(*contents()))


def test_an_office_may_extend_the_template(tmp_path: Path) -> None:
    own = tmp_path / "our_office"
    own.mkdir()
    (own / "conf.json").write_text(json.dumps({"base_template": "giakit_html"}), encoding="utf-8")
    template = '{% extends "giakit_html/index.html.j2" %}{% block footer %}<p>{{ "<主办>" }}</p>{% endblock %}'
    (own / "index.html.j2").write_text(template, encoding="utf-8")
    exporter = GiakitHTMLExporter(extra_template_basedirs=[str(tmp_path)], template_name="our_office")
    output, _ = exporter.from_notebook_node(notebook(*contents()))
    assert "<p>&lt;主办&gt;</p></main>" in output


def test_the_fragment_is_an_output_of_its_own(document: Document) -> None:
    output, resources = GiakitFragmentExporter().from_notebook_node(notebook(*contents()))
    assert output == render_fragment(document)
    assert resources["output_extension"] == ".fragment.html"


def test_an_office_may_extend_the_fragment(tmp_path: Path) -> None:
    own = tmp_path / "our_office"
    own.mkdir()
    (own / "conf.json").write_text(json.dumps({"base_template": "giakit_fragment"}), encoding="utf-8")
    template = '{% include "giakit_fragment/index.html.j2" %}<p>{{ "<主办>" }}</p>'
    (own / "index.html.j2").write_text(template, encoding="utf-8")
    exporter = GiakitFragmentExporter(extra_template_basedirs=[str(tmp_path)], template_name="our_office")
    output, _ = exporter.from_notebook_node(notebook(*contents()))
    assert output.endswith("</div><p>&lt;主办&gt;</p>")


def test_pages_need_no_nbconvert(project_root: Path) -> None:
    code = "import sys, giakit.exporters.page, giakit.exporters.fragment as f; sys.exit('nbconvert' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=project_root, check=False).returncode == 0


def test_a_report_without_a_section_is_refused() -> None:
    with pytest.raises(ReportRefused):
        read_document(notebook(*list(contents())[:4]))
    with pytest.raises(RefusedConversion, match="三、收到和处理政府信息公开申请情况"):
        GiakitHTMLExporter().from_notebook_node(notebook(*list(contents())[:4]))


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "refused"])
def test_nbconvert_prints_sentences_instead_of_a_traceback(
    tmp_path: Path, project_root: Path, *, complete: bool
) -> None:
    declared = list(contents())
    path = tmp_path / "report.ipynb"
    nbformat.write(notebook(*(declared if complete else declared[:4])), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "giakit.exporters.html.GiakitHTMLExporter", str(path)]
    result = subprocess.run(command, cwd=project_root, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == (0 if complete else 1)
    assert (tmp_path / "report.html").exists() is complete
    assert "Traceback" not in result.stderr
    assert ("六、其他需要报告的事项" in result.stderr) is not complete
