"""What stands on a sheet beside the figures: formulas that check totals, prompts, reasons, print settings."""

from __future__ import annotations

import openpyxl
import pytest

from giakit import formats
from giakit.formats.rules import SumRule
from giakit.forms.fields import load_blocks
from giakit.forms.layout import build_layout
from giakit.forms.page import Piece
from giakit.forms.read import read_workbook
from giakit.forms.spans import shared_spans, table_spans
from giakit.forms.table_layout import TablePlacer
from giakit.forms.tallies import FITS, UNSURE, Spot, Tally, find_tallies
from giakit.forms.validation import ask_figure
from giakit.forms.write import write_workbook
from giakit.statistics import Remark

TITLE = "自动核对"


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def tallies(statistics):
    return [piece.value for _, piece in build_layout(statistics).cells if isinstance(piece.value, Tally)]


def wrong(statistics):
    return [(tally.rule.id, tally.left[0].row, tally.result) for tally in tallies(statistics) if tally.result != FITS]


def with_value(statistics, key, **update):
    values = tuple(value.model_copy(update=update) if value.key == key else value for value in statistics.values)
    return statistics.model_copy(update={"values": values})


@pytest.mark.parametrize(("year", "rows"), [(2020, 23), (2022, 25)])
def test_every_row_column_and_group_with_a_total_has_its_tally(make_statistics, year, rows):
    found = [tally.rule.id for tally in tallies(make_statistics(year))]
    every = {"T3-3": rows, "T3-1": 7, "T3-2": 7, "T4-1": 1, "T4-2": 1, "T4-3": 1}
    assert {rule: found.count(rule) for rule in every} == every
    assert len(found) == sum(every.values())


def test_a_tally_shows_by_how_much_the_total_is_off(make_statistics):
    assert wrong(make_statistics(2022)) == []
    statistics = make_statistics(2022, applications__received__natural_person=3, remedies__after_total=2)
    assert [(rule, result) for rule, _, result in wrong(statistics)] == [("T3-3", -3), ("T3-1", 3), ("T4-3", 2)]


def test_a_text_among_the_figures_leaves_a_tally_open(make_statistics):
    statistics = make_statistics(2022)
    noted = with_value(statistics, "remedies.direct_other", amount=2, note="含集体诉讼")
    assert [(rule, result) for rule, _, result in wrong(noted)] == [("T4-2", UNSURE)]
    struck = with_value(statistics, "remedies.direct_other", amount=None, state="slash")
    assert [(rule, result) for rule, _, result in wrong(struck)] == [("T4-2", UNSURE)]


def test_formulas_take_neighbours_as_one_range():
    form = formats.for_year(2022)
    spots = {
        leaf.key: Spot(7, number, number, number)
        for number, leaf in enumerate(leaf for leaf in form.leaves if leaf.table.id == "remedies")
    }
    [first, *_] = find_tallies(form, "remedies", spots)
    assert isinstance(first.rule, SumRule)
    assert first.formula == (
        '=IF(COUNTA(E8,A8:D8)>COUNT(E8,A8:D8),"含文字",'
        'IF(ROUND(SUM(E8)-SUM(A8:D8),6)=0,"✓",ROUND(SUM(E8)-SUM(A8:D8),6)))'
    )
    assert first.result == 4 - (0 + 1 + 2 + 3)


def test_money_is_compared_as_people_write_it():
    rule = formats.for_year(2022).rules[3]
    sums = [Spot(1, 0, 0, 0.1), Spot(1, 1, 1, 0.2)], [Spot(1, 2, 2, 0.3)]
    assert Tally(rule, *map(tuple, sums), whole=False).result == FITS


