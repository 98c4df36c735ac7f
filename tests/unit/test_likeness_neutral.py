"""Sentences without figures, dates, addresses and names of organs; what only looks like one stays."""

from __future__ import annotations

import pytest

from giakit.likeness.neutral import Neutralizer

COUNTY = (
    "龙村镇",
    "龙村镇人民政府",
    "柳渡镇",
    "云泽县柳渡镇人民政府",
    "县教育局",
    "云泽县教育局",
    "云泽县人民政府澄波街道办事处",
)


def neutral(text: str, names: tuple[str, ...] = COUNTY) -> str:
    return "|".join(Neutralizer(names).sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二〇二一年发布1,234件", "×年发布×件"),
        ("２０２１年发布１，２３４件", "×年发布×件"),
        ("2021年1月1日至12月31日", "×年×月×日至×月×日"),
        ("同比增长百分之三十", "同比增长×"),
        ("同比增长30%", "同比增长×"),
        ("占百分之十二点五", "占×"),
        ("支出24.82万元", "支出×元"),
        ("支出248200元", "支出×元"),
        ("发布三千余条", "发布×条"),
        ("发布3000多条", "发布×条"),
        ("办理第12次会议和二十三件建议", "办理第×次会议和×件建议"),
        ("电话0000-1234567", "电话×-×"),
        ("见www.longcun.gov.cn/xxgk/列表", "见×列表"),
        ("信箱office@longcun.example有人看", "信箱×有人看"),
    ],
)
def test_figures_dates_and_addresses_go(text, expected):
    assert neutral(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "进一步统一发布口径",
        "一次性告知",
        "一致同意",
        "一网通办，双随机一公开",
        "十四五期间",
        "第一批",
        "千方百计",
        "三农问题",
    ],
)
def test_numerals_within_words_stay(text):
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("龙村镇发布信息", "×发布信息"),
        ("龙村镇人民政府发布信息", "×发布信息"),
        ("龙 村 镇 政府发布信息", "×发布信息"),
        ("云泽县柳渡镇与柳渡镇党委", "×与×"),
        ("云泽县出台办法", "×出台办法"),  # the county that full names begin with
        ("澄波街道办事处在云泽县人民政府澄波街道办事处", "澄波×在×"),
        ("县教育局面向社会", "×面向社会"),
        ("我镇、本局和全县", "×、×和×"),
        ("镇政府和街道办事处", "×和×"),
    ],
)
def test_names_of_organs_go(text, expected):
    assert neutral(text) == expected


@pytest.mark.parametrize("text", ["县教育局面一新", "打开教育局面", "县教育局部调整"])
def test_names_within_words_stay(text):
    assert neutral(text) == text


def test_the_longer_name_wins():
    assert neutral("和平镇办理", ("平镇", "和平镇")) == "×办理"


@pytest.mark.parametrize("number", ["一是", "（二）", "三、", "第四，", "5．", "六是"])
def test_what_numbers_a_sentence_goes(number):
    assert neutral(f"{number}更新不够及时；{number}人手不足。") == "更新不够及时|人手不足"


def test_two_towns_that_copied_say_the_same():
    one = neutral("2021年，龙村镇共发布信息1,234条，其中动态三十余条，同比增长百分之五。")
    other = neutral("二〇二〇年，我镇共发布信息56条，其中动态8条，同比增长12.5%。")
    assert one.replace("龙村镇", "×") == other
