"""Statistics → where everything stands on a sheet laid out like the printed form; no spreadsheet library yet.

A sheet is one grid of equal narrow columns, as many as the widest table has. Every table takes its whole width, so the
sheet prints like the form, one page wide: a table with few columns of figures merges several for each. Only the
formulas that check a table's rows stand to the right of that grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from giakit.forms.fields import Field, FieldBlock, RecordBlock, load_blocks
from giakit.forms.page import Layout, Piece, typed
from giakit.forms.spans import Span, shared_spans, table_spans
from giakit.forms.table_layout import TablePlacer
from giakit.forms.validation import Validation, ask_figure, ask_level, ask_local_amount, ask_text, ask_year
from giakit.statistics import Value

if TYPE_CHECKING:
    from giakit.statistics import Statistics

SPARE_ROWS = 4
TITLE = "政府信息公开工作年度报告统计表"
_FIELD_LABEL = 3  # columns
_TEXT_ROW, _RECORD_ROW = 48.0, 24.0  # points: room to write in


def build_layout(statistics: Statistics) -> Layout:
    """Lay out an organ's form; what `statistics` does not have stays blank."""
    builder = _Builder(statistics, max(table.grid_columns for table in statistics.format.tables))
    return builder.build()


class _Builder(TablePlacer):
    def build(self) -> Layout:
        statistics, blocks = self.statistics, load_blocks()
        self._title()
        self._fields(blocks.organ)
        self._tables()
        self._records(blocks.local, [(line.item, line.value, line.value.unit) for line in statistics.local])
        self._fields(blocks.work_fields(statistics.format))
        self._records(blocks.problems, [(pair.problem.text, pair.measure.text) for pair in statistics.problems])
        self._fields(blocks.other)
        self._records(blocks.remarks, [(remark.rule, remark.about, remark.reason) for remark in statistics.remarks])
        return self.layout

    def _title(self) -> None:
        notice = self.statistics.format.notice.number
        self._put_row(Piece(0, self.width - 1, TITLE, "title"), lowest=32)
        hint = (
            f"表式：{notice}。浅黄色的单元格由填报单位填写，没有发生的填 0。\n"
            f"总计也由填报单位填写；“{load_blocks().tally}”显示 ✓ 的相符，显示差数的须改正。"
        )
        self._put_row(Piece(0, self.width - 1, hint, "hint"))

    def _fields(self, block: FieldBlock) -> None:
        self._heading(block.title)
        for declared in block.fields:
            style = _field_style(declared, block)
            answer = Piece(
                _FIELD_LABEL,
                self.width - 1,
                self._field_value(declared.key),
                style,
                ask=self._ask(declared),
                comment=self._comment(declared.key),
            )
            label = Piece(0, _FIELD_LABEL - 1, declared.label, "label")
            self._put_row(label, answer, lowest=_TEXT_ROW if style == "text" else 0)

    def _ask(self, declared: Field) -> Validation | None:
        if declared.key == "organ.level":
            return ask_level(self.statistics.format)
        if declared.key == "organ.year":
            return ask_year(self.statistics.format)
        if declared.kind:
            return ask_figure(declared.kind, declared.unit)
        return ask_text(declared.label, declared.prompt) if declared.prompt else None

    def _field_value(self, key: str) -> object:
        if key == "organ.year":
            return self.statistics.year
        if key in self.statistics:
            return typed(self.statistics[key])
        return self.statistics.entry(key).text

    def _records(self, block: RecordBlock, rows: Sequence[tuple[str | Value | None, ...]]) -> None:
        self._heading(block.title)
        if block.hint:
            self._put_row(Piece(0, self.width - 1, block.hint, "remark"))
        spans = (
            shared_spans(self.width, block.shares)
            if block.shares
            else table_spans(self.width, 1, len(block.columns) - 1)
        )
        self._put_row(*(Piece(*span, name, "label") for span, name in zip(spans, block.columns, strict=True)))
        blank: tuple[str | Value, ...] = ("",) * len(block.columns)
        if block is load_blocks().local:
            blank = ("", Value(key="local", state="blank"), "")
        prompts = block.prompts or ("",) * len(block.columns)
        for record in [*rows, *([blank] * SPARE_ROWS)]:
            pieces = (
                _record_piece(span, value, name, prompt)
                for span, value, name, prompt in zip(spans, record, block.columns, prompts, strict=True)
            )
            self._put_row(*pieces, lowest=_RECORD_ROW)


def _field_style(declared: Field, block: FieldBlock) -> str:
    if declared.kind:
        return "figure"
    if declared.key == "organ.year":
        return "year"
    return "fact" if block is load_blocks().organ else "text"


def _record_piece(span: Span, value: str | Value | None, name: str, prompt: str) -> Piece:
    if isinstance(value, Value):
        return Piece(*span, typed(value), "figure", ask=ask_local_amount(), comment=value.comment)
    return Piece(*span, value, "text", ask=ask_text(name, prompt) if prompt else None)
