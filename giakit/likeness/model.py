"""What comes of comparing a year: pairs of texts that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.statistics import Record

if TYPE_CHECKING:
    import pandas as pd

LAST_YEAR = "上年报告"


class Pair(Record):
    """Two texts that are alike.

    Attributes
    ----------
    key
        The narrative key under which both stand, such as ``一/主动公开``.
    organ, other
        The keys of the organs; without another it is the organ's own text of last year.
    likeness
        The share of both texts that stands in runs of characters they have in common, from 0 to 1.
    passage
        The longest such run, in neutral form; of a very long one the beginning and …
    """

    key: str
    organ: str
    other: str | None = None
    likeness: float
    passage: str


class Likeness(Record):
    """A year's texts compared.

    Attributes
    ----------
    basis
        The hash of what was compared and how, so that it is not done again where nothing has changed.
    at_least
        From which likeness on pairs count.
    organs, with_last_year
        How many organs were compared with each other, and how many with their own report of last year.
    count
        How many pairs are alike; of those between organs only the nearest of each text are among `pairs`.
    pairs
        The most alike first.
    """

    year: int
    basis: str
    at_least: float
    organs: int
    with_last_year: int
    count: int
    pairs: tuple[Pair, ...]

    @property
    def file(self) -> bytes:
        """The result as it is written."""
        return (self.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()

    def to_frame(self) -> pd.DataFrame:
        """Return the pairs as a table, the most alike first; a pair of organs is one row.

        Columns: ``年度``, ``机关``, ``相像于`` (keys of organs; 上年报告 for its own), ``部分`` (narrative key),
        ``相像度`` (0 to 1), ``相同文字`` (the longest common passage).
        """
        import pandas as pd

        rows = [
            (self.year, each.organ, each.other or LAST_YEAR, each.key, each.likeness, each.passage)
            for each in self.pairs
        ]
        return pd.DataFrame(rows, columns=["年度", "机关", "相像于", "部分", "相像度", "相同文字"])
