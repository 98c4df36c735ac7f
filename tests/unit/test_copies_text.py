"""Single pieces of the working copies: one text merged, orders, keys, parameters cells."""

from __future__ import annotations

import pytest
from nbformat import v4

from giakit.copies.cells import key_in, role_of, same_source, statutory_calls, title_of
from giakit.copies.order import merge_order
from giakit.copies.parameters_cell import fill_parameters
from giakit.copies.text import merge_text

CELL = """# 参数
town = "龙村镇"
year = 2020
workbook = [
    "甲.xlsx",
    "乙.xlsx",
]
previous = None  # 没有就留 None
charts = True"""


def code(source, *tags):
    return v4.new_code_cell(source, metadata={"tags": list(tags)})


@pytest.mark.parametrize(
    ("base", "own", "master", "merged"),
    [
        ("甲", "甲", "乙", "乙"),
        ("甲", "乙", "甲", "乙"),
        ("甲", "乙", "乙", "乙"),
        ("甲", "乙", "丙", None),
        ("甲\n乙", "甲一\n乙", "甲\n乙二", None),
        ("甲\n\n乙", "甲一\n\n乙", "甲\n\n乙二", "甲一\n\n乙二"),
        ("甲\n\n乙\n\n丙", "甲\n\n丙", "甲\n\n乙二\n\n丙", None),
        ("甲\n\n乙\n\n丙", "甲\n\n乙\n\n丙\n\n丁", "甲一\n\n乙\n\n丙", "甲一\n\n乙\n\n丙\n\n丁"),
        ("甲\n乙\n丙", "新\n甲\n乙\n丙", "甲\n乙\n丙\n末", "新\n甲\n乙\n丙\n末"),
        ("甲", "甲\n我", "甲\n它", None),
        ("甲", "", "甲二", None),
        ("", "我", "", "我"),
    ],
)
def test_texts_merge_by_lines_that_do_not_meet(base, own, master, merged):
    assert merge_text(base, own, master) == merged


@pytest.mark.parametrize(
    ("own", "master", "base", "merged"),
    [
        ("abc", "abc", "abc", "abc"),
        ("axbc", "abc", "abc", "axbc"),
        ("abc", "anbc", "abc", "anbc"),
        ("axbc", "anbc", "abc", "axnbc"),
        ("xyabc", "nabc", "abc", "xynabc"),
        ("abcx", "acb", "abc", "acxb"),
        ("bacx", "abnc", "abc", "bnacx"),
        ("bac", "cab", "abc", "bac"),
        ("", "abc", "", "abc"),
        ("xy", "", "", "xy"),
    ],
)
def test_orders_merge(own, master, base, merged):
    assert "".join(merge_order(own, master, base)) == merged


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("%%narrative 一/主动公开\n正文", "一/主动公开"),
        ("%%narrative  一 ／ 主动公开 \n", "一/主动公开"),
        ("%%narrative\n正文", ""),
        ("%narrative 一", None),
        ("report.show()\n%%narrative 一", None),
    ],
)
def test_keys(source, key):
    assert key_in(source) == key


def test_roles_and_titles():
    cells = [
        code("town = 1", "parameters"),
        code("town = 1", "injected-parameters"),
        code("%%narrative 五\nreport.show()", "narrative"),
        code("import giakit\n\n%load_ext giakit\nreport = giakit.open_report(\n    town=town,\n)"),
        code('\nreport.show_table("二")'),
        code('report.show_chart("outcomes")'),
        code("report.names()"),
        v4.new_markdown_cell("%%narrative 五\n说明", metadata={"tags": ["parameters"]}),
    ]
    assert [role_of(cell) for cell in cells] == [
        "parameters",
        "injected",
        "narrative",
        "statutory",
        "statutory",
        "chart",
        "other",
        "other",
    ]
    assert [title_of(cell) for cell in cells[2:5]] == ["五", "import giakit", 'report.show_table("二")']
    assert statutory_calls(cells[3]) == ["giakit.open_report()"]
    assert statutory_calls(code("report.show_heading('三')\n# report.show_table('三')\nreport.finish()")) == [
        'report.show_heading("三")',
        "report.finish()",
    ]


def test_ends_of_lines_of_other_systems_are_no_edit():
    assert same_source("甲\r\n乙\r\n", "甲\n乙")
    assert not same_source("甲\n\n乙", "甲\n乙")


def test_parameters_are_filled_in_beside_their_comments():
    values = {
        "town": '柳"渡\\镇',
        "year": 2021,
        "workbook": "丙.xlsx",
        "previous": ["甲.xlsx", "乙.xlsx"],
        "override": None,
    }
    filled = fill_parameters(CELL, values, "notebooks/2021/柳渡镇.ipynb")
    assert filled.splitlines()[0] == "# 参数"
    assert "  # 没有就留 None" in filled
    found: dict[str, object] = {}
    exec(filled, found)  # noqa: S102 - what the kernel does
    assert {name: found[name] for name in values} == values
    assert (found["charts"], found["working_copy"]) == (True, "notebooks/2021/柳渡镇.ipynb")
