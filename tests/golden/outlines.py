"""What the golden files hold: outlines of a sample's page, printed pages and Word document, a line for each part.

Of drawings only the words are kept: matplotlib draws them, and `tests/unit/test_charts.py` measures them. The page's
style sheet and the templates of print and Word lie in the package as files, where a change shows by itself.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from giakit.exporters.typst.pages import describe_pages

if TYPE_CHECKING:
    from giakit.exporters.document import Document

WIDTH = 120
DRAWN_WORD = re.compile(r"<text[^>]*>(.*?)</text>", re.DOTALL)
DRAWING = re.compile(r"(<svg[^>]*>)(.*?)</svg>", re.DOTALL)
CELL = re.compile(r"(?=<t[hd][ >])")
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNSPOKEN = {"rFonts", "szCs", "tcW", "vAlign", "tblLook", "tblW"}  # the same in every cell and run, or said by another


def page_outline(markup: str) -> str:
    """Return the body of a page, each cell of a table on a line of its own."""
    body = markup.partition("<body>")[2] or markup
    body = DRAWING.sub(lambda found: f"{found[1]}{words_of(found[2])}</svg>", body)
    return CELL.sub("\n", body).replace("\n\n", "\n")


def words_of(svg: str) -> str:
    """Return what a drawing says."""
    return " ".join(DRAWN_WORD.findall(svg))


def print_outline(document: Document) -> str:
    """Return what the templates of print are given, as JSON that has a cell or a paragraph on each line."""
    pages = describe_pages(document)
    for piece in (piece for section in pages["sections"] for piece in section["pieces"]):
        if piece["kind"] == "chart":
            piece["svg"] = words_of(piece["svg"])  # none: all are set beside it
            piece["words"] = " ".join(words["text"] for words in piece["words"])
        if piece["kind"] == "table":
            for band in piece["sizes"]["bands"]:
                band["long_cells"] = [f"{cell['x']}, {cell['y']}" for cell in band["long_cells"]]  # said below
    return "\n".join(json_lines(pages)) + "\n"


def json_lines(value: Any, indent: str = "", end: str = "") -> Iterator[str]:
    """Yield JSON in lines: what fits one stands on one."""
    whole = json.dumps(value, ensure_ascii=False)
    if len(indent + whole) <= WIDTH or not isinstance(value, dict | list) or not value:
        yield f"{indent}{whole}{end}"
        return
    named = value.items() if isinstance(value, dict) else (("", each) for each in value)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield f"{indent}{opening}"
    parts = list(named)
    for number, (name, each) in enumerate(parts, 1):
        first, *rest = json_lines(each, f"{indent} ", "," * (number < len(parts)))
        yield f"{indent} {json.dumps(name, ensure_ascii=False)}: {first.lstrip()}" if name else first
        yield from rest
    yield f"{indent}{closing}{end}"


# ---- Word -----------------------------------------------------------------------------------------------------------


def word_outline(docx: bytes) -> str:
    """Return paragraphs, rows and cells of a Word document, with their styles and direct settings."""
    lines = []
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        for name in sorted(package.namelist()):
            lines.append(name)
            if re.fullmatch(r"word/(document|header\d|footer\d)\.xml", name):
                lines += block_lines(ElementTree.fromstring(package.read(name)), " ")
    return "\n".join(lines) + "\n"


def block_lines(element: Element, indent: str) -> Iterator[str]:
    """Yield a line for each paragraph, table, row and cell below an element."""
    for each in element:
        match each.tag.removeprefix(WORD):
            case "p":
                yield "".join([f"{indent}{' '.join(['p', *settings(each.find(f'{WORD}pPr'))])}", *run_texts(each)])
            case "tbl" | "tr" | "tc" as name:
                own = each.find(f"{WORD}{name}Pr")
                columns = [f"{column.get(f'{WORD}w')}" for column in each.iterfind(f"{WORD}tblGrid/*")]
                yield " ".join([f"{indent}{name}", *settings(own), *columns])
                yield from block_lines(each, f"{indent} ")
            case "sectPr":
                yield " ".join([f"{indent}section", *settings(each)])
            case "body" | "sdt" | "sdtContent":
                yield from block_lines(each, indent)


def run_texts(paragraph: Element) -> Iterator[str]:
    """Yield the runs of a paragraph, each behind what is set for it."""
    for run in paragraph.iter(f"{WORD}r"):
        said = settings(run.find(f"{WORD}rPr"))
        drawn = [str(each.get("descr")) for each in run.iter() if each.tag.endswith("}docPr")]
        written = [(each.text or "") if each.tag in {f"{WORD}t", f"{WORD}instrText"} else "⏎" for each in run.iter()
                   if each.tag in {f"{WORD}t", f"{WORD}instrText", f"{WORD}br"}]  # fmt: skip
        yield (
            f" [{' '.join(said)}]" * bool(said)
            + f" {''.join(written)}" * bool(written)
            + "".join(f" drawing: {words}" for words in drawn)
        )


def settings(properties: Element | None) -> Iterator[str] | list[str]:
    """Return what is set, such as ``pStyle=Heading1`` or ``pgSz(w=11906 h=16838)``."""
    if properties is None:
        return []
    return [said for each in properties if (name := each.tag.rpartition("}")[2]) not in UNSPOKEN
            for said in [setting(name, each)]]  # fmt: skip


def setting(name: str, element: Element) -> str:
    """Return one setting with its values and those below it."""
    values = {key.rpartition("}")[2]: value for key, value in element.attrib.items()}
    values.pop("id", None)  # the number of a relationship
    if name == "sectPr" or len(element):
        return f"{name}({' '.join(settings(element))})"
    if set(values) == {"val"}:
        return f"{name}={values['val']}"
    return f"{name}({' '.join(f'{key}={value}' for key, value in values.items())})" if values else name
