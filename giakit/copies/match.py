"""Which cell of a working copy is which cell of the master: by narrative key first, by cell id second."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from giakit.copies.cells import key_in, key_of, role_of
from giakit.copies.memory import Named, origin_of

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass
class Match:
    """The cells of a copy and of the master, by their places.

    Attributes
    ----------
    pairs
        The place in the master of each cell of the copy that is there, too.
    dropped
        Cells of the copy that came from the master, which has them no longer; all others without a pair are the
        analyst's own.
    deleted
        Cells of the master that the copy once had; all others without a pair are new.
    """

    pairs: dict[int, int] = field(default_factory=dict)
    dropped: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)


def match_cells(copy: Sequence[NotebookNode], master: Sequence[NotebookNode], then: Sequence[Named]) -> Match:
    """Match the cells of a copy with those of the master, each with one at most.

    Parameters
    ----------
    then
        The cells that the master had when the copy was made.
    """
    match = Match()
    _pair_parameters(match, copy, master)
    for own, others in (
        (_origin_key, key_of),
        (key_of, key_of),
        (_origin_id, _id),
        (_id, _id),
    ):
        _pair(match, copy, master, own, others)
    _find_dropped(match, copy)
    _find_deleted(match, copy, master, then)
    return match


def _id(cell: NotebookNode) -> str | None:
    return str(cell["id"])


def _origin_id(cell: NotebookNode) -> str | None:
    origin = origin_of(cell)
    return origin.id if origin else None


def _origin_key(cell: NotebookNode) -> str | None:
    origin = origin_of(cell)
    return key_in(origin.source) if origin else None


def _is_likely(cell: NotebookNode) -> tuple[bool, bool]:
    """Rank cells with one origin, of which some were pasted or split off: the one that still looks like it is first."""
    return key_of(cell) != _origin_key(cell), _id(cell) != _origin_id(cell)


def _pair_parameters(match: Match, copy: Sequence[NotebookNode], master: Sequence[NotebookNode]) -> None:
    own, there = (
        next((place for place, cell in enumerate(cells) if role_of(cell) == "parameters"), None)
        for cells in (copy, master)
    )
    if own is not None and there is not None:
        match.pairs[own] = there


def _pair(
    match: Match,
    copy: Sequence[NotebookNode],
    master: Sequence[NotebookNode],
    own: Callable[[NotebookNode], str | None],
    others: Callable[[NotebookNode], str | None],
) -> None:
    """Pair the cells that are left and have the same name."""
    paired = set(match.pairs.values())
    free = {
        others(cell): place
        for place, cell in reversed(list(enumerate(master)))
        if place not in paired and others(cell) is not None and role_of(cell) != "parameters"
    }
    for place in sorted(range(len(copy)), key=lambda place: _is_likely(copy[place])):
        name = own(copy[place])
        if place not in match.pairs and name in free:
            match.pairs[place] = free.pop(name)


def _find_dropped(match: Match, copy: Sequence[NotebookNode]) -> None:
    """Find the cells whose origin the master has no longer; a second cell with the same origin is the analyst's."""
    known = {_origin_id(copy[place]) for place in match.pairs}
    for place, cell in enumerate(copy):
        origin = origin_of(cell)
        if place not in match.pairs and origin and origin.id not in known:
            match.dropped.add(place)
            known.add(origin.id)


def _find_deleted(
    match: Match, copy: Sequence[NotebookNode], master: Sequence[NotebookNode], then: Sequence[Named]
) -> None:
    there = {_origin_id(cell) for cell in copy}
    gone = [each for each in then if each.id not in there]
    paired = set(match.pairs.values())
    left = {place: cell for place, cell in enumerate(master) if place not in paired}
    for each in gone:
        same_key = [place for place, cell in left.items() if each.key is not None and key_of(cell) == each.key]
        for place in (same_key or [place for place, cell in left.items() if _id(cell) == each.id])[:1]:
            match.deleted.add(place)
            del left[place]
