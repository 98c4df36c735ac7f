"""Likeness across organs and years: who is alike, and what stands where nothing can be said."""

from __future__ import annotations

import pytest

from giakit.explore.alike import Year, draw_alike, rank_alike
from giakit.explore.frame import Organ
from giakit.likeness import Likeness, Pair

ORGANS = (Organ("01", "甲镇", "乡镇"), Organ("02", "乙镇", "乡镇"), Organ("03", "丙局", "县级部门"))


@pytest.fixture
def year():
    pairs = (
        Pair(key="一/主动公开", organ="01", other="02", likeness=0.999, passage="相同的话"),
        Pair(key="五", organ="01", likeness=0.8, passage="去年的话"),
        Pair(key="五", organ="03", likeness=0.6, passage="别的话"),
    )
    likeness = Likeness(year=2021, basis="", at_least=0.5, organs=3, with_last_year=3, count=3, pairs=pairs)
    return Year(likeness, frozenset({"01", "02", "03"}))


def test_pairs_are_ranked_with_organs_by_their_names(year):
    table = rank_alike(ORGANS, 2021, year)
    assert table[["机关", "相像于", "部分", "相像度"]].to_numpy().tolist() == [
        ["甲镇", "乙镇", "一/主动公开", 0.999],
        ["甲镇", "上年报告", "五", 0.8],
        ["丙局", "上年报告", "五", 0.6],
    ]


def test_a_pair_concerns_both_of_its_organs(year):
    assert rank_alike(ORGANS[1:2], 2021, year)["部分"].tolist() == ["一/主动公开"]


def test_where_nothing_is_published_there_are_no_rows():
    assert list(rank_alike(ORGANS, 2021, None).columns) == ["年度", "机关", "相像于", "部分", "相像度", "相同文字"]
    assert len(rank_alike(ORGANS, 2021, None)) == 0


def test_the_picture_says_the_highest_likeness_or_why_there_is_none(year):
    less = Year(year.likeness.model_copy(update={"pairs": ()}), frozenset({"01", "02"}))
    chart = draw_alike(ORGANS, (2020, 2021, 2022), {2021: year, 2022: less})
    assert [[cell.text for cell in row] for row in chart.data.body] == [
        ["甲镇", "未公布", "99%", "不足50%"],
        ["乙镇", "未公布", "99%", "不足50%"],
        ["丙局", "未公布", "60%", "未公布"],
    ]
    assert "甲镇：2020年未公布，2021年99%，2022年不足50%；" in chart.alt
