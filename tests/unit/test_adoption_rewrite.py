"""A narrative cell rewritten for edited prose: what is unchanged keeps its template, figures stay expressions."""

from __future__ import annotations

import pytest

from giakit import formats
from giakit.adoption.prose import normal_block
from giakit.adoption.rewrite import Cell, rewrite_cell
from giakit.content.model import Inline, ListBlock, Paragraph, Subheading
from giakit.narrative.expressions import Expressions
from giakit.narrative.names import build_names
from giakit.narrative.render import render_narrative

KEY = "一/依申请公开"
BODY = """## （二）依申请公开

{% for text in work.platforms.paragraphs %}
{{ text | sentence }}

{% endfor %}
{% if applications.received.total is entered %}
本年度新收申请{{ applications.received.total }}件，办结{{ applications.handled.total }}件。

{% set outcomes = [("予以公开", applications.granted.total), ("部分公开", applications.partly_granted.total)] %}
其中{% for name, figure in outcomes %}{{ name }}{{ figure }}件{% if not loop.last %}、{% endif %}{% endfor %}。
{% endif %}

{% if remedies.after_total is positive %}
复议后起诉{{ remedies.after_total }}件。
{% endif %}"""
FIGURES = {
    "applications__received__total": 45,
    "applications__handled__total": 44,
    "applications__granted__total": 20,
    "applications__partly_granted__total": 5,
}


@pytest.fixture
def rewrite(make_statistics):
    """Return what rewrites the cell for edits of its paragraphs' texts, and what it printed."""
    statistics = make_statistics(**FIGURES)
    names = build_names(statistics, None)
    form = formats.for_year(2021)

    def render(body):
        return tuple(map(normal_block, render_narrative(KEY, body, names, form).blocks))

    def rewritten(change, body=BODY):
        blocks = tuple(change(list(render(body))))
        result = rewrite_cell(
            Cell(
                key=KEY,
                source=f"%%narrative {KEY}\n{body}",
                blocks=blocks,
                render=render,
                names=names,
                expressions=Expressions(names),
                statistics=statistics,
            )
        )
        magic, _, new = result.source.partition("\n")
        assert magic == f"%%narrative {KEY}"
        assert render(new) == blocks
        return new, [(each.before, each.after) for each in result.changed]

    return rewritten


def said(text, *, strong=False):
    return Paragraph(type="paragraph", inlines=(Inline(text=text, strong=strong),))


def replacing(number, old, new):
    def change(blocks):
        text = blocks[number].inlines[0].text
        assert old in text
        blocks[number] = said(text.replace(old, new))
        return blocks

    return change


def test_nothing_edited_leaves_the_source_as_it_is(rewrite):
    assert rewrite(lambda blocks: blocks) == (BODY, [])


def test_one_edited_paragraph_leaves_every_other_line(rewrite):
    new, changed = rewrite(replacing(3, "本年度新收申请", "我镇全年共收到申请"))
    expected = BODY.replace("本年度新收申请", "\n我镇全年共收到申请")
    assert new == expected
    assert changed == []


def test_an_edited_loop_keeps_its_figures_by_name(rewrite):
    new, _ = rewrite(replacing(4, "其中", "结果为："))
    assert (
        "结果为：予以公开{{ applications.granted.total }}件、部分公开{{ applications.partly_granted.total }}件。" in new
    )
    assert "{% set outcomes" in new
    assert "{% if applications.received.total is entered %}" in new


def test_other_paragraphs_of_an_edited_loop_stay_those_of_the_workbook(rewrite):
    new, _ = rewrite(replacing(1, "按月", "按周"))
    assert "镇网站栏目按周检查。\n\n{{ work.platforms.paragraphs[1] | sentence }}" in new
    assert "{% for text in work.platforms" not in new


def test_a_new_paragraph_stands_beside_the_template(rewrite):
    new, _ = rewrite(lambda blocks: [*blocks[:3], said("*甲*\u2028# 六、".replace("\u2028", "")), *blocks[3:]])
    assert new == BODY.replace(
        "{% endfor %}\n{% if applications", "{% endfor %}\n\n\\*甲\\*\\# 六、\n\n{% if applications", 1
    )


def test_a_paragraph_put_into_a_loop_divides_it(rewrite):
    new, _ = rewrite(lambda blocks: [*blocks[:2], said("新的一段。"), *blocks[2:]])
    assert "paragraphs[0] | sentence }}\n\n新的一段。\n\n{{ work.platforms.paragraphs[1]" in new


def test_deleted_paragraphs_are_gone_and_conditions_stay(rewrite):
    new, changed = rewrite(lambda blocks: blocks[:3])
    assert "本年度" not in new
    assert "{% if remedies.after_total is positive %}" in new
    assert changed == []


