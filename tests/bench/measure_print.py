"""Measures printed reports as one would with a ruler: page, faces, sizes, lines, tables, tags.

Run: ``.venv/bin/python tests/bench/measure_print.py [PDF…]``; without a file, three sample reports are printed first.
The README sets the result beside what was measured in published reports.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pdfplumber
import pikepdf

if TYPE_CHECKING:
    from pdfplumber.page import Page

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ("2019-town", "2021-zero", "2021-city")
MM = 72 / 25.4
FOOT = 35 * MM  # below it stand page numbers

Line = dict[str, Any]


def text_lines(page: Page) -> list[Line]:
    """Return the lines of the type area that stand in no table."""
    boxes = [table.bbox for table in page.find_tables()]
    inside = page.crop((0, 0, page.width, page.height - FOOT))

    def outside(each: dict[str, Any]) -> bool:
        return not any(box[0] <= each["x0"] <= box[2] and box[1] <= each["top"] <= box[3] for box in boxes)

    return inside.filter(outside).extract_text_lines()


def face(characters: Iterable[dict[str, Any]]) -> str:
    """Return the face and size of most of some characters."""
    found = Counter(
        (each["fontname"].partition("+")[2] or each["fontname"], round(each["size"], 1)) for each in characters
    )
    return " ".join(map(str, found.most_common(1)[0][0])) if found else "-"


def describe(path: Path) -> Iterator[tuple[str, object]]:
    """Yield what is measured in a report, each with its name."""
    with pdfplumber.open(path) as opened:
        pages = opened.pages
        lines = {page.page_number: text_lines(page) for page in pages}
        every = [line for found in lines.values() for line in found]
        size = Counter(round(each["size"], 2) for line in every for each in line["chars"]).most_common(1)[0][0]
        body = [line for line in every if round(line["chars"][0]["size"], 2) == size]
        yield "page", f"{pages[0].width / MM:.0f} × {pages[0].height / MM:.0f} mm, {len(pages)} pages"
        yield "title", face(every[0]["chars"])
        yield "body", face(each for line in body for each in line["chars"])
        yield (
            "一、",
            face(each for line in body if re.match("[一二三四五六]、", line["text"]) for each in line["chars"]),
        )
        yield (
            "（一）",
            face(each for line in body if re.match("（[一二三四五]）", line["text"]) for each in line["chars"]),
        )
        yield "digits", face(each for line in body for each in line["chars"] if each["text"].isdigit())
        steps = Counter(round(low["top"] - high["top"], 1) for found in lines.values() for high, low in pairwise(found))
        yield "line pitch", f"{steps.most_common(1)[0][0]} pt"
        left = min(edge for edge, count in Counter(round(line["x0"], 1) for line in body).items() if count > 2)
        right = Counter(round(line["x1"], 1) for line in body).most_common(1)[0][0]
        yield "text edges", f"{left / MM:.0f}–{right / MM:.0f} mm"
        full = [len(line["text"]) for line in body if is_full(line, left, right)]
        yield "lines of 28 characters", f"{full.count(28)} of {len(full)} full ones, the others {others(full)}"
        yield "table text", ", ".join(sorted(set(table_sizes(pages)), key=float)) + " pt"
        yield "tables on two pages", divided_tables(pages)
        yield "page number", page_numbers(pages)
    with pikepdf.open(path) as pdf:
        marked = "/MarkInfo" in pdf.Root and bool(pdf.Root.MarkInfo.get("/Marked", False))
        yield "tagged", "yes" if marked else "no"
        yield "declares", declared(pdf)
        yield "author in the file", str(pdf.docinfo.get("/Author", "-"))
        yield "size", f"{path.stat().st_size / 1000:.0f} kB"


def is_full(line: Line, left: float, right: float) -> bool:
    """Whether a line runs from edge to edge and holds nothing narrower than a Chinese character or mark."""
    wide = re.fullmatch(r"[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]+", line["text"])
    return bool(wide) and line["x0"] < left + 2 and line["x1"] > right - line["chars"][-1]["size"] / 2 - 1


def others(full: list[int]) -> str:
    """Return the least and most characters of the lines that do not hold 28."""
    rest = [count for count in full if count != 28]
    return f"{min(rest)}–{max(rest)}" if rest else "-"


def table_sizes(pages: Iterable[Page]) -> Iterator[str]:
    """Yield the size of every table's text."""
    for page in pages:
        for table in page.find_tables():
            if len(table.rows) > 2:
                found = page.crop(table.bbox, strict=False).chars
                yield str(Counter(round(each["size"], 1) for each in found).most_common(1)[0][0])


def divided_tables(pages: list[Page]) -> int:
    """Return how many tables end a page and go on upon the next without text between."""
    count = 0
    for page, following in pairwise(pages):
        ends, begins = page.find_tables(), following.find_tables()
        below = text_lines(page)[-1:] if ends else []
        above = text_lines(following)[:1] if begins else []
        if ends and begins and not any(line["top"] > ends[-1].bbox[3] for line in below):
            count += not any(line["top"] < begins[0].bbox[1] for line in above)
    return count


def page_numbers(pages: list[Page]) -> str:
    """Return a page's number as printed, and where the numbers stand."""
    feet = [page.crop((0, page.height - FOOT, page.width, page.height)).extract_text_lines() for page in pages]
    shown = [(page.page_number, line[-1]) for page, line in zip(pages, feet, strict=True) if line]
    if not shown:
        return "none"
    sides = {number % 2: "right" if line["x0"] > 105 * MM else "left" for number, line in shown}
    first = shown[0][1]
    return f"{first['text']} {face(first['chars'])}, odd {sides.get(1, '-')}, even {sides.get(0, '-')}"


def declared(pdf: pikepdf.Pdf) -> str:
    """Return the standards that a file claims."""
    if "/Metadata" not in pdf.Root:
        return "nothing"
    said = pdf.Root.Metadata.read_bytes().decode(errors="replace")
    archive = re.search(r"<pdfaid:part>(\d).*?<pdfaid:conformance>(\w)", said, re.DOTALL)
    access = re.search(r"<pdfuaid:part>(\d)", said)
    claims = [f"PDF/A-{archive[1]}{archive[2].lower()}" if archive else "", f"PDF/UA-{access[1]}" if access else ""]
    return ", ".join(filter(None, claims)) or "nothing"


def print_samples(folder: Path) -> Iterator[Path]:
    """Yield the PDF of each sample."""
    sys.path.insert(0, str(ROOT))
    from tests.samples.reports import SAMPLES as ALL
    from tests.samples.reports import build_sample, write_project

    project = write_project(folder / "project")
    for sample in (each for each in ALL if each.name in SAMPLES):
        built, _ = build_sample(sample, project, ("pdf",))
        path = folder / f"{sample.name}.pdf"
        path.write_bytes(built.files["public/report.pdf"])
        yield path


def main(paths: list[Path]) -> None:
    """Print what is measured, a column a report."""
    with tempfile.TemporaryDirectory() as scratch:
        measured = {path.stem: dict(describe(path)) for path in paths or print_samples(Path(scratch))}
    print(f"{'':26}" + " | ".join(measured))
    for name in next(iter(measured.values())):
        print(f"{name:26}" + " | ".join(str(each[name]) for each in measured.values()))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
