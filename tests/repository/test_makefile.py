"""`make` says in one line what a machine lacks, and lists its words."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

LACKS_VENV = """#!/bin/sh
case "$2" in *ensurepip*) exit 1 ;; esac
exit 0
"""


@pytest.fixture
def folder(project_root: Path, tmp_path: Path) -> Path:
    """Return a folder with the Makefile alone, at a path with a space and Chinese characters."""
    folder = tmp_path / "年报 工具"
    folder.mkdir()
    shutil.copy(project_root / "Makefile", folder)
    return folder


def make(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run make as a person does, not as a part of the make that runs the tests."""
    return subprocess.run(
        ["env", "--unset=MAKEFLAGS", "--unset=MAKELEVEL", "make", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_an_old_or_absent_python_is_one_line(folder: Path) -> None:
    made = make(folder, "demo", "PYTHONS=no-such-python false")
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (2, "", 1)
    assert "apt install python3" in made.stderr


def test_an_absent_venv_module_is_one_line(folder: Path) -> None:
    python = folder.parent / "python3"
    python.write_text(LACKS_VENV, encoding="utf-8")
    python.chmod(0o755)
    made = make(folder, "test", f"PYTHONS={python}")
    assert (made.returncode, made.stdout, made.stderr.count("\n")) == (2, "", 1)
    assert "python3-venv" in made.stderr


def test_make_alone_lists_every_word(folder: Path) -> None:
    listed = re.findall(r"^make (\w+) ", make(folder).stdout, re.MULTILINE)
    [declared] = re.findall(r"^\.PHONY: ((?:\w+ ?)+)$", (folder / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(declared.split())


@pytest.mark.parametrize(
    ("word", "tools"), [("gallery", {"chromium", "poppler-utils"}), ("proof", {"libreoffice-calc"})]
)
def test_absent_tools_are_one_line(folder: Path, word: str, tools: set[str]) -> None:
    bare = folder.parent / "bare"
    bare.mkdir()
    for name in ("awk", "cat", "cksum", "cut", "env", "grep", "make", "sh"):
        (bare / name).symlink_to(shutil.which(name) or name)
    (bare / "python3").write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    (bare / "python3").chmod(0o755)
    made = make(folder, "--dry-run", word, environment={"PATH": str(bare)})
    assert (made.returncode, made.stderr.count("\n")) == (2, 1)
    assert all(tool in made.stderr for tool in tools)
