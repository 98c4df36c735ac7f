"""An organ's own words: its narrative without what the master says in every report.

The master's sentences are known by rendering its cells once more with every text of the workbook replaced by a mark:
whatever holds no mark then, the master says by itself, from figures alone, and what stands before a mark in a sentence
introduces the organ's words. So it does not matter whether a sentence reached the report through a field of the
workbook or through an edited cell, nor how many organs say it: where a whole county has copied one text, all of it
counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giakit.content.model import ListBlock, Prose, Subheading
from giakit.copies.cells import key_in
from giakit.errors import NarrativeError
from giakit.likeness.neutral import Neutralizer
from giakit.likeness.rules import load_rules
from giakit.likeness.words import OwnWords
from giakit.narrative.render import render_narrative
from giakit.report import build_report_names
from giakit.statistics import Entry, Problem, Statistics

if TYPE_CHECKING:
    from giakit.exporters.document import Document
    from giakit.sources import Source

_PLACE = "〓"  # what printers set where a character is missing
_TEXTS = ("work.", "text.", "assessment.")


@dataclass(frozen=True)
class CommonForm:
    """What the master says in a report: whole sentences, and openings of sentences, longest first."""

    sentences: frozenset[str] = frozenset()
    openings: tuple[str, ...] = ()

    def own_part(self, sentence: str) -> str:
        """Return what a neutral sentence holds beside it; empty where that is nothing, or says that there is nothing.

        >>> CommonForm(frozenset(), ("改进措施：",)).own_part("改进措施：每月检查一次")
        '每月检查一次'
        """
        if sentence in self.sentences:
            return ""
        opening = next((each for each in self.openings if sentence.startswith(each)), "")
        own = sentence.removeprefix(opening)
        return "" if any(re.fullmatch(each, own) for each in load_rules().nothing.sentences) else own


def find_own_words(document: Document, narrative: Iterable[str], source: Source) -> OwnWords:
    """Find an organ's own words in its finished report.

    Parameters
    ----------
    document
        The report as it is printed.
    narrative
        The sources of the master's narrative cells.
    """
    statistics = source.statistics
    neutral = Neutralizer((*_names_of(statistics), *source.other_organs))
    form = _common_form(narrative, source, neutral)
    found: dict[str, list[str]] = {}
    for section in document.form_sections:
        for piece in section.pieces:
            if isinstance(piece, Prose):
                own = [part for each in _sentences(piece, neutral) if (part := form.own_part(each))]
                found.setdefault(piece.key, []).extend(own)
    sentences = {key: tuple(own) for key, own in found.items() if own}
    return OwnWords(organ=statistics.entry("organ.key").text, year=statistics.year, sentences=sentences)


def _names_of(statistics: Statistics) -> Iterator[str]:
    for field in ("key", "name", "full_name"):
        yield statistics.entry(f"organ.{field}").text


def _sentences(prose: Prose, neutral: Neutralizer) -> Iterator[str]:
    for block in prose.blocks:
        if not isinstance(block, Subheading):
            for run in block.items if isinstance(block, ListBlock) else (block.inlines,):
                yield from neutral.sentences("".join(each.text for each in run))


def _common_form(narrative: Iterable[str], source: Source, neutral: Neutralizer) -> CommonForm:
    statistics = _with_marks(source.statistics)
    names = build_report_names(statistics, source.previous, preamble=False)
    sentences: set[str] = set()
    for cell in narrative:
        first_line, _, body = cell.partition("\n")
        # A cell of the master that fails here failed in the report, too, unless the analyst rewrote it.
        with suppress(NarrativeError):
            prose = render_narrative(key_in(first_line) or "", body, names, statistics.format)
            sentences.update(_sentences(prose, neutral))
    openings = {each.partition(_PLACE)[0] for each in sentences if _PLACE in each} - {""}
    return CommonForm(
        frozenset(each for each in sentences if _PLACE not in each),
        tuple(sorted(openings, key=lambda each: (-len(each), each))),
    )


def _with_marks(statistics: Statistics) -> Statistics:
    """Return statistics with a mark for every text that an organ writes itself; a blank one stays blank."""
    entries = (_marked(each) if each.key.startswith(_TEXTS) else each for each in statistics.entries)
    problems = (Problem(problem=_marked(each.problem), measure=_marked(each.measure)) for each in statistics.problems)
    return statistics.model_copy(update={"entries": tuple(entries), "problems": tuple(problems)})


def _marked(entry: Entry) -> Entry:
    return entry.model_copy(update={"text": _PLACE}) if entry.text.strip() else entry
