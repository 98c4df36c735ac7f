"""The report as it is now: run and read like any other, with the cells of its working copy that prose comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import nbformat

from giakit.copies.cells import key_in
from giakit.copies.edited import CopyInHand, take_copy
from giakit.exporters.document import PREAMBLE, Document, read_document
from giakit.narrative.expressions import Expressions
from giakit.narrative.keys import parse_key
from giakit.narrative.render import render_narrative
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.render import open_builder, read_order
from giakit.report import Report
from giakit.report import build_report as open_report
from giakit.sources import Source, unpack_source

if TYPE_CHECKING:
    from giakit.content.model import Prose, Table


@dataclass(frozen=True)
class NarrativeCell:
    """A narrative cell: its number in the merged notebook, its key, its source and what it prints now."""

    number: int
    key: str
    source: str
    prose: Prose


@dataclass(frozen=True)
class Present:
    """The report as it is printed now.

    Attributes
    ----------
    document
        What the notebook declares.
    copy
        The organ's working copy, which may not be written yet.
    """

    document: Document
    source: Source
    report: Report
    copy: CopyInHand

    @cached_property
    def names(self) -> Mapping[str, object]:
        """What the cells can refer to."""
        return self.report.narrative_names()

    @cached_property
    def expressions(self) -> Expressions:
        """Which expression prints what."""
        return Expressions(self.names)

    @property
    def printed(self) -> dict[str, Prose]:
        """The prose that is printed, by key."""
        pieces = (*self.document.preamble, *(piece for each in self.document.sections for piece in each.pieces))
        return {piece.key: piece for piece in pieces if piece.kind == "prose"}

    @property
    def tables(self) -> list[Table]:
        """The tables as declared, in order."""
        return [piece for section in self.document.sections for piece in section.pieces if piece.kind == "table"]

    @cached_property
    def cells(self) -> dict[str, NarrativeCell]:
        """The narrative cells by key in the order in which they are printed; of two with one key the last."""
        found: dict[str, NarrativeCell] = {}
        for number, merged in enumerate(self.copy.merged.cells):
            written = key_in(merged.cell.source) if merged.cell.cell_type == "code" else None
            if written is not None:
                key = parse_key(written, self.report.format)
                source = merged.cell.source
                found[key] = NarrativeCell(number, key, source, self.render(key, source.partition("\n")[2]))
        ranks = _ranks(list(found), self.document)
        return {key: found[key] for key in sorted(found, key=ranks.__getitem__)}

    def render(self, key: str, body: str) -> Prose:
        """Return what the body of a cell prints.

        Raises
        ------
        NarrativeError
            If it cannot be printed.
        """
        return render_narrative(key, body, self.names, self.report.format)


def read_present(parameters: ReportParameters) -> Present:
    """Run the notebook of a report and read what it prints.

    Raises
    ------
    GiakitError
        What `giakit.render.render_report` raises: no document can be compared with a report that cannot be printed.
    """
    with open_builder() as build:
        order = read_order(parameters, ())
        copy = take_copy(parameters.folder, parameters, order.organ)
        built = build(order)
    if built.error:
        raise built.error
    executed = nbformat.reads(built.files[f"internal/{MASTER.name}"].decode(), as_version=4)
    source = unpack_source(order.source)
    return Present(read_document(executed), source, open_report(parameters, source), copy)


def _ranks(keys: Sequence[str], document: Document) -> dict[str, tuple[int, int]]:
    """Return the place of each cell: by section, by topic, else behind the one before it, as reports are printed."""
    numerals = [PREAMBLE, *(section.place.numeral for section in document.sections)]
    topics = {
        f"{section.place.numeral}/{topic}": place
        for section in document.sections
        for place, topic in enumerate(section.place.topics)
    }
    last: dict[str, int] = {}
    ranks: dict[str, tuple[int, int]] = {}
    for key in keys:
        section = key.split("/")[0]
        last[section] = topics.get(key, last.get(section, -1))
        ranks[key] = numerals.index(section), last[section]
    return ranks
