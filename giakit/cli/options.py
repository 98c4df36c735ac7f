"""What the commands share: exit codes, the type of a path, how a path is shown."""

from __future__ import annotations

from pathlib import Path

import click

FAILED, WRONG_USAGE = 1, 2

PATH = click.Path(path_type=Path)


def shortest(path: Path) -> str:
    """Return a path as short as it can be written from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
