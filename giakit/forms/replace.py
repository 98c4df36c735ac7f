"""Putting a finished file in the place of another, whole or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path


def replace_file(target: Path, data: bytes) -> None:
    """Write a file, its folder too; one that stands there stays until the new one is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".giakit-") as folder:
        whole = Path(folder) / "whole"
        whole.write_bytes(data)
        whole.replace(target)
