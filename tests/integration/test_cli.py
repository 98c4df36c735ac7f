"""The command line as a person uses it: what it prints, what it writes, how it ends."""

from __future__ import annotations

import json
import subprocess
import sys

import openpyxl
import pytest
from click.testing import CliRunner

from giakit.cli import main
from giakit.forms.read import read_workbook
from giakit.project import init_project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("云泽县")
    init_project(folder)
    return folder


@pytest.fixture
def giakit(project, monkeypatch):
    """Give a function that runs the command line in the project, in English."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return lambda *words: CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def returned(tmp_path, giakit):
    """Make a folder with the blank forms of 2022, as if all had been sent back."""
    folder = tmp_path / "回收"
    assert giakit("form", "--year", 2022, "--previous", "params/county-2021.xlsx", "-o", folder).exit_code == 0
    return folder


def test_the_samples_pass_every_check(giakit):
    done = giakit("check", "params/county-2022.xlsx", "--previous", "params/county-2021.xlsx")
    assert done.exit_code == 0, done.output
    assert "error" not in done.output
    assert "沧宁市 2022" in done.output


def test_a_parameter_file_stands_for_its_workbooks_and_says_who_adds_up_whom(giakit):
    books = giakit("check", "params/county-2022.xlsx", "--previous", "params/county-2021.xlsx", "--json")
    named = giakit("check", "params/county-2022.yaml", "--json")
    assert named.exit_code == 0, named.output
    assert json.loads(named.output) == json.loads(books.output)


def test_an_aggregate_is_held_against_the_sum_of_its_organs(giakit, project, tmp_path):
    source = project / "params" / "county-2022.xlsx"
    book = openpyxl.load_workbook(source)
    organ = next(form for form in read_workbook(source).forms if form.sheet == "云泽县")
    for name in ("disclosure.permits.decisions", "remedies.direct_pending", "remedies.direct_total"):
        cell = organ.statistics[name].cell
        book["云泽县"][cell.address] = int(organ.statistics[name].amount) + 1
    book.save(tmp_path / "改过.xlsx")
    text = (project / "params/county-2022.yaml").read_text(encoding="utf-8")
    file = tmp_path / "改过.yaml"
    file.write_text(text.replace("params/county-2022.xlsx", str(tmp_path / "改过.xlsx")), encoding="utf-8")
    done = giakit("check", file)
    assert done.exit_code == 1
    told = sorted(line.split()[:2] for line in done.output.splitlines() if " A-" in line)
    assert told == [["error", "A-1"], ["error", "A-1"], ["warning", "A-2"]]
    assert "the figures of the 12 reports come to" in done.output

    file.write_text(file.read_text(encoding="utf-8").replace("    - 龙村镇\n", "    - 不存在镇\n"), encoding="utf-8")
    done = giakit("check", file)
    assert "missing: 不存在镇" in done.output

    file.write_text(file.read_text(encoding="utf-8").replace("  云泽县:", "  云泽具:"), encoding="utf-8")
    done = giakit("check", file)
    assert done.exit_code == 2
    assert "no organ is called 云泽具; the nearest is 云泽县" in done.output


def test_a_wrong_figure_is_named_with_its_cell_and_marked_in_a_copy(giakit, project, tmp_path):
    source = project / "params" / "county-2022.xlsx"
    organ = next(form for form in read_workbook(source).forms if form.sheet == "云泽县")
    wrong = organ.statistics["applications.granted.natural_person"]
    book = openpyxl.load_workbook(source)
    book["云泽县"][wrong.cell.address] = int(wrong.amount) + 7
    book.save(tmp_path / "改过.xlsx")
    before = (tmp_path / "改过.xlsx").read_bytes()
    done = giakit("check", tmp_path / "改过.xlsx", "--annotate", tmp_path / "退回")
    assert done.exit_code == 1
    assert any(wrong.cell.address in line and "T3-" in line for line in done.output.splitlines())
    marked = openpyxl.load_workbook(tmp_path / "退回" / "改过.xlsx")
    assert marked["云泽县"][wrong.cell.address].comment is not None
    assert (tmp_path / "改过.xlsx").read_bytes() == before


def test_json_holds_every_finding_and_no_path(giakit, project):
    done = giakit("check", "params/county-2020.xlsx", "--json")
    review = json.loads(done.stdout)
    longcun = next(form for form in review["forms"] if form["organ"] == "龙村镇")
    assert {found["severity"] for found in longcun["findings"]} <= {"warning", "note"}
    assert str(project) not in done.stdout


def test_strict_counts_open_warnings(giakit):
    assert giakit("check", "params/county-2020.xlsx").exit_code == 0
    assert giakit("check", "params/county-2020.xlsx", "--strict").exit_code == 1


def test_blank_forms_for_all_organs_of_last_year_carry_over_what_it_determines(returned):
    files = sorted(path.name for path in returned.iterdir())
    assert len(files) == 14
    assert "龙村镇_2022.xlsx" in files
    county = read_workbook(returned / "云泽县_2022.xlsx").forms[0].statistics
    assert county["applications.carried_in.total"].state == "number"
    assert county["applications.received.total"].state == "blank"


def test_forms_that_are_there_are_not_overwritten(giakit, returned):
    done = giakit("form", "--year", 2022, "--previous", "params/county-2021.xlsx", "-o", returned)
    assert done.exit_code == 2
    assert "龙村镇_2022.xlsx" in done.output
    again = giakit("form", "--year", 2022, "--previous", "params/county-2021.xlsx", "-o", returned, "--overwrite")
    assert again.exit_code == 0


def test_collect_says_who_is_missing_and_what_is_no_form(giakit, returned, tmp_path):
    (returned / "龙村镇_2022.xlsx").unlink()
    (returned / "柳渡镇_2022.xlsx").write_bytes(b"PK\x03\x04")
    (returned / "报告.docx").write_bytes(b"x")
    target = tmp_path / "全县.xlsx"
    done = giakit("collect", returned, "-o", target, "--year", 2022, "--previous", "params/county-2021.xlsx")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    for name in ("龙村镇", "柳渡镇_2022.xlsx", "报告.docx"):
        assert [line.count(name) for line in lines if name in line] == [1], name
    assert len(read_workbook(target).forms) == 12


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["render", "params/没有.yaml"], 2, "there is no parameter file"),
        (["render", "params/longcun-2020.yaml", "--town", "龙材镇"], 2, "the nearest is 龙村镇"),
        (["render", "params/longcun-2020.yaml", "--to", "pfd"], 2, "known are html, pdf"),
        (["check", "没有.xlsx"], 2, "no workbook and no folder"),
        (["form", "-o", "x"], 2, "for which year"),
        (["form", "--year", "2022", "-o", "x"], 2, "for which organs"),
        (["form", "--year", "2018", "--org", "甲", "-o", "x"], 2, "2018"),
        (["rendr"], 2, "No such command"),
    ],
)
def test_a_mistake_is_a_sentence_and_an_exit_code(giakit, words, code, sentence):
    done = giakit(*words)
    assert done.exit_code == code
    assert sentence in done.output
    assert "Traceback" not in done.output


def test_debug_shows_the_traceback(project):
    done = subprocess.run(
        [sys.executable, "-m", "giakit", "--debug", "render", "params/没有.yaml"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" in done.stderr


def test_help_and_messages_speak_the_reader_s_language(project):
    for language, words in (("zh", ("用法", "核对")), ("en", ("Usage", "Check"))):
        done = subprocess.run(
            [sys.executable, "-m", "giakit", "--help"],
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={"GIAKIT_LANG": language, "PATH": "", "PYTHONIOENCODING": "utf-8"},
        )
        assert all(word in done.stdout for word in words), done.stdout
