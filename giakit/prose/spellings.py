"""Many names looked for in a text at once, in time that depends on the text and not on how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import add

_HEAD = 2


class Spellings:
    """What things are called, to be found in texts; a name of one sign is in too many words to be looked for.

    >>> Spellings(["龙村镇", "龙村", "柳渡镇"]).within("县政府和龙村镇政府")
    ['龙村镇', '龙村']
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {name for name in names if len(name) >= _HEAD}
        self._lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name in self._names:
            self._lengths[name[:_HEAD]].add(len(name))

    def within(self, text: str) -> list[str]:
        """Return the names that a text holds, longest first."""
        found = {
            name
            for place, head in enumerate(map(add, text, text[1:]))
            for length in self._lengths.get(head, ())
            if (name := text[place : place + length]) in self._names
        }
        return sorted(found, key=lambda name: (-len(name), name))
