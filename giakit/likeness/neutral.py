"""Sentences without what differs between organs anyway: figures, dates, addresses, and the names of organs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from giakit.likeness.rules import load_rules
from giakit.prose.scope import short_name
from giakit.prose.spellings import Spellings
from giakit.prose.text import normal_text, split_sentences

_ENDS = "。！？；!?;"


class Neutralizer:
    """Makes sentences neutral, given what the organs of the county are called.

    Parameters
    ----------
    names
        Keys, names and full names of every organ, the report's own among them. The county in front of a full name
        and a name without 人民政府 count, too; a name is taken for no part of a longer one or of another word.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._known = _known(frozenset(names))

    def sentences(self, text: str) -> list[str]:
        """Return the sentences of a text in neutral form, without the numbers before and the signs behind them.

        >>> Neutralizer(["龙村镇人民政府"]).sentences("一是２０２１年龙村镇发布信息1,234条；占百分之三十。")
        ['×年×发布信息×条', '占×']
        """
        return [neutral for each in split_sentences(text) if (neutral := self._neutral(each))]

    def _neutral(self, sentence: str) -> str:
        plain = _ordinals().sub("", normal_text(sentence)).rstrip(_ENDS)
        mark = load_rules().mark
        names = tuple(self._known.within(plain))
        for pattern in (*([_pattern_of(names)] if names else ()), *_patterns()):
            plain = pattern.sub(mark, plain)
        return re.sub(f"(?:{mark})+", mark, plain)


@lru_cache(maxsize=4)  # a batch asks for the same names in every report
def _known(names: frozenset[str]) -> Spellings:
    return Spellings({spelling for name in names for spelling in _spellings(name)})


def _spellings(name: str) -> tuple[str, ...]:
    """Return a name in normal form, without its style, and the places in front of it."""
    rules = load_rules().names
    plain = normal_text(name)
    places = re.match(rules.places, plain)
    found = {plain, short_name(name), *(re.findall("[^省市县区旗州盟]+.", places[0]) if places else ())}
    return tuple(each for each in found if len(each) >= rules.fewest_signs)


@lru_cache(maxsize=1000)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds the names, longest first, where they are no part of another word."""
    rules = load_rules().names
    guarded = (re.escape(name) + (f"(?!{word})" if (word := rules.words.get(name[-1])) else "") for name in names)
    return re.compile(f"(?:{'|'.join(guarded)}){rules.style}")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    rules = load_rules()
    return re.compile(rules.names.self), *(rules.figures.compiled(each) for each in rules.figures.patterns)


@cache
def _ordinals() -> re.Pattern[str]:
    figures = load_rules().figures
    return figures.compiled(figures.ordinals)
