"""`giakit sync` and `giakit adopt` as commands: what they list, what they write, how they end."""

from __future__ import annotations

from shutil import copytree

import nbformat
import pytest
from click.testing import CliRunner

from giakit.cli import main
from giakit.copies.make import make_copy
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project

TOWN = "柳渡镇"
COPY = f"notebooks/2021/{TOWN}.ipynb"
NEXT = f"notebooks/2022/{TOWN}.ipynb"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """Make a project with one working copy."""
    root = tmp_path_factory.mktemp("样本") / "云泽县年报"
    init_project(root)
    make_copy(root, read_parameters(root / "params/county-2021.yaml", town=TOWN, root=root), TOWN)
    return root


@pytest.fixture
def root(sample, tmp_path, monkeypatch):
    copytree(sample, tmp_path / "云泽县年报")
    monkeypatch.chdir(tmp_path / "云泽县年报")
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return tmp_path / "云泽县年报"


def giakit(*words):
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def change(path, name, change_source):
    """Save a notebook with another source in a cell, or without the cell where that is ``None``."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == name]
    cell.source = change_source(cell.source) or ""
    notebook.cells = [cell for cell in notebook.cells if cell.source]
    nbformat.write(notebook, path)


def add(path, name, text):
    change(path, name, lambda source: f"{source}\n\n{text}")


def delete(path, name):
    change(path, name, lambda _: None)


def source_of(path, name):
    return next(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.id == name)


def ids(path):
    return [cell.id for cell in nbformat.read(path, as_version=4).cells]


def test_sync_writes_what_status_announces(root):
    add(root / COPY, "disclosure-on-request", "我镇逐件登记。")
    add(root / MASTER, "supervision", "本报告由主要负责人审定。")
    before = (root / COPY).read_bytes()
    status = giakit("sync", "--status")
    assert (status.exit_code, status.output) == (0, f"{COPY}: cells that will follow the master (1): 一/监督保障\n")
    assert (root / COPY).read_bytes() == before
    done = giakit("sync")
    assert (done.exit_code, done.output) == (0, f"{COPY}: cells that followed the master (1): 一/监督保障\n")
    assert "本报告由主要负责人审定。" in source_of(root / COPY, "supervision")
    assert "我镇逐件登记。" in source_of(root / COPY, "disclosure-on-request")
    assert giakit("sync", "--status").output == f"{COPY}: up to date with the master\n"


def test_a_conflict_is_listed_by_its_cell_until_it_is_answered(root):
    add(root / COPY, "supervision", "我镇由纪委监督。")
    add(root / MASTER, "supervision", "母版改由办公室监督。")
    status = giakit("sync", "--status")
    assert status.exit_code == 0
    head, conflict = status.output.splitlines()
    assert head == f"{COPY}: nothing follows the master by itself, but there are cells to look at"
    assert conflict.startswith("一/监督保障: this cell was changed in the working copy and in the master, too;")
    assert conflict.endswith(
        "Run `giakit sync`, take over from the cell below it what is needed, and delete that cell."
    )
    _, written = giakit("sync", TOWN).output.splitlines()
    assert written.endswith("is printed. Take over from the cell below it what is needed, and delete that cell.")
    assert giakit("sync", "--status", "--year", 2021).output.splitlines()[1] == written
    names = ids(root / COPY)
    assert names[names.index("supervision") + 1] == "supervision-conflict"
    delete(root / COPY, "supervision-conflict")
    assert giakit("sync", "--status").output == f"{COPY}: up to date with the master\n"
    assert source_of(root / COPY, "supervision").endswith("我镇由纪委监督。")


def test_a_missing_statutory_cell_fails_and_is_put_back(root):
    delete(root / COPY, "platforms")
    delete(root / COPY, "section-3")
    status = giakit("sync", "--status")
    assert status.exit_code == 1
    assert 'report.show_heading("三"): the working copy lacks it, and every report needs it.' in status.output
    assert "一/平台建设: this cell of the master was deleted from the working copy" in status.output
    done = giakit("sync")
    assert done.exit_code == 0
    assert f'{COPY}: cells that followed the master (1): report.show_heading("三")' in done.output
    assert "section-3" in ids(root / COPY)
    assert "platforms" not in ids(root / COPY)
    assert giakit("sync", "--status").exit_code == 0


def test_a_copy_that_cannot_be_read_fails_and_stops_no_other(root):
    giakit("edit", "params/county-2022.yaml", "--town", TOWN)
    (root / COPY).write_bytes(b"{")
    for words in (("sync", "--status"), ("sync",)):
        done = giakit(*words)
        assert done.exit_code == 1
        assert done.output.splitlines()[0].startswith(f"2021/{TOWN}.ipynb is no notebook that can be read")
        assert f"{NEXT}: up to date with the master" in done.output


def test_an_organ_without_a_copy_is_wrong_usage(root):
    done = giakit("sync", "柳渡")
    assert (done.exit_code, done.output.strip()) == (
        2,
        "柳渡 has no working copy; those that have one: 柳渡镇",
    )
    (root / COPY).unlink()
    assert giakit("sync").output == "There are no working copies; make one with `giakit edit`.\n"


def test_adopt_lists_the_years_rewritten_and_the_sentences_to_review(root):
    sentence = "我镇新收{{ applications.received.total }}件。"
    add(root / COPY, "disclosure-on-request", f"2021年，{sentence}窗口接待31人次。")
    done = giakit("adopt", "params/county-2022.yaml", "--town", TOWN)
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        NEXT,
        "Typed-in years that became expressions:",
        f"  一/依申请公开: “2021年，{sentence}” is now “{{{{ year }}}}年，{sentence}”",
        "Sentences with typed-in numbers, to be reviewed:",
        "  一/依申请公开: “窗口接待31人次。” has 31人次",
    ]
    assert source_of(root / NEXT, "disclosure-on-request").endswith(f"{{{{ year }}}}年，{sentence}窗口接待31人次。")
    again = giakit("adopt", "params/county-2022.yaml", "--town", TOWN)
    assert again.exit_code == 2
    assert again.output.startswith(f"{TOWN} has a working copy for 2022 already: {NEXT}")
    none = giakit("adopt", "params/county-2021.yaml", "--town", "苇塘镇")
    assert (none.exit_code, none.output) == (2, "苇塘镇 has no working copy for 2020 to be adopted\n")


def test_adopt_tells_of_a_conflict_whose_cell_is_there_already(root):
    add(root / COPY, "supervision", "我镇由纪委监督。")
    add(root / MASTER, "supervision", "母版改由办公室监督。")
    _, conflict = giakit("adopt", "params/county-2022.yaml", "--town", TOWN).output.splitlines()
    assert conflict.startswith("一/监督保障: this cell was changed in the working copy and in the master, too;")
    assert "giakit sync" not in conflict
    assert "supervision-conflict" in ids(root / NEXT)


def test_lists_are_chinese_for_those_who_read_chinese(root, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "zh")
    add(root / COPY, "supervision", "2021年，我镇查处3件。")
    add(root / MASTER, "supervision", "母版改由办公室监督。")
    delete(root / COPY, "table-4")
    status = giakit("sync", "--status")
    assert status.exit_code == 1
    conflict = "一/监督保障：工作副本和母版都改了这一格，刊印的是工作副本的文字。"
    assert status.output.splitlines() == [
        f'{COPY}：将跟随母版的格（1）：report.show_table("四")',
        f"{conflict}运行 `giakit sync`，从它下面那一格取用需要的内容，再删除那一格。",
        'report.show_table("四")：工作副本缺少这一格，而每份报告都必须有。用 `giakit sync` 补回该单元格。',
    ]
    adopted = giakit("adopt", "params/county-2022.yaml", "--town", TOWN).output
    assert "手写的年份改成了表达式：\n  一/监督保障：“2021年，我镇查处3件。”" in adopted
    assert "有手写数字、需要逐句核对的句子：\n  一/监督保障：“{{ year }}年，我镇查处3件。”里有手写数字：3件" in adopted
