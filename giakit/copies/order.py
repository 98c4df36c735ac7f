"""The order of a merged notebook's cells."""

from __future__ import annotations

from collections.abc import Sequence


def merge_order(own: Sequence[str], master: Sequence[str], base: Sequence[str]) -> list[str]:
    """Return the names of both sides in one order.

    The master's order holds, unless the analyst has moved cells about: then the copy's does. What only the other side
    has stands behind what it stands behind there.

    Parameters
    ----------
    own, master
        The cells that are to be in the result, as they stand in the copy and in the master; a cell of both has one
        name.
    base
        The order that the master had when the copy was made.

    >>> merge_order(["甲", "我", "乙"], ["甲", "乙", "新"], ["甲", "乙"])
    ['甲', '我', '乙', '新']
    """
    shared = set(own) & set(master) & set(base)
    moved = [name for name in own if name in shared] != [name for name in base if name in shared]
    frame, other = (own, master) if moved else (master, own)
    result = list(frame)
    there = set(result)
    for place, name in enumerate(other):
        if name not in there:
            result.insert(result.index(other[place - 1]) + 1 if place else 0, name)
            there.add(name)
    return result
