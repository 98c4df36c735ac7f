"""Both pages' commands run as they stand, one after the other, in a new project."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = {"README.md": "## Ten minutes", "README.zh-CN.md": "## 办公室：怎样出报告"}
INSTALL = 'pip install "giakit[lab]"'  # which has been done where this runs
LAB = ["--", "--no-browser", "--allow-root"]


def commands(root, page):
    """Return the lines of the first console block below a page's heading, without their comments."""
    _, found, below = (root / page).read_text(encoding="utf-8").partition(PAGES[page])
    assert found
    block = below.partition("```console\n")[2].partition("```")[0]
    return [line for line in map(str.strip, block.splitlines()) if line and line != INSTALL]


def start_and_end(command, cwd, environment):
    """Start a JupyterLab, wait until it says where it is, and end it as Ctrl-C does."""
    said = ""
    with subprocess.Popen(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        for line in process.stdout:
            said += line
            if "http://127.0.0.1" in line:
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, said
    assert "/lab/tree/notebooks/" in said


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_s_commands_run_in_a_new_project(project_root, tmp_path, page):
    environment = os.environ | {
        "GIAKIT_LANG": "zh",
        "PYTHONUTF8": "1",
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    cwd = tmp_path
    lines = commands(project_root, page)
    for line in lines:
        program, *words = shlex.split(line, comments=True)
        command = [sys.executable, "-m", "giakit", *words]
        if program == "cd":
            cwd = cwd / words[0]
        elif words[0] == "lab":
            start_and_end([*command, *LAB], cwd, environment)
        else:
            assert program == "giakit"
            if words[0] == "collect":  # the towns have sent their forms back
                shutil.copytree(cwd / "空表", cwd / words[1])
            done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    assert len(lines) > 10
    assert Path(cwd, "outputs/2021/index.html").is_file()
    assert Path(cwd, "outputs/2021/沧宁市/public/report.pdf").is_file()
