"""Templates are filled in, or every mistake is told with its line; nothing gets out of the sandbox."""

from __future__ import annotations

import time
from collections.abc import Mapping

import pytest

from giakit.errors import NarrativeError
from giakit.narrative.names import build_names
from giakit.narrative.template import fill_template
from giakit.statistics import Cell, Entry, LocalStatistic, Problem, Statistics, Value

CELL = Cell(workbook="统计表.xlsx", sheet="龙村镇", address="J4")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def names() -> dict[str, object]:
    statistics = Statistics(
        year=2021,
        revision="2021",
        values=(
            Value(key="applications.received.total", amount=12, unit="件", cell=CELL),
            Value(key="applications.granted.total", amount=4, unit="件"),
            Value(key="applications.handled.total", amount=12, unit="件"),
            Value(key="applications.carried_over.total", amount=0, unit="件"),
            Value(key="applications.carried_in.total", state="slash", cell=CELL),
            Value(key="disclosure.permits.decisions", state="blank", cell=CELL),
        ),
        entries=(
            Entry(key="organ.name", text="*甲*\n# 六、"),
            Entry(key="organ.level", text="乡镇"),
            Entry(key="work.platforms", text="一段\n二段。"),
        ),
        local=tuple(
            LocalStatistic(item=item, value=Value(key=f"local.{amount}", amount=amount, unit=unit))
            for item, amount, unit in [("工作动态", 50, "篇"), ("部门文件", 2, "份")]
        ),
        problems=tuple(
            Problem(problem=Entry(key="p", text=text), measure=Entry(key="m", text=measure))
            for text, measure in [("意识不强", "加强培训"), ("更新不及时。", "明确专人；")]
        ),
    )
    return build_names(statistics, None)


def fill(source: str, names: Mapping[str, object]) -> str:
    filled = fill_template("一", source, names)
    return "\n".join(filled.printer.fill(line) for _, line in filled.lines)


def mistakes(source: str, names: Mapping[str, object]) -> list[str]:
    with pytest.raises(NarrativeError) as caught:
        fill_template("一", source, names)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ("共{{ applications.received.total }}{{ applications.received.total.unit }}", "共12件"),
        ("{{ year }}年，上年{{ last_year }}年", "2021年，上年2020年"),
        ("{{ applications.granted.total | percent_of(applications.handled.total) }}", "33.3%"),
        ("{{ applications.granted.total | percent_of(applications.handled.total, 2) }}", "33.33%"),
        ("{{ (applications.received.total - 10) | signed }}", "+2"),
        ("{{ (applications.granted.total - 4) | signed }}{{ (3 - applications.granted.total) | signed }}", "0-1"),
        ("{{ applications.received.total / 5 }}", "2.4"),
        ("{{ (applications.received.total / 7) | round(2) }}", "1.71"),
        ("{{ (applications.granted.total - 10) | abs }}", "6"),
        ("{{ 0.1 + 0.2 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 2 }} {{ -3 }} {{ 1.5 }}", "0.3 3.5 3 1 -3 1.5"),
        ("{{ 12 | cn }}{{ 20 | cn }}{{ 99 | cn }}{{ 1 | cn }}", "十二二十九十九一"),
        ('{{ local["工作动态"] }}{{ local["工作动态"].unit }}', "50篇"),
        ("{{ local | length }}项共{{ local | sum('amount') }}", "2项共52"),
        ('{{ local | join("、", "item") }}', "工作动态、部门文件"),
        ("{{ (local | first).item }}{{ (local | last).item }}", "工作动态部门文件"),
        ("{{ [applications.received.total, applications.granted.total] | sum }}", "16"),
        ("{{ organ.level ~ '级' }}{{ 'a' + 'b' }}", "乡镇级ab"),
        ("{{ work.platforms | sentence }}", "一段二段。"),
        ("{{ work.supervision | sentence }}{{ work.supervision }}", ""),
        ("{{ work.platforms.paragraphs[0] }}", "一段"),
        ("{{ '有' if organ.is_government else '无' }}{{ '无' if not year }}", "有"),
        ("{{ organ.publisher or organ.level }}", "乡镇"),
        ("{{ organ.name }}", "*甲* # 六、"),
        ("{% raw %}{{ 原样 }}{% endraw %}", "{{ 原样 }}"),
    ],
)
def test_expressions(source: str, filled: str, names: dict[str, object]) -> None:
    assert fill(source, names) == filled


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("applications.received.total is positive", True),
        ("applications.received.total is entered", True),
        ("applications.carried_over.total is zero", True),
        ("applications.carried_over.total is positive", False),
        ("applications.carried_over.total is entered", True),
        ("(0 - applications.received.total) is negative", True),
        ("disclosure.permits.decisions is zero", False),
        ("disclosure.permits.decisions is positive", False),
        ("disclosure.permits.decisions is entered", False),
        ("disclosure.permits.decisions is not zero", True),
        ("disclosure.permits.decisions != 0", False),
        ("disclosure.permits.decisions < 1", False),
        ("applications.carried_in.total is entered", False),
        ("applications.carried_in.total is zero", False),
        ("applications.received.total > applications.granted.total", True),
        ("work.platforms is entered", True),
        ("work.supervision is entered", False),
        ('"一" in work.platforms', True),
        ('local["工作动态"] is entered', True),
        ('local["视频"] is entered', False),
        ("previous", False),
        ("previous.applications.received.total is entered", False),
        ("problems", True),
    ],
)
def test_conditions(test: str, holds: bool, names: dict[str, object]) -> None:  # noqa: FBT001 - a parameter
    assert fill(f"{{% if {test} %}}是{{% else %}}否{{% endif %}}", names) == ("是" if holds else "否")


