"""What holds of likeness whatever the texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from giakit.likeness.compare import compare_words
from giakit.likeness.measure import find_alike, measure_likeness
from giakit.likeness.neutral import Neutralizer
from giakit.likeness.rules import load_rules
from giakit.likeness.words import OwnWords

# Few characters and whole phrases, so that texts have much in common.
PHRASES = ("公开栏每季更换", "更新不够及时，栏目少", "甲乙丙丁", "甲", "×", "。", "进度每月一报并配现场照片", "𠮷")
TEXTS = st.lists(st.sampled_from(PHRASES), max_size=12).map("".join)
NAMES = st.sampled_from(("龙村镇", "柳渡镇", "松陂乡", "澄波街道"))
FIGURES = st.one_of(
    st.integers(0, 10**7).map(str),
    st.integers(0, 10**7).map("{:,}".format),
    st.integers(0, 99999).map(lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))),
    st.sampled_from(("三十", "一百二十三", "两千余", "十几")),
)
YEARS = st.sampled_from(("2021年", "２０２０年", "二〇二二年", "二○一九年"))
PLACES = ("一/主动公开", "五")


@given(TEXTS, TEXTS)
def test_it_is_the_same_both_ways_and_a_share(one: str, other: str) -> None:
    likeness = measure_likeness(one, other)
    assert likeness == measure_likeness(other, one)
    assert 0 <= likeness <= 1


@given(TEXTS)
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert measure_likeness(text, text) == (len(text) >= load_rules().shortest_run)


@given(st.lists(TEXTS, max_size=8))
def test_all_at_once_is_as_two_by_two(texts: list[str]) -> None:
    found = find_alike(texts, 0.2, nearest=99)
    expected = [
        (one, other, likeness)
        for one in range(len(texts))
        for other in range(one + 1, len(texts))
        if (likeness := measure_likeness(texts[one], texts[other])) >= 0.2
    ]
    assert sorted(found.nearest) == expected
    assert found.total == len(expected)


@given(st.lists(st.tuples(NAMES, YEARS, FIGURES), min_size=2, max_size=2))
def test_only_names_years_and_figures_differ_so_nothing_does(filled: list[tuple[str, str, str]]) -> None:
    neutral = Neutralizer(("龙村镇", "柳渡镇", "松陂乡", "澄波街道办事处", "澄波街道"))
    text = "{1}，{0}发布信息{2}条，{0}的公开栏更换{2}次，栏目更新不够及时。"
    one, other = ("。".join(neutral.sentences(text.format(*each))) for each in filled)
    assert measure_likeness(one, other) == 1


WORDS = st.lists(st.dictionaries(st.sampled_from(PLACES), st.lists(TEXTS, min_size=1, max_size=4)), max_size=6)


@given(WORDS, st.randoms(use_true_random=False))
def test_the_order_of_organs_does_not_matter(sentences: list[dict[str, list[str]]], random) -> None:
    organs = [
        OwnWords(organ=f"第{place}镇", year=2021, sentences={key: tuple(texts) for key, texts in each.items()})
        for place, each in enumerate(sentences)
    ]
    before = [each.model_copy(update={"year": 2020}) for each in organs[::2]]
    expected = compare_words(organs, before, 0.3)
    random.shuffle(organs)
    random.shuffle(before)
    assert compare_words(organs, before, 0.3) == expected
