from __future__ import annotations

import pytest

from giakit import formats
from giakit.errors import FormatError
from giakit.formats import load_formats, normal_label, read_format
from giakit.revisions import read_terms, revision_for


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.mark.parametrize(
    ("year", "revision"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2023, "2021"), (2030, "2021")]
)
def test_the_year_chooses_the_revision(year, revision):
    assert formats.for_year(year).revision == revision


def test_no_form_before_2019():
    with pytest.raises(FormatError, match="2018.*2019"):
        formats.for_year(2018)


@pytest.mark.parametrize(("revision", "counts"), [("2019", (22, 161, 15)), ("2021", (10, 175, 15))])
def test_each_form_has_its_number_of_figures(revision, counts):
    form = formats.for_revision(revision)
    assert tuple(sum(leaf.table is table for leaf in form.leaves) for table in form.tables) == counts


def test_detail_rows_under_the_total_are_21_in_2021_and_19_in_2019():
    for revision, expected in (("2021", 21), ("2019", 19)):
        form = formats.for_revision(revision)
        results = next(row for row in form.table("applications").bands[0].rows if row.id == "results")
        rows = [
            path for path in form.table("applications").bands[0].leaf_rows if results in path and not path[-1].total
        ]
        assert len(rows) == expected


def test_headings_and_notice_numbers_are_the_statutory_ones():
    assert [section.heading for section in formats.for_revision("2021").sections] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert formats.for_revision("2019").notice.number == "国办公开办函〔2019〕60号"
    assert formats.for_revision("2021").notice.number == "国办公开办函〔2021〕30号"


def test_labels_compare_without_width_spaces_and_variant_punctuation():
    assert normal_label("（ 三 ）\n不予公开") == normal_label("(三)不予公开")
    assert normal_label("3.危及“三安全一稳定”") == normal_label('３.危及"三安全一稳定"')
    assert normal_label("逾期不补正、行政机关") == normal_label("逾期不补正，行政机关")


def test_a_figure_goes_by_its_labels():
    form = formats.for_revision("2021")
    assert form.key_for_label("三/（三）不予公开/1.属于国家秘密/自然人") == "applications.state_secret.natural_person"
    assert form.key_for_label("四/行政复议/总计") == "remedies.reconsideration_total"
    assert form.key_for_label("二/规范性文件/现行有效件数") == "disclosure.normative_documents.in_force"
    assert form.key_for_label("四/总计") is None  # three columns bear this label
    assert formats.for_revision("2019").key_for_label("二/行政许可/本年增/减") == "disclosure.permits.change"


SMALL = """
revision = "{revision}"
first_year = {first}
{last}
title = "{{name}}{{year}}年报告"
notice = {{ number = "〔{first}〕1号", issued = "{first}" }}
levels = [{{ id = "township", label = "乡镇", government = true }}]
sections = [{{ id = "one", numeral = "一", heading = "一、情况", table = "one" }}]
[[tables]]
id = "one"
caption = "情况"
[[tables.bands]]
corner = "项目"
columns = [{{ id = "number", label = "数量", kind = "count", unit = "件" }}]
rows = [{{ id = "letters", label = "来信" }}]
"""


def write(folder, name, *, first, last=None, change=("", "")):
    text = SMALL.format(revision=name, first=first, last=f"last_year = {last}" if last else "")
    assert change[0] in text
    (folder / f"{name}.toml").write_text(text.replace(*change) if change[0] else text, encoding="utf-8")


def test_an_open_form_ends_where_the_next_begins(tmp_path):
    write(tmp_path, "甲", first=2000)
    write(tmp_path, "乙", first=2010)
    assert [(form.first_year, form.last_year) for form in load_formats(tmp_path)] == [(2000, 2009), (2010, None)]


def test_gaps_and_overlaps_of_years_are_errors(tmp_path):
    write(tmp_path, "甲", first=2000, last=2005)
    write(tmp_path, "乙", first=2005, last=2006)
    write(tmp_path, "丙", first=2009)
    with pytest.raises(FormatError) as caught:
        load_formats(tmp_path)
    assert "甲 and 乙 both hold for 2005" in str(caught.value)
    assert "no form holds for 2007" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('kind = "count"', 'kind = "cuont"'), ["tables[0].bands[0].columns[0]", "cuont", "count"]),
        (("caption", "captoin"), ["captoin", "did you mean `caption`"]),
        (('table = "one"', 'table = "oen"'), ["sections.table", "oen", "one"]),
        (("revision =", "# revision ="), ["revision", "required"]),
        (("{name}", ""), ["title", "{name}"]),
        (
            (
                'rows = [{ id = "letters", label = "来信" }]',
                'rows = [{ id = "a", label = "甲" }, { id = "a", label = "乙" }]',
            ),
            ["tables.one.rows", "2 times"],
        ),
    ],
)
def test_a_broken_file_is_named_with_its_key(tmp_path, change, words):
    write(tmp_path, "甲", first=2000, change=change)
    with pytest.raises(FormatError) as caught:
        read_format(tmp_path / "甲.toml")
    assert all(word in str(caught.value) for word in ["甲.toml", *words])


def test_a_file_that_is_no_toml_is_named(tmp_path):
    (tmp_path / "甲.toml").write_text("revision = ", encoding="utf-8")
    with pytest.raises(FormatError, match="甲.toml: not a TOML file"):
        read_format(tmp_path / "甲.toml")


RULE = """
[[rules]]
id = "R"
kind = "sum"
table = "one"
axis = "rows"
total = "nubmer"
parts = ["number"]
severity = "error"
words = "x"
"""


def test_a_rule_that_names_no_column_is_an_error(tmp_path):
    write(tmp_path, "甲", first=2000)
    path = tmp_path / "甲.toml"
    path.write_text(path.read_text(encoding="utf-8") + RULE, encoding="utf-8")
    with pytest.raises(FormatError, match="rules.R: .*nubmer; the nearest is number"):
        read_format(path)


# ---- heads of format files ------------------------------------------------------------------------------------------


def test_the_head_of_a_form_says_the_same_as_the_whole():
    terms = read_terms(formats.FOLDER)
    assert [term[:2] for term in terms] == [(form.revision, form.first_year) for form in load_formats(formats.FOLDER)]
    assert {year: formats.for_year(year).revision for year in range(2019, 2031)} == {
        year: revision_for(year) for year in range(2019, 2031)
    }


def test_heads_are_read_without_what_follows_them(tmp_path):
    write(tmp_path, "乙", first=2010)
    write(tmp_path, "甲", first=2000, last=2005, change=('kind = "count"', 'kind = "cuont"'))
    assert read_terms(tmp_path) == (("甲", 2000, 2005), ("乙", 2010, None))


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("revision = ", "not a TOML file"),
        ("first_year = 2031", "does not begin with `revision`"),
        ('revision = "2031"\nfirst_year = "2031"', "does not begin with `revision`"),
        ('[notice]\nrevision = "2031"\nfirst_year = 2031', "does not begin with `revision`"),
    ],
)
def test_every_head_that_cannot_be_read_is_named(tmp_path, head, words):
    for name in ("甲.toml", "乙.toml"):
        (tmp_path / name).write_text(head + "\n[[levels]]\n", encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        read_terms(tmp_path)
    assert [problem for problem in map(str, caught.value.problems) if words not in problem] == []
    assert len(caught.value.problems) == 2
