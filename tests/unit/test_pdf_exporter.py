"""What reaches the typesetter, what is refused before it, and how nbconvert says so."""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbconvert.utils.exceptions import ConversionException
from nbformat import v4
from traitlets.config import Config
from traitlets.log import get_logger

from giakit import fonts, formats
from giakit.content.correction import DeclaredCorrection, FigureChange, TextChange
from giakit.content.model import (
    Chart,
    Content,
    Declaration,
    Heading,
    Inline,
    ListBlock,
    Paragraph,
    Prose,
    SectionPlace,
    Subheading,
)
from giakit.errors import GiakitError, ParameterError, PrerequisiteError, ReportRefused
from giakit.exporters.document import OVERRIDDEN, Document, read_document
from giakit.exporters.pdf import GiakitPDFExporter, load_typefaces, render_pdf
from giakit.exporters.refusal import RefusedConversion, refusals_as_conversion_errors
from giakit.exporters.typst import pages
from giakit.exporters.typst.preflight import check_typefaces
from giakit.findings import finding
from giakit.language import Text
from giakit.statistics import Cell, Statistics, Value
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 60"><text x="9" y="30">申请人</text></svg>'


def paragraph(text: str, href: str | None = None) -> Paragraph:
    return Paragraph(type="paragraph", inlines=(Inline(text=text, href=href),))


def contents(name: str = "甲乡", said: str = "无。", year: int = 2023) -> Iterator[Content]:
    """Yield all that a notebook declares."""
    form = formats.for_year(year)
    cell = Cell(workbook="各乡镇.xlsx", sheet="统计表", address="C1", raw="原文")
    values = tuple(Value(key=leaf.key, amount=Decimal(1), unit=leaf.unit, cell=cell) for leaf in form.leaves)
    yield Declaration(
        title=form.title.format(name=name, year=year),
        name=name,
        full_name=f"{name}人民政府",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=tuple(
            SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections
        ),
    )
    yield Prose(key="前言", blocks=(paragraph("编制本报告。"),))
    for section in form.sections:
        yield Heading(section=section.numeral, text=section.heading)
        if section.table:
            yield build_table(Statistics(year=year, revision=form.revision, values=values), section.table)
        else:
            title = Subheading(type="heading", inlines=(Inline(text="（一）概述"),))
            yield Prose(key=section.numeral, blocks=(title, paragraph(said)))
    yield Chart(id="applicants", key="一", caption="申请人", alt="自然人3件。", svg=SVG, width=90, height=60)


def notebook(*declared: Content) -> NotebookNode:
    outputs = [v4.new_output("display_data", data=each._repr_mimebundle_()) for each in declared]
    return v4.new_notebook(cells=[v4.new_code_cell("report", outputs=outputs, id="report")])


def document(**given: str) -> Document:
    return read_document(notebook(*contents(**given)))  # type: ignore[arg-type]


def test_the_exporter_is_found_by_name() -> None:
    assert get_exporter("giakit_pdf") is GiakitPDFExporter


def test_an_executed_notebook_becomes_a_pdf() -> None:
    output, resources = GiakitPDFExporter().from_notebook_node(notebook(*contents()))
    assert output.startswith(b"%PDF-1.7")
    assert output == render_pdf(document())
    assert resources["output_extension"] == ".pdf"
    assert GiakitPDFExporter().output_mimetype == "application/pdf"


def test_preprocessors_run_before_the_document_is_read() -> None:
    config = Config({"ClearOutputPreprocessor": {"enabled": True}})
    with pytest.raises(RefusedConversion):
        GiakitPDFExporter(config=config).from_notebook_node(notebook(*contents()))


def test_where_a_figure_was_read_does_not_reach_the_typesetter() -> None:
    assert not any(secret in str(pages.describe_pages(document())) for secret in ("xlsx", "统计表", "原文"))


def test_cells_know_their_column() -> None:
    applications = next(each for each in document().sections if each.place.table == "applications").pieces[0]
    [band], chain = applications.bands, fonts.load_chains()["table"]
    head, body = pages._placed(band.head, chain), pages._placed(band.body, chain)
    assert [[cell["x"] for cell in row] for row in head] == [[0, 3], [3, 4, 9], [4, 5, 6, 7, 8]]
    number = next(y for y, row in enumerate(body) if "国家秘密" in row[1]["text"])
    assert [cell["x"] for cell in body[number]] == list(range(1, 10))
    [described] = pages._piece(applications, chain)["bands"]
    assert described["head"] == head
    label, *figures = described["body"][number][1:]
    assert label == body[number][1]
    assert figures == [cell["text"] for cell in body[number][2:]], "figures stand where they come"


