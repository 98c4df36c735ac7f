"""What a report may have besides its sections: a cover, a list of attachments, a draft's page of errors."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pdfplumber
import pytest

from giakit import language
from giakit.content.correction import DeclaredCorrection, FigureChange
from giakit.content.model import Declaration, Inline, ListBlock, Paragraph, Prose, SectionPlace
from giakit.errors import ReportRefused
from giakit.exporters.correction import build_correction, correction_place
from giakit.exporters.document import DRAFT, Document, DocumentSection
from giakit.exporters.pdf import render_pdf
from giakit.findings import finding
from giakit.language import Text
from giakit.statistics import Cell

if TYPE_CHECKING:
    from pdfplumber.page import Page

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, (210 - 26) * MM, 37 * MM, (297 - 35) * MM
PITCH, SIZE = 28.99, 15.75


def document(**declared: Any) -> Document:
    place = SectionPlace(numeral="一", heading="一、总体情况")
    facts = {"title": "河口镇2023年政府信息公开工作年度报告", "name": "河口镇", "full_name": "河口镇人民政府"}
    rest = {"year": 2023, "revision": "2021", "notice": "国办公开办函〔2021〕30号", "sections": (place,)}
    prose = Prose(key="一", blocks=(Paragraph(type="paragraph", inlines=(Inline(text="正文。"),)),))
    return Document(Declaration(**{**facts, **rest, **declared}), (), (DocumentSection(place, (prose,)),))


def slanted(each: dict[str, Any]) -> bool:
    return each["object_type"] == "char" and each["matrix"][1] != 0


def lines(page: Page) -> list[dict[str, Any]]:
    """Return the lines of the type area, without what is written across the page."""
    upright = page.filter(lambda each: not slanted(each))
    return upright.crop((0, 0, page.width, BOTTOM + 1)).extract_text_lines()


def texts(page: Page) -> list[str]:
    return [line["text"] for line in lines(page)]


def number_of(page: Page) -> str:
    return page.crop((0, BOTTOM + 1, page.width, page.height)).extract_text()


# ---- cover ----------------------------------------------------------------------------------------------------------


def test_there_is_no_cover_unless_asked_for() -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(document()))) as found:
        assert [number_of(page) for page in found.pages] == ["— 1 —"]


@pytest.mark.parametrize("name", ["河口镇", "河口县人民政府办公室（河口县大数据管理局）"])
def test_a_cover_is_a_leaf_of_its_own_without_a_number(name: str) -> None:
    report = document(cover=True, title=f"{name}2023年政府信息公开工作年度报告", name=name)
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        cover, back, first = found.pages
        assert "".join(texts(cover)) == report.declaration.title + "河口镇人民政府"
        for line in lines(cover):
            assert (line["x0"] + line["x1"]) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1)
        assert not back.chars
        assert [number_of(page) for page in (cover, back, first)] == ["", "", "— 1 —"]
        assert "".join(texts(first)).startswith(report.declaration.title), "on a right-hand page"


def test_a_corrected_report_says_so_on_its_cover_and_under_its_title() -> None:
    correction = DeclaredCorrection(version=2, day="2024-03-05", reason="漏记一件", replaces="2024-01-20")
    with pdfplumber.open(io.BytesIO(render_pdf(document(cover=True, correction=correction)))) as found:
        cover, _, first = found.pages
        assert texts(cover)[-2:] == ["（2024年3月5日更正）", "河口镇人民政府"]
        title = "".join(texts(first)).partition("（2024年3月5日更正）")[0]
        assert title == "河口镇2023年政府信息公开工作年度报告"


@pytest.mark.parametrize("above", [0, 14, 15, 16, 17])
def test_the_line_above_a_table_of_changes_stands_on_its_page(above: int) -> None:
    changed = (FigureChange(key="a", label="三/总计", before="12件", after="13件"),)
    correction = DeclaredCorrection(version=2, day="2024-03-05", reason="漏记", replaces="2024-01-20", figures=changed)
    report = document()
    [first] = report.sections
    long = first.pieces[0].model_copy(update={"blocks": first.pieces[0].blocks * (above + 1)})
    told = DocumentSection(correction_place(), tuple(build_correction(correction)))
    report = replace(report, sections=(replace(first, pieces=(long,)), told))
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        [page] = [page for page in found.pages if "统计数字更正1处：" in texts(page)]
        [line] = [each for each in lines(page) if each["text"] == "统计数字更正1处："]
        [table] = page.find_tables()
    assert 0 < table.bbox[1] - line["bottom"] < PITCH
    assert {round(each["size"], 2) for each in line["chars"]} == {SIZE}
    assert line["x0"] == pytest.approx(LEFT + 2 * (RIGHT - LEFT) / 28, abs=1)
    assert table.extract()[-1] == ["三/总计", "12件", "13件"]


# ---- attachments ----------------------------------------------------------------------------------------------------


def test_one_attachment_has_no_number() -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(document(attachments=("统计表",))))) as found:
        body, attached = lines(found.pages[0])[-2:]
    assert attached["text"] == "附件：统计表"
    assert attached["x0"] == pytest.approx(LEFT + 2 * SIZE, abs=0.1)
    assert attached["top"] - body["top"] == pytest.approx(2 * PITCH, abs=0.1), "a blank line between"


def test_attachments_are_numbered_below_one_another() -> None:
    long = "河口县2023年政府信息公开工作重点任务完成情况一览表以及各有关部门统计数据"
    with pdfplumber.open(io.BytesIO(render_pdf(document(attachments=(long, "统计表"))))) as found:
        first, rest, second = lines(found.pages[0])[-3:]
    assert first["text"].replace(" ", "").startswith("附件：1.河口县2023年")
    assert second["text"].replace(" ", "") == "2.统计表"
    numbers = [line["chars"][place]["x0"] for line, place in ((first, 3), (second, 0))]
    assert numbers[0] == pytest.approx(numbers[1], abs=0.1)
    assert rest["x0"] == pytest.approx(numbers[0] + SIZE, abs=0.1), "the second line stands below the first"


# ---- drafts ---------------------------------------------------------------------------------------------------------


def wrong(number: int) -> Any:
    cell = Cell(workbook="各乡镇.xlsx", sheet="河口镇", address="H7", raw="3")
    return finding(
        f"T3-{number}",
        "error",
        f"三、总计{number}",
        Text("there is no file {name}", name=f"第{number}"),
        Text("Mend it."),
        words="一加二等于三加四",
        cells=(cell,),
    )


def test_a_draft_says_so_on_every_page_and_ends_with_what_is_wrong() -> None:
    errors = tuple(wrong(number) for number in range(1, 30))
    remark = finding("T3-0", "warning", "提示", Text("there is no file {name}", name="乙"), Text("Look."))
    report = replace(document(cover=True), draft="领导要先看", findings=(*errors, remark))
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        for page in found.pages:
            across = "".join(each["text"] for each in page.chars if slanted(each))
            assert across == DRAFT
        listed = [text for page in found.pages[3:] for text in texts(page)]
    assert listed[:2] == ["未通过的核对", "生成草稿的理由：领导要先看"]
    said = "".join(listed[2:]).replace(" ", "")
    for number in range(1, 30):
        assert f"{number}.三、总计{number}：" in said
        assert f"第{number}" in said
    assert "一加二等于三加四" in said
    assert "提示" not in said
    assert "H7" not in said
    assert "xlsx" not in said


def test_a_draft_may_hold_a_list_that_runs_over_pages() -> None:
    items = tuple((Inline(text=f"事项{number}"),) for number in range(40))
    long = Prose(key="一", blocks=(ListBlock(type="list", ordered=True, items=items),))
    report = replace(document(), preamble=(long,), draft="理由", findings=(wrong(1),))
    with pdfplumber.open(io.BytesIO(render_pdf(report))) as found:
        assert len(found.pages) == 3


def test_a_draft_speaks_chinese_to_everybody() -> None:
    report = replace(document(), draft="领导要先看", findings=(wrong(1),))
    with language.speaking("en"):
        english = render_pdf(report)
    with language.speaking("zh"):
        assert render_pdf(report) == english


def test_what_no_face_has_goes_by_its_number_where_errors_are_listed() -> None:
    odd = finding("read.cell", "error", "甲", Text("there is no file {name}", name="😀"), Text("Mend it."))
    with pdfplumber.open(io.BytesIO(render_pdf(replace(document(), draft="理由", findings=(odd,))))) as found:
        assert "[U+1F600]" in "".join(texts(found.pages[1]))


@pytest.mark.parametrize("declared", [{"attachments": ("😀",)}, {"cover": True, "full_name": "😀"}])
def test_these_parts_are_looked_at_before_printing(declared: dict[str, Any]) -> None:
    with pytest.raises(ReportRefused, match=r"U\+1F600"):
        render_pdf(document(**declared))
    with pytest.raises(ReportRefused, match=r"U\+1F600"):
        render_pdf(replace(document(), draft="😀", findings=(wrong(1),)))
