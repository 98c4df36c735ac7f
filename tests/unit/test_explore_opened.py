"""Opening a county: parameter files and workbooks, what of them is read, and every problem in a sentence."""

from __future__ import annotations

import shutil

import pytest

from giakit.errors import ParameterError, WorkbookError
from giakit.explore import open_county


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def project(project_root, tmp_path):
    """Make a project with the samples of two years."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    for name in ("county-2020.xlsx", "county-2020.yaml", "county-2021.xlsx", "county-2021.yaml"):
        shutil.copyfile(project_root / "params" / name, tmp_path / "params" / name)
    return tmp_path


def test_parameter_files_and_workbooks_give_the_same(project, monkeypatch):
    files = open_county(["params/county-2020.yaml", "params/county-2021.yaml"], root=project)
    monkeypatch.chdir(project / "params")
    workbooks = open_county(["params/county-2020.xlsx", "params/county-2021.xlsx"])
    assert files.years == (2020, 2021)
    assert len(files.organs) == 14
    assert files.problems == ()
    assert files.to_frame().equals(workbooks.to_frame())
    assert open_county("params/county-2020.yaml", root=project).years == (2020,)


def test_a_parameter_file_s_year_is_read_and_no_other(project):
    text = "year: 2021\nworkbook: [params/county-2020.xlsx, params/county-2021.xlsx]\n"
    (project / "params/both.yaml").write_text(text, encoding="utf-8")
    assert open_county("params/both.yaml", root=project).years == (2021,)
    (project / "params/both.yaml").write_text(text.partition("\n")[2], encoding="utf-8")
    assert open_county("params/both.yaml", root=project).years == (2020, 2021)


def test_a_report_given_twice_is_counted_once_and_told(project):
    shutil.copyfile(project / "params/county-2020.xlsx", project / "params/again.xlsx")
    county = open_county(["params/county-2020.xlsx", "params/again.xlsx", "params/county-2020.yaml"], root=project)
    assert not county.to_frame().duplicated(["organ", "year", "key"]).any()
    assert len(county.problems) == 14
    assert county.problems[0].endswith("has reported 2020 already, in county-2020.xlsx [龙村镇]; only that is counted")


def test_a_damaged_workbook_is_told_and_stops_no_other(project):
    (project / "params/damaged.xlsx").write_bytes(b"PK")
    county = open_county(["params/damaged.xlsx", "params/county-2020.xlsx"], root=project)
    assert county.years == (2020,)
    assert "damaged.xlsx" in county.problems[0]
    with pytest.raises(WorkbookError, match=r"damaged\.xlsx"):
        open_county("params/damaged.xlsx", root=project)


def test_what_is_not_there_is_told_at_once_with_the_nearest(project):
    with pytest.raises(ParameterError) as caught:
        open_county(["params/county-2012.yaml", "params/county-2022.xlsx"], root=project)
    first, second = map(str, caught.value.problems)
    assert "county-2012.yaml; did you mean county-202" in first
    assert second.startswith("params/county-2022.xlsx: there is no file params/county-2022.xlsx; did you mean")
