"""Where working copies lie: ``notebooks/<year>/<organ>.ipynb``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from giakit.errors import ParameterError
from giakit.language import Text
from giakit.project import is_safe_key

FOLDER = Path("notebooks")
SUFFIX = ".ipynb"

# A variable of the copy's parameters cell; no parameter of the report, so nothing that is injected takes its place.
SELF = "working_copy"

_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True)
class Place:
    """A working copy: whose, of which year, and its file."""

    organ: str
    year: int
    path: Path


def copy_path(root: Path, organ: str, year: int) -> Path:
    """Return where the working copy of an organ, named by its key, lies or would lie.

    Raises
    ------
    ParameterError
        If the key cannot name a file.
    """
    if not is_safe_key(organ):
        raise ParameterError(
            Text(
                "“{organ}” cannot name a file; mend the organ's key in the workbook: letters, digits, - and _ only",
                organ=organ,
            )
        )
    return root / FOLDER / str(year) / f"{organ}{SUFFIX}"


def find_copy(root: Path, organ: str, year: int) -> Path | None:
    """Return the working copy of an organ, named by its key, or ``None`` where it has none."""
    path = copy_path(root, organ, year)
    return path if path.is_file() else None


def find_copies(root: Path, year: int | None = None) -> list[Place]:
    """Return all working copies of a year, or of all years, in the order of years and names."""
    folder = root / FOLDER
    years = sorted(int(each.name) for each in folder.iterdir() if each.is_dir() and _YEAR.fullmatch(each.name))
    return [place for each in years if year in {None, each} for place in _copies_in(folder / str(each), each)]


def relative_name(root: Path, path: Path) -> str:
    """Return a file's path from the project's root, as messages and notebooks write it."""
    return path.relative_to(root).as_posix()


def runs_as_copy(root: Path, copy: Path) -> bool:
    """Whether the notebook of this kernel is that working copy, by what its parameters cell says."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell is not None and shell.user_ns.get(SELF) == relative_name(root, copy)


def _copies_in(folder: Path, year: int) -> Iterator[Place]:
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        organ = relative_name(folder, path).removesuffix(SUFFIX)
        if is_safe_key(organ) and path.is_file():  # what JupyterLab keeps in its hidden folders is no copy
            yield Place(organ, year, path)
