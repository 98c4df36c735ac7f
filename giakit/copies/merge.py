"""The three-way merge of what the master said, of what the working copy says, and of what the master says now.

Untouched cells follow the master, edited ones stay, cells changed on both sides are merged line by line where the
changes do not meet, and are a conflict that keeps the analyst's text where they do. The parameters cell is the copy's
own; outputs and execution counts count for nothing.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from giakit.copies.cells import NAMESPACE, role_of, same_source, statutory_calls, tags_of, title_of
from giakit.copies.match import Match, match_cells
from giakit.copies.memory import Origin, cells_then, conflict_of, origin_of, parameters_then
from giakit.copies.notices import DROPPED, conflict_notice, deletion_notice, dropped_notice, missing_notice, word_notice
from giakit.copies.order import merge_order
from giakit.copies.text import merge_text

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from giakit.findings import Finding

Outcome = Literal["same", "kept", "taken", "merged", "conflict", "new", "restored", "own"]

_UNWANTED = {NAMESPACE, "tags", "papermill", "execution"}  # of a cell's metadata: what is made anew or is of one run


@dataclass(frozen=True)
class MergedCell:
    """A cell of the merged notebook.

    Attributes
    ----------
    cell
        As it is to be, without what giakit remembers.
    outcome
        ``same`` on both sides; ``kept`` as the analyst edited it; ``taken`` from the master as it is now; ``merged``
        of both; ``conflict``: the analyst's, though the master changed, too; ``new`` in the master; ``restored``: a
        statutory cell that the copy lacked; ``own``: the analyst's addition.
    master
        The master's cell; ``None`` for an own one.
    in_conflict
        Whether a conflict is open: found just now, or shown earlier and not yet answered.
    beside
        The cells that show what Word said there, not yet answered either.
    """

    cell: NotebookNode
    outcome: Outcome
    master: NotebookNode | None = None
    in_conflict: bool = False
    beside: tuple[NotebookNode, ...] = ()

    @property
    def is_edited(self) -> bool:
        """Whether the analyst has a hand in it."""
        return self.outcome in {"kept", "merged", "conflict", "own"} and role_of(self.cell) != "parameters"


@dataclass(frozen=True)
class Merged:
    """A merge.

    Attributes
    ----------
    cells
        The merged notebook's, in order.
    vanished
        The names of the untouched cells that the master has no longer.
    findings
        Conflicts, deleted cells and missing statutory ones.
    """

    cells: tuple[MergedCell, ...]
    vanished: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> list[str]:
        """The names of the cells that `giakit sync` would change in the working copy."""
        changed = [each for each in self.cells if each.outcome in {"taken", "merged", "new", "restored"}]
        return [*(title_of(each.cell) for each in changed), *self.vanished]


def merge_copy(copy: NotebookNode, master: NotebookNode) -> Merged:
    """Merge a working copy with the present master; neither is changed."""
    return _Merge(copy, master).run()


def findings_after(merged: Merged, written: NotebookNode, master: NotebookNode) -> tuple[Finding, ...]:
    """Return what is left to say of a merge once it is written: what was put back is there, conflicts are shown."""
    settled = [each for each in merged.findings if each.rule == DROPPED]
    return (*merge_copy(written, master).findings, *settled)


class _Merge:
    """One merge; cells are named by the master's id, own ones by their place in the copy."""

    def __init__(self, copy: NotebookNode, master: NotebookNode) -> None:
        roles = [(cell, role_of(cell)) for cell in copy.cells]
        self.own = [cell for cell, role in roles if role not in {"conflict", "injected"}]
        self.master = list(master.cells)
        self.parameters = parameters_then(copy)
        self.then = cells_then(copy)
        conflicts = [cell for cell, role in roles if role == "conflict"]
        self.open_conflicts = {conflict_of(cell).id for cell in conflicts if not conflict_of(cell).word}
        self.of_word = [cell for cell in conflicts if conflict_of(cell).word]
        self.match: Match = match_cells(self.own, self.master, self.then)
        self.findings: list[Finding] = []
        self.vanished: list[str] = []
        self.merged: dict[str, MergedCell] = {}

    def run(self) -> Merged:
        own = [name for place in range(len(self.own)) if (name := self._settle(place))]
        added = [name for place in range(len(self.master)) if (name := self._add(place))]
        added += self._restore_missing()
        master = [_name(cell) for cell in self.master if _name(cell) in {*own, *added}]
        cells = tuple(self.merged[name] for name in merge_order(own, master, self._base_order()))
        conflicts = [conflict_notice(each.cell, shown=each.outcome != "conflict") for each in cells if each.in_conflict]
        conflicts += [word_notice(each.cell) for each in cells if each.beside]
        return Merged(cells, tuple(self.vanished), (*conflicts, *self.findings))

    def _settle(self, place: int) -> str | None:
        """Decide what becomes of a cell of the copy; return its name, or nothing where it vanishes."""
        cell = self.own[place]
        beside = self._beside(cell)
        if place in self.match.pairs:
            settled = self._settle_pair(cell, self.master[self.match.pairs[place]])
            return self._put(replace(settled, beside=beside))
        origin = origin_of(cell)
        if place in self.match.dropped and origin:
            if same_source(cell.source, origin.source) and not beside:
                self.vanished.append(title_of(cell))
                return None
            self.findings.append(dropped_notice(cell))
        return self._put(MergedCell(_own_cell(cell), "own", beside=beside), f" {place}")

    def _beside(self, cell: NotebookNode) -> tuple[NotebookNode, ...]:
        """Return the cells that show what Word said of a cell; each belongs to the first that answers to its name."""
        origin = origin_of(cell)
        names = {_name(cell), origin.id if origin else ""}
        found = tuple(each for each in self.of_word if conflict_of(each).id in names)
        self.of_word = [each for each in self.of_word if each not in found]
        return found

    def _settle_pair(self, cell: NotebookNode, master: NotebookNode) -> MergedCell:
        if role_of(master) == "parameters":
            return MergedCell(_paired_cell(cell, master, cell.source), "kept", master)
        origin = origin_of(cell)
        outcome, source = _decide(cell, master, origin)
        still_open = origin is not None and origin.id in self.open_conflicts and outcome in {"kept", "merged"}
        return MergedCell(_paired_cell(cell, master, source), outcome, master, outcome == "conflict" or still_open)

    def _add(self, place: int) -> str | None:
        """Take a cell that only the master has, unless the analyst deleted it."""
        if place in self.match.pairs.values():
            return None
        cell = self.master[place]
        if place not in self.match.deleted:
            return self._put(MergedCell(_new_cell(cell, cell.source), "new", cell))
        if role_of(cell) == "parameters":
            return self._put(MergedCell(_new_cell(cell, self.parameters or cell.source), "restored", cell))
        if notice := deletion_notice(cell):
            self.findings.append(notice)
        return None

    def _restore_missing(self) -> list[str]:
        """Put back statutory cells that were deleted, unless another cell now does what they did."""
        there = {call for each in self.merged.values() for call in statutory_calls(each.cell)}
        restored = []
        for place, cell in enumerate(self.master):
            missing = [call for call in statutory_calls(cell) if call not in there]
            deleted = place in self.match.deleted
            if missing:
                self.findings.append(missing_notice(cell, missing, deleted=deleted))
            if missing and deleted:
                restored.append(self._put(MergedCell(_new_cell(cell, cell.source), "restored", cell)))
        return restored

    def _put(self, merged: MergedCell, name: str = "") -> str:
        name = name or _name(merged.master or merged.cell)
        self.merged[name] = merged
        return name

    def _base_order(self) -> list[str]:
        """Return the names of the cells that the master had then, in that order, as far as both sides have them."""
        origins = ((origin_of(self.own[own]), self.master[place]) for own, place in self.match.pairs.items())
        names = {origin.id: _name(master) for origin, master in origins if origin}
        return [names[each.id] for each in self.then if each.id in names]


