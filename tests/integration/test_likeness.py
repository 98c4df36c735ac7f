"""Whose texts are alike: from the workbook through a batch to the page, the file and ``giakit similar``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup

from giakit.forms.read import read_workbook
from giakit.likeness import read_likeness
from giakit.likeness.words import NAME, OwnWords
from giakit.outputs import open_outputs
from giakit.project import init_project

TOWNS = ("柳渡镇", "苇塘镇", "龙村镇")
COPIED = "work.proactive_disclosure"
REPEATED = "work.platforms"

pytestmark = pytest.mark.slow


def giakit(project, *arguments, language="en"):
    command = [sys.executable, "-m", "giakit", *arguments]
    environment = os.environ | {"GIAKIT_LANG": language}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)


def batch(project, year):
    towns = "，".join(TOWNS)
    answer = giakit(project, "batch", f"params/county-{year}.yaml", "--towns", towns, "--to", "html", "--workers", "2")
    assert answer.returncode == 0, answer.stderr
    return answer


def statistics_of(project, year):
    return {form.sheet: form.statistics for form in read_workbook(project / f"params/county-{year}.xlsx").forms}


def write_texts(project, texts):
    """Write texts into this year's workbook, by town and key."""
    found = statistics_of(project, 2021)
    path = project / "params/county-2021.xlsx"
    book = openpyxl.load_workbook(path)
    for (town, key), text in texts.items():
        book[town][found[town].entry(key).cell.address] = text
    book.save(path)


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """Render two years: 苇塘镇 has copied from 柳渡镇 with its own name and figures, 龙村镇 from its own last year."""
    folder = tmp_path_factory.mktemp("雷同") / "云泽县"
    init_project(folder)
    then = statistics_of(folder, 2020)
    text = "柳渡镇把安置小区抽签选房全过程直播，房源表和结果当晚上网，全年37场。执法下放以后，名单和权责也上网。"
    turned = "执法下放以后，名单和权责也上网。我镇把安置小区抽签选房全过程直播，房源表和结果当晚上网，全年一百零二场。"
    write_texts(
        folder,
        {
            ("柳渡镇", COPIED): text,
            ("苇塘镇", COPIED): turned,
            ("龙村镇", REPEATED): then["龙村镇"].entry(REPEATED).text.replace("2020", "2021"),
        },
    )
    batch(folder, 2020)
    batch(folder, 2021)
    return folder


@pytest.fixture
def project(rendered, tmp_path):
    folder = tmp_path / "云泽县"
    shutil.copytree(rendered, folder)
    return folder


def rows(project):
    page = BeautifulSoup((project / "outputs/2021/index.html").read_text(encoding="utf-8"), "html.parser")
    found = page.find(id="alike")
    return [[cell.get_text() for cell in body.tr.find_all(["th", "td"])] for body in found.find_all("tbody")]


def test_the_page_ranks_who_copied_from_whom_and_nothing_else(rendered):
    shown = rows(rendered)
    assert sorted(row[:3] for row in shown) == [
        ["柳渡镇", "苇塘镇", "一/主动公开"],
        ["龙村镇", "上年报告", "一/平台建设"],
    ]
    assert all(90 <= int(row[3].rstrip("%")) <= 100 for row in shown)


def test_what_the_master_says_is_no_copy(rendered):
    outputs = open_outputs(rendered / "outputs")
    kept = [OwnWords.model_validate_json(outputs.read(record, NAME)) for record in outputs.records(2021).values()]
    said = [sentence for words in kept for texts in words.sentences.values() for sentence in texts]
    assert len(said) > 50
    assert not [each for each in said if "新收政府信息公开申请" in each or "改进措施" in each or "未收取" in each]
    report = (rendered / "outputs/2021/柳渡镇/public/report.html").read_text(encoding="utf-8")
    assert "新收政府信息公开申请" in report


