"""Which single cell explains broken identities: the one that is off by the same amount in all sums it takes part in."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from giakit.checks.identities import Identity
    from giakit.statistics import Value


@dataclass(frozen=True)
class Culprit:
    """A figure, and the amount that would mend every identity it takes part in."""

    value: Value
    amount: Decimal


def find_culprits(identities: Sequence[Identity]) -> dict[int, Culprit]:
    """Return the culprits by the index of the identities they explain.

    A figure is suspected if every identity it takes part in is broken, can be read, and would hold with the same other
    amount, not below 0. It is the culprit if it is the only suspect of each of them; so two independent slips are told
    apart, and where several cells might be wrong none is accused.
    """
    suspects = _suspects(identities)
    by_identity: dict[int, list[str]] = defaultdict(list)
    for key, (_, indices) in suspects.items():
        for index in indices:
            by_identity[index].append(key)
    return {
        index: culprit
        for culprit, indices in suspects.values()
        if all(len(by_identity[index]) == 1 for index in indices)
        for index in indices
    }


def _suspects(identities: Sequence[Identity]) -> dict[str, tuple[Culprit, list[int]]]:
    """Return every figure that alone would mend all its identities, by key, with the identities' indices."""
    values: dict[str, Value] = {}
    needed: dict[str, dict[int, Decimal | None]] = defaultdict(dict)
    for index, identity in enumerate(identities):
        for side, sign in ((identity.left, -1), (identity.right, 1)):
            for value in side.values:
                values[value.key] = value
                needed[value.key][index] = sign * identity.difference if identity.broken else None
    found: dict[str, tuple[Culprit, list[int]]] = {}
    for key, changes in needed.items():
        change = next(iter(changes.values()))
        if change is None or set(changes.values()) != {change}:
            continue
        amount = (values[key].amount or Decimal(0)) + change
        if amount >= 0:
            found[key] = Culprit(values[key], amount), list(changes)
    return found
