"""Imports point one way, and `import giakit` stays light."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from importlinter.application.use_cases import create_report, read_user_options
from importlinter.configuration import configure

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"dask", "ipywidgets", "matplotlib.pyplot", "nbconvert", "papermill"}


def test_import_contracts_are_kept(project_root: Path) -> None:
    configure()
    report = create_report(read_user_options(str(project_root / "pyproject.toml")), cache_dir=None)
    broken = [contract.name for contract, check in report.get_contracts_and_checks() if not check.kept]
    assert not broken, "run `.venv/bin/lint-imports` for the imports at fault"


def test_importing_the_package_loads_nothing_heavy(project_root: Path) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, giakit; print(*sys.modules)"],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not HEAVY & set(loaded)
