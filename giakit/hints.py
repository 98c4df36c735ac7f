"""What a message suggests where a word is not known: the nearest of the known words, else which there are."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from giakit.language import Text

_MOST_LISTED = 12
_PAIR = 2


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `word`, or ``None`` where nothing comes near."""
    cutoff = 0.5 if len(word) == _PAIR else 0.6  # in a word of two signs, one may be wrong
    matches = get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return matches[0] if matches else None


def hint(word: str, known: Iterable[str], shown: Iterable[str] | None = None) -> Text:
    """Say which known word is nearest to `word`; where none comes near, which there are.

    Parameters
    ----------
    known
        Every spelling that would have been understood.
    shown
        Those to list, where `known` has several for one thing.
    """
    words = list(known)
    near = nearest(word, words)
    if near:
        return Text("the nearest is {hint}", hint=near)
    if not words:
        return Text("none is known")
    return Text("known are {known}", known=listed(words if shown is None else shown))


def listed(words: Iterable[str]) -> str:
    """Return words as a message lists them: each once, and of many the first; identifiers as in code."""
    every = list(dict.fromkeys(words))
    comma = ", " if "".join(every).isascii() else "、"
    return comma.join([*every[:_MOST_LISTED], *(["…"] if len(every) > _MOST_LISTED else [])])
