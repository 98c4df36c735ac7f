"""A narrative cell becomes declared prose."""

from __future__ import annotations

import pytest

from giakit import formats
from giakit.content.model import Inline, ListBlock, Paragraph, Prose, Subheading, parse_content
from giakit.errors import NarrativeError
from giakit.narrative.names import build_names
from giakit.narrative.render import render_narrative
from giakit.statistics import Entry, Problem, Statistics, Value


def render(source: str, statistics: Statistics, previous: Statistics | None = None, key: str = "一/主动公开") -> Prose:
    return render_narrative(key, source, build_names(statistics, previous), statistics.format, first_line=2)


def town(year: int = 2021, *, received: int = 3, **texts: str) -> Statistics:
    return Statistics(
        year=year,
        revision=formats.for_year(year).revision,
        values=(Value(key="applications.received.total", amount=received, unit="件"),),
        entries=tuple(Entry(key=key.replace("__", "."), text=text) for key, text in texts.items()),
        problems=(
            Problem(problem=Entry(key="p.1", text="意识不强"), measure=Entry(key="m.1", text="加强培训")),
            Problem(problem=Entry(key="p.2", text="更新慢。"), measure=Entry(key="m.2")),
        ),
    )


def test_a_cell_becomes_blocks() -> None:
    prose = render(
        """## （一）主动公开

{{ organ.name }}全年收到申请**{{ applications.received.total }}件。**比上年
{%- set change = applications.received.total - previous.applications.received.total %}
{% if change is positive %}多{% else %}少{% endif %}{{ change | abs }}件。

{% for each in problems %}
- {{ loop.index | cn }}是{{ each.problem | sentence }}{{ each.measure | sentence }}
{% endfor %}
""",
        town(organ__name="龙村镇"),
        town(2020, received=1),
    )
    assert prose == Prose(
        key="一/主动公开",
        blocks=(
            Subheading(type="heading", inlines=(Inline(text="（一）主动公开"),)),
            Paragraph(
                type="paragraph",
                inlines=(
                    Inline(text="龙村镇全年收到申请"),
                    Inline(text="3件。", strong=True),
                    Inline(text="比上年多2件。"),
                ),
            ),
            ListBlock(
                type="list",
                items=((Inline(text="一是意识不强。加强培训。"),), (Inline(text="二是更新慢。"),)),
            ),
        ),
    )


def test_prose_survives_json() -> None:
    prose = render("`{{ organ.name }}`\n\n{{ applications.carried_in.total }}", town(organ__name="甲"))
    assert len(prose.findings) == 2
    assert parse_content(prose.model_dump(mode="json")) == prose


def test_an_organs_name_cannot_become_structure() -> None:
    prose = render("{{ organ.name }}\n\n## {{ organ.name }}", town(organ__name="*甲*\n# 六、"))
    (paragraph, heading) = prose.blocks
    assert paragraph == Paragraph(type="paragraph", inlines=(Inline(text="*甲* # 六、"),))
    assert heading == Subheading(type="heading", inlines=(Inline(text="*甲* # 六、"),))
    assert prose.findings == ()


@pytest.mark.parametrize(
    "text",
    ["{{ year }}", "{% if %}", "- 甲", "1. 甲", "> 甲", "```", "---", "[甲](javascript:1)", "<b>", "&amp;", "\\*"],
)
def test_a_text_of_the_workbook_prints_as_it_stands(text: str) -> None:
    prose = render("{{ work.platforms }}\n\n甲{{ work.platforms }}乙", town(work__platforms=text))
    printed = [block.inlines for block in prose.blocks if isinstance(block, Paragraph)]
    assert printed == [(Inline(text=text),), (Inline(text=f"甲{text}乙"),)]
    assert prose.findings == ()


def test_a_blank_text_prints_nothing() -> None:
    assert render("{{ work.platforms }}\n\n", town()).blocks == ()
    assert len(render("甲。\n{{ work.platforms }}\n乙。", town()).blocks) == 1
    assert render("{% if work.platforms %}有{% endif %}", town()).blocks == ()


def test_findings_name_the_line_of_the_cell() -> None:
    prose = render("{% for each in problems %}\n{{ each.problem }}\n\n{% endfor %}\n`甲`", town())
    assert [each.problem.args["line"] for each in prose.findings] == ["6"]


def test_a_master_serves_every_form() -> None:
    source = """{% if disclosure.normative_documents.made is entered %}
新制作{{ disclosure.normative_documents.made }}件
{% elif disclosure.normative_documents.issued is entered %}
制发{{ disclosure.normative_documents.issued }}件
{% endif %}
{% set before = previous.disclosure.normative_documents.issued %}
{% if before is entered %}（上年{{ before }}件）{% endif %}"""
    value = Value(key="disclosure.normative_documents.issued", amount=2)
    this_year = Statistics(year=2021, revision="2021", values=(value,))
    last_year = Statistics(year=2020, revision="2019")
    assert render(source, this_year, last_year).blocks[0].inlines[0].text == "制发2件"  # type: ignore[union-attr]
    later = Statistics(year=2022, revision="2021", values=(value,))
    assert render(source, later, this_year).blocks[0].inlines[0].text == "制发2件（上年2件）"  # type: ignore[union-attr]
    value = Value(key="disclosure.normative_documents.made", amount=5)
    earlier = Statistics(year=2020, revision="2019", values=(value,))
    assert render(source, earlier).blocks[0].inlines[0].text == "新制作5件"  # type: ignore[union-attr]


def test_the_key_is_checked_and_put_in_order() -> None:
    assert render("甲", town(), key=" 一／政府信息公开平台建设").key == "一/平台建设"
    with pytest.raises(NarrativeError, match="一/主动公开"):
        render("甲", town(), key="一/主动公幵")


def test_messages_are_chinese_unless_told_otherwise() -> None:
    with pytest.raises(NarrativeError) as caught:
        render("{{ organ.nam }}", town())
    assert str(caught.value).startswith("一/主动公开，第 2 行：")
