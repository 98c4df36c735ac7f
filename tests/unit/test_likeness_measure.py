"""How alike two texts are: by common runs, wherever they stand."""

from __future__ import annotations

import numpy as np
import pytest

from giakit.likeness import measure
from giakit.likeness.measure import find_alike, find_longest_passage, measure_likeness
from giakit.likeness.terms import shorten_terms

FIRST = "圩堤加固和排灌站改造列入民生实事，进度每月一报"
SECOND = "汛期水位和开闸时间由广播和网页同时发布"
OTHER = "安置小区抽签选房全过程直播，房源表和结果当晚上网"


def test_the_same_text_is_wholly_alike_and_another_not_at_all():
    assert measure_likeness(FIRST, FIRST) == 1
    assert measure_likeness(FIRST, OTHER) == 0
    assert measure_likeness("", "") == 0
    assert measure_likeness("无", "无") == 0


def test_sentences_in_another_order_are_found():
    likeness = measure_likeness(f"{FIRST}。{SECOND}", f"{SECOND}。{FIRST}")
    assert likeness > 0.95


def test_sentences_run_together_are_found():
    assert measure_likeness(f"{FIRST}。{SECOND}", f"{FIRST}，{SECOND}") > 0.95


def test_a_copy_with_words_changed_stays_alike():
    changed = FIRST.replace("列入", "纳入").replace("一报", "一通报")
    assert 0.5 < measure_likeness(FIRST, changed) < 1


def test_half_a_copy_is_half_alike():
    assert measure_likeness(f"{FIRST}。{SECOND}", f"{FIRST}。{OTHER}") == pytest.approx(len(FIRST) / 43, abs=0.03)


def test_an_expression_in_common_is_no_copy():
    one, other = map(shorten_terms, ("做好政府信息公开工作，回应关切", "推进政府信息公开工作，培训人员"))
    assert measure_likeness(one, other) == 0


def test_the_longest_passage_in_common_is_shown():
    assert find_longest_passage(f"{OTHER}。{FIRST}", f"{SECOND}。{FIRST}") == f"。{FIRST}"
    assert find_longest_passage(FIRST, FIRST) == FIRST


def test_the_nearest_of_each_text_are_listed_and_all_are_counted():
    found = find_alike([FIRST] * 5 + [OTHER], 0.5, nearest=1)
    assert found.total == 10
    assert [(each.one, each.other) for each in found.nearest] == [(0, 1), (0, 2), (0, 3), (0, 4)]
    assert {each.likeness for each in found.nearest} == {1.0}


def test_the_nearest_are_the_same_however_often_they_are_sorted_out(monkeypatch):
    texts = [f"{FIRST[:place]}。{SECOND}。{OTHER[place:]}" for place in range(20)]
    at_once = find_alike(texts, 0.4, nearest=2)
    monkeypatch.setattr(measure, "_MOST_WAITING", 1)
    assert find_alike(texts, 0.4, nearest=2) == at_once


def test_runs_of_equal_hash_would_be_told_by_their_length_only_where_texts_end():
    # The end of one text and the beginning of the next make no run.
    found = find_alike([FIRST[:5], FIRST[5:], FIRST], 0.01, nearest=3)
    assert all({each.one, each.other} == {1, 2} for each in found.nearest)


def test_rare_characters_have_runs_too():
    text = "𠮷野家牌坊𬍛璃瓦修缮公示情况"
    assert find_alike([text, text], 0.9, nearest=1).total == 1


def test_nothing_is_alike_where_there_is_nothing():
    assert find_alike([], 0.5, 3) == (0, [])
    assert find_alike(["", "", "短"], 0.5, 3) == (0, [])
    assert isinstance(find_alike([FIRST, FIRST], 0.5, 3).total, int | np.integer)
