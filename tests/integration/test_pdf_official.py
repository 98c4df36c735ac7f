"""`fonts: official`: the faces that the standard names, where a machine has them.

The faces themselves may not be passed on, so the bundled ones are cut down, renamed, and put where the system keeps a
user's fonts; a process of its own looks for them there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pdfplumber
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from giakit import fonts

if TYPE_CHECKING:
    from pathlib import Path

HELD = "河口镇2023年政府信息公开工作年度报告一、总体情况（一）主动公开。正文年：—1"

REPORT = """
import sys
from giakit.content.correction import DeclaredCorrection
from giakit.content.model import *
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.pdf import render_pdf
from giakit.exporters.typst.preflight import check_typefaces

runs = lambda text: (Inline(text=text),)
blocks = (
    Subheading(type="heading", inlines=runs("（一）主动公开")),
    Paragraph(type="paragraph", inlines=runs("正文㙍。")),
)
place = SectionPlace(numeral="一", heading="一、总体情况")
head = (TableCell(text="年报", scope="col"),)
table = Table(id="t", section="一", caption="表", columns=1, label_columns=0,
              bands=(TableBand(head=(head,), body=((TableCell(text="2023"),),)),))
declaration = Declaration(title="河口镇2023年政府信息公开工作年度报告", name="河口镇", full_name="河口镇人民政府",
                          year=2023, revision="2021", notice="", sections=(place,), fonts=sys.argv[2])
if "around" in sys.argv:
    correction = DeclaredCorrection(version=2, day="2024-03-05", reason="年", replaces="2024-01-20")
    declaration = declaration.model_copy(update={"cover": True, "correction": correction, "attachments": ("年报",)})
report = Document(declaration, (), (DocumentSection(place, (Prose(key="一", blocks=blocks), table)),))
open(sys.argv[1], "wb").write(render_pdf(report))
for each in check_typefaces(report):
    print(each.severity, each)
"""


def make_face(folder: Path, family: str, face: fonts.Face) -> None:
    """Write the face under another family's name, with no more than the characters of `HELD`."""
    font = TTFont(fonts.font_path(face))
    cut = subset.Subsetter()
    cut.populate(text=HELD)
    cut.subset(font)
    for record in font["name"].names:
        if record.nameID in {1, 4, 6, 16}:
            record.string = family
    font["CFF "].cff.fontNames = [family]
    folder.mkdir(parents=True, exist_ok=True)
    font.save(folder / f"{family}.otf")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a machine with 仿宋 and 楷体, and without 小标宋, 黑体 and 宋体."""
    home = tmp_path_factory.mktemp("字体")
    make_face(home / "fonts", "FangSong", "serif")
    make_face(home / "fonts", "KaiTi", "sans")
    return {**os.environ, "XDG_DATA_HOME": str(home), "GIAKIT_LANG": "en"}


def print_with(machine: dict[str, str], path: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", REPORT, str(path), *arguments]
    return subprocess.run(command, env=machine, capture_output=True, text=True, check=True).stdout


def faces_of(path: Path) -> dict[str, str]:
    """Return the face of every printed character; of one printed twice, the last."""
    with pdfplumber.open(path) as found:
        lines = found.pages[0].extract_text_lines()
    return {line["text"]: "+".join(dict.fromkeys(each["fontname"].split("+")[1] for each in line["chars"]))
            for line in lines}  # fmt: skip


def test_official_faces_print_what_they_can_and_the_bundled_ones_the_rest(
    machine: dict[str, str], tmp_path: Path
) -> None:
    said = print_with(machine, tmp_path / "甲.pdf", "official")
    assert faces_of(tmp_path / "甲.pdf") == {
        "河口镇2023年政府信息公开工作年度报告": "NotoSerifSC-Regular",
        "一、总体情况": "NotoSansSC-Regular",
        "（一）主动公开": "KaiTi",
        "正文㙍。": "FangSong+NotoSerifSC-Regular",
        "年报": "NotoSerifSC-Regular",
        "2023": "NotoSerifSC-Regular",
        "— 1 —": "NotoSerifSC-Regular",
    }
    assert re.findall(r"^note (小标宋|仿宋|楷体|黑体|宋体): no official face", said, re.MULTILINE) == [
        "小标宋",
        "黑体",
        "宋体",
    ]
    assert "FangSong does not have 㙍 (U+364D); Noto Serif SC prints it" in said


def test_what_is_said_of_a_place_is_what_prints_it(machine: dict[str, str], tmp_path: Path) -> None:
    said = print_with(machine, tmp_path / "甲.pdf", "official", "around")
    with pdfplumber.open(tmp_path / "甲.pdf") as found:
        lines = {line["text"]: line["chars"] for page in found.pages for line in page.extract_text_lines()}
    for place, line, face in (
        ("cover", "河口镇人民政府", "KaiTi"),
        ("correction", "（2024年3月5日更正）", "KaiTi"),
        ("attachments", "附件：年报", "FangSong"),
    ):
        printed = {each["text"]: each["fontname"].split("+")[1] for each in lines[line]}
        others = [character for character, name in printed.items() if name != face]
        assert others
        assert others != list(printed)
        listed = " ".join(f"{character} (U+{ord(character):04X})" for character in others)
        assert f"note {place}: {face} does not have {listed}; " in said


@pytest.mark.slow
def test_the_bundled_faces_print_where_they_are_not_asked_for(machine: dict[str, str], tmp_path: Path) -> None:
    assert print_with(machine, tmp_path / "甲.pdf", "bundled") == ""
    bare = {**machine, "XDG_DATA_HOME": str(tmp_path / "无")}
    print_with(bare, tmp_path / "乙.pdf", "bundled")
    assert (tmp_path / "甲.pdf").read_bytes() == (tmp_path / "乙.pdf").read_bytes()


def test_the_doctor_names_the_faces_of_the_machine(machine: dict[str, str]) -> None:
    code = "from giakit.doctor import *; print(*describe(examine()), sep=chr(10))"
    shown = subprocess.run([sys.executable, "-c", code], env=machine, capture_output=True, text=True, check=True).stdout
    lines = {line.split()[0]: line for line in shown.splitlines() if line.startswith("  ") and line.split()}
    assert lines["仿宋"].split()[1] == "FangSong"
    assert lines["楷体"].endswith("KaiTi.otf")
    assert "not on this machine; Noto Serif SC stands in" in lines["小标宋"]
