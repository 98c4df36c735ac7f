"""What the index page says of texts that are alike: a ranked table, the most alike first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from giakit.likeness import Likeness, Pair
from giakit.likeness.model import LAST_YEAR
from giakit.likeness.rules import Rules, load_rules
from giakit.likeness.year import NAME

MOST_ROWS = 500


@dataclass(frozen=True)
class AlikeRow:
    """Two texts that are alike; `tags` are what the row can be filtered by."""

    pair: Pair
    organ: str
    other: str
    tags: tuple[str, ...]

    @property
    def percent(self) -> str:
        """The likeness in whole percents, never more than it is."""
        return f"{int(self.pair.likeness * 100)}%"


@dataclass(frozen=True)
class AlikePart:
    """The part of the page about likeness: its rows, and what they can be narrowed down to with the number of rows."""

    likeness: Likeness
    rows: tuple[AlikeRow, ...]
    views: tuple[tuple[str, str, int], ...]
    rules: Rules
    file: str = NAME

    @property
    def unlisted(self) -> int:
        """How many pairs are alike beyond those that the file lists."""
        return self.likeness.count - len(self.likeness.pairs)


def describe_likeness(likeness: Likeness, names: Mapping[str, str]) -> AlikePart:
    """Prepare what the page says; `names` are those of the organs, by key."""
    keys = list(dict.fromkeys(sorted(pair.key for pair in likeness.pairs)))
    tag_of_key = {key: f"key-{place}" for place, key in enumerate(keys)}
    rows = tuple(
        AlikeRow(
            pair,
            names.get(pair.organ) or pair.organ,
            (names.get(pair.other) or pair.other) if pair.other else LAST_YEAR,
            ("other" if pair.other else "last-year", tag_of_key[pair.key]),
        )
        for pair in likeness.pairs[:MOST_ROWS]
    )
    labels = {"last-year": "与上年报告", "other": "与其他机关", **{tag: key for key, tag in tag_of_key.items()}}
    counts = {tag: sum(tag in row.tags for row in rows) for tag in labels}
    views = (("all", "全部", len(rows)), *((tag, label, counts[tag]) for tag, label in labels.items() if counts[tag]))
    return AlikePart(likeness, rows, views, load_rules())
