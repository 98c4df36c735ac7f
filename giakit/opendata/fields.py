"""The fields of the tidy table, as its readers are told of them."""

from __future__ import annotations

from typing import NamedTuple

STATES = "number 数字，blank 空白，slash 斜线，dash 横线，not_applicable 不适用，unreadable 无法辨认"


class FieldDescription(NamedTuple):
    """A field's type in the words of Frictionless Table Schema, its title and what it means."""

    type: str
    title: str
    description: str


FIELDS = {
    "organ": FieldDescription("string", "机关标识", "在一个县内不重复"),
    "name": FieldDescription("string", "机关名称", "标题用名称"),
    "full_name": FieldDescription("string", "机关全称", ""),
    "level": FieldDescription("string", "机关层级", "如乡镇、县级部门"),
    "year": FieldDescription("integer", "报告年度", ""),
    "revision": FieldDescription("string", "表式版本", "以开始施行的年份命名"),
    "table": FieldDescription(
        "string", "表", "disclosure 主动公开，applications 申请，remedies 复议诉讼，fee 信息处理费，local 本地统计"
    ),
    "row": FieldDescription("string", "行", "表式上的行名，从外层到内层以 / 相隔；本地统计为其名称"),
    "column": FieldDescription("string", "列", "表式上的列名，从外层到内层以 / 相隔"),
    "key": FieldDescription("string", "统计项标识", "表.行.列，各年度不变"),
    "amount": FieldDescription("number", "数值", "以“单位”为单位；没有填报数字的为空，空白不等于 0"),
    "unit": FieldDescription("string", "单位", "表式和填报都没有写明的为空"),
    "state": FieldDescription("string", "填报情况", STATES),
    "note": FieldDescription("string", "说明", "数字后面括号里的说明"),
}
