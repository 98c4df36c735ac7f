"""Working copies on disk: where they lie, how they are made, synchronised, adopted, and never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from giakit.copies.adopt import adopt_copy
from giakit.copies.files import read_notebook, write_new, write_over
from giakit.copies.make import make_copy
from giakit.copies.opened import notebook_for
from giakit.copies.place import copy_path, find_copies, find_copy
from giakit.copies.sync import sync_copies, sync_copy, sync_status
from giakit.errors import NarrativeError, ParameterError
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project

TOWN = "柳渡镇"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    init_project(tmp_path / "云泽县 {年报}")
    return tmp_path / "云泽县 {年报}"


def parameters(root, year=2021):
    return read_parameters(root / f"params/county-{year}.yaml", town=TOWN, root=root)


@pytest.fixture
def made(root):
    return make_copy(root, parameters(root), TOWN)


def change(path: Path, name: str, before: str, after: str) -> None:
    """Edit a cell as an editor does: the notebook is read, changed and saved."""
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.id == name)
    assert before in cell.source
    cell.source = cell.source.replace(before, after)
    nbformat.write(notebook, path)


def snapshot(root):
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def test_a_copy_is_made_once_and_never_overwritten(root, made):
    assert made == root / "notebooks/2021/柳渡镇.ipynb"
    nbformat.validate(nbformat.read(made, as_version=4))
    made.write_text("我的", encoding="utf-8")
    with pytest.raises(ParameterError, match="柳渡镇 has a working copy for 2021 already: notebooks/2021/柳渡镇.ipynb"):
        make_copy(root, parameters(root), TOWN)
    with pytest.raises(ParameterError, match="柳渡镇.ipynb is there already"):
        write_new(made, read_notebook(root / MASTER)[0])
    assert made.read_text(encoding="utf-8") == "我的"


def test_the_same_copy_has_the_same_bytes(root, made):
    before = made.read_bytes()
    made.unlink()
    assert make_copy(root, parameters(root), TOWN).read_bytes() == before


def test_a_copy_holds_no_path_of_the_machine(root, made):
    assert str(root) not in made.read_text(encoding="utf-8")


def test_saving_it_in_an_editor_changes_nothing(made):
    before = made.read_bytes()
    nbformat.write(nbformat.read(made, as_version=4), made)
    assert made.read_bytes() == before


@pytest.mark.parametrize("key", ["../甲", "/甲", "甲/乙/丙", "", "甲\\乙", ".甲", "C:甲"])
def test_a_key_that_leads_elsewhere_is_refused(root, key):
    with pytest.raises(ParameterError, match="cannot name a file"):
        copy_path(root, key, 2021)


def test_copies_are_found_by_year_and_organ(root, made):
    county = root / "notebooks/2020/云泽县/龙村镇.ipynb"
    county.parent.mkdir(parents=True)
    county.write_bytes(made.read_bytes())
    hidden = root / "notebooks/2021/.ipynb_checkpoints/柳渡镇-checkpoint.ipynb"
    hidden.parent.mkdir()
    hidden.write_bytes(made.read_bytes())
    assert [(each.organ, each.year) for each in find_copies(root)] == [("云泽县/龙村镇", 2020), (TOWN, 2021)]
    assert [each.path for each in find_copies(root, 2021)] == [made]
    assert find_copy(root, TOWN, 2021) == made
    assert find_copy(root, TOWN, 2022) is None


def test_opening_writes_nothing_and_takes_the_copy_where_there_is_one(root, made):
    change(made, "other-matters", "本年度未收取信息处理费。", "本年度没有收取信息处理费。")
    change(root / MASTER, "platforms", "平台建设", "公开平台建设")
    before = snapshot(root)
    opened = notebook_for(root, TOWN, 2021)
    sources = {cell["id"]: cell.source for cell in opened.notebook.cells}
    assert "没有收取信息处理费" in sources["other-matters"]
    assert "公开平台建设" in sources["platforms"]
    assert (opened.path, opened.findings) == (made, ())
    assert notebook_for(root, "龙村镇", 2021).path == root / MASTER
    assert snapshot(root) == before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"nbformat": 3}',
        b'{"nbformat": 4, "metadata": {}, "cells": [{"cell_type": 1}]}',
    ],
)
def test_a_damaged_copy_is_one_sentence_and_stops_no_other(root, made, data):
    made.write_bytes(data)
    with pytest.raises(NarrativeError, match=r"^2021/柳渡镇\.ipynb is no notebook that can be read"):
        notebook_for(root, TOWN, 2021)
    make_copy(root, parameters(root, 2022), TOWN)
    status = sync_status(root)
    assert [each.failed for each in status] == [True, False]
    assert "is no notebook that can be read" in "\n".join(str(line) for line in status[0].lines())


def test_another_notebook_in_its_place_is_no_copy(root, made):
    made.write_bytes((root / MASTER).read_bytes())
    with pytest.raises(NarrativeError, match="notebooks/2021/柳渡镇.ipynb lies where a working copy would"):
        notebook_for(root, TOWN, 2021)


def test_an_editor_that_drops_ids_does_no_harm(root, made):
    notebook = json.loads(made.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell.pop("id")
    notebook["nbformat_minor"] = 4
    made.write_text(json.dumps(notebook), encoding="utf-8")
    opened = notebook_for(root, TOWN, 2021)
    master, _ = read_notebook(root / MASTER)
    assert [cell["id"] for cell in opened.notebook.cells] == [cell["id"] for cell in master.cells]
    assert opened.findings == ()


def test_status_and_sync_say_what_follows_the_master(root, made):
    change(root / MASTER, "platforms", "平台建设", "公开平台建设")
    before = snapshot(root)
    said = [str(line) for each in sync_status(root, 2021) for line in each.lines()]
    assert said == ["notebooks/2021/柳渡镇.ipynb: cells that will follow the master (1): 一/公开平台建设"]
    assert snapshot(root) == before
    written = sync_copy(root, TOWN, 2021)
    assert [str(line) for line in written.lines()] == [
        "notebooks/2021/柳渡镇.ipynb: cells that followed the master (1): 一/公开平台建设"
    ]
    assert written.written
    after = made.read_bytes()
    again = sync_copy(root, TOWN, 2021)
    assert (again.written, made.read_bytes()) == (False, after)
    assert [str(line) for line in again.lines()] == ["notebooks/2021/柳渡镇.ipynb: up to date with the master"]


def test_status_names_conflicts_and_deleted_and_missing_cells(root, made):
    change(made, "platforms", "（四）平台建设", "（四）我镇平台")
    change(root / MASTER, "platforms", "（四）平台建设", "（四）公开平台")
    notebook = nbformat.read(made, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id not in {"supervision", "table-3"}]
    nbformat.write(notebook, made)
    (status,) = sync_status(root)
    assert {found.rule: (found.severity, found.place) for found in status.findings} == {
        "copy.conflict": ("warning", "一/平台建设"),
        "copy.deleted": ("warning", "一/监督保障"),
        "copy.missing": ("error", 'report.show_table("三")'),
    }
    assert status.failed
    synced = sync_copy(root, TOWN, 2021)
    assert [found.rule for found in synced.findings] == ["copy.conflict", "copy.deleted"]
    assert not synced.failed


def test_sync_tells_of_a_cell_that_it_makes_the_copys_own(root, made):
    change(made, "platforms", "（四）平台建设", "（四）我镇平台")
    master = nbformat.read(root / MASTER, as_version=4)
    master.cells = [cell for cell in master.cells if cell.id != "platforms"]
    nbformat.write(master, root / MASTER)
    assert [found.rule for found in sync_copy(root, TOWN, 2021).findings] == ["copy.dropped"]
    assert sync_copy(root, TOWN, 2021).findings == ()


def test_what_somebody_saved_meanwhile_is_kept(made):
    notebook, data = read_notebook(made)
    change(made, "platforms", "平台建设", "我镇平台")
    saved = made.read_bytes()
    with pytest.raises(NarrativeError, match="柳渡镇.ipynb was saved by somebody meanwhile"):
        write_over(made, notebook, data)
    assert made.read_bytes() == saved
    assert [path.name for path in made.parent.iterdir()] == ["柳渡镇.ipynb"]


def test_all_copies_or_some_are_synchronised_and_a_damaged_one_stops_no_other(root, made):
    later = make_copy(root, parameters(root, 2022), TOWN)
    change(root / MASTER, "platforms", "平台建设", "公开平台建设")
    made.write_bytes(b"{")
    found = sync_copies(root)
    assert [(each.written, each.failed) for each in found] == [(False, True), (True, False)]
    assert made.read_bytes() == b"{"
    assert "公开平台建设" in later.read_text(encoding="utf-8")
    assert [each.place.year for each in sync_status(root, organs=[TOWN])] == [2021, 2022]
    assert [each.place.year for each in sync_copies(root, 2022, [TOWN])] == [2022]
    with pytest.raises(ParameterError, match="苇塘镇 has no working copy; those that have one: 柳渡镇"):
        sync_copies(root, organs=["苇塘镇"])


def test_there_is_nothing_to_synchronise_without_a_copy(root):
    with pytest.raises(ParameterError, match="柳渡镇 has no working copy for 2021; make one with `giakit edit`"):
        sync_copy(root, TOWN, 2021)
    assert sync_status(root) == []


class TestAdopted:
    """Edited narrative carried into next year's copy."""

    def test_edited_cells_go_over_and_the_rest_is_the_masters(self, root, made):
        change(made, "platforms", "## （四）平台建设", "## （四）平台建设\n\n2021年，我镇培训3次，比2020年多1次。")
        change(root / MASTER, "supervision", "监督保障", "监督和保障")
        adopted = adopt_copy(root, parameters(root, 2022), TOWN)
        assert adopted.path == root / "notebooks/2022/柳渡镇.ipynb"
        notebook = nbformat.read(adopted.path, as_version=4)
        nbformat.validate(notebook)
        sources = {cell.id: cell.source for cell in notebook.cells}
        assert "{{ year }}年，我镇培训3次，比{{ last_year }}年多1次。" in sources["platforms"]
        assert "监督和保障" in sources["supervision"]
        assert 'previous = "params/county-2021.xlsx"' in sources["parameters"]
        assert "2021" not in sources["parameters"].replace("county-2021", "")
        assert adopted.edited == ("一/平台建设",)
        assert [str(each) for each in adopted.years] == [
            (
                "一/平台建设: “2021年，我镇培训3次，比2020年多1次。” is now "
                "“{{ year }}年，我镇培训3次，比{{ last_year }}年多1次。”"
            )
        ]
        assert [str(each) for each in adopted.review] == [
            "一/平台建设: “{{ year }}年，我镇培训3次，比{{ last_year }}年多1次。” has 3次、1次"
        ]
        (status,) = sync_status(root, 2022)
        assert (status.changes, status.findings) == ((), ())

    def test_the_old_copy_stays_as_it_was(self, root, made):
        before = made.read_bytes()
        adopt_copy(root, parameters(root, 2022), TOWN)
        assert made.read_bytes() == before

    def test_an_existing_copy_is_never_overwritten(self, root, made):
        there = make_copy(root, parameters(root, 2022), TOWN)
        before = there.read_bytes()
        with pytest.raises(ParameterError, match="柳渡镇 has a working copy for 2022 already"):
            adopt_copy(root, parameters(root, 2022), TOWN)
        assert there.read_bytes() == before
        assert made.exists()

    def test_without_a_copy_of_the_other_year_there_is_nothing_to_adopt(self, root):
        with pytest.raises(ParameterError, match="柳渡镇 has no working copy for 2021 to be adopted"):
            adopt_copy(root, parameters(root, 2022), TOWN)

    def test_what_was_deleted_stays_deleted_and_conflicts_go_along(self, root, made):
        change(made, "platforms", "（四）平台建设", "（四）我镇平台")
        change(root / MASTER, "platforms", "（四）平台建设", "（四）公开平台")
        notebook = nbformat.read(made, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if cell.id != "supervision"]
        nbformat.write(notebook, made)
        adopted = adopt_copy(root, parameters(root, 2022), TOWN)
        assert [found.rule for found in adopted.findings] == ["copy.conflict", "copy.deleted"]
        opened = notebook_for(root, TOWN, 2022)
        assert [found.rule for found in opened.findings] == ["copy.conflict", "copy.deleted"]
        assert "platforms-conflict" in adopted.path.read_text(encoding="utf-8")
