"""The commands of both pages and of the tutorial run as they stand, one after the other, in a new project.

A line that is nothing but a comment is a step for a person. `BY_HAND` does what each of these says, and no other step
is done for the reader. A person who runs ``giakit lab`` looks at a browser and ends it with Ctrl-C: here Jupyter's own
settings keep the browser closed, and Ctrl-C comes as soon as the server says where it is.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import docx
import nbformat
import openpyxl
import pytest

from giakit.forms.read import read_workbook
from giakit.project import TUTORIAL

HEADINGS = {"README.md": "## Ten minutes", "README.zh-CN.md": "## 办公室：怎样出报告"}
JUPYTER = {"ServerApp": {"open_browser": False, "allow_root": True}}
ADDED = "年内逐项回访。"


def lines_of(root, page):
    """Return the lines of the first console block below a page's heading."""
    _, found, below = (root / page).read_text(encoding="utf-8").partition(HEADINGS[page])
    assert found
    block = below.partition("```console\n")[2].partition("```")[0]
    return [line for line in map(str.strip, block.splitlines()) if line]


def lines_of_the_tutorial(root):
    """Return the lines of all boxes in the tutorial's prose."""
    cells = nbformat.read(root / TUTORIAL, as_version=4).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return [line for box in prose.split("```")[1::2] for line in map(str.strip, box.splitlines()) if line]


def platforms(project, town):
    """Return the entry 平台建设 under 工作情况 on a town's sheet."""
    forms = read_workbook(project / "params/county-2021.xlsx").forms
    return next(form.statistics for form in forms if form.sheet == town).entry("work.platforms")


def rewrite_a_text(project):
    """Rewrite 平台建设 under 工作情况 on the sheet 柳渡镇."""
    workbook = project / "params/county-2021.xlsx"
    address = platforms(project, "柳渡镇").cell.address
    book = openpyxl.load_workbook(workbook)
    book["柳渡镇"][address] = "补记：公开专栏改版一次。"
    book.save(workbook)


def edit_in_word(project):
    """Open a town's document, add a sentence to the text of 平台建设, save it in the project as 来稿.docx."""
    document = docx.Document(project / "outputs/2021/苇塘镇/public/report.docx")
    text = platforms(project, "苇塘镇").text
    next(each for each in document.paragraphs if text in each.text).runs[-1].text += ADDED
    document.save(project / "来稿.docx")


BY_HAND = {
    "# something is wrong after release: in params/county-2021.xlsx, sheet 柳渡镇, rewrite 平台建设 under 工作情况, and"
    " save": rewrite_a_text,
    "# 签发以后发现写错了：打开 params/county-2021.xlsx 的工作表“柳渡镇”，"
    "把“工作情况”里“平台建设”的文字改一改，保存": rewrite_a_text,
    "# 用 Word 打开 outputs/2021/苇塘镇/public/report.docx，"
    "在“平台建设”的文字后面加一句，另存到项目文件夹，名为 来稿.docx": edit_in_word,
}


@pytest.fixture
def environment(tmp_path):
    """Give what a person's terminal has: giakit on the path, and settings of Jupyter."""
    own = tmp_path / "jupyter"
    own.mkdir()
    (own / "jupyter_server_config.json").write_text(json.dumps(JUPYTER), encoding="utf-8")
    folders = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("DATA", "RUNTIME")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | folders | {"PATH": path, "JUPYTER_CONFIG_DIR": str(own), "GIAKIT_LANG": "zh", "PYTHONUTF8": "1"}


def start_and_end(words, cwd, environment):
    """Start a JupyterLab, wait until it says where it is, and end it as Ctrl-C does."""
    said = ""
    with subprocess.Popen(
        words, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    ) as process:
        for line in process.stdout:
            said += line
            if "http://127.0.0.1" in line:
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0, said
    assert "/lab/tree/notebooks/" in said


def run_line(line, cwd, environment):
    """Run a line in a folder; return the folder that the next one runs in."""
    words = shlex.split(line, comments=True)
    if not words:
        BY_HAND[line](cwd)
    elif words[0] == "cd":
        return cwd / words[1]
    elif words[:2] == ["giakit", "lab"]:
        start_and_end(words, cwd, environment)
    else:
        done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return cwd


def run_lines(lines, folder, environment):
    """Run one line after the other from a folder on; return the project that they made."""
    for line in lines:
        folder = run_line(line, folder, environment)
    assert len(lines) > 10
    assert (folder / "outputs/2021/index.html").is_file()
    assert (folder / "outputs/2021/沧宁市/public/report.pdf").is_file()
    return folder


@pytest.mark.slow
def test_the_readme_s_commands_run_in_a_new_project(project_root, tmp_path, environment):
    project = run_lines(lines_of(project_root, "README.md"), tmp_path, environment)
    assert (project / "outputs/2021/柳渡镇/correction/public/report.html").is_file()


@pytest.mark.slow
def test_the_clerks_page_s_commands_run_in_a_new_project(project_root, tmp_path, environment):
    project = run_lines(lines_of(project_root, "README.zh-CN.md"), tmp_path, environment)
    assert (project / "outputs/2021/柳渡镇/correction/public/report.html").is_file()
    assert ADDED in (project / "notebooks/2021/苇塘镇.ipynb").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_tutorial_s_commands_run_in_a_new_project(project_root, tmp_path, environment):
    project = run_lines(lines_of_the_tutorial(project_root), tmp_path, environment)
    assert (project / "outputs/2021/柳渡镇/versions/1/public/report.html").is_file()
    assert ADDED in (project / "outputs/2021/苇塘镇/public/report.html").read_text(encoding="utf-8")