def _name(cell: NotebookNode) -> str:
    return str(cell["id"])


def _decide(cell: NotebookNode, master: NotebookNode, origin: Origin | None) -> tuple[Outcome, str]:
    """Return what becomes of a cell that both sides have, and what it is to say."""
    same_type = cell.cell_type == master.cell_type
    if same_type and same_source(cell.source, master.source):
        untouched = origin is not None and cell.source == origin.source
        return "same", master.source if untouched else cell.source
    if origin is None:  # nobody can tell who changed what
        return "conflict", cell.source
    if same_type and same_source(cell.source, origin.source):
        return "taken", master.source
    if same_source(master.source, origin.source):
        return "kept", cell.source
    text = merge_text(origin.source, cell.source, master.source) if same_type else None
    if text is None:
        return "conflict", cell.source
    return ("kept", text) if same_source(text, cell.source) else ("merged", text)


def _paired_cell(cell: NotebookNode, master: NotebookNode, source: str) -> NotebookNode:
    """Return the copy's cell as a cell of the merge: with the master's id and tags, and the outputs of its own text."""
    new = deepcopy(master if source == master.source and cell.source != source else cell)
    if new.cell_type == "code" and source != cell.source:
        new.outputs, new.execution_count = [], None
    new.source, new["id"] = source, master["id"]
    return _with_metadata(new, cell, tags_of(master))


def _new_cell(master: NotebookNode, source: str) -> NotebookNode:
    new = deepcopy(master)
    new.source = source
    if new.cell_type == "code":
        new.outputs, new.execution_count = [], None
    return _with_metadata(new, master, tags_of(master))


def _own_cell(cell: NotebookNode) -> NotebookNode:
    return _with_metadata(deepcopy(cell), cell, tags_of(cell))


def _with_metadata(new: NotebookNode, cell: NotebookNode, tags: list[str]) -> NotebookNode:
    kept = {name: value for name, value in cell.metadata.items() if name not in _UNWANTED}
    new.metadata.clear()
    new.metadata.update(deepcopy(kept) | ({"tags": tags} if tags else {}))
    return new
