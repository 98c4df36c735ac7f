"""Words and expressions written as Markdown print what they are, and keep to the figures."""

from __future__ import annotations

import pytest

from giakit import formats
from giakit.content.model import ListBlock
from giakit.narrative.compose import Expression, Run, Written, escape, write_blocks
from giakit.narrative.expressions import Expressions
from giakit.narrative.names import build_names
from giakit.narrative.render import render_narrative
from giakit.narrative.trace import Printed, lines_of, trace_cell

HOSTILE = [
    "*甲*", "# 六、", "## 六", "{{ year }}", "{% if a %}", "{# 注 #}", "{", "{{", "}}", "1. 甲", "1) 甲", "12.", "- 甲",
    "+", "-", "---", "===", "> 甲", "`甲`", "```", "~~甲~~", "[甲](https://a.cn)", "[甲]: 乙", "![甲](b)", "<b>", "**",
    "&amp;", "|甲|乙|", "|-|-|", "\\", "\\*", "_甲_", "__甲__", "**甲**", "甲  ", "a_b@c.cn", "1．甲", "45% #", "##",
    "&#42;",
]  # fmt: skip


def printed(source, names=None):
    prose = render_narrative("六", source, names or {}, formats.for_year(2021))
    assert prose.findings == ()
    return prose.blocks


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["paragraph", "heading", "bullets", "numbers"])
def test_words_stay_words(text, kind):
    source = write_blocks([Written(kind, ((Run((text,)),),)), Written("paragraph", ((Run(("尾",)),),))])
    first, last = printed(source)
    assert ["".join(each.text for each in line) for line in lines_of(first)] == [text.strip()]
    assert isinstance(first, ListBlock) is (kind in {"bullets", "numbers"})
    assert not any(each.strong or each.href for line in lines_of(first) for each in line)
    assert lines_of(last)[0][0].text == "尾"


def test_styles_and_links_are_written_so_that_they_work_beside_chinese_marks():
    runs = (Run(("办件。",), strong=True), Run(("二是",)), Run(("[专栏]",), href="https://a.cn/%28?x=1&copy;=2"))
    [block] = printed(write_blocks([Written("paragraph", (runs,))]))
    assert [(each.text, each.strong, each.href) for each in block.inlines] == [
        ("办件。", True, None),
        ("二是", False, None),
        ("[专栏]", False, "https://a.cn/%28?x=1&copy;=2"),
    ]


def test_an_exclamation_mark_before_a_link_makes_no_picture_of_it():
    runs = (Run(("欢迎!",)), Run(("专栏",), href="https://a.cn/"))
    [block] = printed(write_blocks([Written("paragraph", (runs,))]))
    assert [(each.text, each.href) for each in block.inlines] == [("欢迎!", None), ("专栏", "https://a.cn/")]


def test_an_expression_beside_braces_is_read_as_one():
    runs = (Run(("{", Expression("year"), "}")),)
    [block] = printed(write_blocks([Written("paragraph", (runs,))]), {"year": 2021})
    assert block.inlines[0].text == "{2021}"


def test_neighbouring_words_are_escaped_together():
    [block] = printed(write_blocks([Written("paragraph", ((Run(("1", ". 甲")),),))]))
    assert block.type == "paragraph"
    assert escape("1. 甲") == "1\\. 甲"


def test_a_trace_tells_lines_and_expressions(make_statistics):
    names = build_names(make_statistics(applications__received__total=45), None)
    loop = "{% for each in local %}{{ each.item }}{{ each.amount }}篇{% endfor %}"
    body = f"## （一）甲\n\n{loop}\n\n共{{{{ applications.received.total }}}}件。"
    heading, looped, plain = trace_cell(body, names)
    assert (heading.lines, looped.lines, plain.lines) == ((1, 1), (3, 3), (5, 5))
    [[(_, pieces)]] = looped.runs
    assert [each if isinstance(each, str) else (each.text, each.expression) for each in pieces] == [
        ("工作动态", "each.item"),
        ("50", "each.amount"),
        "篇",
    ]
    [[(_, pieces)]] = plain.runs
    assert [each.expression for each in pieces if isinstance(each, Printed)] == ["applications.received.total"]


def test_a_value_of_a_loop_goes_by_the_name_of_its_figure(make_statistics):
    names = build_names(make_statistics(applications__granted__total=7), None)
    body = '{% for name, figure in [("甲", applications.granted.total)] %}{{ name }}{{ figure }}{% endfor %}'
    [block] = trace_cell(body, names)
    [[(_, (name, figure))]] = block.runs
    expressions = Expressions(names)
    assert expressions.of(figure) == "applications.granted.total"
    assert expressions.of(name) is None


def test_a_paragraph_of_a_text_goes_by_its_place(make_statistics):
    names = build_names(make_statistics(), None)
    body = "{% for text in work.platforms.paragraphs %}\n{{ text | sentence }}\n\n{% endfor %}"
    first, second = trace_cell(body, names)
    expressions = Expressions(names)
    assert [expressions.of(each.runs[0][0][1][0]) for each in (first, second)] == [
        "work.platforms.paragraphs[0] | sentence",
        "work.platforms.paragraphs[1] | sentence",
    ]


def test_a_calculated_figure_keeps_its_expression(make_statistics):
    names = (
        build_names(make_statistics(remedies__direct_total=1), None) if False else build_names(make_statistics(), None)
    )
    [block] = trace_cell("{{ remedies.direct_total + remedies.after_total }}件", names)
    [[(_, (value, _))]] = block.runs
    assert Expressions(names).of(value) == "remedies.direct_total + remedies.after_total"


def test_blank_values_leave_the_trace_whole(make_statistics):
    names = build_names(make_statistics(), None)
    blocks = trace_cell("{{ organ.phone }}\n\n甲\n\n- {{ organ.phone }}\n- 乙", names)
    assert [lines_of(each.block) for each in blocks] == [
        tuple(tuple(run for run, _ in line) for line in each.runs) for each in blocks
    ]