def test_a_blank_figure_in_prose_is_marked_and_found(names: dict[str, object]) -> None:
    source = "许可{{ disclosure.permits.decisions }}件，再说一次{{ disclosure.permits.decisions }}件"
    filled = fill_template("一/主动公开", source, names)
    assert filled.printer.fill(filled.lines[0][1]) == "许可〔未填〕件，再说一次〔未填〕件"
    (found,) = filled.printer.findings
    assert (found.rule, found.severity, found.place) == ("narrative.blank_figure", "error", "一/主动公开")
    assert "二/行政许可/本年处理决定数量" in str(found)
    assert found.cells == (CELL,)


def test_what_was_entered_instead_of_a_number_is_printed_with_a_warning(names: dict[str, object]) -> None:
    filled = fill_template("一", "结转{{ applications.carried_in.total }}件", names)
    assert filled.printer.fill(filled.lines[0][1]) == "结转/件"
    (found,) = filled.printer.findings
    assert (found.rule, found.severity, found.cells) == ("narrative.no_number", "warning", (CELL,))


@pytest.mark.parametrize(
    "expression",
    [
        "disclosure.permits.decisions | signed",
        "disclosure.permits.decisions | percent_of(applications.handled.total)",
        "applications.granted.total | percent_of(disclosure.permits.decisions)",
        "disclosure.permits.decisions - 1",
        "disclosure.permits.decisions ~ ''",
        "[disclosure.permits.decisions] | join",
        "previous.applications.received.total",
        'local["视频"]',
    ],
)
def test_a_blank_stays_blank_on_every_way_into_prose(expression: str, names: dict[str, object]) -> None:
    filled = fill_template("一", f"{{{{ {expression} }}}}", names)
    assert filled.printer.fill(filled.lines[0][1]) == "〔未填〕"
    assert [each.rule for each in filled.printer.findings] == ["narrative.blank_figure"]


def test_lines_of_tags_leave_no_blank_lines(names: dict[str, object]) -> None:
    source = """甲{% if year %}乙{% endif %}

{% for line in local %}
  {# 一行一项 #}
- {{ line.item }}{{ line.amount }}{{ line.unit }}
{% endfor %}
{% set lead = "丙" %}

{% if year
   and last_year %}
{{ lead }}
{% endif %}"""
    assert fill(source, names) == "甲乙\n\n- 工作动态50篇\n- 部门文件2份\n\n丙\n"


def test_stripping_tags_take_their_break_themselves(names: dict[str, object]) -> None:
    assert fill("甲\n{%- if year -%}\n乙\n{%- endif -%}\n丙", names) == "甲乙丙"


