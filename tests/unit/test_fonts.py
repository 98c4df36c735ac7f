"""The bundled typefaces: where they are, what they hold, how wide it is; which face serves which role."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from fontTools.ttLib import TTFont

from giakit import fonts, formats
from giakit.errors import PrerequisiteError
from giakit.fonts import bundled
from giakit.fonts.opentype import read_any_metrics

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
    character_map, widths, metrics = font.getBestCmap(), font["hmtx"], bundled.metrics(face)
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
    assert not bundled.metrics("serif").glyph("𰻝")
    assert fonts.missing_characters("𰻝鿿𠮷㙍䶮") == ""


@pytest.mark.parametrize(("text", "width"), [("年报", 2.0), ("2023", 2.23), ("😀", 1.0), ("", 0.0)])
def test_width_of_a_line(text: str, width: float) -> None:
    assert fonts.text_width(text) == pytest.approx(width)


@pytest.mark.usefixtures("_no_faces")
def test_missing_faces_are_a_prerequisite() -> None:
    with pytest.raises(PrerequisiteError, match="pip install pylopdf-fonts-zh-cn"):
        fonts.font_path("serif")


@pytest.mark.parametrize("face", FACES)
def test_any_reader_finds_the_same(face: fonts.Face) -> None:
    own, general = bundled.metrics(face), read_any_metrics(fonts.font_path(face))
    for character in "年报2023（一）㙍䶮𠮷𰻝😀":
        assert own.glyph(character) == general.glyph(character)
        assert own.advance(character) == pytest.approx(general.advance(character))


# ---- roles ----------------------------------------------------------------------------------------------------------


def test_the_bundled_faces_stand_in_for_the_official_ones() -> None:
    chains = fonts.load_chains()
    assert {role: (chain.name, chain.faces[0].family, chain.outlined) for role, chain in chains.items()} == {
        "title": ("小标宋", "Noto Serif SC", True),
        "body": ("仿宋", "Noto Serif SC", False),
        "subheading": ("楷体", "Noto Serif SC", True),
        "heading": ("黑体", "Noto Sans SC", False),
        "table": ("宋体", "Noto Serif SC", False),
        "drawing": ("黑体", "Noto Sans SC", False),
    }
    assert {role for role, chain in chains.items() if chain.stands_in} == set(chains) - {"drawing"}


@pytest.mark.parametrize(
    ("character", "family"),
    [("年", "Noto Serif SC"), ("㙍", "Noto Serif SC"), ("䶮", "Noto Serif SC"), ("𠮷", "Noto Serif JP"),
     ("𰻝", "Noto Sans SC"), ("\u200b", "Noto Serif SC"), ("😀", None)],
)  # fmt: skip
def test_what_a_face_lacks_the_next_prints(character: str, family: str | None) -> None:
    face = fonts.load_chains()["body"].face_for(character)
    assert (face and face.family) == family


def test_the_standard_list_of_characters_is_printed_by_the_first_face() -> None:
    """Try the characters beyond the basic plane of 通用规范汉字表 (2013) that stand in place and personal names."""
    listed = "𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀𫍣𫍯𫍲"
    for role in ("body", "heading", "title"):
        chain = fonts.load_chains()[role]
        assert [each for each in listed if chain.face_for(each) != chain.faces[0]] == []


def test_the_width_of_a_line_counts_every_character_by_its_own_face() -> None:
    chain = fonts.load_chains()["table"]
    assert chain.width("2023年") == pytest.approx(fonts.text_width("2023年"))
    assert chain.width("𠮷𰻝😀") == pytest.approx(3.0)


def test_importing_opens_no_font() -> None:
    code = "import sys, giakit.fonts, giakit.charts; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pylopdf_fonts_zh_cn", "fontTools", "matplotlib", "typst", "jinja2"} & set(loaded)
