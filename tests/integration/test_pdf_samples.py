"""The sample reports in print, measured: how lines and pages end, and more of what PDF/A-2a and PDF/UA-1 ask.

`test_pdf_structure.py` says why there is no validator, and checks the rest of what a program can judge.
"""

from __future__ import annotations

import io
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet

from giakit.exporters.typst.render import render_pdf
from tests.samples.reports import SAMPLES, build_sample, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator

MM = 72 / 25.4
LEFT, TOP, BOTTOM = 28 * MM, 37 * MM, (297 - 35) * MM
SIZE = 15.75
CONTAINERS = {  # ISO 32000-1, 14.8.4.3: what may stand in what
    "/TR": {"/Table", "/THead", "/TBody"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
    "/THead": {"/Table"},
    "/TBody": {"/Table"},
    "/LI": {"/L"},
    "/Lbl": {"/LI"},
    "/LBody": {"/LI"},
    "/Caption": {"/Figure", "/Table", "/Div", "/Sect"},
    "/Span": {"/P", "/H1", "/H2", "/LBody", "/Caption", "/TH", "/TD", "/Link", "/Strong"},
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the PDF of every sample."""
    project = write_project(Path(tmp_path_factory.mktemp("samples")) / "project")
    return {sample.name: render_pdf(build_sample(sample, project, ())[1]) for sample in SAMPLES}


@pytest.fixture(params=[sample.name for sample in SAMPLES])
def content(request: pytest.FixtureRequest, printed: dict[str, bytes]) -> bytes:
    return printed[request.param]


# ---- lines and pages ------------------------------------------------------------------------------------------------


def text_lines(content: bytes) -> list[list[dict[str, Any]]]:
    """Return the lines of running text and headings, page by page; a draft's mark is left out."""
    with pdfplumber.open(io.BytesIO(content)) as found:
        return [
            [
                line
                for line in page.filter(lambda each: each["object_type"] != "char" or each["matrix"][1] == 0)
                .crop((0, 0, page.width, BOTTOM + 1))
                .extract_text_lines()
                if {round(each["size"], 2) for each in line["chars"]} == {SIZE}
            ]
            for page in found.pages
        ]


def begins(line: dict[str, Any]) -> bool:
    """Whether a line begins a paragraph or is a heading: it stands two characters in."""
    return line["x0"] > LEFT + 1.4 * SIZE


def test_no_heading_and_no_first_line_ends_a_page(content: bytes) -> None:
    pages = [page for page in text_lines(content) if page]
    for page, following in pairwise(pages):
        last = page[-1]
        if last["bottom"] < BOTTOM - 60:
            continue  # a table or a chart follows it
        assert not re.match("[一二三四五六]、|（[一二三四五]）", last["text"])
        assert not (begins(last) and not begins(following[0])), "the first line of a paragraph alone"


def test_no_last_line_begins_a_page(content: bytes) -> None:
    for page, following in pairwise(text_lines(content)):
        if page and len(following) > 1 and not begins(following[0]):
            assert not begins(following[1]), "the last line of a paragraph alone"


def test_no_character_ends_a_paragraph_alone(content: bytes) -> None:
    lines = [line for page in text_lines(content) for line in page]
    ends = [line for line, following in pairwise(lines) if begins(following) and not begins(line)]
    assert [line["text"] for line in ends if len(re.sub(r"\W", "", line["text"])) < 2] == []


# ---- the structure tree ---------------------------------------------------------------------------------------------


@cache
def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(element: Any) -> Iterator[tuple[str, Any]]:
    """Yield the structure elements below one, each behind the type of its parent."""
    for kid in element.get("/K", []):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield str(element.get("/S", "")), kid
            yield from elements(kid)


def test_elements_stand_where_they_may(content: bytes) -> None:
    root = opened(content).Root.StructTreeRoot
    found = [(parent, str(each.S)) for parent, each in elements(root) if each.S in CONTAINERS]
    assert len(found) > 300
    assert [pair for pair in found if pair[0] not in CONTAINERS[pair[1]]] == []


def test_no_standard_type_is_given_another_meaning(content: bytes) -> None:
    roles = opened(content).Root.StructTreeRoot.get("/RoleMap", pikepdf.Dictionary())
    standard = {str(each.S) for _, each in elements(opened(content).Root.StructTreeRoot)} - set(roles.keys())
    assert standard >= {"/P", "/Table", "/TR", "/TH", "/TD", "/H1"}
    assert {str(target) for target in roles.values()} <= {"/Span", "/P", "/Part"}, "and none of a chain"


def test_page_numbers_and_a_drafts_mark_are_no_content(content: bytes) -> None:
    with pdfplumber.open(io.BytesIO(content)) as found:
        for page in found.pages:
            for each in page.chars:
                outside = each["top"] > BOTTOM or each["matrix"][1] != 0
                assert (each["tag"] == "Artifact") is outside
                assert (each["mcid"] is None) is outside


# ---- the file -------------------------------------------------------------------------------------------------------


def test_the_file_says_the_same_of_itself_twice(content: bytes) -> None:
    pdf = opened(content)
    metadata = pdf.Root.Metadata.read_bytes().decode()
    said = {
        "/Title": r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>",
        "/Author": r"<dc:creator>.*?<rdf:li>(.*?)</rdf:li>",
        "/Creator": r"<xmp:CreatorTool>(.*?)<",
        "/CreationDate": r"<xmp:CreateDate>(.*?)<",
        "/ModDate": r"<xmp:ModifyDate>(.*?)<",
    }
    assert set(pdf.docinfo.keys()) == set(said)
    for name, pattern in said.items():
        found = re.search(pattern, metadata, re.DOTALL)
        assert found
        digits = re.sub(r"\D", "", found[1])
        assert found[1] == str(pdf.docinfo[name]) or digits.startswith(re.sub(r"\D", "", str(pdf.docinfo[name])))


def test_names_beyond_the_archives_own_are_explained(content: bytes) -> None:
    """PDF/A-2, 6.6.2.3: a property of no predefined schema needs a description, among them that of PDF/UA."""
    metadata = opened(content).Root.Metadata.read_bytes().decode()
    described = re.findall(r"<pdfaSchema:prefix>(\w+)<", metadata)
    predefined = {"dc", "xmp", "xmpMM", "xmpTPg", "pdf", "pdfaid", "stEvt", "rdf", "x", "pdfaExtension", "pdfaSchema"}
    used = set(re.findall(r"<(\w+):", metadata)) - predefined - {"pdfaProperty"}
    assert used == {"pdfuaid"}
    assert "pdfuaid" in described


def test_colours_pictures_and_fonts_are_those_an_archive_takes(content: bytes) -> None:
    pdf = opened(content)
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image":
            assert not each.get("/Interpolate", False)
            assert not {"/Alternates", "/OPI"} & set(each.keys())
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/ExtGState":
            assert not {"/TR", "/TR2", "/HTP"} & set(each.keys())
    for page in pdf.pages:
        used = {str(operator) for _, operator in pikepdf.parse_content_stream(page)}
        assert not used & {"k", "K", "ri"}, "no colours of inks"
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tr":
                assert operands[0] != 3, "no invisible text"


def test_widths_of_characters_are_those_of_their_faces(content: bytes) -> None:
    """PDF/A-2, 6.2.11.5: what the file says of a glyph's width and what the embedded program says agree."""
    fonts = [each for each in opened(content).objects if isinstance(each, pikepdf.Dictionary)
             and each.get("/Subtype") == "/CIDFontType0"]  # fmt: skip
    assert fonts
    for font in fonts:
        program = CFFFontSet()
        program.decompile(io.BytesIO(font.FontDescriptor.FontFile3.read_bytes()), None)
        face = program[0]
        scale = 1000 * (face.FontMatrix[0] if hasattr(face, "FontMatrix") and face.FontMatrix[0] != 1 else 0.001)
        compared = 0
        for identifier, width in said_widths(font):
            name = f"cid{identifier:05d}"
            glyph = face.CharStrings[name if name in face.CharStrings else face.charset[identifier]]
            glyph.decompile()
            glyph.draw(NoPen())
            assert glyph.width * scale == pytest.approx(width, abs=1), identifier
            compared += 1
        assert compared > 10


class NoPen:
    """Draws nothing: fontTools finds a glyph's width while it is drawn."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def said_widths(font: Any) -> Iterator[tuple[int, float]]:
    """Yield the numbers of a font's glyphs with the widths that the file states, ISO 32000-1, 9.7.4.3."""
    stated = list(font.W)
    while stated:
        first, second, *stated = stated
        if isinstance(second, pikepdf.Array):
            yield from ((int(first) + place, float(width)) for place, width in enumerate(second))
        else:
            width, *stated = stated
            yield from ((number, float(width)) for number in range(int(first), int(second) + 1))
