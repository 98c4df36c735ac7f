"""The bundled typefaces: where they are, what they hold, how wide it is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from giakit import fonts, formats
from giakit.errors import PrerequisiteError

if TYPE_CHECKING:
    from collections.abc import Iterator

FACES = list(fonts.FAMILIES)


@pytest.fixture
def _no_faces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pretend that the package with the typefaces is not installed."""
    monkeypatch.setitem(sys.modules, "pylopdf_fonts_zh_cn", None)
    fonts.font_path.cache_clear()
    yield
    fonts.font_path.cache_clear()


@pytest.mark.parametrize("face", FACES)
def test_a_face_is_the_family_it_is_called(face: fonts.Face) -> None:
    path = fonts.font_path(face)
    assert path.is_absolute()
    assert TTFont(path)["name"].getBestFamilyName() == fonts.FAMILIES[face]


@pytest.mark.parametrize("face", FACES)
def test_coverage_and_widths_are_those_of_the_file(face: fonts.Face) -> None:
    font = TTFont(fonts.font_path(face))
    character_map, widths, metrics = font.getBestCmap(), font["hmtx"], fonts._metrics(face)
    assert {code for code in range(sys.maxunicode + 1) if metrics.glyph(chr(code))} == set(character_map)
    for code, glyph in character_map.items():
        assert metrics.glyph(chr(code)) == font.getGlyphID(glyph)
        assert metrics.advance(chr(code)) == widths[glyph][0] / font["head"].unitsPerEm


def test_every_form_can_be_printed() -> None:
    for year in (2019, 2021):
        assert fonts.missing_characters(formats.for_year(year).model_dump_json()) == ""


def test_missing_characters_come_once_in_order() -> None:
    assert fonts.missing_characters("甲😀乙\ue000丙😀\x07") == "😀\ue000\x07"


@pytest.mark.parametrize("text", ["", "甲\n乙\t丙\u3000丁\u00a0戊", "\ufeff甲\u200b乙\u00ad丙\ufe0f丁\U000e0100"])
def test_what_prints_nothing_is_not_missing(text: str) -> None:
    assert fonts.missing_characters(text) == ""


def test_a_character_of_one_face_is_not_missing() -> None:
    assert not fonts._metrics("serif").glyph("𰻝")
    assert fonts.missing_characters("𰻝鿿") == ""


@pytest.mark.parametrize(("text", "width"), [("年报", 2.0), ("2023", 2.23), ("😀", 1.0), ("", 0.0)])
def test_width_of_a_line(text: str, width: float) -> None:
    assert fonts.text_width(text) == pytest.approx(width)


@pytest.mark.usefixtures("_no_faces")
def test_missing_faces_are_a_prerequisite() -> None:
    with pytest.raises(PrerequisiteError, match="pip install pylopdf-fonts-zh-cn"):
        fonts.font_path("serif")


def test_importing_opens_no_font() -> None:
    code = "import sys, giakit.fonts, giakit.charts; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pylopdf_fonts_zh_cn", "fontTools", "matplotlib", "typst", "jinja2"} & set(loaded)
