"""Writing the merge with the master into working copies, and saying beforehand what it would change."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from giakit.copies.files import write_over
from giakit.copies.memory import parameters_then
from giakit.copies.merge import Merged, findings_after
from giakit.copies.opened import open_copy
from giakit.copies.place import Place, find_copies, find_copy, relative_name
from giakit.copies.written import build_copy
from giakit.errors import NarrativeError, ParameterError
from giakit.findings import Finding, errors
from giakit.language import Text


@dataclass(frozen=True)
class CopyStatus:
    """What there is to say of a working copy.

    Attributes
    ----------
    place
        Whose it is, of which year, and its file.
    name
        Its path from the project's root.
    changes
        The names of the cells that follow the master: when it is synchronised, or that did so just now.
    findings
        Conflicts, deleted cells, missing statutory ones.
    written
        Whether its file was changed.
    problem
        Why it could not be read, else empty.
    """

    place: Place
    name: str
    changes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    written: bool = False
    problem: str = ""

    @property
    def failed(self) -> bool:
        """Whether no report can be made from it as it is."""
        return bool(self.problem or errors(self.findings))

    def lines(self) -> Iterator[Text | Finding | str]:
        """Yield what a person reads of it: how it stands to the master, then every finding."""
        if self.problem:
            yield self.problem
        elif self.changes:
            yield self._changed()
        elif self.findings:
            yield Text("{file}: nothing follows the master by itself, but there are cells to look at", file=self.name)
        else:
            yield Text("{file}: up to date with the master", file=self.name)
        yield from self.findings

    def _changed(self) -> Text:
        named: dict[str, object] = {"file": self.name, "count": len(self.changes), "cells": "、".join(self.changes)}
        if self.written:
            return Text("{file}: cells that followed the master ({count}): {cells}", **named)
        return Text("{file}: cells that will follow the master ({count}): {cells}", **named)


def sync_status(root: Path, year: int | None = None, organs: Collection[str] = ()) -> list[CopyStatus]:
    """Say how working copies stand to the master; nothing is written.

    Parameters
    ----------
    year, organs
        Whose copies, organs by their keys; all years and all organs if not given.

    Raises
    ------
    ParameterError
        If an organ has no working copy.
    """
    return [_look_at(root, place) for place in _chosen(root, year, organs)]


def sync_copies(root: Path, year: int | None = None, organs: Collection[str] = ()) -> list[CopyStatus]:
    """Synchronise working copies, chosen as for `sync_status`; one that cannot be read stops no other."""
    return [_sync(root, place) for place in _chosen(root, year, organs)]


def sync_copy(root: Path, organ: str, year: int) -> CopyStatus:
    """Merge an organ's working copy with the present master and write it; a second time changes nothing.

    Statutory cells that the copy lacked are put back. Behind a cell in conflict comes one that shows the master's
    text; deleting that cell answers the conflict.

    Raises
    ------
    ParameterError
        If the organ, named by its key, has no working copy for the year.
    NarrativeError
        If it cannot be read, or was saved by somebody else while it was merged.
    """
    path = find_copy(root, organ, year)
    if path is None:
        raise ParameterError(
            Text("{organ} has no working copy for {year}; make one with `giakit edit`", organ=organ, year=year)
        )
    opened = open_copy(root, path)
    new = build_copy(opened.merged, opened.copy, opened.master, parameters_then(opened.copy))
    if new != opened.copy:
        write_over(path, new, opened.data)
    after = replace(opened.merged, findings=findings_after(opened.merged, new, opened.master))
    return _status(root, Place(organ, year, path), after, written=new != opened.copy)


def _chosen(root: Path, year: int | None, organs: Collection[str]) -> list[Place]:
    found = find_copies(root, year)
    known = {each.organ for each in found}
    missing = [organ for organ in organs if organ not in known]
    if missing:
        raise ParameterError(*(_no_copy(organ, known) for organ in missing))
    return [each for each in found if not organs or each.organ in organs]


def _no_copy(organ: str, known: Collection[str]) -> Text:
    listed = "、".join(sorted(known)) or "-"
    return Text("{organ} has no working copy; those that have one: {known}", organ=organ, known=listed)


def _sync(root: Path, place: Place) -> CopyStatus:
    try:
        return sync_copy(root, place.organ, place.year)
    except NarrativeError as error:
        return CopyStatus(place, relative_name(root, place.path), problem=str(error))


def _look_at(root: Path, place: Place) -> CopyStatus:
    try:
        return _status(root, place, open_copy(root, place.path).merged)
    except NarrativeError as error:
        return CopyStatus(place, relative_name(root, place.path), problem=str(error))


def _status(root: Path, place: Place, merged: Merged, *, written: bool = False) -> CopyStatus:
    name = relative_name(root, place.path)
    return CopyStatus(place, name, tuple(merged.changes), merged.findings, written)
