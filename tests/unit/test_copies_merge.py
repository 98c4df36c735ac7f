"""The merge of a working copy with the master: who wins, what stays, what is told."""

from __future__ import annotations

from copy import deepcopy

import nbformat
import pytest
from nbformat import v4

from giakit.copies.make import build_fresh
from giakit.copies.memory import findings_in, parameters_then
from giakit.copies.merge import merge_copy
from giakit.copies.written import build_copy, build_run
from giakit.parameters import ReportParameters

PARAMETERS = ReportParameters(town="柳渡镇", year=2021, workbook="params/甲.xlsx")
PROSE = "%%narrative 一/主动公开\n## （一）主动公开\n\n第一段。\n\n第二段。\n\n第三段。"


def code(name, source, *tags):
    return v4.new_code_cell(source, id=name, metadata={"tags": list(tags)} if tags else {})


@pytest.fixture
def master():
    """Return a small master: parameters, report, a section with narrative and chart, a table, a note."""
    return v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        cells=[
            v4.new_markdown_cell("# 报告", id="about"),
            code("parameters", 'town = "龙村镇"\nyear = 2020\nworkbook = "甲.xlsx"', "parameters"),
            code("open", "import giakit\nreport = giakit.open_report(town=town)"),
            code("section-1", 'report.show_heading("一")', "hide-input"),
            code("disclosure", PROSE, "narrative"),
            code("chart", 'report.show_chart("outcomes")'),
            code("table-2", 'report.show_table("二")'),
            code("problems", "%%narrative 五\n问题。", "narrative"),
            code("finish", "report.finish()"),
        ],
    )


@pytest.fixture
def copy(master):
    return build_fresh(deepcopy(master), PARAMETERS, "notebooks/2021/柳渡镇.ipynb")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell["id"] == name)


def edit(notebook, name, source):
    cell_of(notebook, name).source = source


def remove(notebook, name):
    notebook.cells.remove(cell_of(notebook, name))


def insert(notebook, behind, cell):
    notebook.cells.insert([each["id"] for each in notebook.cells].index(behind) + 1, cell)


def ids(notebook):
    return [cell["id"] for cell in notebook.cells]


def run_of(copy, master):
    return build_run(merge_copy(copy, master), master)


def sync(copy, master):
    return build_copy(merge_copy(copy, master), copy, master, parameters_then(copy))


def rules(merged):
    return [(each.rule, each.severity, each.place) for each in merged.findings]


def test_a_fresh_copy_runs_as_the_master_with_its_own_parameters(copy, master):
    run = run_of(copy, master)
    nbformat.validate(run)
    assert ids(run) == ids(master)
    assert 'town = "柳渡镇"' in cell_of(run, "parameters").source
    others = [cell for cell in run.cells if cell["id"] != "parameters"]
    assert others == [cell for cell in master.cells if cell["id"] != "parameters"]
    assert rules(merge_copy(copy, master)) == []


def test_an_untouched_cell_follows_the_master(copy, master):
    edit(master, "problems", "%%narrative 五\n新的问题。")
    cell_of(master, "problems").metadata["tags"] = ["narrative", "new"]
    merged = merge_copy(copy, master)
    assert cell_of(run_of(copy, master), "problems") == cell_of(master, "problems")
    assert merged.changes == ["五"]
    assert rules(merged) == []


def test_an_edited_cell_stays_and_keeps_the_masters_tags(copy, master):
    edit(copy, "problems", "%%narrative 五\n我镇的问题。")
    cell_of(master, "problems").metadata["tags"] = ["other"]
    cell = cell_of(run_of(copy, master), "problems")
    assert (cell.source, cell.metadata) == ("%%narrative 五\n我镇的问题。", {"tags": ["other"]})
    assert merge_copy(copy, master).changes == []


