"""What a batch plans: which reports, why, and what it refuses before anything runs."""

from __future__ import annotations

import shutil
from datetime import datetime

import openpyxl
import pytest
import yaml

from giakit import orders
from giakit.batch.identity import wrong_keys
from giakit.batch.plan import Request, find_workbooks, plan_batch
from giakit.batch.reading import INDEX, Shelf
from giakit.errors import ParameterError
from giakit.outputs import OutputFile, ReportRecord, Seal, open_outputs
from giakit.parameters import read_parameter_file
from giakit.project import MASTER, init_project
from giakit.source_plan import FormSummary


@pytest.fixture(scope="module")
def read_once(tmp_path_factory):
    """Make a project whose workbooks are known, so that each test reads only those it changes."""
    folder = tmp_path_factory.mktemp("读过") / "云泽县年报"
    init_project(folder)
    shelf = Shelf(open_outputs(folder / "outputs"))
    shelf.read(sorted((folder / "params").glob("*.xlsx")))
    shelf.remember()
    return folder


@pytest.fixture
def project(read_once, tmp_path, monkeypatch):
    folder = tmp_path / "云泽县年报"
    shutil.copytree(read_once, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIAKIT_LANG", "en")
    return folder


@pytest.fixture
def outputs(project):
    return open_outputs(project / "outputs")


def plan(project, outputs, name="county-2021.yaml", *, kinds=("html",), towns=(), years=()):
    request = Request(read_parameter_file(project / "params" / name), name, kinds, towns, years)
    shelf = Shelf(outputs)
    unknown = shelf.look_up(find_workbooks(request))
    shelf.read(unknown)
    planned = plan_batch(request, shelf, outputs)
    shelf.remember()
    return planned


def pretend_to_render(planned, outputs, outcome="done"):
    """Leave what a run would leave, without the rendering."""
    for each in planned.stale:
        files = {"public/report.html": each.organ.encode()}
        described = tuple(OutputFile.of(name, content) for name, content in files.items())
        about = {"organ": each.organ, "year": each.year, "name": each.name, "kinds": each.kinds, "inputs": each.inputs}
        outputs.publish(ReportRecord(**about, outcome=outcome, outputs=described), files)


def stale(planned):
    return {(each.year, each.organ): [str(reason) for reason in each.reasons] for each in planned.stale}


def write_parameters(project, name, **keys):
    text = yaml.safe_dump(keys, allow_unicode=True)
    (project / "params" / name).write_text(text, encoding="utf-8")
    return name


def edit(project, workbook, sheet, **cells):
    path = project / "params" / workbook
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)


def cell_of(project, workbook, sheet, key):
    from giakit.forms.read import read_workbook

    forms = read_workbook(project / "params" / workbook).forms
    statistics = next(form.statistics for form in forms if form.sheet == sheet)
    entry = statistics[key] if key in statistics else statistics.entry(key)
    return entry.cell.address


def test_every_organ_of_the_workbook_is_planned(project, outputs):
    planned = plan(project, outputs)
    assert len(planned.reports) == len(planned.stale) == 14
    assert {each.year for each in planned.reports} == {2021}
    assert {tuple(each) for each in stale(planned).values()} == {("it has not been rendered yet",)}
    assert not [path for path in outputs.root.iterdir() if path.name != INDEX]


def test_organs_times_years_come_from_workbooks_of_several_years(project, outputs):
    books = [f"params/county-{year}.xlsx" for year in (2020, 2021, 2022)]
    name = write_parameters(project, "历年.yaml", workbook=books, previous=books[:2])
    planned = plan(project, outputs, name)
    assert planned.years == (2020, 2021, 2022)
    assert len(planned.reports) == 42
    assert planned.reports[0].source.previous is None
    assert planned.reports[-1].source.previous.year == 2021
    assert {each.year for each in plan(project, outputs, name, years=(2021,)).reports} == {2021}


def test_towns_go_by_key_or_any_name(project, outputs):
    planned = plan(project, outputs, towns=("柳渡镇", "云泽县苇塘镇人民政府"))
    assert [each.organ for each in planned.reports] == ["柳渡镇", "苇塘镇"]


