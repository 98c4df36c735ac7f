"""How alike two texts are: the share of both that stands in runs of characters that they have in common.

A run counts from `Rules.shortest_run` characters on, wherever it stands, so sentences in another order are found, and
so are copies with words changed here and there. The likeness of a text with itself is 1, and that of two texts is the
same both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from giakit.likeness.rules import load_rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no character of a run is lost from its hash


_PAIR = np.dtype([("one", np.int64), ("other", np.int64), ("likeness", np.float64)])
_NONE = np.empty(0, dtype=_PAIR)
_MOST_WAITING = 1_000_000  # pairs found before only the nearest of them are kept


class Alike(NamedTuple):
    """Two texts by their places in the sequence, the first in front, and how alike they are, from 0 to 1."""

    one: int
    other: int
    likeness: float


class Found(NamedTuple):
    """How many pairs of texts are alike, and those of each text that are nearest to it."""

    total: int
    nearest: list[Alike]


def measure_likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; texts shorter than a run have nothing in common.

    >>> measure_likeness("圩堤加固列入民生实事，进度每月一报", "进度每月一报，圩堤加固列入民生实事")
    0.941...
    """
    run = load_rules().shortest_run
    covered = _covered(one, other, run)
    return (covered + _covered(other, one, run)) / (len(one) + len(other)) if covered else 0.0


def _covered(text: str, other: str, run: int) -> int:
    """Return how many characters of a text stand in runs that the other has."""
    known = {other[start : start + run] for start in range(len(other) - run + 1)}
    covered, end = 0, 0
    for start in range(len(text) - run + 1):
        if text[start : start + run] in known:
            covered += start + run - max(start, end)
            end = start + run
    return covered


def find_longest_passage(one: str, other: str) -> str:
    """Return the longest run of characters that two texts have in common, the first where several are as long."""
    start = length = 0
    for place in range(len(one)):
        while place + length < len(one) and one[place : place + length + 1] in other:
            start, length = place, length + 1
    return one[start : start + length]


def find_alike(texts: Sequence[str], at_least: float, nearest: int) -> Found:
    """Find the pairs of texts that are as alike as that: what `measure_likeness` says of every two of them.

    Each text is held only against those that share a run with it, so time goes by what is common, and memory by the
    length of all texts together. Runs are compared by a hash of 64 bits.

    Parameters
    ----------
    at_least
        More than 0.
    nearest
        How many pairs of each text are listed at most, the most alike first, of equals those with texts in front.
    """
    county = _Texts(texts, load_rules().shortest_run)
    listed = _NONE
    fresh: list[NDArray[np.void]] = []
    count = waiting = 0
    for place in range(len(texts)):
        fresh.append(county.alike(place, at_least))
        count += len(fresh[-1])
        waiting += len(fresh[-1])
        if waiting > _MOST_WAITING or place == len(texts) - 1:
            listed, fresh, waiting = _keep_nearest(np.concatenate([listed, *fresh]), nearest), [], 0
    return Found(count, [Alike(int(each["one"]), int(each["other"]), float(each["likeness"])) for each in listed])


def _keep_nearest(pairs: NDArray[np.void], nearest: int) -> NDArray[np.void]:
    """Return the pairs that are among the nearest of either text."""
    owners = np.concatenate([pairs["one"], pairs["other"]])
    partners = np.concatenate([pairs["other"], pairs["one"]])
    order = np.lexsort((partners, -np.tile(pairs["likeness"], 2), owners))
    ranked = owners[order]
    firsts = np.searchsorted(ranked, ranked)  # of each owner's pairs
    kept = order[np.arange(len(order)) - firsts < nearest] % max(len(pairs), 1)
    return pairs[np.unique(kept)]


@dataclass(frozen=True)
class _Texts:
    """Texts laid end to end, and for every run in them where it stands again."""

    texts: Sequence[str]
    run: int

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        return np.array([len(text) for text in self.texts], dtype=np.int64)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        return np.cumsum(self.lengths)

    @cached_property
    def owners(self) -> NDArray[np.int64]:
        """The text of every character."""
        return np.repeat(np.arange(len(self.texts)), self.lengths)

    @cached_property
    def index(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Where every run starts, the same ones side by side, and where to look there for those of a character.

        The second and the third array say for each character between which places of the first stand the starts of the
        same run behind it; no place for a character that starts none.
        """
        starts = self._starts()
        hashes = self._hashes()[starts]
        order = np.argsort(hashes, kind="stable")
        is_new = np.append(True, hashes[order[1:]] != hashes[order[:-1]])[: len(order)]
        bounds = np.append(np.flatnonzero(is_new), len(order))
        following, beyond = np.zeros((2, len(self.owners)), dtype=np.int64)
        following[starts[order]] = np.arange(1, len(order) + 1)
        beyond[starts[order]] = bounds[np.cumsum(is_new)]
        return starts[order], following, beyond

    def _starts(self) -> NDArray[np.int64]:
        """Return where a run can start: not so near the end of a text that it would go beyond."""
        places = np.arange(len(self.owners))
        return places[places + self.run <= self.ends[self.owners]]

    def _hashes(self) -> NDArray[np.uint64]:
        """Return the hash of the run that starts at each character."""
        signs = np.frombuffer("".join(self.texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        padded = np.append(signs, np.zeros(self.run, dtype=np.uint32)).astype(np.uint64)
        hashes = np.zeros(len(signs), dtype=np.uint64)
        for place in range(self.run):
            hashes = (hashes ^ padded[place : place + len(signs)]) * _FACTOR
            hashes ^= hashes >> np.uint64(29)
        return hashes

    def alike(self, place: int, at_least: float) -> NDArray[np.void]:
        """Return the texts behind a text that are so alike to it."""
        end, width, count = int(self.ends[place]), int(self.lengths[place]), len(self.texts)
        here, there = self._common(end - width, end)
        if not len(there):
            return _NONE
        theirs = self._count(there, self.owners, count)
        rows = self.owners[there] * width + here - (end - width)  # this text once for each other
        ours = self._count(rows, np.repeat(np.arange(count), width), count)
        likeness = (theirs + ours) / np.maximum(self.lengths + width, 1)
        others = np.flatnonzero(likeness >= at_least)
        found = np.empty(len(others), dtype=_PAIR)
        found["one"], found["other"], found["likeness"] = place, others, likeness[others]
        return found

    def _common(self, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return, pair by pair, where a run starts between two places and where the same one starts behind them."""
        places, following, beyond = self.index
        first = following[start:end]
        sizes = beyond[start:end] - first
        here = np.repeat(np.arange(start, end), sizes)
        within = np.arange(len(here)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        there = places[np.repeat(first, sizes) + within]
        behind = there >= end
        return here[behind], there[behind]

    def _count(self, starts: NDArray[np.int64], owners: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Return how many characters of each owner stand in runs that start at these places."""
        marked = np.zeros(len(owners), dtype=bool)
        marked[starts] = True
        apart = np.flatnonzero(marked)
        widths = np.minimum(np.diff(apart, append=len(owners) + self.run), self.run)
        return np.bincount(owners[apart], weights=widths, minlength=count).astype(np.int64)