def test_paragraphs_changed_on_either_side_come_together(copy, master):
    edit(copy, "disclosure", PROSE.replace("第一段。", "第一段，我镇的。"))
    edit(master, "disclosure", PROSE.replace("第三段。", "第三段，母版的。"))
    merged = merge_copy(copy, master)
    expected = PROSE.replace("第一段。", "第一段，我镇的。").replace("第三段。", "第三段，母版的。")
    assert cell_of(run_of(copy, master), "disclosure").source == expected
    assert (rules(merged), merged.changes) == ([], ["一/主动公开"])


def test_the_same_paragraph_on_both_sides_is_a_conflict_that_keeps_the_analysts_text(copy, master):
    own = PROSE.replace("第二段。", "第二段，我镇的。")
    edit(copy, "disclosure", own)
    edit(master, "disclosure", PROSE.replace("第二段。", "第二段，母版的。"))
    merged = merge_copy(copy, master)
    assert cell_of(run_of(copy, master), "disclosure").source == own
    assert rules(merged) == [("copy.conflict", "warning", "一/主动公开")]


def test_a_deleted_paragraph_does_not_come_back_reworded(copy, master):
    own = PROSE.replace("第二段。\n\n", "")
    edit(copy, "disclosure", own)
    edit(master, "disclosure", PROSE.replace("第二段。", "第二段，母版的。"))
    assert cell_of(run_of(copy, master), "disclosure").source == own
    assert [found.rule for found in merge_copy(copy, master).findings] == ["copy.conflict"]


def test_the_same_change_on_both_sides_is_no_conflict(copy, master):
    for notebook in (copy, master):
        edit(notebook, "problems", "%%narrative 五\n同样的话。")
    assert rules(merge_copy(copy, master)) == []


def test_blank_lines_at_the_end_are_no_edit(copy, master):
    edit(copy, "problems", "%%narrative 五\n问题。\n\n")
    edit(master, "problems", "%%narrative 五\n新的问题。")
    assert cell_of(run_of(copy, master), "problems").source == "%%narrative 五\n新的问题。"


def test_new_cells_of_the_master_arrive_in_their_place(copy, master):
    insert(master, "disclosure", code("request", "%%narrative 一/依申请公开\n新。", "narrative"))
    merged = merge_copy(copy, master)
    assert ids(run_of(copy, master)) == ids(master)
    assert (merged.changes, rules(merged)) == (["一/依申请公开"], [])


def test_a_cell_that_the_master_dropped_vanishes_untouched(copy, master):
    remove(master, "problems")
    merged = merge_copy(copy, master)
    assert ids(run_of(copy, master)) == ids(master)
    assert (merged.vanished, rules(merged)) == (("五",), [])


def test_a_cell_that_the_master_dropped_stays_edited_and_becomes_the_copys_own(copy, master):
    edit(copy, "problems", "%%narrative 五\n我镇的问题。")
    remove(master, "problems")
    merged = merge_copy(copy, master)
    assert rules(merged) == [("copy.dropped", "warning", "五")]
    assert cell_of(run_of(copy, master), "problems").source == "%%narrative 五\n我镇的问题。"
    assert rules(merge_copy(sync(copy, master), master)) == []


def test_a_deleted_narrative_cell_stays_deleted_and_is_a_finding(copy, master):
    remove(copy, "problems")
    edit(master, "problems", "%%narrative 五\n新的问题。")
    for notebook in (copy, sync(copy, master)):
        merged = merge_copy(notebook, master)
        assert rules(merged) == [("copy.deleted", "warning", "五")]
        assert "problems" not in ids(run_of(notebook, master))


def test_a_deleted_chart_is_a_note_and_a_deleted_remark_is_nothing(copy, master):
    remove(copy, "chart")
    remove(copy, "about")
    assert rules(merge_copy(copy, master)) == [("copy.deleted", "note", 'report.show_chart("outcomes")')]


@pytest.mark.parametrize("name", ["open", "section-1", "table-2", "finish"])
def test_a_missing_statutory_cell_is_an_error_and_is_put_back(copy, master, name):
    title = cell_of(master, name).source.splitlines()[0]
    remove(copy, name)
    merged = merge_copy(copy, master)
    assert rules(merged) == [("copy.missing", "error", title)]
    assert "Put the cell back with `giakit sync`" in str(merged.findings[0])
    again = sync(copy, master)
    assert ids(again) == ids(master)
    assert rules(merge_copy(again, master)) == []


