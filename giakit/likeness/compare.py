"""Every organ's own words against last year's and against every other organ's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from giakit.likeness.measure import find_alike, find_longest_passage, measure_likeness
from giakit.likeness.model import Pair
from giakit.likeness.rules import load_rules
from giakit.likeness.terms import restore_terms, shorten_terms
from giakit.likeness.words import OwnWords

_DIGITS = 4  # of a likeness that are kept


def compare_words(words: Sequence[OwnWords], before: Sequence[OwnWords], at_least: float) -> tuple[int, list[Pair]]:
    """Return how many texts are alike, and the nearest pairs, the most alike first.

    Parameters
    ----------
    words, before
        Of this year's and of last year's reports, each organ once, in any order.
    at_least
        From which likeness on, more than 0.
    """
    ordered = sorted(words, key=lambda each: each.organ)
    own = list(_with_last_year(ordered, {each.organ: each for each in before}, at_least))
    keys = dict.fromkeys(key for each in ordered for key in each.sentences)
    count, pairs = len(own), own
    for key in keys:
        found, nearest = _among_each_other(key, ordered, at_least)
        count, pairs = count + found, [*pairs, *nearest]
    return count, sorted(pairs, key=lambda each: (-each.likeness, each.organ, each.key, each.other or ""))


def _with_last_year(words: Sequence[OwnWords], before: dict[str, OwnWords], at_least: float) -> Iterator[Pair]:
    for each in words:
        if each.organ in before:
            for key in each.sentences:
                text, then = _text(each, key), _text(before[each.organ], key)
                if _is_judged(text) and _is_judged(then):
                    likeness = measure_likeness(text, then)
                    if likeness >= at_least:
                        yield _pair(key, each.organ, None, likeness, text, then)


def _among_each_other(key: str, words: Sequence[OwnWords], at_least: float) -> tuple[int, list[Pair]]:
    judged = [(each.organ, text) for each in words if _is_judged(text := _text(each, key))]
    found = find_alike([text for _, text in judged], at_least, load_rules().nearest)
    pairs = []
    for each in found.nearest:
        (organ, text), (other, other_text) = judged[each.one], judged[each.other]
        pairs.append(_pair(key, organ, other, each.likeness, text, other_text))
    return found.total, pairs


def _text(words: OwnWords, key: str) -> str:
    return shorten_terms("。".join(words.sentences.get(key, ())))


def _is_judged(text: str) -> bool:
    return len(text) >= load_rules().shortest_text


def _pair(key: str, organ: str, other: str | None, likeness: float, text: str, other_text: str) -> Pair:
    passage = restore_terms(find_longest_passage(text, other_text))
    longest = load_rules().longest_passage
    shown = passage if len(passage) <= longest else f"{passage[:longest]}…"
    return Pair(key=key, organ=organ, other=other, likeness=round(likeness, _DIGITS), passage=shown)
