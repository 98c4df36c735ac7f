"""The README's table under “Python” names what the package offers, no more and no less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import giakit

if TYPE_CHECKING:
    from pathlib import Path


def section(markdown: str, heading: str) -> str:
    """Return the text under a heading of the second level."""
    match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", markdown, re.MULTILINE | re.DOTALL)
    assert match, f"no heading “## {heading}”"
    return match[1]


def test_readme_lists_the_public_names(project_root: Path) -> None:
    readme = (project_root / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(?:giakit\.)?(\w+)", section(readme, "Python"), re.MULTILINE))
    assert documented == set(giakit.__all__)


def test_public_names_exist() -> None:
    assert [name for name in giakit.__all__ if not hasattr(giakit, name)] == []