def test_a_statutory_call_that_was_edited_away_is_an_error_that_names_it(copy, master):
    edit(copy, "table-2", "# report.show_table('二')")
    merged = merge_copy(copy, master)
    assert rules(merged) == [("copy.missing", "error", 'report.show_table("二")')]
    assert 'Write report.show_table("二") in the cell again' in str(merged.findings[0])


def test_two_statutory_cells_may_be_made_one(copy, master):
    edit(copy, "section-1", "report.show_heading('一')\nreport.show_table('二')")
    remove(copy, "table-2")
    merged = merge_copy(copy, master)
    assert rules(merged) == []
    assert "table-2" not in ids(run_of(copy, master))


def test_added_cells_stay_behind_their_neighbour(copy, master):
    insert(copy, "disclosure", code("abc123", "%%narrative 一/总述\n补充。"))
    insert(copy, "abc123", v4.new_markdown_cell("备忘", id="def456"))
    insert(master, "disclosure", code("request", "%%narrative 一/依申请公开\n新。"))
    remove(master, "chart")
    found = ids(run_of(copy, master))
    assert found[found.index("disclosure") :][:4] == ["disclosure", "abc123", "def456", "request"]
    assert ids(sync(copy, master)) == found


def test_an_added_cell_outlives_the_neighbour_that_vanished(copy, master):
    insert(copy, "problems", v4.new_markdown_cell("备忘", id="def456"))
    remove(master, "problems")
    assert ids(run_of(copy, master))[-3:] == ["table-2", "def456", "finish"]


def test_cells_that_the_analyst_moved_stay_where_they_are(copy, master):
    moved = cell_of(copy, "chart")
    remove(copy, "chart")
    insert(copy, "section-1", moved)
    insert(master, "problems", code("other", "%%narrative 六\n无。"))
    found = ids(run_of(copy, master))
    assert found[3:6] == ["section-1", "chart", "disclosure"]
    assert found[-3:] == ["problems", "other", "finish"]
    assert ids(run_of(sync(copy, master), master)) == found


def test_cells_that_the_master_moved_are_followed(copy, master):
    moved = cell_of(master, "chart")
    remove(master, "chart")
    insert(master, "section-1", moved)
    edit(copy, "disclosure", PROSE + "\n\n补充。")
    assert ids(run_of(copy, master)) == ids(master)


def test_the_key_matches_before_the_id(copy, master):
    edit(copy, "problems", "%%narrative 五\n我镇的问题。")
    cell_of(master, "problems")["id"] = "problems-and-measures"
    insert(master, "finish", code("problems", "%%narrative 六\n其他。"))
    run = run_of(copy, master)
    assert cell_of(run, "problems-and-measures").source == "%%narrative 五\n我镇的问题。"
    assert cell_of(run, "problems").source == "%%narrative 六\n其他。"
    assert rules(merge_copy(copy, master)) == []


def test_a_key_renamed_in_the_master_is_found_by_the_id(copy, master):
    edit(master, "disclosure", PROSE.replace("一/主动公开", "一/公开情况"))
    edit(copy, "disclosure", PROSE.replace("第三段", "末段"))
    expected = PROSE.replace("一/主动公开", "一/公开情况").replace("第三段", "末段")
    assert cell_of(run_of(copy, master), "disclosure").source == expected


def test_a_key_renamed_in_the_copy_is_no_deletion(copy, master):
    edit(copy, "disclosure", PROSE.replace("一/主动公开", "一/公开情况"))
    merged = merge_copy(copy, master)
    assert rules(merged) == []
    assert cell_of(run_of(copy, master), "disclosure").source.startswith("%%narrative 一/公开情况")


