"""The Word document opened by a real LibreOffice: it says what the PDF says, on the page of the PDF."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pdfplumber
import pytest

from giakit import formats
from giakit.content.model import Chart, Declaration, Inline, ListBlock, Paragraph, Prose, SectionPlace, Subheading
from giakit.exporters.document import DRAFT, Document, DocumentSection, Piece
from giakit.exporters.pdf import render_pdf
from giakit.exporters.word import render_docx
from giakit.statistics import Statistics, Value
from giakit.tables import build_table
from tests.samples.reports import SAMPLES, build_sample, write_project
from tests.samples.typefaces import environment_with_typefaces

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.proof

MM = 72 / 25.4
TOP, BOTTOM = 37 * MM, (297 - 35) * MM


def document(year: int = 2023, factor: int = 37, said: str = "一是加强领导，明确责任；二是公开为常态。") -> Document:
    """Build a report of every kind of text, and without charts."""
    form = formats.for_year(year)
    values = tuple(
        Value(key=leaf.key, amount=Decimal(number * factor), unit=leaf.unit or "元")
        for number, leaf in enumerate(form.leaves, 1)
    )
    this = Statistics(year=year, revision=form.revision, values=values)
    places = tuple(SectionPlace(numeral=each.numeral, heading=each.heading, table=each.table) for each in form.sections)
    blocks = (
        Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
        Paragraph(
            type="paragraph",
            inlines=(
                Inline(text="办件1200件。", strong=True),
                Inline(text=said * 5),
                Inline(text="见“专栏”", href="https://www.example.gov.cn/"),
            ),
        ),
        ListBlock(type="list", ordered=True, items=((Inline(text="栏目更新慢；"),), (Inline(text="人手不足。"),))),
        ListBlock(type="list", items=((Inline(text="<甲> & *乙*"),),)),
    )
    sections = tuple(
        DocumentSection(
            place, (build_table(this, place.table),) if place.table else (Prose(key=place.numeral, blocks=blocks),)
        )
        for place in places
    )
    declaration = Declaration(
        title=form.title.format(name="河口县自然资源和规划局", year=year),
        name="河口县自然资源和规划局",
        full_name="河口县自然资源和规划局",
        year=year,
        revision=form.revision,
        notice=form.notice.number,
        sections=places,
    )
    return Document(declaration, (), sections)


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Document], Path]:
    """Return what writes a report as Word document and has LibreOffice print it."""
    folder = tmp_path_factory.mktemp("office")
    soffice = shutil.which("soffice")
    assert soffice, "install libreoffice-writer"
    environment = environment_with_typefaces(folder)

    def converted(report: Document) -> Path:
        path = folder / "年报.docx"
        path.write_bytes(render_docx(report))
        command = [soffice, f"-env:UserInstallation={(folder / '.soffice').as_uri()}", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(folder), str(path)]
        subprocess.run(command, check=True, capture_output=True, env=environment)
        return path.with_suffix(".pdf")

    return converted


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def read_pdf(path: Path) -> tuple[str, list[str]]:
    """Return the text outside the tables, and the tables' cells in order; page numbers stand below both."""
    prose, cells = "", []
    with pdfplumber.open(path) as found:
        for page in found.pages:
            rest = page.crop((0, 0, page.width, BOTTOM + 3))
            tables = rest.find_tables()
            for table in tables:
                rest = rest.outside_bbox(table.bbox)
            prose += squeezed(rest.extract_text())
            cells += [squeezed(cell) for table in tables for row in table.extract() for cell in row if cell]
    return prose, cells


@pytest.mark.parametrize("year", [2020, 2023])
@pytest.mark.parametrize("factor", [1, 37, 6000], ids=["small", "usual", "seven digits"])
def test_it_prints_what_the_pdf_says(
    convert: Callable[[Document], Path], tmp_path: Path, year: int, factor: int
) -> None:
    report = document(year, factor)
    ours = tmp_path / "report.pdf"
    ours.write_bytes(render_pdf(report))
    (prose, cells), (printed, printed_cells) = read_pdf(ours), read_pdf(convert(report))
    assert printed == prose
    assert unrepeated(printed_cells) == unrepeated(cells)
    assert len(cells) > 200


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    project = write_project(tmp_path_factory.mktemp("samples") / "project")
    return {sample.name: build_sample(sample, project, ())[1] for sample in SAMPLES if sample.name != "draft"}