def test_words_of_a_chart_stand_beside_the_drawing() -> None:
    style = "style=\"font-size: 10px; font-family: 'Noto Sans SC'; text-anchor: end\""
    ours = f'<text {style} x="45" y="44.2" transform="rotate(-0 45 44.2)">甲&amp;乙</text>'
    turned = f'<text {style} x="45" y="44.2" transform="rotate(-90 45 44.2)">丙</text>'
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g>{}</g></svg>'
    chart = Chart(id="c", key="一", caption="图", alt="图", svg=svg.format(ours + turned), width=442, height=226)
    described = pages._piece(chart, fonts.load_chains()["drawing"])
    assert described["words"] == [{"size": 10, "end": True, "x": 45, "y": 44.2, "text": "甲&乙"}]
    assert described["svg"] == svg.format(turned), "what stands otherwise stays drawn"


@pytest.mark.parametrize(
    ("texts", "longest"),
    [(("0", "11398889"), "11398889"), (("22（其中修订16件）",), "22"), (("248200元", "+98"), "248200元"), (("",), "")],
)
def test_columns_are_as_wide_as_their_longest_figure(texts: tuple[str, ...], longest: str) -> None:
    band = {"body": [[{"x": 0, "scope": None, "colspan": 1, "text": text}] for text in texts]}
    assert pages._longest_figures([band], 1, fonts.load_chains()["table"]) == [pytest.approx(fonts.text_width(longest))]


def test_only_addresses_a_reader_may_follow_are_links() -> None:
    assert pages._inline(Inline(text="甲", href="https://www.example.gov.cn/"))["href"] == "https://www.example.gov.cn/"
    assert pages._inline(Inline(text="甲", href="javascript:alert(1)"))["href"] is None


def test_a_character_of_another_face_is_printed_and_said() -> None:
    notes = check_typefaces(document(name="𠮷乡", said="㙍䶮和𰻝。"))
    assert [(each.severity, each.place) for each in notes] == [
        ("note", "标题"),
        ("note", "一"),
        ("note", "五"),
        ("note", "六"),
    ]
    assert [set(each.problem.args.values()) for each in notes[:2]] == [
        {"Noto Serif SC", "Noto Serif JP", "𠮷 (U+20BB7)"},
        {"Noto Serif SC", "Noto Sans SC", "𰻝 (U+30EDD)"},
    ]
    assert render_pdf(document(name="𠮷乡", said="㙍䶮和𰻝。")).startswith(b"%PDF")


def test_an_ordinary_report_has_nothing_to_say() -> None:
    assert check_typefaces(document()) == []


def test_what_prints_nothing_is_no_obstacle() -> None:
    assert render_pdf(document(said="甲\ufeff乙\u200b。")).startswith(b"%PDF")


def test_characters_without_a_glyph_are_refused_with_their_places() -> None:
    with pytest.raises(ReportRefused) as refused:
        render_pdf(document(name="甲😀乡", said="乙\ue000丙😀。"))
    title, *sections = map(str, refused.value.problems)
    assert "😀 (U+1F600)" in title
    assert [each.split("：", maxsplit=1)[0].split(":")[0] for each in sections] == ["一", "五", "六"]
    assert all("(U+E000)" in each and "(U+1F600)" in each for each in sections)


@pytest.mark.parametrize("piece", ["list", "table", "chart"])
def test_every_kind_of_text_is_checked(piece: str) -> None:
    declared = list(contents())
    if piece == "list":
        rare: Content = Prose(key="五", blocks=(ListBlock(type="list", items=((Inline(text="😀"),),)),))
    elif piece == "chart":
        rare = declared[-1].model_copy(update={"svg": SVG.replace("申请人", "😀")})
    else:
        table = next(each for each in declared if each._repr_mimebundle_() and each.kind == "table")  # type: ignore[attr-defined]
        cell = table.bands[0].head[0][0].model_copy(update={"text": "😀"})  # type: ignore[attr-defined]
        band = table.bands[0].model_copy(update={"head": ((cell,),)})  # type: ignore[attr-defined]
        rare = table.model_copy(update={"bands": (band,)})
    with pytest.raises(ReportRefused, match=r"U\+1F600"):
        render_pdf(read_document(notebook(*declared, rare)))


CORRECTION = DeclaredCorrection(
    version=2,
    day="2024-03-05",
    reason="𠮷",
    replaces="2024-01-20",
    figures=(FigureChange(key="a", label="𠮷", before="1", after="2"),),
    texts=(TextChange(place="一", before="甲", after="𠮷"),),
)


