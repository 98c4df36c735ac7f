"""Every message has its translation, and what is compiled is what is written."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_the_catalogue_is_in_step(project_root: Path) -> None:
    tool = project_root / "tests" / "repository" / "catalogue.py"
    result = subprocess.run(
        [sys.executable, "-X", "utf8", str(tool), "--check"], capture_output=True, encoding="utf-8", check=False
    )
    assert result.returncode == 0, f"run `make messages` and translate:\n{result.stdout}{result.stderr}"
