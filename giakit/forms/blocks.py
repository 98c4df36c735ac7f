"""Reading the blocks beside the tables: facts, local statistics, texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from giakit.errors import nearest
from giakit.findings import Finding, finding
from giakit.formats import Format
from giakit.forms.amounts import COUNT_UNITS, Amount, clean, parse_amount
from giakit.forms.fields import Field, FieldBlock, RecordBlock, load_blocks
from giakit.forms.grid import Position, Region, Sheet
from giakit.forms.locate import block_region
from giakit.language import Text
from giakit.statistics import Entry, LocalStatistic, Problem, Value

YEAR = "organ.year"

_SAFE_KEY = re.compile(r"(?![.])[\w.-]+(?<![.])(?:/(?![.])[\w.-]+(?<![.]))?")


@dataclass
class BlocksRead:
    """What the blocks of one sheet say."""

    entries: list[Entry] = field(default_factory=list)
    figures: list[Value] = field(default_factory=list)
    local: list[LocalStatistic] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_blocks(sheet: Sheet, form: Format) -> BlocksRead:
    """Read every block; what is missing or unreadable is a finding."""
    return _BlockReader(sheet, form).read()


def read_year(sheet: Sheet) -> Entry:
    """Return the reporting year as it stands on the sheet; a blank entry where it is missing."""
    label = next(each.label for each in load_blocks().organ.fields if each.key == YEAR)
    places = sheet.find([label], sheet.extent)
    if not places:
        return Entry(key=YEAR)
    place = _value_place(sheet, places[0], sheet.extent, {label})
    return Entry(key=YEAR, text=clean(sheet.cells.get(place)).removesuffix("年"), cell=sheet.cell(place))


def _value_place(sheet: Sheet, label: Position, region: Region, labels: set[str]) -> Position:
    """Return the cell that answers a label: the first filled one to its right before another label."""
    row = label[0]
    first = sheet.right_edge(label) + 1
    for column in range(first, region.right):
        if sheet.is_blank((row, column)):
            continue
        if clean(sheet.cells[row, column]).rstrip(":") in labels:
            break
        return row, column
    return row, first


@dataclass
class _BlockReader:
    sheet: Sheet
    form: Format
    result: BlocksRead = field(default_factory=BlocksRead)

    def read(self) -> BlocksRead:
        blocks = load_blocks()
        self._read_fields(blocks.organ)
        self._check_organ()
        self._read_local(blocks.local)
        self._read_fields(blocks.work_fields(self.form))
        self._read_problems(blocks.problems)
        self._read_fields(blocks.other)
        return self.result

    def _region(self, title: str) -> Region | None:
        region = block_region(self.sheet, title, self.form, load_blocks().titles)
        if region is None:
            self._found(
                "read.missing_block",
                "error",
                title,
                Text("the block {title} is missing on sheet {sheet}", title=title, sheet=self.sheet.name),
                Text("Copy it from a blank form."),
            )
        return region

    def _found(self, rule: str, severity: str, place: str, problem: Text, remedy: Text, *cells: Position) -> None:
        self.result.findings.append(
            finding(rule, severity, place, problem, remedy, cells=[self.sheet.cell(cell) for cell in cells])  # type: ignore[arg-type] # severities come from the declaration
        )

    def _read_fields(self, block: FieldBlock) -> None:
        region = self._region(block.title)
        if region is None:
            return
        labels = {clean(each.label) for each in block.fields}
        for each in block.fields:
            places = self.sheet.find([each.label], region)
            if not places:
                self._found(
                    "read.missing_label",
                    "error",
                    block.title,
                    Text("the label {label} is missing on sheet {sheet}", label=each.label, sheet=self.sheet.name),
                    Text("Write the label as the form prints it."),
                )
                continue
            self._read_field(each, _value_place(self.sheet, places[0], region, labels))

    def _read_field(self, declared: Field, place: Position) -> None:
        raw = self.sheet.cells.get(place)
        formula = self.sheet.scan.formulas.get(place)
        if formula is False:
            self._found(
                "read.formula",
                "error",
                declared.label,
                Text("holds a formula without a result"),
                Text("Recalculate and save the workbook, or type the text."),
                place,
            )
        elif self.sheet.is_blank(place) and self._is_asked(declared):
            self._found(
                "read.blank_field",
                declared.blank,
                declared.label,
                Text("is blank; the report says nothing about it"),
                Text("Fill it in; write 无 if there is nothing to report."),
                place,
            )
        if declared.kind is None:
            text = "" if raw is None else raw.strip() if isinstance(raw, str) else clean(raw)
            self.result.entries.append(Entry(key=declared.key, text=text, cell=self.sheet.cell(place)))
            return
        amount = parse_amount(raw, declared.kind, declared.unit)
        if isinstance(amount, Text):
            self._found(
                "read.number",
                "error",
                declared.label,
                Text("{reason}: {raw}", reason=amount, raw=self.sheet.cell(place).raw),
                Text("Type the number alone, e.g. 12."),
                place,
            )
            amount = Amount("unreadable")
        self.result.figures.append(self._value(declared.key, amount, place))

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

    def _is_asked(self, declared: Field) -> bool:
        level = self.form.level(self._text("organ.level"))
        return not declared.government or (level is not None and level.government)

    def _text(self, key: str) -> str:
        return next((entry.text for entry in self.result.entries if entry.key == key), "")

    def _check_organ(self) -> None:
        for entry in self.result.entries:
            if entry.key == "organ.level" and entry and self.form.level(entry.text) is None:
                labels = [level.label for level in self.form.levels]
                self._wrong_fact(
                    entry,
                    Text(
                        "no level is called {found}; known are {known}; the nearest is {hint}",
                        found=entry.text,
                        known="、".join(labels),
                        hint=nearest(entry.text, labels) or labels[0],
                    ),
                    Text("Choose one of the levels."),
                )
            if entry.key == "organ.key" and entry and not _SAFE_KEY.fullmatch(entry.text):
                self._wrong_fact(
                    entry,
                    Text("{found} cannot name a folder", found=entry.text),
                    Text(
                        "Use letters, digits, Chinese characters, - and _, and at most one / between county and organ."
                    ),
                )

    def _wrong_fact(self, entry: Entry, problem: Text, remedy: Text) -> None:
        self.result.findings.append(
            finding("read.fact", "error", entry.key, problem, remedy, cells=[entry.cell] if entry.cell else [])
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
            item = clean(self.sheet.cells.get(cells[item_name]))
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


def _text_of(sheet: Sheet, place: Position) -> str:
    raw = sheet.cells.get(place)
    return "" if raw is None else raw.strip() if isinstance(raw, str) else clean(raw)
