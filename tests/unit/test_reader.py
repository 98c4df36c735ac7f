"""The reader finds the form by its labels, whatever a clerk has done to the sheet."""

from __future__ import annotations

import zipfile
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.utils import range_boundaries

from giakit.errors import WorkbookError
from giakit.findings import errors
from giakit.forms.read import read_workbook
from giakit.forms.write import write_workbook
from giakit.statistics import Value

FIGURES = {
    "disclosure__permits__decisions": 11398889,
    "disclosure__administrative_fees__amount": "59237.2449",
    "applications__received__natural_person": 3,
    "applications__received__total": 3,
    "applications__state_secret__natural_person": 2,
    "applications__state_secret__total": 2,
    "applications__handled__natural_person": 2,
    "applications__handled__total": 2,
    "applications__carried_over__natural_person": 1,
    "applications__carried_over__total": 1,
    "remedies__after_pending": 4,
    "remedies__after_total": 4,
}


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def filled(tmp_path, make_statistics):
    """Return a filled 2021 form and what it holds."""
    path = tmp_path / "云泽县统计表.xlsx"
    statistics = make_statistics(2021, **FIGURES)
    write_workbook(path, [statistics])
    return path, statistics


def amounts(statistics):
    return {
        value.key: (value.amount, value.unit, value.state)
        for value in statistics.values
        if not value.key.startswith("fee")
    }


def change(path, edit):
    book = openpyxl.load_workbook(path)
    edit(book.worksheets[0])
    book.save(path)
    return path


def place_of(sheet, text):
    return next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)


def only_form(path):
    forms = read_workbook(path).forms
    assert len(forms) == 1
    return forms[0]


def test_what_is_written_is_read_back_with_its_cells(filled):
    path, statistics = filled
    form = only_form(path)
    assert amounts(form.statistics) == amounts(statistics)
    assert not errors(form.findings)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    for value in form.statistics.values:
        if value.amount is not None:
            assert Decimal(str(sheet[value.cell.address].value)) == value.amount
    assert form.statistics.entry("organ.address").text == "河口镇人民路1号"
    assert form.statistics.entry("organ.post_code").text == "012345"
    assert form.statistics.entry("work.platforms").text == "镇网站栏目按月检查。\n新媒体账号专人维护。"
    assert form.statistics.local[0].item == "工作动态"
    assert form.statistics.problems[0].measure.text == "每周检查"


def insert_rows(sheet):
    merged = [str(each) for each in sheet.merged_cells.ranges]
    for each in merged:
        sheet.unmerge_cells(each)
    sheet.insert_rows(1, 3)
    for each in merged:
        left, top, right, bottom = range_boundaries(each)
        sheet.merge_cells(start_row=top + 3, end_row=bottom + 3, start_column=left, end_column=right)


