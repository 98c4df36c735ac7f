from __future__ import annotations

import pytest

from giakit.errors import ParameterError
from giakit.project import MASTER, SAMPLE, TUTORIAL, find_root, init_project


def test_a_new_project_has_the_notebook_and_the_samples(tmp_path):
    folder = tmp_path / "年报 项目"
    written = init_project(folder)
    assert folder / MASTER in written
    assert folder / TUTORIAL in written
    assert folder / SAMPLE in written
    assert find_root(folder / "params") == folder


def test_files_that_are_there_are_left_alone(tmp_path):
    init_project(tmp_path)
    (tmp_path / MASTER).write_text("我的改动", encoding="utf-8")
    assert init_project(tmp_path) == []
    assert (tmp_path / MASTER).read_text(encoding="utf-8") == "我的改动"


def test_a_file_in_the_way_is_one_sentence(tmp_path):
    (tmp_path / "甲").write_text("", encoding="utf-8")
    with pytest.raises(ParameterError, match="甲"):
        init_project(tmp_path / "甲")
