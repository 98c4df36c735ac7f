"""What a report's PDF costs, in bytes and milliseconds, and how much of it are archiving and tags, in one run.

Run: ``.venv/bin/python tests/bench/bench_pdf.py``

The samples are run once; of each, reports are set no two of which have a paragraph, a figure or a chart in common, as
Typst remembers what it has set; what the form prescribes is the same in all, as in a batch. Plain is such pages without
tags and standards; what Typst does for these is shown apart from the preflight and the row headers that giakit adds.
The ways are set in turn. Times are the processor's, medians of a process that has set a report before and, as the batch
does, frozen what it had loaded.
"""

from __future__ import annotations

import gc
import io
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import papermill
import pikepdf

from giakit.content.model import Chart, Table
from giakit.exporters.document import Document, Piece, read_document
from giakit.exporters.typst import render
from giakit.exporters.typst.pages import describe_pages
from giakit.exporters.typst.preflight import check_typefaces
from giakit.exporters.typst.structure import associate_headers
from giakit.parameters import read_parameters
from giakit.project import DEMO, MASTER

ROOT = Path(__file__).parents[2]
REPORTS = 15
DRAWN_FIGURE = re.compile(r"(?<=>)[^<>]*\d[^<>]*(?=</text>)")


def read_sample(parameters: Path, town: str | None) -> Document:
    """Run the master notebook for a sample."""
    given = read_parameters(parameters, town=town, root=ROOT).model_dump()
    executed = papermill.execute_notebook(ROOT / MASTER, None, given, progress_bar=False, log_output=False)
    return read_document(executed)


def varied(document: Document, number: int) -> Document:
    """Return the report with other figures, as many digits long, and prose that begins elsewhere."""

    def other_figures(text: str, seed: object) -> str:
        digits = str(abs(hash((seed, number)))).rjust(len(text), "7")
        return "".join(digits[place] if each.isdigit() else each for place, each in enumerate(text))

    def other(piece: Piece) -> Piece:
        data = piece.model_dump()
        if isinstance(piece, Chart):
            data["svg"] = DRAWN_FIGURE.sub(lambda found: other_figures(found[0], found.start()), piece.svg)
            data["alt"] = other_figures(piece.alt, piece.id)
        for cell in (cell for band in data.get("bands", ()) for row in band["body"] for cell in row):
            if not cell["scope"]:
                cell["text"] = other_figures(cell["text"], cell["key"])
        for run in (run for block in data.get("blocks", ()) for run in block.get("inlines", ())):
            turn = number % len(run["text"])
            run["text"] = run["text"][turn:] + run["text"][:turn]
        return type(piece).model_validate(data)

    sections = tuple(replace(section, pieces=tuple(map(other, section.pieces))) for section in document.sections)
    return replace(document, sections=sections)


def timed(step: Callable[[], object]) -> tuple[float, object]:
    before = time.process_time()
    result = step()
    return (time.process_time() - before) * 1000, result


def set_plain(document: Document) -> bytes:
    """Set the pages with nothing that makes them last or speak."""
    pages = json.dumps(describe_pages(document), ensure_ascii=False)
    compiler = render._compiler("bundled")
    pdf = compiler.compile(sys_inputs={"report": pages}, timestamp=0, pdf_standards=[], pdf_tags=False)
    assert isinstance(pdf, bytes)
    return pdf


def published_steps(document: Document) -> Iterator[tuple[float, object]]:
    """Yield the time and the result of every step of `render_pdf`."""
    yield timed(lambda: check_typefaces(document))
    yield (described := timed(lambda: json.dumps(describe_pages(document), ensure_ascii=False)))
    yield (compiled := timed(lambda: render._compile(str(described[1]), "bundled", 0)))
    tables = [piece for section in document.sections for piece in section.pieces if isinstance(piece, Table)]
    yield timed(lambda: associate_headers(compiled[1], tables))  # type: ignore[arg-type]


def measure(name: str, document: Document) -> None:
    """Print what the reports of one sample cost."""
    plain, steps = [], []
    for number in range(2 * (REPORTS + 1)):
        report = varied(document, number)
        if number % 4 in {0, 3}:
            plain.append(timed(lambda: set_plain(report)))  # noqa: B023 - called at once
        else:
            steps.append(list(published_steps(report)))
    published = steps[-1][-1][1]
    assert isinstance(published, bytes)
    assert isinstance(plain[-1][1], bytes)
    with pikepdf.open(io.BytesIO(published)) as pdf:
        pages = len(pdf.pages)
    preflight, described, compiled, headers = (
        statistics.median(step[place][0] for step in steps[1:]) for place in range(4)
    )
    without = statistics.median(took for took, _ in plain[1:])
    whole = preflight + described + compiled + headers
    print(f"{name}, {pages} pages")
    for way, size, took in (
        ("plain", len(plain[-1][1]), without),
        ("with Typst's tags, PDF/A", len(steps[-1][2][1]), described + compiled),
        ("published", len(published), whole),
    ):
        print(f"  {way:<26}{size:>8} bytes {took:6.1f} ms {took / pages:5.1f} ms a page {took / without - 1:+5.0%}")
    print(f"  of which preflight {preflight:.1f} ms, JSON {described:.1f} ms, row headers {headers:.1f} ms")


def main() -> None:
    """Measure every sample."""
    documents = [read_sample(ROOT / parameters, town) for parameters, town in DEMO]
    gc.freeze()
    for document in documents:
        measure(f"{document.declaration.name} {document.declaration.year}", document)


if __name__ == "__main__":
    main()