def test_results_are_stored_beside_their_formulas(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    statistics = make_statistics(2022, applications__received__total=3)
    write_workbook(path, [statistics])
    formulas = openpyxl.load_workbook(path).worksheets[0]
    shown = openpyxl.load_workbook(path, data_only=True).worksheets[0]
    found = [
        shown[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    ]
    assert sorted(found, key=str) == sorted([3, 3] + ["✓"] * (len(found) - 2), key=str)
    assert len(found) == 42


@pytest.mark.parametrize("year", [2020, 2022])
def test_the_reader_takes_no_tally_for_a_figure(tmp_path, make_statistics, year):
    path = tmp_path / "表.xlsx"
    statistics = make_statistics(year, applications__received__total=3)
    write_workbook(path, [statistics])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    [form] = read_workbook(path).forms
    assert not [found for found in form.findings if found.severity == "error"]
    read = {value.key: value.amount for value in form.statistics.values if value.amount is not None}
    assert read == {value.key: value.amount for value in statistics.values}
    for value in form.statistics.values:
        assert not str(sheet[value.cell.address].value).startswith("=")


def test_a_blank_table_four_is_blank_though_something_stands_below(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    statistics = make_statistics(2022)
    values = tuple(value for value in statistics.values if not value.key.startswith("remedies"))
    write_workbook(path, [statistics.model_copy(update={"values": values})])
    [form] = read_workbook(path).forms
    assert {value.state for value in form.statistics.values if value.key.startswith("remedies")} == {"blank"}


def test_a_total_in_front_still_ends_the_table(make_statistics):
    """A form that prints the total first has no room for the title before it: it stands in a row of its own."""
    placer = TablePlacer(make_statistics(2022), 15)
    rule = next(rule for rule in placer.statistics.format.rules if rule.id == "T4-1")
    total, part, other = Spot(0, 0, 0, 1), Spot(0, 1, 1, 1), Spot(0, 2, 4, 0)
    first = Tally(rule, (total,), (part,), whole=True)
    placer._tallies_under_totals([first, Tally(rule, (other,), (part,), whole=True), first])
    shown = [(row, piece.first, piece.last, piece.value) for row, piece in placer.layout.cells]
    assert [where if isinstance(value, Tally) else (*where, value) for *where, value in shown] == [
        (0, 0, 14, TITLE),
        [1, 0, 0],
        (1, 1, 1, TITLE),
        [1, 2, 4],
        [2, 0, 0],
    ]


def test_only_what_does_not_fit_is_coloured(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(2022)])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    [(area, rules)] = [(each.sqref, each.rules) for each in sheet.conditional_formatting]
    assert [(rule.operator, rule.formula, rule.stopIfTrue) for rule in rules] == [
        ("equal", ['"含文字"'], True),
        ("notEqual", ['"✓"'], None),
    ]
    formulas = {cell.coordinate for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=")}
    assert {cell for each in area.ranges for cell in [each.coord]} == formulas


# ---- prompts -------------------------------------------------------------------------------------------------------


def validation_of(sheet, address):
    return next(each for each in sheet.data_validations.dataValidation if address in each.sqref)


@pytest.mark.parametrize(
    ("year", "key", "takes", "style", "words"),
    [
        (2022, "applications.granted.total", "whole", "warning", "整数"),
        (2022, "disclosure.administrative_fees.amount", "decimal", "warning", "万元"),
        (2020, "disclosure.permits.change", "whole", "warning", "减少为负"),
        (2020, "disclosure.central_procurement.amount", "custom", "warning", "248200元"),
        (2020, "fee.amount", "decimal", "warning", "元"),
    ],
)
def test_figures_ask_for_their_kind(tmp_path, make_statistics, year, key, takes, style, words):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(year)])
    [form] = read_workbook(path).forms
    found = validation_of(openpyxl.load_workbook(path).worksheets[0], form.statistics[key].cell.address)
    assert (found.type, found.errorStyle) == (takes, style)
    assert words in found.prompt
    assert "例：" in found.prompt
    assert found.error


def test_every_input_has_a_prompt_or_a_label_that_says_all(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(2022)])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    asked = {each.coord for found in sheet.data_validations.dataValidation for each in found.sqref.ranges}
    merged = {cell for each in sheet.merged_cells.ranges for cell in [*each.cells][1:]}
    unlocked = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked and (cell.row, cell.column) not in merged
    }
    assert unlocked == asked


def test_the_level_is_chosen_and_the_year_is_one_of_the_form(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(2020)])
    [form] = read_workbook(path).forms
    sheet = openpyxl.load_workbook(path).worksheets[0]
    level = validation_of(sheet, form.statistics.entry("organ.level").cell.address)
    assert level.type == "list"
    assert level.formula1.strip('"').split(",")[:2] == ["乡镇", "街道"]
    year = validation_of(sheet, form.statistics.entry("organ.year").cell.address)
    assert (year.type, year.formula1, year.formula2) == ("whole", "2019", "2020")


