"""A blank form holds the organ's facts and what last year determines, and nothing else."""

from __future__ import annotations

from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell.cell import MergedCell

from giakit.errors import ParameterError
from giakit.forms.blank import build_blank, facts_of, find_facts, write_blank_form, write_blank_forms
from giakit.forms.read import read_workbook

FACTS = {"organ.key": "河口镇", "organ.name": "河口镇", "organ.level": "乡镇"}


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def filled(statistics):
    return {value.key: value.amount for value in statistics.values if value.amount is not None}


def only_form(path):
    [form] = read_workbook(path).forms
    return form


def test_without_last_year_every_figure_is_blank(tmp_path):
    path = tmp_path / "河口镇.xlsx"
    write_blank_form(path, 2022, FACTS)
    form = only_form(path)
    assert {value.state for value in form.statistics.values} == {"blank"}
    assert form.statistics.year == 2022
    assert form.statistics.entry("organ.level").text == "乡镇"
    assert not form.statistics.local
    assert not form.statistics.problems
    assert {found.rule for found in form.findings} == {"read.blank_field", "T3-5"}
    assert len([found for found in form.findings if found.rule == "T3-5"]) == 3  # one for each table, none for ✓


def test_facts_are_taken_over_and_what_is_given_goes_first(make_statistics):
    previous = make_statistics(2021)
    blank = build_blank(2022, {"organ.address": "新址", "organ.phone": ""}, previous)
    assert blank.entry("organ.address").text == "新址"
    assert blank.entry("organ.post_code").text == "012345"
    assert not blank.entry("work.platforms")


def test_carried_over_cases_come_back_in_every_column(make_statistics):
    previous = make_statistics(
        2021,
        applications__carried_over__natural_person=2,
        applications__carried_over__other_organisation=1,
        applications__carried_over__total=3,
    )
    amounts = filled(build_blank(2022, FACTS, previous))
    assert len(amounts) == 7
    assert amounts["applications.carried_in.natural_person"] == 2
    assert amounts["applications.carried_in.other_organisation"] == 1
    assert amounts["applications.carried_in.commercial_enterprise"] == 0
    assert amounts["applications.carried_in.total"] == 3


def test_carrying_over_goes_on_where_the_form_changes(make_statistics):
    previous = make_statistics(2020, applications__carried_over__total=3, disclosure__permits__items_last_year=7)
    assert filled(build_blank(2021, FACTS, previous))["applications.carried_in.total"] == 3


def test_items_of_last_year_roll_forward_in_the_form_of_2019(make_statistics):
    previous = make_statistics(2019, disclosure__permits__items_last_year=107, disclosure__permits__change=-9)
    blank = build_blank(2020, FACTS, previous)
    assert filled(blank)["disclosure.permits.items_last_year"] == Decimal(98)
    comment = blank["disclosure.permits.items_last_year"].comment
    assert comment == "上年：107\n已按上年“上一年项目数量 ＋ 本年增/减”填入，请核对"
    assert blank["disclosure.permits.change"].comment == "上年：-9"
    assert blank["disclosure.permits.change"].amount is None


def test_what_is_in_force_is_told_in_words(make_statistics):
    previous = make_statistics(2021, disclosure__normative_documents__in_force=12)
    blank = build_blank(2022, FACTS, previous)
    value = blank["disclosure.normative_documents.in_force"]
    assert value.amount is None
    assert value.comment == "上年：12\n应为：上年现行有效件数 12 ＋本年制发件数 －本年废止件数"
    assert blank["fee.cases"].comment == "上年：0件"


def test_what_last_year_left_blank_determines_nothing(make_statistics):
    previous = make_statistics(2021)
    key = "applications.carried_over.natural_person"
    values = tuple(
        value.model_copy(update={"amount": None, "state": "blank"}) if value.key == key else value
        for value in previous.values
    )
    blank = build_blank(2022, FACTS, previous.model_copy(update={"values": values}))
    assert "applications.carried_in.natural_person" not in filled(blank)
    assert "applications.carried_in.total" in filled(blank)


def test_comments_are_nobodys_and_of_one_size(tmp_path, make_statistics):
    path = tmp_path / "表.xlsx"
    write_blank_form(path, 2022, FACTS, make_statistics(2021, disclosure__permits__decisions=9))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    comments = [cell.comment for row in sheet.iter_rows() for cell in row if cell.comment]
    assert {comment.author for comment in comments} == {"giakit"}
    assert "上年：9" in {comment.text for comment in comments}
    assert len(comments) == len(make_statistics(2021).values)