@pytest.mark.parametrize(
    ("told", "places"),
    [
        ({"cover": True, "full_name": "𠮷乡人民政府"}, {"封面"}),
        ({"attachments": ("𠮷乡目录",)}, {"附件"}),
        ({"correction": CORRECTION}, {"更正/note", "更正对照表", "更正/list"}),
    ],
    ids=["cover", "attachments", "correction"],
)
def test_what_stands_around_the_sections_is_checked(told: dict[str, Any], places: set[str]) -> None:
    declaration, *declared = contents()
    report = read_document(notebook(declaration.model_copy(update=told), *declared))
    assert {each.place for each in check_typefaces(report)} == places


def test_what_only_a_draft_says_is_checked() -> None:
    wrong = finding("T3-1", "error", "𠮷乡", Text("{found} is wrong", found="😀"), Text("Mend it."))
    draft = replace(document(), draft="𰻝", findings=(wrong,))
    notes = check_typefaces(draft)
    assert [(each.severity, each.place, each.problem.args["characters"]) for each in notes] == [
        ("note", "override", "𰻝 (U+30EDD)"),
        ("note", OVERRIDDEN, "𠮷 (U+20BB7)"),
    ]
    assert render_pdf(draft).startswith(b"%PDF"), "an error's own characters go by their numbers"


def test_the_typesetter_s_own_refusal_is_a_sentence() -> None:
    *declared, chart = contents()
    broken = chart.model_copy(update={"svg": "<a/>"})
    with pytest.raises(ReportRefused) as refused:
        render_pdf(read_document(notebook(*declared, broken)))
    assert len(str(refused.value).splitlines()) == 1


def test_only_the_bundled_faces_are_loaded() -> None:
    assert load_typefaces().families() == ["Noto Sans JP", "Noto Sans SC", "Noto Serif JP", "Noto Serif SC"]


def test_the_time_of_creation_follows_from_the_year_or_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert b">2024-01-01T00:00:00" in render_pdf(document())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert b">2023-11-14T22:13:20" in render_pdf(document())
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "gestern")
    with pytest.raises(ParameterError, match="SOURCE_DATE_EPOCH"):
        render_pdf(document())


def test_setting_a_report_needs_no_nbconvert() -> None:
    code = "import sys, giakit.exporters.typst.render; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"nbconvert", "typst", "pikepdf", "fontTools", "matplotlib"} & set(loaded)


@pytest.mark.parametrize("error", [ReportRefused("甲", "乙"), PrerequisiteError("丙")])
def test_a_refusal_is_a_conversion_error_with_the_same_problems(error: GiakitError) -> None:
    with pytest.raises(RefusedConversion) as raised, refusals_as_conversion_errors():
        raise error
    assert isinstance(raised.value, ConversionException)
    assert isinstance(raised.value, GiakitError)
    assert raised.value.problems == error.problems
    assert raised.value.__cause__ is error
    assert pickle.loads(pickle.dumps(raised.value)).problems == error.problems  # noqa: S301 - our own bytes


def test_other_errors_pass() -> None:
    with pytest.raises(ZeroDivisionError), refusals_as_conversion_errors():
        _ = 1 / 0


def test_the_log_of_nbconvert_shows_the_sentences(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("traitlets.config.Application._instance", None)  # another test's would log past caplog
    for name, value in {"propagate": True, "disabled": False}.items():  # another library may have set them
        monkeypatch.setattr(logging.getLogger("traitlets"), name, value)
    with caplog.at_level(logging.ERROR):
        try:
            with refusals_as_conversion_errors():
                raise ReportRefused("甲", "乙")
        except ConversionException:
            get_logger().error("Error while converting '%s'", "x.ipynb", exc_info=True)
        try:
            _ = 1 / 0
        except ZeroDivisionError:
            get_logger().exception("else")
    sentences, other = caplog.records
    assert sentences.getMessage() == "Error while converting 'x.ipynb'\n甲\n乙"
    assert sentences.exc_info is None
    assert other.exc_info is not None


@pytest.mark.parametrize("complete", [True, False], ids=["complete", "refused"])
def test_nbconvert_prints_sentences_instead_of_a_traceback(tmp_path: Path, *, complete: bool) -> None:
    declared = list(contents(said="甲。" if complete else "😀"))
    path = tmp_path / "report.ipynb"
    nbformat.write(notebook(*declared), path)
    command = [sys.executable, "-m", "nbconvert", "--to", "giakit_pdf", str(path)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == (0 if complete else 1), result.stderr
    assert (tmp_path / "report.pdf").exists() is complete
    assert "Traceback" not in result.stderr
    assert ("U+1F600" in result.stderr) is not complete
