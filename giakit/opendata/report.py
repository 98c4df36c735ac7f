"""``data.json``: all values of a report for publication, in types from which its JSON Schema is made."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from giakit.opendata.fields import STATES
from giakit.opendata.json_text import write_json
from giakit.statistics import Record, State

if TYPE_CHECKING:
    from giakit.content.correction import DeclaredCorrection
    from giakit.statistics import Statistics, Value

SCHEMA_NAME = "data.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_Amount = Annotated[int | float | None, Field(description="数值，以 unit 为单位；没有填报数字的为 null")]
_Unit = Annotated[str | None, Field(description="单位；表式和填报都没有写明的为 null")]
_State = Annotated[State, Field(description=f"填报的是什么：{STATES}；空白不等于 0")]
_Note = Annotated[str | None, Field(description="数字后面括号里的说明，如“含自然失效29件”")]


def _described(description: str, **more: Any) -> ConfigDict:  # noqa: ANN401 - JSON
    return ConfigDict(json_schema_extra={"description": description, **more})


def _figure_config(description: str) -> ConfigDict:
    """Return the settings of a figure, which has an amount if and only if a number was entered."""
    number = {"properties": {"state": {"const": "number"}}}
    amounts = {
        answer: {"properties": {"amount": {"type": kind}}} for answer, kind in (("then", "number"), ("else", "null"))
    }
    return _described(description, **{"if": number, **amounts})


class PublicOrgan(Record):
    """The organ that reports."""

    model_config = _described("公布报告的行政机关")

    key: str = Field(description="机关标识，在一个县内不重复")
    name: str = Field(description="标题用名称")
    full_name: str = Field(description="机关全称")
    level: str = Field(description="机关层级，如乡镇、县级部门")


class PublicForm(Record):
    """The revision of the form that was used."""

    model_config = _described("所用的表式")

    revision: str = Field(description="表式版本，以开始施行的年份命名")
    notice: str = Field(description="规定表式的文件文号")


class PublicValue(Record):
    """A cell of a statutory table, or the number or amount of fees."""

    model_config = _figure_config("法定统计表里的一格，或者信息处理费的件数、金额")

    key: str = Field(description="统计项标识：表.行.列，各年度不变")
    label: str | None = Field(description="表式上的名称：部分/行/列；信息处理费不在表内，为 null")
    amount: _Amount
    unit: _Unit
    state: _State
    note: _Note


class PublicLocalFigure(Record):
    """A figure of the open list of local statistics."""

    model_config = _figure_config("本地自行统计的一项")

    item: str = Field(description="名称，由机关自定")
    amount: _Amount
    unit: _Unit
    state: _State
    note: _Note


class PublicFigureChange(Record):
    """A figure that a correction changed."""

    model_config = _described("更正过的一个数")

    key: str = Field(description="统计项标识")
    label: str = Field(description="表式上的名称")
    before: str = Field(description="原公布的")
    after: str = Field(description="更正后的")


class PublicTextChange(Record):
    """Sentences that a correction changed."""

    model_config = _described("更正过的一处文字")

    place: str = Field(description="所在的部分")
    before: str = Field(description="原公布的；新增的为空")
    after: str = Field(description="更正后的；删去的为空")


class PublicCorrection(Record):
    """Of a corrected report: which version it is, when and why, and everything that changed."""

    model_config = _described("更正说明")

    version: int = Field(description="第几版；首次公布的是第1版")
    day: str = Field(description="更正的日期")
    reason: str = Field(description="更正的原因")
    replaces: str = Field(description="所代替的一版签发的日期")
    figures: tuple[PublicFigureChange, ...] = Field(description="更正过的数")
    texts: tuple[PublicTextChange, ...] = Field(description="更正过的文字")


class PublicReport(Record):
    """Everything ``data.json`` holds; ``draft`` is the reason for which errors were overridden."""

    model_config = _described("政府信息公开工作年度报告的全部数据，不含单元格位置、文件路径和内部的情况说明")

    schema_file: str = Field(SCHEMA_NAME, alias="$schema", description="说明本文件结构的 JSON Schema，与本文件放在一起")
    title: str = Field(description="报告标题")
    draft: str | None = Field(description="草稿的理由：核对未通过，不得公开；可以公开的报告为 null")
    correction: PublicCorrection | None = Field(description="更正说明；没有更正过的报告为 null")
    organ: PublicOrgan
    year: int = Field(description="报告年度")
    form: PublicForm
    values: tuple[PublicValue, ...] = Field(description="法定统计表的各个数，按表式的次序")
    local: tuple[PublicLocalFigure, ...] = Field(description="本地统计，按填报的次序")


class _UntitledSchema(GenerateJsonSchema):
    """The schema without titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def build_public_report(
    statistics: Statistics, title: str, draft: str = "", correction: DeclaredCorrection | None = None
) -> PublicReport:
    """Return what of a report's figures is published.

    Parameters
    ----------
    draft
        The reason for which errors were overridden, empty for a report fit to be published.
    correction
        What a corrected report says of itself.
    """
    form = statistics.format
    labels = {leaf.key: leaf.label_path for leaf in (*form.leaves, *form.undivided_leaves)}
    organ = {field: statistics.entry(f"organ.{field}").text for field in PublicOrgan.model_fields}
    return PublicReport(
        title=title,
        draft=draft or None,
        correction=PublicCorrection(**correction.model_dump()) if correction else None,
        organ=PublicOrgan(**organ),
        year=statistics.year,
        form=PublicForm(revision=statistics.revision, notice=form.notice.number),
        values=tuple(
            PublicValue(key=value.key, label=labels.get(value.key), **_figure(value)) for value in statistics.values
        ),
        local=tuple(PublicLocalFigure(item=line.item, **_figure(line.value)) for line in statistics.local),
    )


def _figure(value: Value) -> dict[str, Any]:
    amount = value.amount
    number = None if amount is None else int(amount) if amount == amount.to_integral_value() else float(amount)
    return {"amount": number, "unit": value.unit, "state": value.state, "note": value.note}


def report_json(report: PublicReport) -> bytes:
    """Return ``data.json``."""
    return (report.model_dump_json(by_alias=True, indent=1) + "\n").encode()


@cache
def schema_json() -> bytes:
    """Return the JSON Schema of ``data.json``."""
    schema = PublicReport.model_json_schema(mode="serialization", schema_generator=_UntitledSchema)
    return write_json({"$schema": _DIALECT} | schema)
