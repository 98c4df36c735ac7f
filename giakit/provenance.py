"""Which versions a report's bytes depend on: giakit, the form, Python, libraries, fonts."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from giakit import revisions

if TYPE_CHECKING:
    from giakit.fonts import Chain, Choice

# Every library that has a hand in the bytes of a report or of its executed notebook
_LIBRARIES = (
    "fonttools",
    "ipykernel",
    "ipython",
    "jinja2",
    "markdown-it-py",
    "matplotlib",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "papermill",
    "pydantic",
    "pylopdf-fonts-jp",
    "pylopdf-fonts-zh-cn",
    "python-calamine",
    "python-docx",
    "typst",
)
_PACKAGE = Path(__file__).parent
_NOT_CODE = {"__pycache__", "starter"}
_VERSION = re.compile(r"^Version: (\S+)$", re.MULTILINE)


def read_environment(year: int, typefaces: Choice = "bundled") -> dict[str, str]:
    """Return what the reports of a year depend on besides their own inputs, by name.

    ``giakit`` names the version and the content of the package, so that a change in a checkout counts, too.
    """
    return {
        "form": _form(revisions.revision_for(year)),
        **_versions(),
        "language": os.environ.get("GIAKIT_LANG", ""),
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", ""),
        **(_official_faces() if typefaces == "official" else {}),
    }


def _official_faces() -> dict[str, str]:
    """Return the machine's own faces that serve each role; bundled ones are told by their packages' versions."""
    from giakit.fonts import load_chains

    return {f"typeface {role}": _faces(chain) for role, chain in load_chains("official").items()}


def _faces(chain: Chain) -> str:
    own = [f"{face.family} {_digest_of_file(face.path)}" for face in chain.faces if not face.bundled]
    return ", ".join(own) or chain.faces[0].family


@cache
def _digest_of_file(path: Path) -> str:
    return _digest([path])


@cache
def _form(revision: str) -> str:
    return f"{revision} {_digest([revisions.FOLDER / f'{revision}.toml'])}"


@cache
def _versions() -> dict[str, str]:
    return {
        "giakit": f"{_version('giakit')} {package_digest()}",
        "python": platform.python_version(),
        **{name: _version(name) for name in _LIBRARIES},
    }


def _version(library: str) -> str:
    """Return what `metadata.version` does, without parsing the library's whole description."""
    head, _, _ = (metadata.distribution(library).read_text("METADATA") or "").partition("\n\n")
    found = _VERSION.search(head)
    return found[1] if found else metadata.version(library)


@cache
def package_digest() -> str:
    """Return a digest of every file of the installed package."""
    files: list[str] = []
    for folder, folders, names in os.walk(_PACKAGE):
        folders[:] = [name for name in folders if name not in _NOT_CODE]
        files += [f"{folder}{os.sep}{name}" for name in names]
    return _digest([Path(file) for file in sorted(files)])


def _digest(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.name}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
