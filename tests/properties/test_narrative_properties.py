"""What holds of narrative for any text: values are never structure, no word is lost, nothing raises."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from giakit.content.model import Block, Inline, ListBlock
from giakit.errors import NarrativeError
from giakit.formats import for_revision
from giakit.narrative.figure import Figure, add_up, percentage
from giakit.narrative.filters import write_ordinal
from giakit.narrative.markdown import parse_prose
from giakit.narrative.places import Substitutions
from giakit.narrative.render import render_narrative
from giakit.narrative.words import Passage, end_sentence, flatten, strip_unprinted

MARKUP = "*_`#>-+.)([]{}<>!|~\\&;:=/\"'%@ \t\n\r　0123456789abc甲乙丙，。“”（）\u2028\ufdd0\ufdd1\ufdd2\ufdef\x00\x1b"
markdown = st.text(st.sampled_from(MARKUP), max_size=80) | st.text(max_size=40)
CHINESE_PUNCTUATION = [
    char
    for char in map(chr, [*range(0x2010, 0x2028), *range(0x3001, 0x3030), *range(0xFF01, 0xFF66)])
    if unicodedata.category(char).startswith("P")
]

unhurried = settings(deadline=None)  # the first example imports and compiles what the others find ready

# Every place a value can stand in, among every block and inline that narrative knows.
TEMPLATE = """## {{ value }}

{{ value }}

甲{{ value }}乙
{{ value }}
丙

- {{ value }}
- **{{ value }}**{{ value }}

1. {{ value }}

