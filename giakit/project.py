"""The folder a person works in: where it is, and how a new one begins."""

from __future__ import annotations

import re
import shutil
from importlib import resources
from pathlib import Path

from giakit.errors import ParameterError, PrerequisiteError
from giakit.language import Text

MASTER = Path("notebooks", "annual_report.ipynb")
EXPLORE = Path("notebooks", "explore.ipynb")
TUTORIAL = Path("notebooks", "tutorial.ipynb")
NOTEBOOKS = (MASTER, EXPLORE, TUTORIAL)
SAMPLE = Path("params", "longcun-2020.yaml")

# What `giakit demo` renders: a parameter file and the organ, where the file is a county's.
DEMO: tuple[tuple[Path, str | None], ...] = ((SAMPLE, None), (Path("params", "county-2022.yaml"), "沧宁市"))

_MARKS = ("params", "notebooks")
_SAFE_KEY = re.compile(r"(?![.])[\w.-]+(?<![.])(?:/(?![.])[\w.-]+(?<![.]))?")


def find_root(start: Path | None = None) -> Path:
    """Return the project's root: the nearest ancestor of `start` that holds ``params/`` and ``notebooks/``.

    Parameters
    ----------
    start
        Where to begin; the working directory if not given.

    Raises
    ------
    ParameterError
        If no ancestor is a project.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if all((folder / mark).is_dir() for mark in _MARKS):
            return folder
    raise ParameterError(
        Text(
            "{folder} lies in no giakit project: no folder above it holds params/ and notebooks/. "
            "Change into a project, make one with `giakit init`, or set the parameter `root`.",
            folder=here,
        )
    )


def init_project(folder: Path) -> list[Path]:
    """Make a working project with its notebooks and the sample parameters and workbooks.

    Files that are there already are left as they are.

    Returns
    -------
    The files written.

    Raises
    ------
    ParameterError
        If `folder` is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise ParameterError(Text("{folder} is a file; name a folder.", folder=folder))
    written = []
    source_folder = starter()
    for source in (*(source_folder / each for each in NOTEBOOKS), *sorted((source_folder / "params").iterdir())):
        target = folder / source.relative_to(source_folder)
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            written.append(target)
    (folder / "outputs").mkdir(exist_ok=True)
    return written


def starter() -> Path:
    """Return the folder of starter files: inside an installed package, or the checkout itself."""
    package = Path(str(resources.files("giakit")))
    for folder in (package / "starter", package.parent):
        if (folder / MASTER).is_file():
            return folder
    raise PrerequisiteError(Text("giakit was installed without its starter files; install it again with pip."))


def is_safe_key(key: str) -> bool:
    """Whether an organ's key can name a folder everywhere.

    >>> is_safe_key("云泽县/龙村镇"), is_safe_key("../甲")
    (True, False)
    """
    return bool(_SAFE_KEY.fullmatch(key))
