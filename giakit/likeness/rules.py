"""What ``likeness.toml`` may hold, in types."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

_FILE = Path(__file__).parent / "likeness.toml"


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Declared):
    """How names of organs stand in a text."""

    fewest_signs: int
    style: str
    places: str
    words: dict[str, str]
    self: str


class Figures(_Declared):
    """How figures, dates and addresses stand in a text; ``N`` and ``C`` stand for numerals and counters."""

    numerals: str
    counters: str
    patterns: tuple[str, ...]
    ordinals: str

    def compiled(self, pattern: str) -> re.Pattern[str]:
        """Compile one of the patterns."""
        return re.compile(pattern.replace("N", self.numerals).replace("C", f"(?:{self.counters})"))


class Nothing(_Declared):
    """Sentences that say that there was nothing."""

    sentences: tuple[str, ...]


class Rules(_Declared):
    """The whole of ``likeness.toml``; see the comments there."""

    rule: str
    mark: str
    shortest_run: int
    terms: tuple[str, ...]
    shortest_text: int
    alike: float
    nearest: int
    longest_passage: int
    names: Names
    figures: Figures
    nothing: Nothing


@cache
def load_rules() -> Rules:
    """Read ``likeness.toml``."""
    return Rules.model_validate(tomllib.loads(_FILE.read_text(encoding="utf-8")))