[{{ value }}](https://www.gov.cn)

{% set lead %}**一是**{{ value }}{% endset %}
{{ lead }}

{{ value ~ value }}
"""


def shape(blocks: tuple[Block, ...]) -> list[object]:
    """Return blocks without their words."""
    found: list[object] = []
    for block in blocks:
        runs = block.items if isinstance(block, ListBlock) else (block.inlines,)
        found.append((block.type, [[(each.strong, each.href) for each in run] for run in runs]))
    return found


def inlines(blocks: tuple[Block, ...]) -> list[Inline]:
    return [
        each
        for block in blocks
        for run in (block.items if isinstance(block, ListBlock) else (block.inlines,))
        for each in run
    ]


@unhurried
@given(markdown)
@example("*甲*\n# 六、")
@example("{{ year }}{% for %}")
@example("](javascript:alert(1))[")
@example("\ufdd0\ufdd2\ufdd1")
def test_a_value_never_changes_the_structure(value: str) -> None:
    expected = render_narrative("一", TEMPLATE, {"value": "值"}, for_revision("2021"))
    prose = render_narrative("一", TEMPLATE, {"value": f"值{value}值"}, for_revision("2021"))
    assert shape(prose.blocks) == shape(expected.blocks)
    assert prose.findings == ()
    assert prose.blocks[1].inlines[0].text == flatten(f"值{value}值")  # type: ignore[union-attr]


@unhurried
@given(markdown)
def test_a_passage_never_changes_the_structure(value: str) -> None:
    passage = Passage(f"值{value}值")
    prose = render_narrative("一", "甲{{ value }}乙", {"value": passage}, for_revision("2021"))
    assert [each.text for each in inlines(prose.blocks)] == [f"甲{passage}乙"]


@unhurried
@given(markdown, markdown)
def test_a_value_never_escapes_a_link(before: str, after: str) -> None:
    source = "[官网]({{ before }}www.gov.cn{{ after }})"
    prose = render_narrative("一", source, {"before": before, "after": after}, for_revision("2021"))
    (link,) = inlines(prose.blocks)
    assert link.text == "官网"
    assert link.href is None or re.match(r"https?://|mailto:|tel:", link.href)
    assert (link.href is None) == bool(prose.findings)


@unhurried
@given(st.lists(markdown, max_size=4).map("\n".join))
@example("\ufdd0\ufdd2\ufdd1" + "\ufdd0" + "\ufdd5" * 5000 + "\ufdd1")
def test_reading_never_raises_and_never_loses_a_word(text: str) -> None:
    blocks, _ = parse_prose(text, Substitutions())
    printed = "".join(each.text + unquote(each.href or "") for each in inlines(blocks))
    refused = re.sub(r"\]\(.*", "", text, flags=re.DOTALL)  # an address that is no link's is in its finding
    for word in "甲乙丙":
        assert printed.count(word) >= refused.count(word)


@unhurried
@given(markdown)
def test_printed_text_is_one_line_without_characters_that_act(text: str) -> None:
    try:
        prose = render_narrative("一", text, {}, for_revision("2021"))
    except NarrativeError:
        return
    for each in inlines(prose.blocks):
        assert each.text
        assert not re.search("[\x00-\x1f\x7f\ufdd0-\ufdef]", each.text)


@unhurried
@given(markdown.filter(lambda text: not re.search("[{][{%#]|[%#}][}]", strip_unprinted(text))))
def test_any_text_without_tags_is_a_narrative(text: str) -> None:
    render_narrative("一", text, {}, for_revision("2021"))


@unhurried
@given(st.text("{}%#'\"()[]|.~+-*/ ifornset甲a1\n", max_size=40))
def test_a_template_is_filled_in_or_refused_in_words(source: str) -> None:
    try:
        render_narrative("一", source, {"a": "甲", "n": Figure(Decimal(3))}, for_revision("2021"))
    except NarrativeError as error:
        assert str(error).startswith("一，第 ")  # noqa: PT017 - most sources are fine or refused, at random


@unhurried
@given(st.sampled_from(CHINESE_PUNCTUATION), st.sampled_from(CHINESE_PUNCTUATION), st.sampled_from("甲a1，。"))
def test_strong_works_beside_any_chinese_punctuation(first: str, last: str, outer: str) -> None:
    blocks, findings = parse_prose(f"{outer}**{first}乙{last}**{outer}", Substitutions())
    assert [(each.text, each.strong) for each in inlines(blocks)] == [
        (outer, False),
        (f"{first}乙{last}", True),
        (outer, False),
    ]
    assert findings == []


amounts = st.decimals(-(10**9), 10**9, places=2)
figures = st.builds(Figure, st.none() | amounts, st.just("件"), st.just("number"))


@unhurried
@given(st.lists(figures, min_size=1, max_size=8))
def test_a_sum_is_blank_only_if_every_member_is(members: list[Figure]) -> None:
    entered = [each.amount for each in members if each.amount is not None]
    assert add_up(members).amount == (sum(entered) if entered else None)


@unhurried
@given(figures, figures)
def test_a_blank_is_in_no_order(left: Figure, right: Figure) -> None:
    relations = [left < right, left == right, left > right]
    assert sum(relations) == (left.amount is not None and right.amount is not None)
    assert (left != right) == (sum(relations) == 1 and not relations[1])


@unhurried
@given(amounts, amounts.filter(bool), st.integers(0, 4))
def test_percentages_are_right_to_the_last_decimal(part: Decimal, whole: Decimal, digits: int) -> None:
    printed = str(percentage(part, whole, digits))
    assert abs(Decimal(printed.removesuffix("%")) - part / whole * 100) <= Decimal("0.5").scaleb(-digits) * (
        1 + Decimal("1e-20")
    )
    assert re.fullmatch(rf"-?\d+\.\d{{{digits}}}%" if digits else r"-?\d+%", printed)


@unhurried
@given(st.integers(1, 99))
def test_ordinals_read_back(number: int) -> None:
    text = write_ordinal(number)
    tens, _, ones = text.rpartition("十") if "十" in text else ("", "", text)
    numerals = "〇一二三四五六七八九"
    value = (numerals.index(tens or "一") * 10 if "十" in text else 0) + (numerals.index(ones) if ones else 0)
    assert value == number


@unhurried
@given(markdown)
def test_ending_a_sentence_twice_changes_nothing(text: str) -> None:
    assert end_sentence(end_sentence(text)) == end_sentence(text)


@pytest.mark.parametrize("number", [0, 100, -1])
def test_there_are_no_other_ordinals(number: int) -> None:
    with pytest.raises(NarrativeError):
        write_ordinal(number)
