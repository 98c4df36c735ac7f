"""The rules for prose as data: ``claims.toml`` for what sentences state, ``hygiene.toml`` for the rest."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from giakit.findings import Severity

FOLDER = Path(__file__).parent

# A number with its unit is one character of this range in the text that patterns are matched against.
FIRST_MARK, LAST_MARK = "\ue000", "\uf8ff"
MARK = f"[{FIRST_MARK}-{LAST_MARK}]"

_GAP = f"[^，。；：、（）{FIRST_MARK}-{LAST_MARK}]"


class Declared(BaseModel):
    """Frozen data that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Context(Declared):
    """Where a claim is looked for: cells of a topic or section, paragraphs or sentences with these words."""

    places: tuple[str, ...]
    passage: str | None = None
    sentence: str | None = None


class Claim(Declared):
    """What a sentence may state, and the readings its number may have.

    Attributes
    ----------
    kind
        ``number``: the number equals one reading; ``none`` and ``all_upheld``: every reading comes to 0.
    never_with, sentence_with, sentence_without
        Patterns that its clause must not match, and its sentence must or must not.
    severity
        The gravest finding; an ``error`` is softened to a warning wherever the text may mean a part.
    smaller
        ``warning`` where a number below the tables' is never sure, since it may count new cases only.
    whole
        The number is that of a total, so nothing behind 其中 is meant.
    anchor
        A number that agrees shows that its passage speaks of what the tables speak of.
    """

    id: str
    rule: str
    kind: Literal["number", "none", "all_upheld"] = "number"
    severity: Severity = "error"
    smaller: Severity | None = None
    context: str
    patterns: tuple[str, ...] = Field(min_length=1)
    equals: tuple[tuple[str, ...], ...] = Field(min_length=1)
    units: str = "cases"
    never_with: tuple[str, ...] = ()
    sentence_with: tuple[str, ...] = ()
    sentence_without: tuple[str, ...] = ()
    whole: bool = False
    anchor: bool = False


class Shares(Declared):
    """What percentages behind a number of applications are taken of."""

    rule: str
    of: tuple[tuple[str, ...], ...]
    claims: tuple[str, ...]


class Lists(Declared):
    """How a list of parts begins, and what leaves it open."""

    rule: str
    opening: str
    open: str


class Crossings(Declared):
    """The rows and columns of a table as people name them."""

    table: str
    rows: dict[str, str]
    columns: dict[str, str]


class Claims(Declared):
    """The whole of ``claims.toml``; see the comments there."""

    words: dict[str, str]
    contexts: dict[str, Context]
    units: dict[str, tuple[str, ...]]
    claims: tuple[Claim, ...]
    reading: dict[str, str]
    years: dict[Literal["this", "last", "next"], tuple[str, ...]]
    shares: Shares
    lists: Lists
    crossings: Crossings
    labels: dict[str, str]


@dataclass(frozen=True)
class Pattern:
    """A claim ready for matching: what states it, and what speaks against it in its clause."""

    claim: Claim
    states: tuple[re.Pattern[str], ...]
    never_with: re.Pattern[str] | None
    units: frozenset[str]
    context: Context


@cache
def load_claims() -> Claims:
    """Read ``claims.toml``."""
    return Claims.model_validate(_read("claims.toml"))


@cache
def load_patterns() -> tuple[Pattern, ...]:
    """Return the claims in order, their patterns compiled."""
    rules = load_claims()
    return tuple(
        Pattern(
            claim=claim,
            states=tuple(compile_pattern(pattern) for pattern in claim.patterns),
            never_with=compile_pattern("|".join(claim.never_with)) if claim.never_with else None,
            units=frozenset(rules.units[claim.units]),
            context=rules.contexts[claim.context],
        )
        for claim in rules.claims
    )


@cache
def reading(name: str) -> re.Pattern[str]:
    """Return one of the patterns for what surrounds a number."""
    return compile_pattern(load_claims().reading[name])


@cache
def compile_pattern(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern of the notation explained in ``claims.toml``.

    >>> bool(compile_pattern("办结~#").search("办结申请\ue000"))
    True
    """
    words = load_claims().words
    previous = ""
    while previous != pattern:
        previous, pattern = pattern, re.sub(r"(?<!\?P)<(\w+)>", lambda name: f"(?:{words[name[1]]})", pattern)
    pattern = pattern.replace("~~", f"{_GAP}{{0,30}}?").replace("~", f"{_GAP}{{0,14}}?")
    return re.compile(pattern.replace("#", MARK))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