def test_every_line_knows_where_it_came_from(names: dict[str, object]) -> None:
    source = "\n{% for each in problems %}\n{{ each.problem }}\n\n{{ each.measure }}{% endfor %}\n完"
    filled = fill_template("五", source, names)
    lines = [(number, filled.printer.fill(line)) for number, line in filled.lines]
    assert lines == [
        (1, ""),
        (3, "意识不强"),
        (4, ""),
        (3, "加强培训更新不及时。"),
        (4, ""),
        (5, "明确专人；"),
        (6, "完"),
    ]


def test_what_the_template_sets_as_a_block_stays_markdown(names: dict[str, object]) -> None:
    filled = fill_template("一", "{% set lead %}**{{ organ.name }}**{% endset %}{{ lead }}", names)
    line = filled.lines[0][1]
    assert line.startswith("**")
    assert "甲" not in line
    assert filled.printer.fill(line) == "***甲* # 六、**"


def test_a_constant_of_an_expression_is_a_value(names: dict[str, object]) -> None:
    assert "*" not in fill_template("一", "{{ '**甲**' }}", names).lines[0][1]


def test_a_block_that_becomes_a_value_becomes_text(names: dict[str, object]) -> None:
    source = "{% set lead %}**{{ organ.name }}**{% endset %}{{ lead ~ '乙' }}{{ lead | sentence }}{{ lead + '丙' }}"
    filled = fill_template("一", source, names)
    assert "*" not in filled.lines[0][1]
    assert filled.printer.fill(filled.lines[0][1]) == "***甲* # 六、**乙***甲* # 六、**。***甲* # 六、**丙"


def test_all_unknown_names_are_told_at_once_with_the_nearest(names: dict[str, object]) -> None:
    source = """{{ aplications.received.total }}
{% if false %}
  {{ applications.recieved.total }}{{ applications.received.totl }}
{% endif %}
{% for each in problems if each.mesure %}{{ loop.indx }}{{ each.problem.paragraph }}{% endfor %}
{% set rows = applications %}{{ rows.granted.naturalperson }}
{% for problem, measure in problems %}{{ problem.text }}{% endfor %}
{{ organ["nam"] }}{{ local["工作动态"].amont }}{{ previous.applications.recieved.total }}"""
    assert mistakes(source, names) == [
        "一, line 1: aplications is not known; the nearest is applications",
        "一, line 3: applications.recieved is not known; the nearest is received",
        "一, line 3: applications.received.totl is not known; the nearest is total",
        "一, line 5: each.mesure is not known; the nearest is measure",
        "一, line 5: loop.indx is not known; the nearest is index",
        "一, line 5: each.problem.paragraph is not known; the nearest is paragraphs",
        "一, line 6: rows.granted.naturalperson is not known; the nearest is natural_person",
        "一, line 7: problem.text is not known; known are paragraphs",
        '一, line 8: organ["nam"] is not known; the nearest is name',
        '一, line 8: local["工作动态"].amont is not known; the nearest is amount',
        "一, line 8: previous.applications.recieved is not known; the nearest is received",
    ]


def test_lines_are_counted_from_the_first_line_given(names: dict[str, object]) -> None:
    with pytest.raises(NarrativeError, match="一, line 3: nothing_such"):
        fill_template("一", "甲\n{{ nothing_such }}", names, first_line=2)