def test_an_organs_own_parameters_are_found_by_its_name(project, outputs):
    text = (project / "params/county-2021.yaml").read_text(encoding="utf-8")
    changed = text.replace("  龙村镇:", "  龙村镇人民政府:")
    (project / "params/改.yaml").write_text(changed, encoding="utf-8")
    own = {each.organ: each.parameters.preamble for each in plan(project, outputs, "改.yaml").reports}
    assert own["龙村镇"] is False
    assert own["柳渡镇"] is True


def test_all_problems_are_told_at_once_before_anything_runs(project, outputs):
    book = "params/county-2021.xlsx"
    name = write_parameters(project, "错.yaml", workbook=book, overrides={"柳度镇": {"charts": False}})
    with pytest.raises(ParameterError) as caught:
        plan(project, outputs, name, towns=("龙材镇",), years=(2019, 2021))
    assert [str(problem) for problem in caught.value.problems] == [
        "no organ is called 龙材镇; the nearest is 龙村镇",
        "no organ is called 柳度镇; the nearest is 柳渡镇",
        "错.yaml: no sheet reports 2019; there are 2021",
    ]


def test_wrong_parameters_and_missing_workbooks_are_told_before_anything_is_read(project, outputs):
    name = write_parameters(
        project,
        "错.yaml",
        year=2021,
        workbook="params/county-2012.xlsx",
        overrides={"柳渡镇": {"chart": False}, "龙村镇": {"preamble": "否"}},
    )
    with pytest.raises(ParameterError) as caught:
        plan(project, outputs, name)
    told = str(caught.value)
    assert "there is no file params/county-2012.xlsx; did you mean county-2022.xlsx?" in told
    assert "unknown parameter chart; did you mean charts?" in told
    assert "preamble: found '否', expected true or false" in told


def test_what_is_wrong_for_all_organs_is_told_once(project, outputs):
    own = {"柳渡镇": {"charts": False}, "龙村镇": {"charts": False}}
    name = write_parameters(project, "错.yaml", year=2018, workbook="params/county-2012.xlsx", overrides=own)
    with pytest.raises(ParameterError) as caught:
        plan(project, outputs, name)
    first, second = map(str, caught.value.problems)
    assert "there is no file params/county-2012.xlsx" in first
    assert second == "错.yaml: year: no form holds for the year 2018; the first known one holds from 2019"