@pytest.mark.parametrize("unit", ["件", "项", "万元", None])
def test_prompts_fit_into_what_a_spreadsheet_shows(unit):
    for kind in ("count", "signed", "money"):
        found = ask_figure(kind, unit)
        assert len(found.title) <= 32
        assert max(len(found.prompt), len(found.error)) <= 255
    blocks = load_blocks()
    prompts = [field.prompt for block in (blocks.organ, blocks.other) for field in block.fields]
    assert max(map(len, [*prompts, blocks.work.prompt, *blocks.remarks.prompts])) <= 255


# ---- reasons -------------------------------------------------------------------------------------------------------

REMARKS = (
    Remark(rule="Y-2", about="行政规范性文件", reason="本年清理，按有效文本统计。\n以前按件。"),
    Remark(rule="T3-5", about="", reason="没有发生"),
)


def test_remarks_are_written_and_read_back_with_their_cells(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(2022).model_copy(update={"remarks": REMARKS})])
    [form] = read_workbook(path).forms
    read = form.statistics.remarks
    assert [each.model_copy(update={"cell": None}) for each in read] == list(REMARKS)
    assert read[0].cell.raw == REMARKS[0].reason
    assert not [found for found in form.findings if found.place == "情况说明"]


def test_a_remark_without_rule_or_reason_is_a_warning(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    remarks = (Remark(rule="", reason="有原因"), Remark(rule="Y-2", reason=""))
    write_workbook(path, [make_statistics(2022).model_copy(update={"remarks": remarks})])
    [form] = read_workbook(path).forms
    found = [str(each) for each in form.findings if each.place == "情况说明"]
    assert [text.partition(": ")[2] for text in found] == [
        "规则编号 is blank. A reason needs the rule it answers, a rule its reason.",
        "说明 is blank. A reason needs the rule it answers, a rule its reason.",
    ]
    assert len(form.statistics.remarks) == 2


def test_a_sheet_older_than_the_block_has_no_remarks_and_no_finding(tmp_path, make_statistics):
    path = tmp_path / "旧.xlsx"
    write_workbook(path, [make_statistics(2022)])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    title = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "情况说明")
    for merged in [each for each in sheet.merged_cells.ranges if each.min_row >= title.row]:
        sheet.unmerge_cells(str(merged))
    sheet.delete_rows(title.row, 20)
    book.save(path)
    [form] = read_workbook(path).forms
    assert form.statistics.remarks == ()
    assert not [found for found in form.findings if "情况说明" in str(found)]


# ---- the sheet -----------------------------------------------------------------------------------------------------


def test_comments_are_written_and_read_back(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    key = "disclosure.permits.decisions"
    write_workbook(path, [with_value(make_statistics(2022), key, comment="与司法局核对过")])
    [form] = read_workbook(path).forms
    assert {value.key: value.comment for value in form.statistics.values if value.comment} == {key: "与司法局核对过"}


@pytest.mark.parametrize("year", [2020, 2022])
def test_the_sheet_prints_on_a4_from_its_first_cell_to_its_last(tmp_path, make_statistics, year):
    path = tmp_path / "表.xlsx"
    write_workbook(path, [make_statistics(year)])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$P${sheet.max_row}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.oddFooter.left.text, sheet.oddFooter.center.text) == ("&A", f"{year}年度")
    assert not sheet.protection.sheet
    before = [sheet.cell(each.id + 1, 1).value for each in sheet.row_breaks.brk]
    assert before == ["三、收到和处理政府信息公开申请情况", "本地统计"]


def test_no_cell_lies_over_another(make_statistics):
    for year in (2020, 2022):
        seen = set()
        for row, piece in build_layout(make_statistics(year)).cells:
            assert isinstance(piece, Piece)
            covered = {
                (row + down, column) for down in range(piece.rows) for column in range(piece.first, piece.last + 1)
            }
            assert not covered & seen
            seen |= covered


def test_columns_are_divided_whole():
    assert table_spans(15, 3, 7)[0] == (0, 0)
    assert table_spans(15, 0, 15) == [(column, column) for column in range(15)]
    assert table_spans(4, 5, 1)[-1][1] == 3
    assert shared_spans(7, (1, 1)) == [(0, 2), (3, 6)]
