"""When something is released."""

from __future__ import annotations

from datetime import datetime

from giakit.exporters.creation import stated_time


def now() -> datetime:
    """Return what ``SOURCE_DATE_EPOCH`` says, else what this machine's clock shows, with its offset.

    Raises
    ------
    ParameterError
        If ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    return stated_time() or datetime.now().astimezone().replace(microsecond=0)