def test_a_pasted_cell_is_the_analysts_own(copy, master):
    pasted = deepcopy(cell_of(copy, "problems"))
    pasted["id"], pasted.source = "0f0f0f0f", "%%narrative 五/二\n又一个问题。"
    insert(copy, "section-1", pasted)
    twin = deepcopy(cell_of(copy, "problems"))
    twin["id"] = "1f1f1f1f"
    insert(copy, "problems", twin)
    merged = merge_copy(copy, master)
    outcomes = {each.cell["id"]: each.outcome for each in merged.cells}
    assert (outcomes["problems"], outcomes["0f0f0f0f"], outcomes["1f1f1f1f"]) == ("same", "own", "own")
    assert rules(merged) == []


def test_a_cell_of_both_that_nobody_remembers_is_a_conflict(copy, master):
    insert(copy, "problems", code("mine", "%%narrative 六\n我镇写的。"))
    insert(master, "problems", code("other", "%%narrative 六\n母版写的。"))
    merged = merge_copy(copy, master)
    assert rules(merged) == [("copy.conflict", "warning", "六")]
    assert [cell.source for cell in run_of(copy, master).cells if "六" in cell.source] == ["%%narrative 六\n我镇写的。"]


def test_a_cell_whose_memory_was_lost_is_a_conflict_once_it_differs(copy, master):
    for cell in copy.cells:
        cell.metadata.pop("giakit", None)
    assert rules(merge_copy(copy, master)) == []
    edit(copy, "problems", "%%narrative 五\n我镇的问题。")
    assert rules(merge_copy(copy, master)) == [("copy.conflict", "warning", "五")]


def test_a_narrative_cell_made_markdown_is_an_edit(copy, master):
    place = ids(copy).index("problems")
    copy.cells[place] = v4.new_markdown_cell("问题。", id="problems", metadata=copy.cells[place].metadata)
    edit(master, "problems", "%%narrative 五\n新的问题。")
    merged = merge_copy(copy, master)
    assert rules(merged) == [("copy.conflict", "warning", "问题。")]
    nbformat.validate(run_of(copy, master))


def test_injected_parameters_outputs_and_counts_count_for_nothing(copy, master):
    insert(copy, "parameters", code("injected", 'town = "别的镇"', "injected-parameters"))
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.execution_count = 7
            cell.outputs = [v4.new_output("stream", text="旧的输出")]
    run = run_of(copy, master)
    assert ids(run) == ids(master)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in run.cells)
    assert merge_copy(copy, master).changes == []


def test_the_parameters_cell_is_no_part_of_the_merge(copy, master):
    mine = cell_of(copy, "parameters").source + "\ncharts = False"
    edit(copy, "parameters", mine)
    edit(master, "parameters", "town = '又一个镇'\nyear = 2022")
    assert cell_of(run_of(copy, master), "parameters").source == mine
    assert rules(merge_copy(copy, master)) == []


def test_a_lost_parameters_cell_comes_back_with_the_towns_parameters(copy, master):
    remove(copy, "parameters")
    assert 'town = "柳渡镇"' in cell_of(run_of(copy, master), "parameters").source
    assert ids(sync(copy, master)) == ids(master)


def test_what_the_merge_has_to_say_goes_along_with_what_is_run(copy, master):
    assert findings_in(run_of(copy, master)) == []
    assert "giakit" not in run_of(copy, master).metadata
    remove(copy, "problems")
    remove(copy, "table-2")
    read = nbformat.reads(nbformat.writes(run_of(copy, master)), as_version=4)
    assert tuple(findings_in(read)) == merge_copy(copy, master).findings
    assert [found.rule for found in findings_in(read)] == ["copy.deleted", "copy.missing"]


def test_neither_side_is_changed_by_the_merge(copy, master):
    edit(copy, "problems", "%%narrative 五\n我镇的问题。")
    edit(master, "disclosure", PROSE + "新")
    before = deepcopy((copy, master))
    run_of(copy, master)
    sync(copy, master)
    assert (copy, master) == before


