"""JSON that people can read."""

from __future__ import annotations

import pydantic_core


def write_json(data: object) -> bytes:
    """Return data as readable JSON, the same bytes every time."""
    return pydantic_core.to_json(data, indent=1) + b"\n"
