"""``explore.toml`` as typed data: the words and pictures of a look across organs and years."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from giakit.statistics import Record


class FeePlan(Record):
    """The fee for processing information: its heading, and label and unit of each figure by key."""

    heading: str
    figures: dict[str, tuple[str, str]]


class Words(Record):
    """The words of the pictures; `alternative` is a template."""

    left_out: str
    group: str
    most: str
    corner: str
    year: str
    alternative: str


class LikenessWords(Record):
    """The words of the picture of likeness; `less` and `unpublished` stand in place of a column."""

    caption: str
    less: str
    unpublished: str


class MultiplesPlan(Record):
    """A picture with a panel an organ; its figures are stacked."""

    id: str
    caption: str
    figures: tuple[str, ...]


class Plan(Record):
    """The whole of ``explore.toml``."""

    states: dict[str, str]
    fee: FeePlan
    words: Words
    likeness: LikenessWords
    multiples: tuple[MultiplesPlan, ...]


@cache
def load_plan() -> Plan:
    """Return the plan."""
    text = Path(__file__).with_name("explore.toml").read_text(encoding="utf-8")
    return Plan.model_validate(tomllib.loads(text))
