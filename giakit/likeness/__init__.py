"""Whose texts are alike (H-12, 内容雷同): each organ's own words against last year's and every other organ's.

Own words are what stands in the report beside what the master says in everybody's, without figures, dates and names of
organs. They are found when a report is rendered, and compared after a batch. Tables are never compared.
"""

from giakit.likeness.model import Likeness, Pair
from giakit.likeness.year import read_likeness

__all__ = ["Likeness", "Pair", "read_likeness"]
