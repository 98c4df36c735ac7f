"""Figures as a tidy table: one row a figure, of one organ or of a whole county; and the fields' description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from giakit import formats
from giakit.figures import format_amount
from giakit.opendata.report import STATES

if TYPE_CHECKING:
    from giakit.statistics import Statistics, Value


class Row(NamedTuple):
    """A figure as text, in the order of `FIELDS`; what is missing is empty."""

    organ: str
    name: str
    full_name: str
    level: str
    year: str
    revision: str
    table: str
    row: str
    column: str
    key: str
    amount: str
    unit: str
    state: str
    note: str


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


def tidy_rows(statistics: Iterable[Statistics]) -> Iterator[Row]:
    """Yield the figures of each organ in the order of the form, local statistics last."""
    for each in statistics:
        organ, name, full_name, level = (each.entry(f"organ.{fact}").text for fact in ("key", *Row._fields[1:4]))
        report = organ, name, full_name, level, str(each.year), each.revision
        labels = _labels(each.revision)
        for value in each.values:
            yield _row(report, value, *labels.get(value.key, ("", "")))
        for line in each.local:
            yield _row(report, line.value, line.item, "")


@cache
def _labels(revision: str) -> dict[str, tuple[str, str]]:
    """Return the labels of the row and the column of every figure of a form, by key."""
    form = formats.for_revision(revision)
    leaves = (*form.leaves, *form.undivided_leaves)
    return {leaf.key: ("/".join(leaf.row_labels), "/".join(leaf.column_labels)) for leaf in leaves}


def _row(report: tuple[str, str, str, str, str, str], value: Value, row: str, column: str) -> Row:
    return Row(
        *report,
        table=value.key.partition(".")[0],
        row=row,
        column=column,
        key=value.key,
        amount="" if value.amount is None else format_amount(value.amount),
        unit=value.unit or "",
        state=value.state,
        note=value.note or "",
    )