def test_only_input_cells_are_open(tmp_path):
    path = tmp_path / "表.xlsx"
    write_blank_form(path, 2022, FACTS)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    inputs = {value.cell.address for value in only_form(path).statistics.values}
    unlocked = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert inputs < unlocked
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None and not cell.protection.locked:
                assert cell.value in {"河口镇", "乡镇", 2022}, cell.coordinate
            if not isinstance(cell, MergedCell):  # of which openpyxl does not know the fill
                assert cell.protection.locked is not (cell.fill.fgColor.rgb == "FFFFF9E5"), cell.coordinate


def test_the_same_inputs_give_the_same_bytes(tmp_path, make_statistics):
    for name in ("一", "二"):
        write_blank_form(tmp_path / name, 2022, FACTS, make_statistics(2021))
    assert (tmp_path / "一").read_bytes() == (tmp_path / "二").read_bytes()


def test_last_year_is_the_year_before(make_statistics):
    with pytest.raises(ParameterError, match="河口镇: the figures given as last year's are of 2021, not 2022"):
        build_blank(2023, FACTS, make_statistics(2021))


def test_a_year_without_a_form_is_refused():
    with pytest.raises(ParameterError, match="no form holds for the year 2015"):
        build_blank(2015, FACTS)


# ---- many ----------------------------------------------------------------------------------------------------------


def test_one_file_for_each_organ_named_by_its_key(tmp_path, make_statistics):
    previous = make_statistics(2021, applications__carried_over__total=4)
    organs = [facts_of(previous), {"organ.key": "云泽县/柳渡镇", "organ.name": "柳渡镇"}]
    paths = write_blank_forms(2022, organs, tmp_path / "新", [previous])
    assert [path.name for path in paths] == ["河口镇_2022.xlsx", "云泽县_柳渡镇_2022.xlsx"]
    first, second = (only_form(path).statistics for path in paths)
    assert first["applications.carried_in.total"].amount == 4
    assert second["applications.carried_in.total"].amount is None
    assert second.entry("organ.key").text == "云泽县/柳渡镇"


def test_files_are_not_replaced_unless_told(tmp_path):
    [path] = write_blank_forms(2022, [FACTS], tmp_path)
    path.write_bytes(b"filled in")
    with pytest.raises(ParameterError, match="河口镇_2022.xlsx is there already"):
        write_blank_forms(2022, [{**FACTS, "organ.key": "柳渡镇"}, FACTS], tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"filled in"
    write_blank_forms(2022, [FACTS], tmp_path, overwrite=True)
    assert only_form(path).statistics.year == 2022


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["../甲"], "cannot name a file"),
        (["甲\n"], "cannot name a file"),
        (["镇" * 80], "cannot name a file"),
        ([""], "has no key"),
        (["A", "a"], "two organs have the key a"),
        (["甲/乙", "甲_乙"], "two organs have the key 甲_乙"),
    ],
)
def test_keys_that_cannot_name_a_file_of_their_own_are_refused(tmp_path, keys, words):
    with pytest.raises(ParameterError, match=words):
        write_blank_forms(2022, [{"organ.key": key, "organ.name": "某镇"} for key in keys], tmp_path / "新")
    assert not (tmp_path / "新").exists()


def test_every_wrong_report_is_named_before_anything_is_written(tmp_path, make_statistics):
    with pytest.raises(ParameterError, match="are of 2020, not 2021"):
        write_blank_forms(2022, [FACTS], tmp_path, [make_statistics(2020)])
    with pytest.raises(ParameterError, match="two organs have the key 河口镇"):
        write_blank_forms(2022, [FACTS], tmp_path, [make_statistics(2021)] * 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["河口镇", "河口镇人民政府"])
def test_facts_are_found_by_key_or_name(make_statistics, name):
    assert find_facts(name, [make_statistics(2021)])["organ.address"] == "河口镇人民路1号"


def test_facts_that_are_not_there_are_answered_with_the_nearest(make_statistics):
    assert find_facts("新镇", []) == {"organ.key": "新镇", "organ.name": "新镇"}
    with pytest.raises(ParameterError, match="the nearest is 河口镇"):
        find_facts("河囗镇", [make_statistics(2021)])
    with pytest.raises(ParameterError, match="several organs"):
        find_facts("河口镇人民政府", [make_statistics(2021), make_statistics(2021)])
