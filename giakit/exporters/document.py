"""From an executed notebook to the document to publish, or to the reasons why it must not be published."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from giakit.content.model import (
    MEDIA_TYPE,
    Chart,
    Content,
    Declaration,
    Heading,
    Prose,
    SectionPlace,
    Subheading,
    Table,
    parse_content,
)
from giakit.copies.memory import findings_in
from giakit.errors import ReportRefused
from giakit.exporters.correction import build_correction, correction_place
from giakit.findings import Finding, errors, finding
from giakit.language import Text, speaking

if TYPE_CHECKING:
    from nbformat import NotebookNode

PREAMBLE = "前言"
DRAFT = "草稿：核对未通过，不得公开"
OVERRIDDEN = "未通过的核对"
OVERRIDE_REASON = "生成草稿的理由"

Piece = Prose | Table | Chart


@dataclass(frozen=True)
class DocumentSection:
    """A section with everything to print under its heading, in order."""

    place: SectionPlace
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Document:
    """A report ready to be printed: the declaration, the preamble if any, the statutory sections.

    A correction has one section more, which says so.

    `findings` are those that do not stop it; they are never published. `draft` is the reason for which errors among
    them were overridden, and empty for a report fit to be published.
    """

    declaration: Declaration
    preamble: tuple[Prose, ...]
    sections: tuple[DocumentSection, ...]
    findings: tuple[Finding, ...] = ()
    draft: str = ""

    @property
    def form_sections(self) -> tuple[DocumentSection, ...]:
        """The sections of the form, without what tells of a correction."""
        return self.sections[: len(self.declaration.sections)]


def read_document(notebook: NotebookNode) -> Document:
    """Assemble the document from the declared content of a notebook's outputs.

    Raises
    ------
    ReportRefused
        As `build_document`, and if a cell failed or was not run.
    """
    return build_document(list(read_contents(notebook)), findings_in(notebook), list(_failed_cells(notebook)))


def build_document(
    contents: Sequence[Content], found: Sequence[Finding] = (), failures: Sequence[Finding] = ()
) -> Document:
    """Assemble the document from pieces of declared content in the notebook's order.

    The place of a piece comes from its key, not from where its cell stands; pieces of one topic keep the notebook's
    order, and a chart without a topic of its own stays behind what it follows.

    Parameters
    ----------
    found
        What else is to be said of the content; an override answers errors among them.
    failures
        What is wrong with the notebook; nothing answers errors among them.

    Raises
    ------
    ReportRefused
        If the notebook holds no report, a statutory part is missing or empty, or a finding of figures or prose is an
        error that no override answers. Every reason is listed.
    """
    declaration = next((each for each in reversed(contents) if isinstance(each, Declaration)), None)
    if declaration is None:
        raise ReportRefused(
            Text("this notebook holds no report of giakit; run all its cells first (JupyterLab: Run > Run All Cells)")
        )
    pieces = _latest([each for each in contents if isinstance(each, Prose | Table | Chart)])
    headings = {each.section for each in contents if isinstance(each, Heading)}
    sections = tuple(DocumentSection(place, tuple(_in_order(place, pieces))) for place in declaration.sections)
    content = [*findings_of(declaration, pieces), *found]
    structure = [*failures, *_missing_parts(sections, headings), *_silent_topics(sections)]
    if errors(structure) or (errors(content) and not declaration.override):
        reasons = errors([*content, *structure])
        raise ReportRefused(*reasons)  # type: ignore[arg-type] # a finding reads as a sentence, too
    preamble = tuple(each for each in pieces if isinstance(each, Prose) and each.section == PREAMBLE and each.blocks)
    draft = declaration.override if errors(content) else ""
    if declaration.correction:
        sections += (DocumentSection(correction_place(), tuple(build_correction(declaration.correction))),)
    return Document(declaration, preamble, sections, (*content, *structure), draft)


def title_parts(declaration: Declaration) -> list[str]:
    """Return the title in the parts that no line break should divide: organ, year, the rest.

    >>> rest = {"full_name": "", "revision": "", "notice": "", "sections": ()}
    >>> title_parts(Declaration(title="龙村镇2020年工作报告", name="龙村镇", year=2020, **rest))
    ['龙村镇', '2020年', '工作报告']
    """
    parts = re.split(f"({re.escape(declaration.name)}|{declaration.year}年)", declaration.title)
    return [part for part in parts if part]


def overridden_errors(document: Document) -> list[str]:
    """Return what a draft was printed in spite of: always Chinese, as the report is, and without cells."""
    with speaking("zh"):
        return [_sentence(each) for each in errors(document.findings)]


def _sentence(found: Finding) -> str:
    words = f"，表式注明“{found.words}”" if found.words and found.words not in found.place else ""
    return f"{found.place}：{found.problem}{words}"


def read_contents(notebook: NotebookNode) -> Iterator[Content]:
    """Yield every piece of declared content in the notebook's order.

    Raises
    ------
    ReportRefused
        If a declaration comes from another version of giakit.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            declared: dict[str, Any] | None = output.get("data", {}).get(MEDIA_TYPE)
            if declared is None:
                continue
            try:
                yield parse_content(declared)
            except ValidationError:
                raise ReportRefused(
                    Text("an output of this notebook was made by another version of giakit; run all its cells again")
                ) from None


