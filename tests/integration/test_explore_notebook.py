"""The notebook across organs as plain tools run it: tables and pictures, and no trace of pickers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest

from giakit.explore import open_county
from giakit.project import EXPLORE, init_project

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

WIDGET = "application/vnd.jupyter.widget-view+json"


def run(folder: Path, *words: str) -> None:
    environment = os.environ | {"GIAKIT_LANG": "zh"}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("云泽县 年报") / "项目"
    init_project(folder)
    return folder


def outputs(path: Path) -> dict[str, list[dict[str, str]]]:
    """Return what every cell showed, and make sure that none said anything on the error stream."""
    notebook = nbformat.read(path, as_version=4)
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert [each for found in shown.values() for each in found if each.get("name") == "stderr"] == []
    return {name: [each.data for each in found if "data" in each] for name, found in shown.items()}


def test_papermill_and_nbconvert_show_tables_and_pictures_and_no_pickers(project: Path) -> None:
    run(project, "papermill", str(EXPLORE), "papermill.ipynb", "-p", "level", "乡镇", "-p", "year", "2021")
    shown = outputs(project / "papermill.ipynb")
    assert not any(WIDGET in data for found in shown.values() for data in found)
    assert shown["pickers"] == []
    assert "读入" in shown["open"][0]["text/html"]
    assert "2021年：一、本年新收政府信息公开申请数量/总计（件）" in shown["ranked"][0]["text/html"]
    assert "柳渡镇" in shown["ranked"][0]["text/plain"]
    assert "沧宁市" not in shown["ranked"][0]["text/plain"]
    for name in ("multiples", "outcomes", "permits"):
        assert "<svg" in shown[name][0]["text/html"]
        assert "柳渡镇：2020年" in shown[name][0]["text/html"]
    assert "已公布报告中文字相像的有 0 对" in shown["alike"][0]["text/html"]
    assert "柳渡镇：2020年未公布" in shown["alike"][1]["text/html"]
    assert " rows × 14 columns" in shown["frame"][0]["text/html"]

    execute = ("jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", "../nbconvert.ipynb")
    run(project, *execute, str(EXPLORE))
    again = outputs(project / "nbconvert.ipynb")
    assert again["outcomes"] != shown["outcomes"]
    assert "沧宁市：2020年" in again["outcomes"][0]["text/html"]
    assert not any(WIDGET in data for found in again.values() for data in found)


def test_the_same_workbooks_give_the_same_outputs(project: Path) -> None:
    folder = project / "notebooks"
    first, second = folder / "一.ipynb", folder / "二.ipynb"
    for target in (first, second):
        run(folder, "papermill", EXPLORE.name, target.name)
    assert outputs(first) == outputs(second)


def test_a_year_that_one_town_did_not_report_is_a_gap(project: Path, tmp_path: Path) -> None:
    import openpyxl

    shutil.copytree(project / "params", tmp_path / "params")
    (tmp_path / "notebooks").mkdir()
    book = openpyxl.load_workbook(tmp_path / "params/county-2021.xlsx")
    del book["柳渡镇"]
    book.save(tmp_path / "params/county-2021.xlsx")
    shutil.copy(project / EXPLORE, tmp_path / EXPLORE)
    run(tmp_path, "papermill", str(EXPLORE), "out.ipynb")
    shown = outputs(tmp_path / "out.ipynb")
    assert "柳渡镇：2020年39件，2021年未报，2022年35件；" in shown["multiples"][0]["text/html"]


def test_towns_that_published_the_same_text_are_told_as_alike(project: Path, tmp_path: Path) -> None:
    import openpyxl

    from giakit.forms.read import read_workbook

    for name in ("params", "notebooks"):
        shutil.copytree(project / name, tmp_path / name)
    path = tmp_path / "params/county-2022.xlsx"
    forms = {form.sheet: form.statistics for form in read_workbook(path).forms if form.statistics}
    book = openpyxl.load_workbook(path)
    said = forms["柳渡镇"].entry("work.platforms").text
    book["苇塘镇"][forms["苇塘镇"].entry("work.platforms").cell.address] = said
    book.save(path)
    run(tmp_path, "giakit", "batch", "params/county-2022.yaml", "--towns", "柳渡镇,苇塘镇", "--to", "html")
    county = open_county("params/county-2022.yaml", root=tmp_path)
    (pair,) = county.alike().to_dict("records")
    assert {pair["机关"], pair["相像于"]} == {"柳渡镇", "苇塘镇"}
    assert pair["相像度"] > 0.9
    shown = county.alike_multiples(level="乡镇").alt
    assert "柳渡镇：2022年100%" in shown
    assert "龙村镇：2022年未公布" in shown
    assert county.alike(level="县级部门").empty