def unmerge_everything(sheet):
    for each in [str(each) for each in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(each)


def decorate_labels(sheet):
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith(("（", "1.", "2.", "自然", "第二十条", "总计")):
                cell.value = " " + cell.value.replace("（", "( ").replace("）", ")\n").replace("总", "总　").replace(
                    "1.", "１．"
                )


def text_figures(sheet):
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for row in sheet.iter_rows(min_row=16):
        for cell in row:
            if isinstance(cell.value, int):
                cell.value = str(cell.value).translate(wide)


def move_table_beside(sheet):
    """Cut section 三 out and paste it to the right of section 二, as somebody short of paper would."""
    top = place_of(sheet, "三、收到和处理政府信息公开申请情况").row
    bottom = place_of(sheet, "四、政府信息公开行政复议、行政诉讼情况").row - 1
    unmerge_everything(sheet)
    up = top - place_of(sheet, "第二十条第（一）项").row
    sheet.move_range(f"A{top}:O{bottom}", rows=-up, cols=25)


def shift_right(sheet):
    unmerge_everything(sheet)
    sheet.insert_cols(1, 2)


@pytest.mark.parametrize(
    "edit", [insert_rows, unmerge_everything, decorate_labels, text_figures, move_table_beside, shift_right]
)
def test_a_changed_layout_reads_the_same(filled, edit):
    path, statistics = filled
    form = only_form(change(path, edit))
    assert [str(found) for found in errors(form.findings)] == []
    assert amounts(form.statistics) == amounts(statistics)


def test_swapped_columns_are_read_by_their_labels(filled):
    path, statistics = filled

    def swap(sheet):
        unmerge_everything(sheet)
        head = place_of(sheet, "商业企业")
        for row in range(head.row, head.row + 27):
            left, right = sheet.cell(row, head.column), sheet.cell(row, head.column + 1)
            left.value, right.value = right.value, left.value

    form = only_form(change(path, swap))
    assert not errors(form.findings)
    assert amounts(form.statistics) == amounts(statistics)


def test_swapped_groups_with_equal_labels_are_not_mixed_up(filled):
    path, _ = filled

    def swap(sheet):
        direct, after = place_of(sheet, "未经复议直接起诉"), place_of(sheet, "复议后起诉")
        direct.value, after.value = None, "未经复议直接起诉"

    assert "复议后起诉" in str(errors(only_form(change(path, swap)).findings))


def test_wrong_cells_are_all_named_at_once(filled):
    path, _ = filled
    form = only_form(path)
    where = {
        key: form.statistics[key].cell.address
        for key in ("disclosure.permits.decisions", "applications.granted.total", "remedies.direct_other")
    }

    def spoil(sheet):
        sheet[where["disclosure.permits.decisions"]] = "约一千"
        sheet[where["applications.granted.total"]] = "2.5"
        sheet[where["remedies.direct_other"]] = "3元"

    form = only_form(change(path, spoil))
    found = {finding.cells[0].address: finding for finding in errors(form.findings)}
    assert set(found) == set(where.values())
    assert found[where["disclosure.permits.decisions"]].cells[0].raw == "约一千"
    assert "云泽县统计表.xlsx [河口镇]" in str(found[where["disclosure.permits.decisions"]])
    assert form.statistics["disclosure.permits.decisions"].state == "unreadable"


def test_states_stay_apart(filled):
    path, _ = filled
    keys = [
        "disclosure.rules.issued",
        "disclosure.rules.repealed",
        "disclosure.rules.in_force",
        "disclosure.penalties.decisions",
    ]
    cells = [only_form(path).statistics[key].cell.address for key in keys]

    def fill(sheet):
        for address, text in zip(cells, [None, "/", "不适用", "55（含自然失效29件）"], strict=True):
            sheet[address] = text

    form = only_form(change(path, fill))
    states = [form.statistics[key] for key in keys]
    assert [value.state for value in states] == ["blank", "slash", "not_applicable", "number"]
    assert (states[3].amount, states[3].note, states[3].cell.raw) == (55, "含自然失效29件", "55（含自然失效29件）")
    assert {finding.severity for finding in form.findings if finding.rule == "T3-5"} == {"warning"}


def test_a_blank_table_is_one_warning_and_a_blank_row_one(filled):
    path, _ = filled
    form = only_form(path)
    remedies = [value.cell.address for value in form.statistics.values if value.key.startswith("remedies")]
    row = [value.cell.address for value in form.statistics.values if value.key.startswith("applications.repeated.")]

    def clear(sheet):
        for address in [*remedies, *row]:
            sheet[address] = None

    blank = [finding for finding in only_form(change(path, clear)).findings if finding.rule == "T3-5"]
    assert [len(finding.cells) for finding in blank] == [7, 15]


def test_a_formula_without_result_is_a_finding_and_one_with_result_is_read(tmp_path, filled):
    path, _ = filled
    value = only_form(path).statistics["applications.received.total"]
    without = change(path, lambda sheet: sheet.__setitem__(value.cell.address, "=D30+E30"))
    found = errors(only_form(without).findings)
    assert [(finding.rule, finding.cells[0].address) for finding in found] == [("read.formula", value.cell.address)]
    with_result = tmp_path / "重算.xlsx"
    with zipfile.ZipFile(without) as source, zipfile.ZipFile(with_result, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert (
                    b"<f>D30+E30</f><v></v>" in data or b"<f>D30+E30</f><v />" in data or b"<f>D30+E30</f><v/>" in data
                )
                for empty in (b"<v></v>", b"<v />", b"<v/>"):
                    data = data.replace(b"<f>D30+E30</f>" + empty, b"<f>D30+E30</f><v>3</v>")
            target.writestr(name, data)
    form = only_form(with_result)
    assert form.statistics["applications.received.total"].amount == 3
    assert not errors(form.findings)


def test_comments_are_kept(filled):
    path, _ = filled
    address = only_form(path).statistics["disclosure.permits.decisions"].cell.address
    change(path, lambda sheet: setattr(sheet[address], "comment", Comment("与司法局核对过", "县办")))
    assert only_form(path).statistics["disclosure.permits.decisions"].comment == "与司法局核对过"


def test_a_misprinted_label_is_named_with_the_right_one(filled):
    path, _ = filled

    def misprint(sheet):
        place_of(sheet, "2.其他法律行政法规禁止公开").value = "2.其他法律行政止公开"

    found = errors(only_form(change(path, misprint)).findings)
    assert [finding.words for finding in found] == ["2.其他法律行政法规禁止公开"]
    assert found[0].cells[0].raw == "2.其他法律行政止公开"


def test_an_alias_of_a_label_reads(filled):
    path, statistics = filled
    change(path, lambda sheet: setattr(place_of(sheet, "行政规范性文件"), "value", "规范性文件"))
    assert amounts(only_form(path).statistics) == amounts(statistics)


def test_the_form_of_another_revision_is_refused_in_one_sentence(tmp_path, make_statistics):
    path = tmp_path / "旧表.xlsx"
    write_workbook(path, [make_statistics(2020)])
    change(path, lambda sheet: setattr(place_of(sheet, 2020), "value", 2022))
    found = errors(only_form(path).findings)
    assert [finding.rule for finding in found] == ["read.wrong_form"]
    assert "form of 2019; the year is reported in the form of 2021" in str(found[0])


def test_an_undivided_group_is_read_as_one_value_with_a_warning(filled):
    path, _ = filled

    def undivide(sheet):
        group = place_of(sheet, "（六）其他处理")
        row = group.row
        unmerge_everything(sheet)
        for offset in range(3):
            for column in range(4, 16):
                sheet.cell(row + offset, column).value = None
        for column in range(9, 16):
            sheet.cell(row, column).value = 0
        sheet.cell(row, 15).value = sheet.cell(row, 9).value = 5

    form = only_form(change(path, undivide))
    assert not errors(form.findings)
    assert [
        finding.rule for finding in form.findings if finding.severity == "warning" and "undivided" in finding.rule
    ] == ["read.undivided"]
    assert form.statistics["applications.otherwise_handled.total"].amount == 5
    assert "applications.other_handling.total" not in form.statistics


@pytest.mark.parametrize(
    ("text", "words"),
    [("二零二一", "not a year"), (2015, "no form holds for the year 2015"), (None, "not a year")],
)
def test_a_sheet_without_a_right_year_says_so(filled, text, words):
    path, _ = filled
    form = only_form(change(path, lambda sheet: setattr(place_of(sheet, 2021), "value", text)))
    assert form.statistics is None
    assert words in str(form.findings[0])


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [("organ.key", "../甲", "cannot name a folder"), ("organ.level", "乡鎮", "the nearest is 乡镇")],
)
def test_a_wrong_fact_is_named(filled, key, text, words):
    path, _ = filled
    address = only_form(path).statistics.entry(key).cell.address
    found = errors(only_form(change(path, lambda sheet: sheet.__setitem__(address, text))).findings)
    assert len(found) == 1
    assert words in str(found[0])
    assert found[0].cells[0].address == address


def test_sheets_without_a_form_are_listed_not_read(filled):
    path, _ = filled
    book = openpyxl.load_workbook(path)
    book.create_sheet("填表说明")["A1"] = "请如实填写"
    book.save(path)
    workbook = read_workbook(path)
    assert workbook.other_sheets == ("填表说明",)
    assert len(workbook.forms) == 1


@pytest.mark.parametrize("suffix", [".et", ".docx", ".csv", ".ods"])
def test_other_kinds_of_file_get_a_sentence(tmp_path, suffix):
    path = tmp_path / f"统计表{suffix}"
    path.write_bytes(b"x")
    with pytest.raises(WorkbookError, match="save it as .xlsx"):
        read_workbook(path)


def test_a_missing_file_gets_a_sentence(tmp_path):
    with pytest.raises(WorkbookError, match="no such file"):
        read_workbook(tmp_path / "没有.xlsx")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 secret"])
def test_a_damaged_or_protected_file_gets_a_sentence(tmp_path, content):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    with pytest.raises(WorkbookError, match="坏.xlsx"):
        read_workbook(path)


def test_a_truncated_file_gets_a_sentence(filled):
    path, _ = filled
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(WorkbookError, match="damaged"):
        read_workbook(path)


def test_one_cell_at_the_end_of_the_sheet_is_refused_before_it_is_loaded(filled):
    path, _ = filled
    change(path, lambda sheet: sheet.__setitem__("XFD1048576", 1))
    with pytest.raises(WorkbookError, match="XFD1048576"):
        read_workbook(path)


def test_a_workbook_without_any_form_is_refused(tmp_path):
    path = tmp_path / "名单.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(WorkbookError, match="no sheet holds the form"):
        read_workbook(path)


def test_writing_twice_gives_the_same_bytes(tmp_path, make_statistics):
    first, second = tmp_path / "一.xlsx", tmp_path / "二.xlsx"
    organs = [make_statistics(2021, **FIGURES), make_statistics(2020)]
    write_workbook(first, organs)
    write_workbook(second, organs)
    assert first.read_bytes() == second.read_bytes()


def test_units_and_notes_survive_writing_and_reading(tmp_path, make_statistics):
    statistics = make_statistics(2020)
    replaced = {
        "disclosure.central_procurement.amount": Value(
            key="disclosure.central_procurement.amount", amount=Decimal("24.82"), unit="万元"
        ),
        "disclosure.permits.change": Value(key="disclosure.permits.change", amount=Decimal(98), unit="项"),
        "disclosure.permits.decisions": Value(
            key="disclosure.permits.decisions", amount=Decimal(55), unit="件", note="含自然失效29件"
        ),
        "disclosure.rules.made": Value(key="disclosure.rules.made", state="not_applicable"),
    }
    values = tuple(replaced.get(value.key, value) for value in statistics.values)
    path = tmp_path / "单位.xlsx"
    write_workbook(path, [statistics.model_copy(update={"values": values})])
    read = only_form(path).statistics
    for key, value in replaced.items():
        assert read[key].model_copy(update={"cell": None}) == value
