"""Imports point one way, and `import giakit` stays light."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HEAVY = {"dask", "ipywidgets", "matplotlib.pyplot", "nbconvert", "papermill"}


def test_import_contracts_are_kept(project_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = lint_imports(config_filename=str(project_root / "pyproject.toml"), no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_importing_the_package_loads_nothing_heavy(project_root: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, giakit; print(*sys.modules)"],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not HEAVY & set(loaded)