def test_the_command_says_the_same(rendered):
    answer = giakit(rendered, "similar", "outputs/2021", language="zh")
    assert answer.returncode == 0
    assert "一/主动公开  柳渡镇 ≈ 苇塘镇" in answer.stdout
    assert "一/平台建设  龙村镇 ≈ 上年报告" in answer.stdout
    assert "安置小区抽签选房全过程直播" in answer.stdout
    assert "雷同 2 处；比较了 3 个机关，其中 3 个有上年报告" in answer.stdout
    kept = json.loads((rendered / "outputs/2021/likeness.json").read_bytes())
    assert json.loads(giakit(rendered, "similar", "outputs/2021", "--json").stdout) == kept


def test_it_narrows_down_and_asks_for_more(rendered):
    only = giakit(rendered, "similar", "outputs/2021", "--section", "一/平台建设").stdout
    assert "last year's report" in only
    assert "苇塘镇" not in only
    assert "≈" not in giakit(rendered, "similar", "outputs/2021", "--section", "五").stdout
    assert (
        "柳渡镇 ≈ 苇塘镇" in giakit(rendered, "similar", "outputs/2021", "--section", "一", "--town", "苇塘镇").stdout
    )
    assert giakit(rendered, "similar", "outputs/2021", "--at-least", "99").stdout.count("≈") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["outputs/2021", "--town", "柳度镇"], "the nearest is 柳渡镇"),
        (["outputs/2021", "--section", "三"], "section 三 is a table and holds no narrative"),
        (["outputs/1999"], "there are no reports of 1999"),
        (["outputs"], "the last part is no year"),
    ],
)
def test_a_mistake_is_one_sentence(rendered, arguments, said):
    answer = giakit(rendered, "similar", *arguments)
    assert answer.returncode == 2
    assert said in answer.stderr
    assert "Traceback" not in answer.stderr


def test_nothing_changed_nothing_is_compared(project, monkeypatch):
    answer = batch(project, 2021)
    assert "0 rendered, 3 unchanged" in answer.stdout

    def compare_words(*_):
        raise AssertionError("compared again")

    monkeypatch.setattr("giakit.likeness.compare.compare_words", compare_words)
    assert len(read_likeness(open_outputs(project / "outputs"), 2021).pairs) == 2
    with pytest.raises(AssertionError, match="compared again"):
        read_likeness(open_outputs(project / "outputs"), 2021, 0.3)


def test_a_text_that_was_mended_is_gone_from_the_page(project):
    write_texts(project, {("苇塘镇", COPIED): "鱼塘承包与航道疏浚逐段公布，附图。湿地补偿名单张贴在渡口。"})
    batch(project, 2021)
    assert [row[:3] for row in rows(project)] == [["龙村镇", "上年报告", "一/平台建设"]]
    assert giakit(project, "verify", "outputs/2021").returncode == 0


def test_a_copy_made_in_a_cell_is_found_too(project):
    """An analyst pastes another town's problems into the working copy, where the master's sentences stay."""
    assert giakit(project, "edit", "params/county-2021.yaml", "--town", "苇塘镇").returncode == 0
    path = project / "notebooks/2021/苇塘镇.ipynb"
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.source.startswith("%%narrative 五"))
    problems = statistics_of(project, 2021)["柳渡镇"].problems
    cell.source = "%%narrative 五\n" + "\n\n".join(f"{each.problem.text}{each.measure.text}" for each in problems)
    nbformat.write(notebook, path)
    batch(project, 2021)
    assert ["柳渡镇", "苇塘镇", "五"] in [row[:3] for row in rows(project)]


def test_analysts_get_a_table(rendered):
    frame = read_likeness(open_outputs(rendered / "outputs"), 2021).to_frame()
    assert list(frame) == ["年度", "机关", "相像于", "部分", "相像度", "相同文字"]
    assert set(zip(frame["机关"], frame["相像于"], strict=True)) == {("柳渡镇", "苇塘镇"), ("龙村镇", "上年报告")}
    assert frame["相像度"].is_monotonic_decreasing
