"""What the commands share: exit codes, the type of a path, how a path is shown, how a list is written."""

from __future__ import annotations

import re
from pathlib import Path

import click

FAILED, WRONG_USAGE = 1, 2

_COMMAS = re.compile("[,，、;；]")

PATH = click.Path(path_type=Path)


def shortest(path: Path) -> str:
    """Return a path as short as it can be written from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def split_words(text: str | None) -> tuple[str, ...]:
    """Return the words between commas, Chinese ones too."""
    return tuple(word for part in _COMMAS.split(text or "") if (word := part.strip()))
