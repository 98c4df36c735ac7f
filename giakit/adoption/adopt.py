"""Taking prose that was edited in Word into an organ's working copy, or refusing all of it with every reason."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from giakit.adoption.body import WordText, read_text, read_word
from giakit.adoption.fixed import compare_fixed
from giakit.adoption.package import parse_package
from giakit.adoption.parameters import find_parameters
from giakit.adoption.place import place_paragraphs
from giakit.adoption.present import NarrativeCell, Present, read_present
from giakit.adoption.prose import normal_block, read_prose
from giakit.adoption.refusals import changed_figure, contradictions
from giakit.adoption.rewrite import Cell, rewrite_cell
from giakit.adoption.writing import literal
from giakit.copies.adopt import ForReview
from giakit.copies.typed import find_typed
from giakit.errors import DocumentError, NarrativeError
from giakit.exporters.word import render_docx
from giakit.exporters.word.marks import prose_digest
from giakit.language import Text
from giakit.narrative.compose import write_blocks
from giakit.narrative.printing import MOST_CHARACTERS
from giakit.narrative.trace import lines_of

if TYPE_CHECKING:
    from giakit.content.model import Block
    from giakit.findings import Finding


@dataclass(frozen=True)
class RewrittenCell:
    """A narrative cell's source as it was, and with what was edited in Word."""

    key: str
    before: str
    after: str

    def diff(self) -> Iterator[str]:
        """Yield the lines that differ, with those around them."""
        lines = (self.before.splitlines(), self.after.splitlines())
        yield from list(difflib.unified_diff(*lines, self.key, self.key, lineterm=""))


@dataclass(frozen=True)
class AdoptedDocument:
    """What became of an edited document.

    Attributes
    ----------
    path
        The working copy.
    written
        Whether it was written.
    cells
        The narrative cells that were rewritten.
    review
        The sentences whose typed-in numbers somebody must look at.
    conflicts
        The keys of the cells that were changed in the notebook meanwhile; they stay, with what Word says behind them.
    notes
        What somebody should know of the document.
    findings
        What the report would be refused for now though it was adopted.
    """

    path: Path
    written: bool
    cells: tuple[RewrittenCell, ...]
    review: tuple[ForReview, ...]
    conflicts: tuple[str, ...]
    notes: tuple[Text, ...]
    findings: tuple[Finding, ...]

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.cells or self.conflicts)


def adopt_document(path: Path, parameters: Path | None = None, *, dry_run: bool = False) -> AdoptedDocument:
    """Take the prose of an edited Word document into the working copy of the report it was rendered from.

    The document is compared with the report as it is now. A cell that was edited in Word alone is rewritten; one that
    was changed in the notebook, or by new figures, alone stays; where both happened it stays, too, and what Word says
    is shown in a cell behind it.

    Parameters
    ----------
    path
        The Word document.
    parameters
        The report's parameter file; looked for in ``params/`` if not given.
    dry_run
        Only tell what would be written.

    Raises
    ------
    DocumentError
        If the document cannot be read, changes a figure, a title or a label, or holds what no report can. Every reason
        is listed, and nothing is written.
    ParameterError
        If there is no such document, or not one parameter file for it.
    GiakitError
        If the report cannot be printed as it is now.
    """
    word = read_word(path)
    given = find_parameters(word, parameters)
    work = _Adoption(word, read_present(given))
    work.run()
    if work.problems:
        raise DocumentError(*_each_once(work.problems))  # type: ignore[arg-type] # a finding reads as a sentence, too
    written = bool(work.sources or work.words) and not dry_run
    if written:
        work.present.copy.write(work.sources, work.words)
    return AdoptedDocument(
        path=work.present.copy.path,
        written=written,
        cells=tuple(work.cells),
        review=tuple(work.review),
        conflicts=tuple(work.conflicts),
        notes=tuple(work.notes),
        findings=tuple(work.findings),
    )


@dataclass
class _Adoption:
    """One adoption: what the document says, cell by cell, against the report as it is."""

    word: WordText
    present: Present
    problems: list[Text | Finding | str] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    cells: list[RewrittenCell] = field(default_factory=list)
    review: list[ForReview] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sources: dict[int, str] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)

    def run(self) -> None:
        now = read_text(parse_package(render_docx(self.present.document)))
        common = compare_fixed(self.word, now, self.present.tables)
        sections = self.present.document.declaration.sections
        gone = [key for key in self.word.prose if key not in self.present.cells]
        placed = place_paragraphs(self.word, now, common, [*self.present.cells, *gone], sections)
        self.problems += [*common.problems, *placed.problems]
        self.notes += common.notes
        if self.word.comments:
            self.notes.append(Text("{count} comments were left out; they are no text", count=self.word.comments))
        for key in (*self.present.cells, *gone):
            prose = read_prose(placed.cells.get(key, []))
            self.problems += prose.problems
            self._look_at(key, tuple(map(normal_block, prose.blocks)))

    def _look_at(self, key: str, blocks: tuple[Block, ...]) -> None:
        printed = self.present.printed.get(key)
        there = printed.blocks if printed else ()
        if blocks == tuple(map(normal_block, there)):
            return
        base = self.word.prose.get(key, prose_digest(())) if self.word.prose else prose_digest(there)
        if base == prose_digest(blocks):
            return  # nobody edited it; it was changed in the notebook, or by new figures
        cell = self.present.cells.get(key)
        if cell is None:
            self.problems.append(
                Text("{key}: edited in Word, but the notebook has no such cell any more; put it back first", key=key)
            )
        elif base != prose_digest(there):
            self.conflicts.append(key)
            self.words[cell.number] = write_blocks(map(literal, blocks))
        elif printed and printed.blocks != cell.prose.blocks:
            self.problems.append(Text("{key}: the notebook prints it by code of its own; edit it there", key=key))
        elif sum(len(each.text) for block in blocks for line in lines_of(block) for each in line) > MOST_CHARACTERS:
            self.problems.append(Text("{key}: has more than {most} characters", key=key, most=MOST_CHARACTERS))
        else:
            try:
                self._rewrite(cell, blocks)
            except NarrativeError as error:
                self.problems += error.problems

    def _rewrite(self, cell: NarrativeCell, blocks: tuple[Block, ...]) -> None:
        present = self.present
        rewritten = rewrite_cell(
            Cell(
                key=cell.key,
                source=cell.source,
                blocks=blocks,
                render=lambda body: tuple(map(normal_block, present.render(cell.key, body).blocks)),
                names=present.names,
                expressions=present.expressions,
                statistics=present.source.statistics,
            )
        )
        self.problems += [changed_figure(cell.key, each) for each in rewritten.changed]
        after = present.render(cell.key, rewritten.source.partition("\n")[2])
        false, others = contradictions(cell.prose, after, present.source)
        if not rewritten.changed:
            self.problems += false
        self.findings += others
        self.sources[cell.number] = rewritten.source
        self.cells.append(RewrittenCell(cell.key, cell.source, rewritten.source))
        before = set(find_typed(cell.source))
        self.review += [
            ForReview(cell.key, each.sentence, each.numbers)
            for each in find_typed(rewritten.source)
            if each not in before
        ]


def _each_once(problems: Sequence[Text | Finding | str]) -> list[Text | Finding | str]:
    return [each for place, each in enumerate(problems) if each not in problems[:place]]
