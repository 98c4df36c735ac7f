"""The time of creation that a file states."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from giakit.errors import ParameterError
from giakit.language import Text


def time_of_creation(year: int) -> datetime:
    """Return what ``SOURCE_DATE_EPOCH`` says, else the first moment after the reported year.

    Raises
    ------
    ParameterError
        If ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    return stated_time() or datetime(year + 1, 1, 1, tzinfo=UTC)


def stated_time() -> datetime | None:
    """Return the time that ``SOURCE_DATE_EPOCH`` states; ``None`` where it is not set.

    Raises
    ------
    ParameterError
        If it is no number of seconds.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return None
    if not given.isdecimal():
        raise ParameterError(Text("SOURCE_DATE_EPOCH must be a number of seconds, not {found}", found=repr(given)))
    return datetime.fromtimestamp(int(given), tz=UTC)