def test_set_and_loop_variables_are_names(names: dict[str, object]) -> None:
    source = "{% set a = year %}{% for b in [1, 2] %}{{ a }}{{ b }}{{ loop.last }}{% endfor %}"
    assert mistakes(source, names) == ["一, line 1: prints yes or no; ask for it in an if"]
    assert mistakes("{% for b in [1] %}{% endfor %}{{ b }}", names)[0].startswith("一, line 1: b is not known")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "{{ applications.received }}",
            "applications.received is a group and cannot be printed; name one of applicants",
        ),
        ("{{ applications.received | sentence }}", "neither a text nor a figure"),
        ("{{ local }}", "local is a list; print it with for"),
        ("{{ work.platforms.paragraphs }}", "neither a text nor a figure"),
        ("{{ organ.is_government }}", "prints yes or no"),
        ("{% for each in work.platforms %}{% endfor %}", "work.platforms is no list"),
        ("{% for each in year %}{% endfor %}", "year is no list"),
        ("{% for each in work.platforms ~ '' %}{% endfor %}", "a text is no list"),
        ("{{ year | sgned }}", "there is no filter “sgned”; the nearest is signed"),
        ("{{ year | upper }}", "there is no filter “upper”; known are abs, cn"),
        ("{{ 1 if year is positiv }}", "there is no test “positiv”; the nearest is positive"),
        ("甲\n{{ a b }}", "line 2: the expression cannot be read: “b” is one too many"),
        ("{% if year %}", "the expression cannot be read: “{% if %}” lacks its “{% endif %}”"),
        ("{% endfor %}", "cannot be read: nothing begins before this “{% endfor %}”"),
        ("{% wenn year %}", "cannot be read: there is no “{% wenn %}”; known are if, for and set"),
        ("甲\n乙{{ year", "line 2: the expression cannot be read: it is not closed as it was opened"),
        ("{{ year }", "cannot be read: it is not closed"),
        ("{{ (year }}", "cannot be read: it is not closed"),
        ("{# year", "cannot be read: it is not closed"),
        ("{{ year | percent_of（1）}}", "cannot be read: “（” cannot stand there; brackets, commas and"),
        ("{% if organ.name == '甲 %}{% endif %}", "cannot be read: “'” cannot stand there; a text stands between two"),
        ("{% if year = 2020 %}{% endif %}", "cannot be read: to compare, write == instead of ="),
        ("{{ }}", "cannot be read: something is missing in it"),
        ("{{ year + }}", "cannot be read: something is missing in it"),
        ("{{ applications. }}", "cannot be read: something is missing in it"),
        ("{{ year) }}", "the expression cannot be read: unexpected ')'"),
        ("甲\n\n{{ 1 / 0 }}", "line 3: divides by zero"),
        ("{{ year / applications.carried_over.total }}", "divides by 三/四、结转下年度继续办理/总计, which is 0"),
        ("{{ 1 | percent_of(applications.carried_over.total) }}", "which is 0"),
        ("{{ organ.name * 3 }}", "“*” calculates with figures and numbers only"),
        ("{{ '%99999d' % 1 }}", "“%” calculates"),
        ("{{ local + local }}", "“+” calculates"),
        ("{{ '十' | cn }}", "“十” is not a figure"),
        ("{{ 100 | cn }}{{ year }}", "from 1 to 99, not 100"),
        ("{{ 1.5 | cn }}", "from 1 to 99, not 1.5"),
        ("{{ year | round(-1) }}", "rounds to 0 to 10 digits, not -1"),
        ("{{ year | length }}", "counts the members of a list"),
        ("{{ year | round(1, 2, 3) }}", "cannot be calculated"),
        ("{{ problems[7].problem }}", "a name is not known"),
        ("{% if year < organ.name %}{% endif %}", "cannot be calculated"),
    ],
)
def test_other_mistakes(source: str, said: str, names: dict[str, object]) -> None:
    (problem,) = mistakes(source, names)
    assert problem.startswith("一, line ")
    assert said in problem


