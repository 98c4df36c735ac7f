"""What ``hygiene.toml`` may hold, in types."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from typing import Literal

from giakit.findings import Severity
from giakit.prose.rules import FOLDER, Declared


class Phrases(Declared):
    """Phrases that must not be in a text; `kind` chooses the message."""

    rule: str
    kind: Literal["instruction", "leftover", "missing"]
    severity: Severity
    patterns: tuple[str, ...]


class NotFilledIn(Declared):
    """What a narrative cell prints for a missing figure, and the finding that tells of it already."""

    rule: str
    text: str
    known_as: str


class NoticeTitle(Declared):
    """The title of a notice that people cite without its number."""

    title: str
    number: str


class Notices(Declared):
    """How notices are cited: the office's sign before the number, or their titles."""

    rule: str
    prefix: str
    titles: tuple[NoticeTitle, ...]


class Named(Declared):
    """A check that needs its id only."""

    rule: str


class Misprints(Declared):
    """Misprints of fixed words and what they stand for."""

    rule: str
    words: dict[str, str]


class Doubled(Declared):
    """Words whose first or last sign is easily typed twice, and what must stand beside them for it to be sure."""

    rule: str
    words: tuple[str, ...]
    before: str
    after: str
    signs: tuple[str, ...]


class Years(Declared):
    """Patterns of years; the first group is the year."""

    rule: str
    odd: str
    period: str
    period_words: str
    title: str
    title_verbs: str
    opening: str
    opening_sections: tuple[str, ...]
    opening_never: str
    plan: str
    plan_sections: tuple[str, ...]
    signed: str


class Deadlines(Declared):
    """The last day (MM-DD of the following year) to publish, by level of organ."""

    rule: str
    default: str
    levels: dict[str, str]


class Names(Declared):
    """How a text speaks of its own organ; ``@`` stands for a name."""

    rule: str
    itself: tuple[str, ...]
    acting: str
    kinds: tuple[str, ...]


class PreambleOnly(Declared):
    """The section that must say more than a preamble, and the words of preambles."""

    rule: str
    section: str
    words: str


class Numbering(Declared):
    """The section whose headings are numbered （一）, （二）, …."""

    rule: str
    section: str


class Problems(Declared):
    """The section of problems: how much it says at least, and the words of measures."""

    rule: str
    section: str
    fewest_characters: int
    measures: str


class Fee(Declared):
    """From which year the section must speak of 信息处理费."""

    rule: str
    section: str
    from_year: int
    words: str


class Duties(Declared):
    """What 各级人民政府 must report in a section, and the words that do it."""

    rule: str
    section: str
    words: dict[str, str]


class Hygiene(Declared):
    """The whole of ``hygiene.toml``; see the comments there."""

    phrases: tuple[Phrases, ...]
    not_filled_in: NotFilledIn
    notices: Notices
    heads: Named
    misprints: Misprints
    doubled: Doubled
    years: Years
    deadlines: Deadlines
    names: Names
    preamble_only: PreambleOnly
    numbering: Numbering
    problems: Problems
    fee: Fee
    duties: Duties


@cache
def load_hygiene() -> Hygiene:
    """Read ``hygiene.toml``."""
    return Hygiene.model_validate(tomllib.loads((FOLDER / "hygiene.toml").read_text(encoding="utf-8")))


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern of ``hygiene.toml`` once."""
    return re.compile(text)
