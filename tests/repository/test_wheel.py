"""The wheel alone, installed elsewhere, starts a project and renders a report in it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def wheel_folder(project_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder, with a Chinese name, that holds the installed wheel and nothing else."""
    built = tmp_path_factory.mktemp("wheel")
    target = tmp_path_factory.mktemp("别处") / "程序 包"
    pip = [sys.executable, "-m", "pip", "--quiet"]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(project_root)],
        check=True,
    )
    [wheel] = built.glob("giakit-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", str(target), str(wheel)], check=True)
    return target


def run_python(wheel_folder: Path, cwd: Path, *arguments: str) -> str:
    """Run Python with the wheel's giakit in front of the checkout's."""
    environment = os.environ | {"PYTHONPATH": str(wheel_folder), "PYTHONUTF8": "1"}
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.mark.slow
def test_the_wheel_renders_a_report_elsewhere(wheel_folder: Path, tmp_path: Path) -> None:
    imported = run_python(wheel_folder, tmp_path, "-c", "import giakit; print(giakit.__file__)")
    assert imported.strip() == str(wheel_folder / "giakit" / "__init__.py")

    run_python(wheel_folder, tmp_path, "-m", "giakit", "init", "项目")
    project = tmp_path / "项目"
    assert (project / "notebooks" / "annual_report.ipynb").is_file()
    assert (project / "notebooks" / "explore.ipynb").is_file()
    assert (project / "notebooks" / "tutorial.ipynb").is_file()
    assert (project / "params" / "longcun-2020.yaml").is_file()

    run_python(wheel_folder, project, "-m", "giakit", "render", "params/longcun-2020.yaml")
    made = {path.suffix for path in (project / "outputs").rglob("*") if path.is_file() and path.stat().st_size}
    assert {".html", ".pdf"} <= made