def findings_of(declaration: Declaration, pieces: list[Piece]) -> list[Finding]:
    """Return the findings of the figures and of every narrative cell."""
    prose = [each for piece in pieces if isinstance(piece, Prose) for each in piece.findings]
    return [*declaration.findings, *prose]


def _latest(pieces: list[Piece]) -> list[Piece]:
    """Keep the last display of each piece, at the place of the first: a cell run twice replaces itself."""
    kept: dict[tuple[str, str], Piece] = {}
    for piece in pieces:
        kept[piece.kind, piece.key if isinstance(piece, Prose) else piece.id] = piece
    return list(kept.values())


def _in_order(place: SectionPlace, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces of a section by topic, and within a topic in the notebook's order."""
    ordered: list[tuple[int, Piece]] = []
    rank = -1
    for piece in pieces:
        if piece.section != place.numeral or (isinstance(piece, Prose) and not _says_something(piece)):
            continue
        topic = None if isinstance(piece, Table) else piece.topic
        rank = place.topics.index(topic) if topic in place.topics else rank
        ordered.append((rank, piece))
    return [piece for _, piece in sorted(ordered, key=lambda pair: pair[0])]


def _says_something(prose: Prose) -> bool:
    """Whether there is more than headings: a lone heading is not printed."""
    return any(not isinstance(block, Subheading) for block in prose.blocks)


def _failed_cells(notebook: NotebookNode) -> Iterator[Finding]:
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        name = cell.source.strip().splitlines()[0] if cell.source.strip() else ""
        failed = [output for output in cell.get("outputs", []) if output.output_type == "error"]
        if failed:
            yield finding(
                "report.failed_cell",
                "error",
                name,
                Text("cell {number} of the notebook failed: {reason}", number=number, reason=failed[0].evalue),
                Text("Mend the cell and run the notebook again."),
            )
        elif name.startswith("%%narrative") and not cell.get("outputs"):
            yield finding(
                "report.not_run",
                "error",
                name,
                Text("cell {number} of the notebook was not run", number=number),
                Text("Run all cells of the notebook."),
            )


def _silent_topics(sections: tuple[DocumentSection, ...]) -> Iterator[Finding]:
    for section in sections:
        said = {piece.topic for piece in section.pieces if isinstance(piece, Prose)}
        for topic in section.place.topics:
            if topic not in said:
                yield finding(
                    "report.silent_topic",
                    "warning",
                    f"{section.place.heading} {topic}",
                    Text("the report says nothing about this topic, which the form asks for"),
                    Text("Fill in its field in the workbook, or write it in its cell of the notebook."),
                    words=topic,
                )


def _missing_parts(sections: tuple[DocumentSection, ...], headings: set[str]) -> Iterator[Finding]:
    for section in sections:
        place = section.place
        if place.numeral not in headings:
            yield finding(
                "report.missing_heading",
                "error",
                place.heading,
                Text("the statutory heading is missing from the notebook"),
                Text("Put the cell that shows it back, or take a fresh copy of the notebook."),
                words=place.heading,
            )
        if place.table and not any(isinstance(piece, Table) for piece in section.pieces):
            yield finding(
                "report.missing_table",
                "error",
                place.heading,
                Text("the statutory table is missing from the notebook"),
                Text("Put the cell that shows it back, or take a fresh copy of the notebook."),
                words=place.heading,
            )
        if not place.table and not any(isinstance(piece, Prose) for piece in section.pieces):
            yield finding(
                "report.empty_section",
                "error",
                place.heading,
                Text("the section says nothing"),
                Text("Fill in its fields in the workbook, or write it in its cell of the notebook."),
                words=place.heading,
            )
