"""What holds of every merge, whatever the analyst and the master do to their cells."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

import nbformat
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import v4

from giakit.copies.cells import same_source
from giakit.copies.make import build_fresh
from giakit.copies.memory import parameters_then
from giakit.copies.merge import merge_copy
from giakit.copies.order import merge_order
from giakit.copies.text import merge_text
from giakit.copies.written import build_copy, build_run
from giakit.parameters import ReportParameters

PARAMETERS = ReportParameters(town="柳渡镇", year=2021, workbook="甲.xlsx")
LINES = ["甲。", "乙{{ year }}。", "", "{% if x %}", "丙", "## （一）丁", " "]

lines = st.lists(st.sampled_from(LINES), max_size=7)
unhurried = settings(deadline=None)  # the first example imports nbformat


@dataclass
class Side:
    """What one side does to the cells: new texts, deletions, insertions, moves."""

    edits: dict[int, str] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    inserted: list[tuple[int, str]] = field(default_factory=list)
    moves: list[tuple[int, int]] = field(default_factory=list)


def text(body):
    return "\n".join(body)


places = st.integers(0, 6)
edits = st.dictionaries(places, lines.map(text), max_size=3)
sides = st.builds(
    Side,
    edits,
    st.sets(places, max_size=2),
    st.lists(st.tuples(places, lines.map(text)), max_size=2),
    st.lists(st.tuples(places, places), max_size=1),
)
still_sides = sides.map(lambda side: Side(side.edits, side.deleted, side.inserted))


@st.composite
def masters(draw):
    """Draw a master: narrative and Markdown cells between the parameters and the end, all with texts of their own."""
    cells = [v4.new_code_cell("town = '甲'", id="parameters", metadata={"tags": ["parameters"]})]
    for number in range(draw(st.integers(1, 6))):
        body = text(draw(lines))
        if draw(st.booleans()):
            cells.append(v4.new_code_cell(f"%%narrative 一/{number}\n{body}", id=f"narrative-{number}"))
        else:
            cells.append(v4.new_markdown_cell(f"说明{number}\n{body}", id=f"note-{number}"))
    return v4.new_notebook(cells=[*cells, v4.new_code_cell("report.finish()", id="finish")])


def act(notebook, side, mark):
    """Do to a notebook what a side does; the first line of a cell, with its key, stays."""
    done = deepcopy(notebook)
    middle = done.cells[1:-1]
    for place, body in side.edits.items():
        if place < len(middle):
            middle[place].source = f"{middle[place].source.splitlines()[0]}\n{body}"
    gone = {middle[place]["id"] for place in side.deleted if place < len(middle)}
    for source, target in side.moves:
        if source < len(middle):
            middle.insert(min(target, len(middle)), middle.pop(source))
    for number, (place, body) in enumerate(side.inserted):
        new = v4.new_code_cell(f"%%narrative 五/{mark}{number}\n{body}", id=f"{mark}-{number}")
        middle.insert(min(place, len(middle)), new)
    done.cells[1:-1] = [cell for cell in middle if cell["id"] not in gone]
    return done


def fresh(master):
    return build_fresh(deepcopy(master), PARAMETERS, "notebooks/2021/柳渡镇.ipynb")


def merged_run(copy, master):
    return build_run(merge_copy(copy, master), master)


def sync(copy, master):
    return build_copy(merge_copy(copy, master), copy, master, parameters_then(copy))


def by_id(notebook):
    return {cell["id"]: cell.source for cell in notebook.cells}


def is_subsequence(short, long):
    rest = iter(long)
    return all(each in rest for each in short)


@unhurried
@given(masters(), sides)
def test_an_unchanged_master_changes_nothing_of_a_copy(master, side):
    copy = act(fresh(master), side, "own")
    assert by_id(merged_run(copy, master)) == by_id(copy)
    assert [cell["id"] for cell in merged_run(copy, master).cells] == [cell["id"] for cell in copy.cells]


@unhurried
@given(masters(), sides)
def test_an_untouched_copy_is_the_master(before, side):
    master = act(before, side, "new")
    run = merged_run(fresh(before), master)
    assert [cell for cell in run.cells if cell["id"] != "parameters"] == master.cells[1:]


@unhurried
@given(masters(), sides, sides)
def test_untouched_cells_follow_and_edited_ones_survive(before, ours, theirs):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    was, mine, now, run = by_id(before), by_id(copy), by_id(master), by_id(merged_run(copy, master))
    for name in was.keys() - {"parameters", "finish"}:
        if name not in mine:
            assert name not in run, "what the analyst deleted stays deleted"
        elif same_source(mine[name], was[name]):
            assert (name in run) == (name in now)
            assert name not in now or same_source(run[name], now[name])
        elif name not in now or same_source(now[name], was[name]):
            assert run[name] == mine[name]
        elif not same_source(run[name], mine[name]):
            assert merge_text(was[name], mine[name], now[name]) == run[name]


@unhurried
@given(masters(), sides, sides)
def test_no_cell_is_lost_or_doubled(before, ours, theirs):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    was, mine, now = by_id(before), by_id(copy), by_id(master)
    run = merged_run(copy, master)
    names = [cell["id"] for cell in run.cells]
    untouched = {name for name in was.keys() & mine.keys() if same_source(was[name], mine[name])}
    expected = (mine.keys() - (untouched - now.keys() - {"parameters"})) | (now.keys() - was.keys())
    assert len(names) == len(set(names))
    assert set(names) == expected


@unhurried
@given(masters(), sides, still_sides)
def test_the_copys_order_is_kept_where_the_master_moved_nothing(before, ours, theirs):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    names = [cell["id"] for cell in merged_run(copy, master).cells]
    assert is_subsequence([cell["id"] for cell in copy.cells if cell["id"] in names], names)


@unhurried
@given(masters(), still_sides, sides)
def test_the_masters_order_is_followed_where_the_analyst_moved_nothing(before, ours, theirs):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    names = [cell["id"] for cell in merged_run(copy, master).cells]
    assert is_subsequence([cell["id"] for cell in master.cells if cell["id"] in names], names)


@unhurried
@given(masters(), sides, sides)
def test_synchronising_twice_is_synchronising_once(before, ours, theirs):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    once = sync(copy, master)
    nbformat.validate(once)
    assert sync(once, master) == once
    assert merged_run(once, master).cells == merged_run(copy, master).cells, "writing the merge changes no report"


@unhurried
@given(masters(), sides, sides, sides)
def test_a_conflict_stays_until_it_is_answered_and_then_is_none(before, ours, theirs, later):
    copy, master = act(fresh(before), ours, "own"), act(before, theirs, "new")
    shown = sync(copy, master)
    conflicts = {found.place for found in merge_copy(copy, master).findings if found.rule == "copy.conflict"}
    assert {found.place for found in merge_copy(shown, master).findings if found.rule == "copy.conflict"} == conflicts
    answered = deepcopy(shown)
    answered.cells = [cell for cell in shown.cells if "conflict" not in cell.metadata.get("giakit", {})]
    assert len(shown.cells) - len(answered.cells) == len(
        [found for found in merge_copy(copy, master).findings if found.rule == "copy.conflict"]
    )
    assert not [found for found in merge_copy(answered, master).findings if found.rule == "copy.conflict"]
    assert sync(answered, act(master, later, "later")).cells


@given(lines, lines)
def test_texts_that_only_one_side_changed_are_that_sides(base, changed):
    one, other = text(base), text(changed)
    assert merge_text(one, other, one) == merge_text(one, one, other) == merge_text(one, other, other) == other


@given(lines, lines, lines)
def test_a_merged_text_has_every_line_that_either_side_put_in(base, ours, theirs):
    merged = merge_text(text(base), text(ours), text(theirs))
    assert merged == merge_text(text(base), text(theirs), text(ours))
    if merged is not None:
        there = merged.split("\n")
        assert set(there) <= {*text(ours).split("\n"), *text(theirs).split("\n")}
        assert {*text(ours).split("\n"), *text(theirs).split("\n")} - set(text(base).split("\n")) <= set(there)


names = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(names, names, names)
def test_an_order_holds_each_name_once(own, master, base):
    assert sorted(merge_order(own, master, base)) == sorted({*own, *master})
