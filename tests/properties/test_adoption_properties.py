"""Whatever somebody types in Word is printed as it was typed, and what nobody touched comes back as it was."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giakit import formats
from giakit.adoption.body import read_text
from giakit.adoption.package import parse_package
from giakit.adoption.prose import normal_block, read_prose
from giakit.adoption.rewrite import Cell, rewrite_cell
from giakit.content.model import Declaration, Inline, ListBlock, Paragraph, Prose, SectionPlace, Subheading
from giakit.exporters.document import Document, DocumentSection
from giakit.exporters.word import render_docx
from giakit.narrative.expressions import Expressions
from giakit.narrative.names import build_names
from giakit.narrative.render import render_narrative
from giakit.narrative.trace import lines_of
from giakit.statistics import Entry, Statistics, Value

KEY = "一/主动公开"
LINKS = st.sampled_from([None, None, None, "https://a.cn/", "https://a.cn/%28?x=1&copy;=2#甲", "mailto:a_b@c.cn"])
MARKS = "*_`[]()<>{}%#&|~!-+=.\\:：0129 \u3000\t甲乙（一）、。件，“”\n\u2028\xa0e\U00020bb7"
TEXTS = st.one_of(st.text(st.sampled_from(MARKS), max_size=24), st.text(st.characters(codec="utf-8"), max_size=12))
RUNS = st.lists(st.builds(Inline, text=TEXTS, strong=st.booleans(), href=LINKS), max_size=4)
TYPED = st.lists(st.tuples(st.sampled_from(["paragraph", "heading", "bullets", "numbers"]), RUNS), max_size=5)

BODY = """## （一）甲

{% for text in work.platforms.paragraphs %}
{{ text | sentence }}

{% endfor %}
{% if applications.received.total is entered %}
新收{{ applications.received.total }}件，**办结{{ applications.handled.total }}件**。

{% for name, figure in [("甲", applications.received.total), ("乙", fee.cases)] %}{{ name }}{{ figure }}{% endfor %}
{% else %}
无。
{% endif %}
- {{ year }}年
- [见]({{ "https://a.cn/" }})"""


@cache
def statistics() -> Statistics:
    return Statistics(
        year=2021,
        revision="2021",
        values=(
            Value(key="applications.received.total", amount=45, unit="件"),
            Value(key="applications.handled.total", amount=44, unit="件"),
            Value(key="fee.cases", amount=0, unit="件"),
        ),
        entries=(Entry(key="work.platforms", text="栏目*按月*检查。\n1. 专人{{维护}}"),),
    )


def blocks_of(typed) -> tuple:
    """Return blocks as Word's paragraphs make them: without control characters and empty ones."""
    from giakit.adoption.body import WordParagraph
    from giakit.adoption.lists import ListPlace
    from giakit.adoption.runs import RunReader

    paragraphs = []
    for number, (kind, runs) in enumerate(typed):
        reader = RunReader(None, {})
        reader._runs = list(runs)
        listed = kind in {"bullets", "numbers"}
        place = ListPlace(number, 0, kind, begins=True) if listed else None
        paragraphs.append(WordParagraph(reader.lines, level=2 if kind == "heading" else None, place=place))
    return tuple(map(normal_block, read_prose(paragraphs).blocks))


def render(body):
    prose = render_narrative(KEY, body, names(), formats.for_year(2021))
    return tuple(map(normal_block, prose.blocks))


@cache
def names():
    return build_names(statistics(), None)


@cache
def expressions():
    return Expressions(names())


def rewritten(blocks, body):
    cell = Cell(KEY, f"%%narrative {KEY}\n{body}", blocks, render, names(), expressions(), statistics())
    return rewrite_cell(cell).source.partition("\n")[2]


@given(TYPED)
@settings(deadline=None, max_examples=80)
def test_whatever_is_typed_is_printed_as_it_was_typed(typed):
    blocks = blocks_of(typed)
    source = rewritten(blocks, "旧的一段。")
    prose = render_narrative(KEY, source, names(), formats.for_year(2021))
    assert tuple(map(normal_block, prose.blocks)) == blocks
    assert prose.findings == ()


@given(TYPED, st.lists(st.integers(0, 6), max_size=6), st.integers(0, 6))
@settings(deadline=None, max_examples=25)
def test_any_edit_of_a_template_prints_what_was_edited(typed, kept, place):
    before = render(BODY)
    chosen = [before[number] for number in kept if number < len(before)]
    blocks = (*chosen[:place], *blocks_of(typed), *chosen[place:])
    assert render(rewritten(blocks, BODY)) == blocks


@given(TYPED)
@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow])
def test_an_untouched_document_says_what_was_printed(typed):
    blocks = blocks_of(typed)
    place = SectionPlace(numeral="一", heading="一、总体情况")
    facts = {"name": "甲", "full_name": "甲", "year": 2021, "revision": "2021", "notice": "", "title": "甲2021年报告"}
    declaration = Declaration(**facts, key="jia", sections=(place,))
    report = Document(declaration, (), (DocumentSection(place, (Prose(key=KEY, blocks=blocks),)),))
    found = read_text(parse_package(render_docx(report)))
    prose = read_prose([each for each in found.items if each.marks and each.marks[0].is_narrative])
    assert prose.problems == []
    assert tuple(map(normal_block, prose.blocks)) == blocks
    assert all(lines_of(each) for each in blocks)
    assert all(isinstance(each, Paragraph | Subheading | ListBlock) for each in blocks)
