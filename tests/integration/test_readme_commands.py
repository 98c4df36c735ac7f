"""Both pages' commands run as they stand, one after the other, in a new project."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pytest

from giakit.forms.read import read_workbook

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


def mend_a_text(workbook, town):
    """Write another sentence into a town's sheet, which is what a correction is for."""
    statistics = next(form.statistics for form in read_workbook(workbook).forms if form.sheet == town)
    book = openpyxl.load_workbook(workbook)
    book[town][statistics.entry("work.platforms").cell.address] = "补记：公开专栏改版一次。"
    book.save(workbook)


def edit_in_word(file, town, environment):
    """Render a town's report as Word and add to a sentence of it, as somebody does who sends it back."""
    project = file.parent
    command = [sys.executable, "-m", "giakit", "render", "params/county-2021.yaml", "--town", town, "--to", "docx"]
    subprocess.run(command, cwd=project, env=environment, check=True, capture_output=True)
    document = docx.Document(project / "outputs/2021" / town / "public/report.docx")
    forms = read_workbook(project / "params/county-2021.xlsx").forms
    own = next(form.statistics for form in forms if form.sheet == town).entry("work.platforms").text
    sentence = next(each for each in document.paragraphs if own in each.text)
    sentence.runs[-1].text += "年内逐项回访。"
    document.save(file)


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
            if words[0] == "correct":
                mend_a_text(cwd / "params/county-2021.xlsx", words[words.index("--town") + 1])
            if words[0] == "adopt-docx":
                edit_in_word(cwd / words[1], "苇塘镇", environment)
            done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
            if words[0] == "adopt-docx":
                assert "年内逐项回访" in (cwd / "notebooks/2021/苇塘镇.ipynb").read_text(encoding="utf-8")
    assert len(lines) > 10
    assert Path(cwd, "outputs/2021/index.html").is_file()
    assert Path(cwd, "outputs/2021/沧宁市/public/report.pdf").is_file()
