"""A look across a county: all organs over the years as one tidy frame, ranked tables, small multiples, pickers."""

from giakit.explore.county import County
from giakit.explore.opened import open_county

__all__ = ["County", "open_county"]
