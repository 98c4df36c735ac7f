"""What findings say inside a workbook, in Chinese whatever the terminal speaks: comments, and the sheet 核对结果."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from giakit.findings import SEVERITIES, Finding, Severity
from giakit.forms.paint import FILLS, Styles
from giakit.forms.scanner import ANNOTATION_MARK
from giakit.forms.splice import xml_attribute, xml_text
from giakit.statistics import Cell

TITLE = "核对结果"
WORDS: Mapping[Severity, str] = {"error": "错误", "warning": "提醒", "note": "说明"}

_HEADS = {"级别": 8, "工作表": 18, "单元格": 10, "有关单元格": 24, "项目": 36, "问题": 48, "处理办法": 40}
_LAST_HEADS = {"表中原文": 32, "填报单位说明": 28, "规则": 14}
_LONGEST = 30_000  # characters; a spreadsheet's cell or comment holds 32,767
_MOST_CELLS = 30
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def comment_text(findings: Sequence[Finding]) -> str:
    """Return what a comment says about all findings on its cell."""
    text = "\n\n".join([ANNOTATION_MARK, *map(_paragraph, findings)]).replace("\n\n", "\n", 1)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…（其余见“{TITLE}”）"


def _paragraph(found: Finding) -> str:
    lines = [f"{WORDS[found.severity]}（{found.rule}）{found.place}：{found.problem}。{found.remedy}"]
    if found.words:
        lines.append(f"表中原文：{found.words}")
    if found.answer:
        lines.append(f"填报单位说明：{found.answer}")
    return "\n".join(lines)


def result_sheet(workbook: str, sheets: Sequence[str], findings: Sequence[Finding], styles: Styles) -> bytes:
    """Return the part of the sheet that lists all findings, errors first, each with a link to its first cell."""
    heads = _HEADS | _LAST_HEADS
    ordered = sorted(findings, key=lambda found: SEVERITIES.index(found.severity))
    rows = [_row(1, list(heads), [styles.of_list("FFE7E6E6", styles.bold())] * len(heads))]
    links = []
    for number, found in enumerate(ordered, 2):
        own = [cell for cell in found.cells if cell.workbook == workbook and cell.sheet in sheets]
        kinds = [styles.of_list()] * len(heads)
        kinds[0] = styles.of_list(FILLS[found.severity][0])
        if own:
            kinds[2] = styles.of_list(font=styles.link())
            quoted = own[0].sheet.replace("'", "''")
            location = xml_attribute(f"'{quoted}'!{own[0].address}")
            links.append(f'<hyperlink ref="C{number}" location={location}/>')
        rows.append(_row(number, _texts(workbook, found, [*own, *found.cells][:1]), kinds))
    if not ordered:
        rows.append(_row(2, ["未发现问题。"], [styles.of_list()]))
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(heads.values(), 1)
    )
    hyperlinks = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView tabSelected="1" workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f"{hyperlinks}"
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _texts(workbook: str, found: Finding, first: Sequence[Cell]) -> list[str]:
    """Return a finding's row; `first` holds the cell that stands in front, if there is any."""
    where = [cell.sheet if cell.workbook == workbook else f"{cell.workbook} [{cell.sheet}]" for cell in first]
    others = [
        cell.address if (cell.workbook, cell.sheet) == (first[0].workbook, first[0].sheet) else str(cell)
        for cell in found.cells
        if cell != first[0]
    ]
    listed = "、".join(others[:_MOST_CELLS]) + ("" if len(others) <= _MOST_CELLS else f" 等 {len(others)} 格")
    about = [found.place, str(found.problem), str(found.remedy), found.words, found.answer, found.rule]
    return [WORDS[found.severity], "".join(where), "".join(cell.address for cell in first), listed, *about]


def _row(number: int, texts: Sequence[str], styles: Sequence[str]) -> str:
    cells = "".join(
        _cell(f"{chr(ord('A') + column)}{number}", text, style)
        for column, (text, style) in enumerate(zip(texts, styles, strict=True))
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(address: str, text: str, style: str) -> str:
    if not text:
        return f'<c r="{address}" s="{style}"/>'
    content = f'<is><t xml:space="preserve">{xml_text(text[:_LONGEST])}</t></is>'
    return f'<c r="{address}" s="{style}" t="inlineStr">{content}</c>'
