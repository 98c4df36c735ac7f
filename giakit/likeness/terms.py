"""Terms that count as one character, since nobody can put them otherwise: 政府信息公开 is an expression, not a copy."""

from __future__ import annotations

import re
from functools import cache

from giakit.likeness.rules import load_rules

_FIRST = 0xE000  # of the characters for private use, none of which is left in a neutral text


def shorten_terms(text: str) -> str:
    """Return a text with one character for every term."""
    signs = _signs()
    return _terms().sub(lambda found: signs[found[0]], text)


def restore_terms(text: str) -> str:
    """Return a text with its terms in full again.

    >>> restore_terms(shorten_terms("做好政府信息公开工作"))
    '做好政府信息公开工作'
    """
    return text.translate({ord(sign): term for term, sign in _signs().items()})


@cache
def _signs() -> dict[str, str]:
    return {term: chr(_FIRST + place) for place, term in enumerate(load_rules().terms)}


@cache
def _terms() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(load_rules().terms, key=len, reverse=True))))
