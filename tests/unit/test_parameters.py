from __future__ import annotations

import pytest

from giakit.errors import ParameterError
from giakit.forms.write import write_workbook
from giakit.parameters import check_parameters, read_parameters

GOOD = "town: 河口镇\nyear: 2021\nworkbook: params/云泽县-2021.xlsx\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch, make_statistics):
    """Make a project and stand in it."""
    monkeypatch.setenv("GIAKIT_LANG", "en")
    for name in ("params", "notebooks"):
        (tmp_path / name).mkdir()
    write_workbook(tmp_path / "params" / "云泽县-2021.xlsx", [make_statistics()])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project, text):
    path = project / "params" / "河口镇-2021.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_right_file_gives_typed_parameters(project):
    given = read_parameters(write(project, GOOD))
    assert (given.town, given.year, given.preamble, given.previous) == ("河口镇", 2021, True, None)
    assert given.workbook_paths == [project / "params" / "云泽县-2021.xlsx"]


def test_the_command_line_goes_before_the_file(project):
    assert read_parameters(write(project, GOOD), town="石桥镇", year=2022).model_dump(include={"town", "year"}) == {
        "town": "石桥镇",
        "year": 2022,
    }


def test_relative_paths_start_at_the_project_from_any_folder_in_it(project, monkeypatch):
    path = write(project, GOOD)
    monkeypatch.chdir(project / "notebooks")
    assert read_parameters(path).folder == project


def test_outside_a_project_root_decides_or_one_sentence_says_so(project, tmp_path_factory, monkeypatch):
    path = write(project, GOOD)
    monkeypatch.chdir(tmp_path_factory.mktemp("别处"))
    assert read_parameters(path, root=project).folder == project
    with pytest.raises(ParameterError, match="giakit init"):
        read_parameters(path)


def test_all_mistakes_come_at_once_with_the_nearest_name(project):
    path = write(project, "twon: 河口镇\nyear: '2021'\nworkbook: params/云泽县-2021.xlsx\npreambel: true\n")
    with pytest.raises(ParameterError) as caught:
        read_parameters(path)
    assert str(caught.value).splitlines() == [
        "河口镇-2021.yaml: year: found '2021', expected a year such as 2020",
        "河口镇-2021.yaml: unknown parameter twon; did you mean town?",
        "河口镇-2021.yaml: unknown parameter preambel; did you mean preamble?",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("year: 2021\nworkbook: params/云泽县-2021.xlsx\n", "the parameter town is missing"),
        (GOOD.replace("河口镇", "01001"), "town: 513 is a number; write it in quotes"),
        (GOOD.replace("2021.xlsx", "2020.xlsx"), "did you mean 云泽县-2021.xlsx"),
        (GOOD.replace("params/云泽县-2021", "params/无"), "there is no file params/无.xlsx"),
        (GOOD.replace("year: 2021", "year: 2018"), "no form holds for the year 2018"),
        (GOOD + "charts: 也许\n", "charts: found '也许', expected true or false"),
        ("- 河口镇\n", "holds no parameters"),
        ("town: [河口镇\n", "not a YAML file"),
    ],
)
def test_each_mistake_is_one_sentence(project, text, words):
    with pytest.raises(ParameterError, match="河口镇-2021.yaml") as caught:
        read_parameters(write(project, text))
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_parameter_file_is_answered_with_the_nearest(project):
    write(project, GOOD)
    with pytest.raises(ParameterError, match="did you mean 河口镇-2021.yaml"):
        read_parameters(project / "params" / "河口镇-2020.yaml")


def test_a_county_file_gives_one_organ_its_own_parameters(project):
    path = write(project, "year: 2021\nworkbook: params/云泽县-2021.xlsx\noverrides:\n  河口镇: {preamble: false}\n")
    assert read_parameters(path, town="河口镇").preamble is False
    assert read_parameters(path, town="石桥镇").preamble is True


def test_a_misspelt_override_is_named(project):
    path = write(project, GOOD + "overrides:\n  河口镇: {preambel: false}\n")
    with pytest.raises(ParameterError, match="preambel; did you mean preamble"):
        read_parameters(path)


def test_the_notebook_s_parameters_cell_is_checked_the_same_way():
    with pytest.raises(ParameterError, match="parameters cell: unknown parameter twon"):
        check_parameters({"twon": "河口镇", "year": 2021, "workbook": "x"}, "parameters cell")
