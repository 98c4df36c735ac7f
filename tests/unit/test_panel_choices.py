"""What there is to pick: parameter files by county and year, organs by their sheets, what cannot be read said so."""

from __future__ import annotations

import pytest

from giakit.errors import ParameterError, WorkbookError
from giakit.panel.choices import Choice, Choices
from giakit.parameters import check_parameters
from giakit.project import init_project


@pytest.fixture
def project(tmp_path):
    init_project(tmp_path)
    return tmp_path


def test_files_of_one_county_are_one_county_with_years(project):
    choices = Choices(project)
    assert choices.counties == ["county", "longcun"]
    assert choices.years("county") == [2020, 2021, 2022]
    assert choices.years("longcun") == [2020]


def test_a_county_is_called_by_the_organ_that_adds_up_the_others_else_by_its_file(project):
    choices = Choices(project)
    assert [choices.label(county) for county in choices.counties] == ["云泽县", "龙村镇"]
    for name, more in (
        ("县直-2021", ""),
        ("bureaus-2021", "aggregates: {县教育局: [县公安局], 县卫生健康局: [龙村镇]}\n"),
        ("city-2020", "aggregates: {云泽县: [龙村镇]}\n"),
        ("city-2021", "aggregates: {云泽县: [龙村镇], 沧宁市: [云泽县]}\n"),
        ("again-2021", "aggregates: {云泽县: [柳渡镇]}\n"),
    ):
        text = f"workbook: params/county-2021.xlsx\n{more}"
        (project / f"params/{name}.yaml").write_text(f"year: {name[-4:]}\n{text}", encoding="utf-8")
    choices = Choices(project)
    assert {county: choices.label(county) for county in choices.counties} == {
        "again": "云泽县（again）",
        "bureaus": "bureaus",
        "city": "沧宁市",
        "county": "云泽县（county）",
        "longcun": "龙村镇",
        "县直": "县直",
    }


def test_a_file_for_one_organ_offers_that_organ(project):
    assert [organ.key for organ in Choices(project).organs("longcun", 2020)] == ["龙村镇"]


def test_organs_come_in_the_order_of_their_sheets_with_the_names_people_know(project):
    organs = Choices(project).organs("county", 2021)
    assert organs[0].label == "龙村镇"
    assert len({organ.key for organ in organs}) == len(organs) > 3


def test_a_choice_has_the_parameters_of_its_file_and_the_overrides_of_its_organ(project):
    choices = Choices(project)
    assert choices.parameters(Choice("county", 2021, "龙村镇")).preamble is False
    given = choices.parameters(Choice("county", 2021, "柳渡镇"))
    assert (given.preamble, given.previous) == (True, "params/county-2020.xlsx")


def test_a_file_without_a_year_offers_the_years_of_its_sheets(project):
    file = project / "params" / "县直.yaml"
    file.write_text("workbook: [params/county-2020.xlsx, params/county-2021.xlsx]\n", encoding="utf-8")
    assert Choices(project).years("县直") == [2020, 2021]


def test_two_files_for_the_same_year_stay_apart(project):
    text = (project / "params/county-2021.yaml").read_text(encoding="utf-8")
    (project / "params/2021-county.yaml").write_text(text, encoding="utf-8")
    assert {"county", "county-2021"} <= set(Choices(project).counties)


def test_a_parameter_file_that_cannot_be_read_is_named_and_the_others_stay(project):
    (project / "params/坏.yaml").write_text("yaer: 2020\nworkbook: params/county-2020.xlsx\n", encoding="utf-8")
    choices = Choices(project)
    assert choices.counties == ["county", "longcun"]
    assert (
        [problem for problem in choices.problems if "坏.yaml" in problem and "year" in problem]
        == choices.problems
        != []
    )


def test_a_report_from_a_file_is_found_among_the_counties(project):
    choices = Choices(project)
    report = choices.open(choices.parameters(Choice("county", 2021, "柳渡镇")))
    assert choices.choice_of(report) == Choice("county", 2021, "柳渡镇")


def test_a_report_from_workbooks_of_no_file_offers_the_parameters_cell_itself(project):
    (project / "params/county-2020.xlsx").rename(project / "params/另存.xlsx")
    given = {"town": "柳渡镇", "year": 2020, "workbook": "params/另存.xlsx", "root": str(project)}
    choices = Choices(project)
    choice = choices.choice_of(choices.open(check_parameters(given, "cell")))
    assert choice is not None
    assert (choice.year, choice.organ) == (2020, "柳渡镇")
    assert choice.county in choices.counties
    assert choices.parameters(choice).workbook == "params/另存.xlsx"
    assert choices.offer(choice).path is None


def test_a_workbook_is_read_again_only_when_it_changes(project):
    choices = Choices(project)
    path = project / "params/county-2021.xlsx"
    first = choices.library.read(path)
    assert choices.library.read(path) is first
    path.write_bytes((project / "params/county-2022.xlsx").read_bytes())
    assert {form.statistics.year for form in choices.library.read(path).forms if form.statistics} == {2022}


def test_a_missing_workbook_and_an_unknown_organ_are_sentences(project):
    choices = Choices(project)
    with pytest.raises(ParameterError, match="没有这样的机关"):
        choices.open(choices.parameters(Choice("county", 2021, "没有这样的机关")))
    (project / "params/county-2022.xlsx").unlink()
    with pytest.raises(WorkbookError, match=r"county-2022\.xlsx"):
        choices.organs("county", 2022)
