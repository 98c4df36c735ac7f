"""Statistics of many organs and years as one tidy frame, small enough for a nation's county of any size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giakit.opendata.fields import FIELDS
from giakit.opendata.tidy import tidy_rows

if TYPE_CHECKING:
    import pandas as pd

    from giakit.statistics import Statistics


@dataclass(frozen=True)
class Organ:
    """An organ by its key, with the name and level of its latest report."""

    key: str
    name: str
    level: str


def build_frame(statistics: Iterable[Statistics]) -> pd.DataFrame:
    """Return the figures of some reports: the fields of ``values.csv``, a row a figure.

    ``year`` is an integer and ``amount`` a float in ``unit``, NaN where no number was entered; ``state`` tells why.
    Everything else is text, each text kept once (categories), empty where there is none.
    """
    import pandas as pd

    frame = pd.DataFrame(list(tidy_rows(statistics)), columns=list(FIELDS), dtype=object)
    made = {
        name: pd.to_numeric(frame[name].replace("", None)).astype("float64")
        if field.type == "number"
        else frame[name].astype("int64")
        if field.type == "integer"
        else frame[name].astype("category")
        for name, field in FIELDS.items()
    }
    return pd.DataFrame(made)


def join_frames(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of `build_frame` below one another, texts still kept once."""
    import pandas as pd
    from pandas.api.types import union_categoricals

    parts = [frame for frame in frames if len(frame)] or [build_frame([])]
    columns = {name: [part[name] for part in parts] for name in FIELDS}
    return pd.DataFrame(
        {
            name: union_categoricals(column) if column[0].dtype == "category" else pd.concat(column, ignore_index=True)
            for name, column in columns.items()
        }
    )


def list_organs(frame: pd.DataFrame) -> Iterator[Organ]:
    """Yield the organs of a frame in the order in which they first stand in it."""
    reports = frame.drop_duplicates(["organ", "year"])
    latest = reports.sort_values("year", kind="stable").drop_duplicates("organ", keep="last").set_index("organ")
    for key in reports["organ"].drop_duplicates():
        yield Organ(key, latest["name"][key] or key, latest["level"][key])