@pytest.mark.parametrize(
    "source",
    [
        "{{ organ.__class__ }}",
        "{{ organ._names }}",
        "{{ organ['_names'] }}",
        "{{ year.__init__ }}",
        "{{ ''.join }}",
        "{% set a = [organ.name] %}{{ a[0].format }}",
        "{% set a = [organ.name] %}{{ a[0].__class__ }}",
        "{% set a = [organ] %}{{ a[0]._names }}",
        "{{ disclosure.permits.decisions.amount }}",
        "{% set a = [disclosure.permits.decisions] %}{{ a[0].amount }}",
        "{% set a = [disclosure.permits.decisions] %}{{ a[0]['cells'] }}",
        "{% set a = [1] %}{{ a.append }}",
        "{% for a in [1] %}{{ loop.cycle }}{% endfor %}",
        "{{ organ.name.upper() }}",
        "{{ range(3) }}",
        "{{ cycler(1) }}",
        "{{ lipsum() }}",
        "{{ namespace(a=1) }}",
        "{{ dict(a=1) }}",
        "{{ self }}",
        "{{ {'a': 1} }}",
        "{{ 9 ** 9 }}",
        "{% include 'a' %}",
        "{% import 'a' as b %}",
        "{% from 'a' import b %}",
        "{% extends 'a' %}",
        "{% block a %}{% endblock %}",
        "{% macro a() %}{% endmacro %}",
        "{% call a() %}{% endcall %}",
        "{% filter sentence %}{% endfilter %}",
        "{% with a = 1 %}{% endwith %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% do 1 %}",
        "{% for a in [[1]] recursive %}{% endfor %}",
        "{% set organ.name = 1 %}",
        "{% if false %}{{ organ.name.upper() }}{% endif %}",
        "{{ [1] | map('upper') }}",
        "{{ organ | attr('_names') }}",
        "{{ '<b>' | safe }}",
    ],
)
def test_the_sandbox_has_no_way_out(source: str, names: dict[str, object]) -> None:
    assert mistakes(source, names)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("{% for a in local %}{% for b in local %}" * 8 + "{% endfor %}{% endfor %}" * 8, "more than 5000 rounds"),
        ("{% set a = '甲' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}", "more than 100000 characters"),
        ("{% set a = '甲' %}" + "{% set a = a + a %}" * 60 + "{{ a }}", "more than 100000 characters"),
        ("{% set a = 10 %}" + "{% set a = a * a %}" * 60 + "{{ a }}", "too large"),
        ("{% for a in local %}" + "甲" * 60_000 + "{% endfor %}", "more than 100000 characters"),
        ("甲" * 100_001, "the cell has more than 100000 characters"),
        ("{{" + "(" * 5_000 + "1" + ")" * 5_000 + "}}", "too long or nested too deeply"),
        ("{{ " + "9" * 5_000 + " }}", "too long or nested too deeply"),
        ("{% if year %}" * 200 + "{% endif %}" * 200, "too long or nested too deeply"),
        ("{{ 1e999 }}", "the number is too large"),
    ],
)
def test_nothing_runs_away(source: str, said: str, names: dict[str, object]) -> None:
    started = time.perf_counter()
    (problem,) = mistakes(source, names)
    assert said in problem
    assert time.perf_counter() - started < 5


def test_a_name_of_another_form_may_stand_in_a_branch(names: dict[str, object]) -> None:
    other = build_names(Statistics(year=2019, revision="2019"), None)
    source = "{% if year < 2021 %}{{ disclosure.normative_documents.made }}{% endif %}完"
    filled = fill_template("一", source, names, elsewhere=lambda: [other])
    assert filled.lines == [(1, "完")]
    entered = "{% if disclosure.normative_documents.made is entered %}甲{% endif %}{{ '乙' if year.made is defined }}"
    with pytest.raises(NarrativeError, match=r"year\.made is not known"):
        fill_template("一", entered, names, elsewhere=lambda: [other])


def test_a_name_of_another_form_is_an_error_where_it_is_used(names: dict[str, object]) -> None:
    other = build_names(Statistics(year=2019, revision="2019"), None)
    with pytest.raises(NarrativeError, match=r"line 2: disclosure\.normative_documents\.made is not known"):
        fill_template("一", "\n{{ disclosure.normative_documents.made }}", names, elsewhere=lambda: [other])


def test_a_name_of_another_form_was_not_entered(names: dict[str, object]) -> None:
    other = build_names(Statistics(year=2019, revision="2019"), None)
    source = """{% set made = disclosure.normative_documents.made %}
{% if made is entered %}甲{% elif made is zero %}乙{% else %}丙{% endif %}"""
    assert fill_template("一", source, names, elsewhere=lambda: [other]).lines == [(2, "丙")]


def test_reserved_characters_of_the_source_are_dropped(names: dict[str, object]) -> None:
    source = "甲\ufdd0\ufdd2\ufdd1乙{{ '\ufdd0\ufdd2\ufdd1' }}{{ year }}\x00\ufdef"
    assert fill(source, names) == "甲乙2021"


def test_windows_line_ends_are_line_ends(names: dict[str, object]) -> None:
    assert fill("甲\r\n{% if year %}\r\n乙\r\n{% endif %}\r\n", names) == "甲\n乙\n"
