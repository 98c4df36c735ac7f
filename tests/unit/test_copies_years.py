"""Which typed years become expressions when narrative is adopted, and which numbers are listed for review."""

from __future__ import annotations

import pytest

from giakit.copies.typed import find_typed
from giakit.copies.years import rewrite_years


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2020年，我镇认真落实。", "{{ year }}年，我镇认真落实。"),
        ("　　2020年度，全镇共办理。", "　　{{ year }}年度，全镇共办理。"),
        ("甲。2020年全镇培训。", "甲。{{ year }}年全镇培训。"),
        ("**2020年主动公开**", "**{{ year }}年主动公开**"),
        ("- 2020年全镇培训", "- {{ year }}年全镇培训"),
        ("截至2020年底，共有5个栏目。", "截至{{ year }}年底，共有5个栏目。"),
        ("全镇截至2020年12月31日共有5个。", "全镇截至{{ year }}年12月31日共有5个。"),
        ("数据期限为2020年1月1日至2020年12月31日。", "数据期限为{{ year }}年1月1日至{{ year }}年12月31日。"),
        ("自2020年1月1日起至12月31日止。", "自{{ year }}年1月1日起至12月31日止。"),
        ("编制2020年度政府信息公开工作年度报告。", "编制{{ year }}年度政府信息公开工作年度报告。"),
        ("《龙村镇2020年政府信息公开工作年度报告》", "《龙村镇{{ year }}年政府信息公开工作年度报告》"),
        ("比2019年增加5件。", "比{{ last_year }}年增加5件。"),
        ("与2019年相比，多了。", "与{{ last_year }}年相比，多了。"),
        ("{% if x %}\n2020年，收到{{ y }}件。\n{% endif %}", "{% if x %}\n{{ year }}年，收到{{ y }}件。\n{% endif %}"),
    ],
)
def test_years_that_are_certain(before, after):
    source, found = rewrite_years(f"%%narrative 一\n{before}", 2020)
    assert source == f"%%narrative 一\n{after}"
    assert len(found) == 1


@pytest.mark.parametrize(
    "text",
    [
        "2020年5月，专区建成。",
        "2020年以来，我镇坚持公开。",
        "2020年起实行。",
        "2020年第一季度培训两次。",
        "2020年上半年培训两次。",
        "2020年、2021年连续两年。",
        "2020年至2022年三年行动。",
        "获评2020年度先进单位。",
        "2019年建成的网站继续使用。",
        "《2020年政务公开工作要点》已落实。",
        "“2020年要办好的十件事”已办结。",
        "印发云政办〔2020〕12号文件。",
        "见[公告](https://例.cn/2020年/a)。",
        "12020年的编号。",
        "2021年，我镇将继续。",
        "{% set y = '2020年' %}{{ y }}",
        "２０２０年，我镇落实。",
    ],
)
def test_years_that_are_not_certain_stay(text):
    assert rewrite_years(f"%%narrative 一\n{text}", 2020) == (f"%%narrative 一\n{text}", [])


def test_an_expression_over_several_lines_is_left_alone():
    source = "%%narrative 一\n{% set parts = [\n  '2020年',\n] %}\n2020年，好。"
    assert rewrite_years(source, 2020)[0] == source.replace("\n2020年，好", "\n{{ year }}年，好")


def test_a_cell_without_a_body_stays():
    assert rewrite_years("%%narrative 一", 2020) == ("%%narrative 一", [])


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("收到{{ applications.received.total }}件。", None),
        ("收到12件，占４.5%。", ("12件", "4.5%")),
        ("收到十二件。", ("十二件",)),
        ("投入1,200元，约30人次。", ("1200元", "约30人次")),
        ("2020年5月3日建成。", ("2020年", "5月", "3日")),
        ("{{ year }}年多办2件。", ("2件",)),
        ("依据国务院令第711号和国办发〔2021〕30号文件、《2020年要点》第3条。", None),
        ("1. 收到申请", None),
        ("电话0991-123456", ("0991", "123456")),
    ],
)
def test_typed_numbers(text, numbers):
    found = find_typed(f"%%narrative 一\n{text}")
    assert [each.numbers for each in found] == ([numbers] if numbers else [])
    assert [each.sentence for each in found] == ([text] if numbers else [])
