"""Reading the blocks beside the tables: facts, texts and single figures here, lists in `giakit.forms.records`."""

from __future__ import annotations

from giakit.findings import finding
from giakit.formats import Format
from giakit.forms.amounts import Amount, clean, parse_amount
from giakit.forms.fields import Field, FieldBlock, load_blocks
from giakit.forms.grid import Position, Region, Sheet
from giakit.forms.records import BlocksRead, RecordReader
from giakit.hints import hint
from giakit.language import Text
from giakit.project import is_safe_key
from giakit.statistics import Entry

YEAR = "organ.year"


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


class _BlockReader(RecordReader):
    def read(self) -> BlocksRead:
        blocks = load_blocks()
        self._read_fields(blocks.organ)
        self._check_organ()
        self._read_local(blocks.local)
        self._read_fields(blocks.work_fields(self.form))
        self._read_problems(blocks.problems)
        self._read_fields(blocks.other)
        self._read_remarks(blocks.remarks)
        return self.result

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
                Text("Type 0 if there was none.")
                if declared.kind
                else Text("Fill it in; write 无 if there is nothing to report."),
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
                    Text("no level is called {name}; {known}", name=entry.text, known=hint(entry.text, labels)),
                    Text("Choose one of the levels."),
                )
            if entry.key == "organ.key" and entry and not is_safe_key(entry.text):
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
