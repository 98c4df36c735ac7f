"""Which notebook `giakit lab` opens, and what it says where it cannot."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from giakit.cli import main
from giakit.copies.make import make_copy
from giakit.errors import ParameterError
from giakit.lab import find_notebook
from giakit.parameters import read_parameters
from giakit.project import MASTER, init_project


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("云泽县")
    init_project(folder)
    for year in (2021, 2022):
        given = read_parameters(folder / f"params/county-{year}.yaml", town="柳渡镇", root=folder)
        make_copy(folder, given, "柳渡镇")
    return folder


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), MASTER.as_posix()),
        (("柳渡镇",), "notebooks/2022/柳渡镇.ipynb"),
        (("柳渡镇", 2021), "notebooks/2021/柳渡镇.ipynb"),
    ],
)
def test_the_master_or_the_working_copy_that_was_named(root, words, expected):
    assert find_notebook(root, *words).as_posix() == expected


def test_a_working_copy_that_is_not_there_is_one_sentence_with_those_that_are(root):
    with pytest.raises(ParameterError, match="龙村镇.*giakit edit.*柳渡镇 2021、柳渡镇 2022"):
        find_notebook(root, "龙村镇")


def test_a_year_alone_names_no_working_copy(root):
    with pytest.raises(ParameterError, match="--town"):
        find_notebook(root, year=2021)


def test_a_project_without_its_master_is_one_sentence(tmp_path):
    with pytest.raises(ParameterError, match="annual_report.ipynb.*giakit init"):
        find_notebook(tmp_path)


def test_without_jupyterlab_one_sentence_says_how_to_install_it(root, monkeypatch):
    monkeypatch.chdir(root)
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    result = CliRunner().invoke(main, ["lab"])
    assert result.exit_code == 1
    assert result.output == 'JupyterLab is not installed; run: pip install "giakit[lab]"\n'