class TestSynced:
    """What `giakit sync` writes."""

    def test_a_second_time_changes_nothing(self, copy, master):
        edit(copy, "disclosure", PROSE.replace("第二段。", "第二段，我镇的。"))
        insert(copy, "problems", v4.new_markdown_cell("备忘", id="def456"))
        remove(copy, "chart")
        remove(copy, "table-2")
        edit(master, "disclosure", PROSE.replace("第二段。", "第二段，母版的。"))
        remove(master, "problems")
        insert(master, "disclosure", code("request", "%%narrative 一/依申请公开\n新。"))
        once = sync(copy, master)
        nbformat.validate(once)
        assert once != copy
        assert sync(once, master) == once

    def test_outputs_stay_where_the_text_does(self, copy, master):
        for name in ("disclosure", "problems"):
            cell_of(copy, name).outputs = [v4.new_output("stream", text="成文")]
            cell_of(copy, name).metadata["collapsed"] = True
        edit(master, "problems", "%%narrative 五\n新的问题。")
        new = sync(copy, master)
        assert [len(cell_of(new, name).outputs) for name in ("disclosure", "problems")] == [1, 0]
        assert cell_of(new, "problems").metadata["collapsed"] is True

    def test_a_conflict_is_shown_in_a_cell_that_is_never_published(self, copy, master):
        edit(copy, "problems", "%%narrative 五\n我镇的问题。")
        edit(master, "problems", "%%narrative 五\n母版的问题，附代码 ``` 三个反引号。")
        new = sync(copy, master)
        note = new.cells[ids(new).index("problems") + 1]
        assert note.cell_type == "markdown"
        assert note.metadata["tags"] == ["remove-cell"]
        assert "````\n%%narrative 五\n母版的问题" in note.source
        assert "In conflict with the master: 五" in note.source
        assert ids(run_of(new, master)) == ids(master)

    def test_a_conflict_stays_open_until_its_cell_is_deleted(self, copy, master):
        edit(copy, "problems", "%%narrative 五\n我镇的问题。")
        edit(master, "problems", "%%narrative 五\n母版的问题。")
        shown = sync(copy, master)
        edit(shown, "problems", "%%narrative 五\n我镇的问题，也是母版的。")
        assert rules(merge_copy(shown, master)) == [("copy.conflict", "warning", "五")]
        remove(shown, "problems-conflict")
        assert rules(merge_copy(shown, master)) == []
        assert cell_of(run_of(shown, master), "problems").source == "%%narrative 五\n我镇的问题，也是母版的。"

    def test_a_conflict_ends_where_both_say_the_same(self, copy, master):
        edit(copy, "problems", "%%narrative 五\n我镇的问题。")
        edit(master, "problems", "%%narrative 五\n母版的问题。")
        shown = sync(copy, master)
        edit(shown, "problems", "%%narrative 五\n母版的问题。")
        assert rules(merge_copy(shown, master)) == []
        assert "problems-conflict" not in ids(sync(shown, master))

    def test_an_open_conflict_shows_the_master_as_it_is_now(self, copy, master):
        edit(copy, "problems", "%%narrative 五\n我镇的问题。")
        edit(master, "problems", "%%narrative 五\n母版的问题。")
        shown = sync(copy, master)
        edit(master, "problems", "%%narrative 五\n母版的新问题。")
        again = sync(shown, master)
        assert ids(again) == ids(shown)
        assert "母版的新问题" in cell_of(again, "problems-conflict").source
        assert cell_of(again, "problems").source == "%%narrative 五\n我镇的问题。"

    def test_a_conflict_goes_with_its_cell(self, copy, master):
        edit(copy, "problems", "%%narrative 五\n我镇的问题。")
        edit(master, "problems", "%%narrative 五\n母版的问题。")
        shown = sync(copy, master)
        remove(shown, "problems")
        assert rules(merge_copy(shown, master)) == [("copy.deleted", "warning", "五")]
        assert "problems-conflict" not in ids(sync(shown, master))

    def test_an_own_cell_gives_way_to_an_id_of_the_master(self, copy, master):
        insert(copy, "problems", v4.new_markdown_cell("备忘", id="newcomer"))
        insert(master, "about", code("newcomer", "%%narrative 前言\n新。"))
        new = sync(copy, master)
        assert len(set(ids(new))) == len(new.cells)
        nbformat.validate(new)
        assert sync(new, master) == new