@pytest.mark.parametrize("name", [sample.name for sample in SAMPLES if sample.name != "draft"])
def test_a_sample_prints_what_the_pdf_says(
    convert: Callable[[Document], Path], samples: dict[str, Document], tmp_path: Path, name: str
) -> None:
    report = samples[name]
    ours = tmp_path / "report.pdf"
    ours.write_bytes(render_pdf(with_empty_charts(report)))
    (prose, cells), (printed, printed_cells) = read_pdf(ours), read_pdf(convert(report))
    captions = [piece.caption for section in report.sections for piece in section.pieces if isinstance(piece, Chart)]
    assert len(captions) == (0 if name.endswith("zero") else 2)
    for caption in map(
        squeezed, captions
    ):  # a chart may stand at the head of the next page, and text goes on before it
        assert prose.count(caption) == printed.count(caption) == 1
        prose, printed = prose.replace(caption, ""), printed.replace(caption, "")
    assert printed == prose
    assert unrepeated(printed_cells) == unrepeated(cells)
    assert len(prose) > 600
    assert len(cells) > 200


def with_empty_charts(report: Document) -> Document:
    """Return a report without the words of its charts: in Word a chart is a picture with its text beside it."""

    def emptied(piece: Piece) -> Piece:
        if not isinstance(piece, Chart):
            return piece
        box = f"0 0 {piece.width} {piece.height}"
        return piece.model_copy(update={"svg": f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"/>'})

    sections = (replace(each, pieces=tuple(map(emptied, each.pieces))) for each in report.sections)
    return replace(report, sections=tuple(sections))


def test_cover_and_attachments_are_those_of_the_pdf(convert: Callable[[Document], Path], tmp_path: Path) -> None:
    plain = document()
    more = {"cover": True, "attachments": ("申请办理情况统计表", "收费清单")}
    report = replace(plain, declaration=plain.declaration.model_copy(update=more))
    ours = tmp_path / "report.pdf"
    ours.write_bytes(render_pdf(report))
    printed = convert(report)
    assert read_pdf(printed)[0] == read_pdf(ours)[0]
    with pdfplumber.open(printed) as found:
        below = [page.crop((0, BOTTOM + 3, page.width, page.height)).extract_text() for page in found.pages]
    # Without the empty page behind the cover, which LibreOffice leaves out of a PDF
    assert below == ["", *(f"— {number} —" for number in range(1, len(below)))]


def unrepeated(cells: list[str]) -> list[str]:
    """Return the cells without the heads and labels that a table repeats where it breaks."""
    return [
        cell for place, cell in enumerate(cells) if re.fullmatch(r"[-+]?[0-9.]+元?", cell) or cell not in cells[:place]
    ]


def test_a_full_page_has_22_lines_of_28_characters(convert: Callable[[Document], Path]) -> None:
    long = Prose(key="前言", blocks=(Paragraph(type="paragraph", inlines=(Inline(text="政府信息公开工作" * 200),)),))
    with pdfplumber.open(convert(replace(document(), preamble=(long,)))) as found:
        page = found.pages[1]
        lines = page.crop((0, 0, page.width, BOTTOM + 3)).extract_text_lines()
    assert len(lines) == 22
    assert {len(line["text"]) for line in lines} == {28}
    assert lines[0]["x0"] == pytest.approx(28 * MM, abs=1)
    assert lines[0]["top"] > TOP


@pytest.mark.parametrize("year", [2020, 2023])
def test_every_table_stands_on_one_page_under_its_heading(convert: Callable[[Document], Path], year: int) -> None:
    report = document(year)
    with pdfplumber.open(convert(report)) as found:
        pages = [(squeezed(page.extract_text()), page.find_tables()) for page in found.pages]
    assert sum(len(tables) for _, tables in pages) == 3
    for place in report.declaration.sections:
        if place.table:
            assert any(place.heading in text and tables for text, tables in pages), place.heading


def test_a_draft_says_so_on_every_page(convert: Callable[[Document], Path]) -> None:
    with pdfplumber.open(convert(replace(document(), draft="待核实"))) as found:
        texts = [squeezed(page.crop((0, 0, page.width, TOP)).extract_text()) for page in found.pages]
    assert len(texts) > 2
    assert all(DRAFT in text for text in texts)