def form(key, sheet="表"):
    return FormSummary(workbook="县.xlsx", sheet=sheet, digest=key + sheet, year=2021, key=key, name=key)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        (["甲镇", "乙镇", "云泽县/丙镇"], []),
        (["甲镇", "甲镇"], ["the key 甲镇 is given more than once: 县.xlsx [1]、县.xlsx [2]"]),
        (["jia", "JIA"], ["the key jia is given more than once"]),
        (["é", "e\u0301"], ["the key é is given more than once", "cannot name a folder"]),
        (["甲县", "甲县/乙镇"], ["the key 甲县/乙镇 lies inside that of 县.xlsx [1]"]),
        *[
            ([key], ["cannot name a folder"])
            for key in ("..", "甲/../乙", "/甲", "a\\b", "CON", "nul.x", "甲 ", "镇" * 90)
        ],
        *[([key], ["cannot name a folder"]) for key in ("manifest.json", "failed", "云泽县/public", "Index.HTML")],
    ],
)
def test_a_key_is_unique_and_safe_as_a_path(keys, told, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    found = [str(text) for text in wrong_keys(form(key, str(number)) for number, key in enumerate(keys, 1))]
    assert len(found) == len(told)
    assert all(any(part in text for text in found) for part in told)


def test_two_sheets_with_one_key_stop_the_batch(project, outputs):
    edit(
        project,
        "county-2021.xlsx",
        "柳渡镇",
        **{cell_of(project, "county-2021.xlsx", "柳渡镇", "organ.key"): "龙村镇"},
    )
    with pytest.raises(ParameterError, match="the key 龙村镇 is given more than once"):
        plan(project, outputs)
    assert not outputs.records(2021)


def test_a_sheet_without_year_or_key_stops_no_other(project, outputs):
    book = "county-2021.xlsx"
    edit(project, book, "柳渡镇", **{cell_of(project, book, "柳渡镇", "organ.year"): "今年"})
    edit(project, book, "苇塘镇", **{cell_of(project, book, "苇塘镇", "organ.key"): None})
    planned = plan(project, outputs)
    assert len(planned.reports) == 12
    assert [(each.workbook, each.sheet) for each in planned.unreadable] == [(book, "柳渡镇"), (book, "苇塘镇")]
    assert "今年" in str(planned.unreadable[0].problems[0])
    assert "key is blank" in str(planned.unreadable[1].problems[0])


def test_a_damaged_workbook_stops_no_other_but_a_damaged_one_of_last_year_stops_all(project, outputs):
    (project / "params/坏.xlsx").write_bytes(b"PK\x03\x04" + b"?" * 100)
    name = write_parameters(project, "散.yaml", year=2021, workbook=["params/坏.xlsx", "params/county-2021.xlsx"])
    planned = plan(project, outputs, name)
    assert len(planned.reports) == 14
    assert [each.workbook for each in planned.unreadable] == ["坏.xlsx"]
    name = write_parameters(
        project, "散.yaml", year=2021, workbook="params/county-2021.xlsx", previous="params/坏.xlsx"
    )
    with pytest.raises(ParameterError, match="坏.xlsx"):
        plan(project, outputs, name)


def test_nothing_is_stale_after_a_run_and_no_workbook_is_read_again(project, outputs):
    pretend_to_render(plan(project, outputs), outputs)
    assert stale(plan(project, outputs)) == {}
    request = Request(read_parameter_file(project / "params/county-2021.yaml"), "", ("html",))
    assert Shelf(outputs).look_up(find_workbooks(request)) == []


def test_a_changed_cell_makes_its_town_stale_and_next_years_report_which_carries_it_on(project, outputs):
    for name in ("county-2020.yaml", "county-2021.yaml"):
        pretend_to_render(plan(project, outputs, name), outputs)
    book = "county-2020.xlsx"
    edit(project, book, "柳渡镇", **{cell_of(project, book, "柳渡镇", "applications.received.natural_person"): 99})
    reason = ["its figures, facts or texts have changed"]
    assert stale(plan(project, outputs, "county-2020.yaml")) == {(2020, "柳渡镇"): reason}
    assert stale(plan(project, outputs, "county-2021.yaml")) == {(2021, "柳渡镇"): reason}


def test_saving_a_workbook_without_a_change_makes_nothing_stale(project, outputs):
    pretend_to_render(plan(project, outputs), outputs)
    before = (project / "params/county-2021.xlsx").read_bytes()
    edit(project, "county-2021.xlsx", "柳渡镇")
    assert (project / "params/county-2021.xlsx").read_bytes() != before
    assert stale(plan(project, outputs)) == {}


def test_the_notebooks_outputs_do_not_count_but_its_cells_do(project, outputs):
    import nbformat

    pretend_to_render(plan(project, outputs), outputs)
    notebook = nbformat.read(project / MASTER, as_version=4)
    notebook.cells[3].outputs = [nbformat.v4.new_output("stream", text="看过")]
    notebook.cells[3].execution_count = 7
    nbformat.write(notebook, project / MASTER)
    assert stale(plan(project, outputs)) == {}
    notebook.cells[-2].source += "\n改了一句。"
    nbformat.write(notebook, project / MASTER)
    assert set(map(tuple, stale(plan(project, outputs)).values())) == {("the notebook has changed",)}


def test_every_other_reason_is_named(project, outputs, monkeypatch):
    pretend_to_render(plan(project, outputs), outputs)
    text = (project / "params/county-2021.yaml").read_text(encoding="utf-8")
    changed = text.replace("  龙村镇:", "  柳渡镇:\n    charts: false\n  龙村镇:")
    (project / "params/county-2021.yaml").write_text(changed, encoding="utf-8")
    (outputs.root / "2021/苇塘镇/public/report.html").unlink()
    assert stale(plan(project, outputs)) == {
        (2021, "柳渡镇"): ["charts: True → False"],
        (2021, "苇塘镇"): ["a file of the report is missing or damaged"],
    }
    assert set(map(tuple, stale(plan(project, outputs, kinds=("html", "pdf"), towns=("龙村镇",))).values())) == {
        ("pdf has not been rendered yet",)
    }
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert stale(plan(project, outputs, towns=("龙村镇",))) == {
        (2021, "龙村镇"): ["SOURCE_DATE_EPOCH:  → 1700000000"],
    }


@pytest.mark.parametrize("name", ["form", "giakit", "python", "typst", "pylopdf-fonts-zh-cn", "language"])
def test_another_version_of_anything_a_report_is_made_with_is_a_reason(project, outputs, monkeypatch, name):
    pretend_to_render(plan(project, outputs, towns=("龙村镇",)), outputs)
    known = orders.read_environment(2021)
    monkeypatch.setattr(orders, "read_environment", lambda *_: {**known, name: "9.9"})
    assert stale(plan(project, outputs, towns=("龙村镇",))) == {(2021, "龙村镇"): [f"{name}: {known[name]} → 9.9"]}


def test_a_refusal_holds_until_something_changes_but_a_failure_is_tried_again(project, outputs):
    pretend_to_render(plan(project, outputs, towns=("柳渡镇",)), outputs, "refused")
    pretend_to_render(plan(project, outputs, towns=("苇塘镇",)), outputs, "failed")
    planned = plan(project, outputs, towns=("柳渡镇", "苇塘镇"))
    assert stale(planned) == {(2021, "苇塘镇"): ["the last attempt failed"]}
    assert [each.record.outcome for each in planned.reports] == ["refused", "failed"]


def test_going_back_to_what_is_published_forgets_the_refusal(project, outputs):
    pretend_to_render(plan(project, outputs, towns=("柳渡镇",)), outputs)
    pretend_to_render(plan(project, outputs, towns=("柳渡镇",), kinds=("html", "pdf")), outputs, "refused")
    (report,) = plan(project, outputs, towns=("柳渡镇",)).reports
    assert not report.reasons
    assert report.record.outcome == "done"
    assert report.outdated_failure.outcome == "refused"


# ---- released reports -----------------------------------------------------------------------------------------------


def release(outputs, organ):
    record = outputs.records(2021)[organ]
    at = datetime.fromisoformat("2022-01-20T09:30:00+08:00")
    outputs.seal(Seal(version=1, by="张三", at=at, record=record))


def advice(planned):
    return {each.organ: str(each.released.advice) for each in planned.released if each.released.advice}


def test_a_released_report_is_never_stale_and_says_what_has_changed_since(project, outputs):
    pretend_to_render(plan(project, outputs), outputs)
    for organ in ("柳渡镇", "苇塘镇"):
        release(outputs, organ)
    unchanged = plan(project, outputs)
    assert (stale(unchanged), advice(unchanged)) == ({}, {})
    assert [each.organ for each in unchanged.released] == ["柳渡镇", "苇塘镇"]
    address = cell_of(project, "county-2021.xlsx", "柳渡镇", "applications.received.natural_person")
    edit(project, "county-2021.xlsx", "柳渡镇", **{address: 99})
    changed = plan(project, outputs)
    assert stale(changed) == {}
    (line,) = advice(changed).values()
    assert line.startswith("released on 2022-01-20 by 张三, and since then its figures, facts or texts have changed")
    assert "giakit correct … --town 柳渡镇" in line


def test_what_a_released_report_does_not_say_otherwise_is_no_reason(project, outputs, monkeypatch):
    """Other versions of libraries, and kinds of output that were not asked for then."""
    pretend_to_render(plan(project, outputs), outputs)
    release(outputs, "柳渡镇")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    planned = plan(project, outputs, kinds=("html", "pdf"))
    assert "柳渡镇" not in {organ for _, organ in stale(planned)}
    assert len(stale(planned)) == 13
    assert advice(planned) == {}


def test_a_changed_sentence_or_parameter_is_a_reason_and_so_is_a_lost_file(project, outputs):
    pretend_to_render(plan(project, outputs), outputs)
    release(outputs, "柳渡镇")
    text = (project / "params/county-2021.yaml").read_text(encoding="utf-8")
    (project / "params/county-2021.yaml").write_text(text + "\ncover: true\n", encoding="utf-8")
    assert "since then cover: False → True;" in advice(plan(project, outputs))["柳渡镇"]
    (outputs.root / "2021/柳渡镇/public/report.html").unlink()
    assert "a file of the report is missing or damaged" in advice(plan(project, outputs))["柳渡镇"]