def test_an_emptied_cell_keeps_what_prints_nothing_now(rewrite):
    new, _ = rewrite(lambda _: [])
    assert "{% if remedies.after_total is positive %}" in new


def test_a_moved_paragraph_keeps_its_figures(rewrite):
    new, changed = rewrite(lambda blocks: [blocks[0], blocks[3], *blocks[1:3], blocks[4]])
    assert "本年度新收申请{{ applications.received.total }}件" in new
    assert changed == []


def test_a_changed_figure_is_told(rewrite):
    _, changed = rewrite(replacing(3, "45", "46"))
    assert changed == [("45", "46")]


def test_a_figure_of_a_loop_is_told_too(rewrite):
    _, changed = rewrite(replacing(4, "20", "21"))
    assert changed == [("20", "21")]


def test_a_rewritten_clause_with_another_number_is_no_changed_figure(rewrite):
    new, changed = rewrite(replacing(3, "办结44件", "网上提交30件"))
    assert changed == []
    assert "{{ applications.received.total }}件，网上提交30件。" in new


def test_a_figure_that_was_moved_within_its_paragraph_stays_one(rewrite):
    new, changed = rewrite(replacing(3, "新收申请45件，办结44件", "办结44件，新收申请45件"))
    assert changed == []
    assert "办结{{ applications.handled.total }}件" in new
    assert "新收申请{{ applications.received.total }}件" in new


def test_a_new_sentence_that_says_which_figure_it_means_gets_it(rewrite):
    new, _ = rewrite(lambda blocks: [*blocks, said("我镇2021年共办结申请44件，培训44人次。")])
    assert "共办结申请44件，培训44人次。\n\n{% if" in new  # the number stands there twice
    new, _ = rewrite(lambda blocks: [*blocks, said("2021年，我镇全年办结政府信息公开申请44件。")])
    assert "{{ year }}年，我镇全年办结政府信息公开申请{{ applications.handled.total }}件。" in new


def test_a_number_that_only_happens_to_be_a_figure_stays_a_number(rewrite):
    new, _ = rewrite(lambda blocks: [*blocks, said("开展培训45人次。")])
    assert "{% endif %}\n\n开展培训45人次。\n\n{% if" in new  # somebody's own words, under no condition


def test_sub_headings_lists_and_styles_are_written(rewrite):
    heading = Subheading(type="heading", inlines=(Inline(text="（六）其他"),))
    listed = ListBlock(type="list", ordered=True, items=((Inline(text="甲", strong=True),), (Inline(text="- 乙"),)))
    linked = Paragraph(type="paragraph", inlines=(Inline(text="见"), Inline(text="专栏", href="https://a.cn/?a=1&b=2")))
    new, _ = rewrite(lambda blocks: [*blocks, heading, listed, linked])
    assert "## （六）其他\n\n1. **甲**\n2. \\- 乙\n\n见[专栏](<https://a.cn/?a=1\\&b=2>)\n\n{% if" in new


def test_split_and_joined_paragraphs_keep_their_figures(rewrite):
    def split(blocks):
        first, second = blocks[3].inlines[0].text.split("，")
        return [*blocks[:3], said(f"{first}。"), said(second), *blocks[4:]]

    new, changed = rewrite(split)
    assert "新收申请{{ applications.received.total }}件。\n\n办结{{ applications.handled.total }}件。" in new
    joined, _ = rewrite(lambda blocks: [*blocks[:3], said(blocks[3].inlines[0].text + blocks[4].inlines[0].text)])
    assert "{{ applications.handled.total }}件。其中予以公开{{ applications.granted.total }}件" in joined
    assert changed == []


@pytest.mark.parametrize(
    "body",
    [
        "甲{% if applications.received.total is entered %}乙\n\n丙{% endif %}丁\n\n戊",
        "甲\n{% if applications.received.total is entered %}\n乙\n{% endif %}\n丙\n\n丁",
        "{% for line in local %}- {{ line.item }}\n{% endfor %}- 乙\n\n丙",
        "{% set text %}甲\n\n乙{% endset %}{{ text }}\n\n丙",
        "甲\r\n\r\n乙\u2028丙",
        "{# 注\n释 #}甲\n\n{{ applications.received.total\n}}件\n\n乙",
        "{% raw %}{{ 甲 }}{% endraw %}\n\n乙",
        "",
    ],
)
def test_any_template_can_be_edited_anywhere(rewrite, body):
    count = len(body and rewrite(lambda blocks: blocks, body)[0])
    for number in range(4):

        def change(blocks, number=number):
            number = min(number, len(blocks))
            return [*blocks[:number], said("新"), *blocks[number + 1 :]]

        assert "新" in rewrite(change, body)[0]
    assert count or not body
