"""Reading the blocks that are lists: local statistics, problems with their measures, remarks on findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from giakit.findings import Finding, Severity, finding
from giakit.formats import Format
from giakit.forms.amounts import COUNT_UNITS, Amount, clean, parse_amount
from giakit.forms.fields import RecordBlock, load_blocks
from giakit.forms.grid import Position, Region, Sheet
from giakit.forms.locate import block_region, find_borders
from giakit.language import Text
from giakit.statistics import Entry, LocalStatistic, Problem, Remark, Value


@dataclass
class BlocksRead:
    """What the blocks of one sheet say."""

    entries: list[Entry] = field(default_factory=list)
    figures: list[Value] = field(default_factory=list)
    local: list[LocalStatistic] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass
class RecordReader:
    """Reads the lists of one sheet into `result`, with a finding for each thing amiss."""

    sheet: Sheet
    form: Format
    result: BlocksRead = field(default_factory=BlocksRead)

    @cached_property
    def _borders(self) -> list[Position]:
        return find_borders(self.sheet, self.form, load_blocks().titles)

    def _region(self, title: str) -> Region | None:
        region = block_region(self.sheet, title, self._borders)
        if region is None:
            self._found(
                "read.missing_block",
                "error",
                title,
                Text("the block {title} is missing on sheet {sheet}", title=title, sheet=self.sheet.name),
                Text("Copy it from a blank form."),
            )
        return region

    def _found(self, rule: str, severity: Severity, place: str, problem: Text, remedy: Text, *cells: Position) -> None:
        where = [self.sheet.cell(cell) for cell in cells]
        self.result.findings.append(finding(rule, severity, place, problem, remedy, cells=where))

    def _value(self, key: str, amount: Amount, place: Position) -> Value:
        return Value(
            key=key,
            amount=amount.amount,
            unit=amount.unit,
            state=amount.state,
            note=amount.note,
            comment=self.sheet.scan.comments.get(place),
            cell=self.sheet.cell(place),
        )

    def _records(self, block: RecordBlock) -> Iterator[dict[str, Position]]:
        """Yield each filled row under the heads as column → cell."""
        region = self._region(block.title)
        if region is None:
            return
        body = Region(region.top + 1, region.left, region.bottom, region.right)
        heads: dict[str, Position] = {}
        for name in block.columns:
            places = self.sheet.find([name], body)
            if not places:
                self._found(
                    "read.missing_label",
                    "error",
                    block.title,
                    Text("the label {label} is missing on sheet {sheet}", label=name, sheet=self.sheet.name),
                    Text("Write the label as the form prints it."),
                )
                return
            heads[name] = places[0]
        below = Region(max(row for row, _ in heads.values()) + 1, body.left, body.bottom, body.right)
        for row in self.sheet.rows_of(below):
            cells = {name: self._filled(row, place, heads.values()) for name, place in heads.items()}
            if not all(self.sheet.is_blank(place) for place in cells.values()):
                yield cells

    def _filled(self, row: int, head: Position, heads: Iterable[Position]) -> Position:
        """Return the filled cell under a head that may be merged over several columns, else the first under it."""
        following = min((column for _, column in heads if column > head[1]), default=self.sheet.right_edge(head) + 1)
        columns = range(head[1], max(following, head[1] + 1))
        return next(((row, column) for column in columns if not self.sheet.is_blank((row, column))), (row, head[1]))

    def _read_local(self, block: RecordBlock) -> None:
        item_name, amount_name, unit_name = block.columns
        for number, cells in enumerate(self._records(block), 1):
            item = _text_of(self.sheet, cells[item_name])
            unit = clean(self.sheet.cells.get(cells[unit_name]))
            amount = parse_amount(
                self.sheet.cells.get(cells[amount_name]), "money" if unit not in COUNT_UNITS else "count", unit or None
            )
            if isinstance(amount, Text):
                self._found(
                    "read.number",
                    "error",
                    f"{block.title} {item}",
                    Text("{reason}: {raw}", reason=amount, raw=self.sheet.cell(cells[amount_name]).raw),
                    Text("Type the number alone, e.g. 12."),
                    cells[amount_name],
                )
                amount = Amount("unreadable")
            for name, text in ((item_name, item), (unit_name, unit)):
                if not text:
                    self._found(
                        "read.blank_field",
                        "error",
                        f"{block.title} {item}",
                        Text("{column} is blank", column=name),
                        Text("Fill it in, or clear the whole row."),
                        cells[name],
                    )
            if amount.state == "blank":
                self._found(
                    "read.blank_field",
                    "warning",
                    f"{block.title} {item}",
                    Text("{column} is blank", column=amount_name),
                    Text("Fill it in, or clear the whole row."),
                    cells[amount_name],
                )
            self.result.local.append(
                LocalStatistic(item=item, value=self._value(f"local.{number}", amount, cells[amount_name]))
            )

    def _read_problems(self, block: RecordBlock) -> None:
        problem_name, measure_name = block.columns
        for number, cells in enumerate(self._records(block), 1):
            pair = {
                name: Entry(
                    key=f"{kind}.{number}", text=_text_of(self.sheet, cells[name]), cell=self.sheet.cell(cells[name])
                )
                for name, kind in ((problem_name, "problem"), (measure_name, "measure"))
            }
            for name, entry in pair.items():
                if not entry:
                    self._found(
                        "read.blank_field",
                        "warning",
                        block.title,
                        Text("{column} is blank", column=name),
                        Text("Every problem needs its measure, every measure its problem."),
                        cells[name],
                    )
            self.result.problems.append(Problem(problem=pair[problem_name], measure=pair[measure_name]))
        if not self.result.problems:
            self._found(
                "read.blank_field",
                "warning",
                block.title,
                Text("is blank; the report says nothing about it"),
                Text("Enter each problem with its measure."),
            )

    def _read_remarks(self, block: RecordBlock) -> None:
        """Read the reasons for warnings; a sheet older than this block has none."""
        if not self.sheet.find([block.title], self.sheet.extent):
            return
        rule_name, about_name, reason_name = block.columns
        for cells in self._records(block):
            texts = {name: _text_of(self.sheet, place) for name, place in cells.items()}
            for name in (rule_name, reason_name):
                if not texts[name]:
                    self._found(
                        "read.blank_field",
                        "warning",
                        block.title,
                        Text("{column} is blank", column=name),
                        Text("A reason needs the rule it answers, a rule its reason."),
                        cells[name],
                    )
            self.result.remarks.append(
                Remark(
                    rule=texts[rule_name],
                    about=texts[about_name],
                    reason=texts[reason_name],
                    cell=self.sheet.cell(cells[reason_name]),
                )
            )


def _text_of(sheet: Sheet, place: Position) -> str:
    raw = sheet.cells.get(place)
    return "" if raw is None else raw.strip() if isinstance(raw, str) else clean(raw)
