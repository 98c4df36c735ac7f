"""A filled workbook → the statistics of each organ on its sheets, and every cell that needs mending."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pydantic import Field

from giakit import formats
from giakit.errors import FormatError, WorkbookError
from giakit.findings import Finding, finding
from giakit.forms.blocks import read_blocks, read_year
from giakit.forms.fields import load_blocks
from giakit.forms.figures import read_figures
from giakit.forms.grid import Sheet
from giakit.forms.locate import Located, locate_tables
from giakit.forms.package import damaged
from giakit.forms.sandboxed import read_values
from giakit.forms.scan import SheetScan, cell_address, scan_workbook
from giakit.language import Text
from giakit.statistics import Record, Statistics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
SUFFIXES = (".xlsx", ".xlsm", ".xls")


class Form(Record):
    """One sheet that holds a form; `statistics` is ``None`` where not even the year can be read.

    `comments` holds the text of every cell comment of the sheet by address.
    """

    workbook: str
    sheet: str
    statistics: Statistics | None
    findings: tuple[Finding, ...] = ()
    comments: dict[str, str] = Field(default_factory=dict)


class Workbook(Record):
    """A workbook's forms in the order of its sheets, and the names of sheets that hold none."""

    name: str
    forms: tuple[Form, ...]
    other_sheets: tuple[str, ...] = ()


def read_workbook(path: Path) -> Workbook:
    """Read every form of a workbook.

    A sheet is a form if it bears the title of any block or table. The year on the sheet chooses the revision.

    Raises
    ------
    WorkbookError
        If the file is missing, of a kind giakit does not read, damaged, protected, beyond the limits of
        `giakit.forms.scan`, or holds no form at all.
    """
    with _without_looking_for_garbage():
        sheets = list(_read_sheets(path))
        marks = _marks()
        is_form = {sheet.name: bool(sheet.find(marks, sheet.extent)) for sheet in sheets}
        forms = tuple(_read_form(sheet) for sheet in sheets if is_form[sheet.name])
    if not forms:
        raise WorkbookError(
            Text(
                "{file}: no sheet holds the form; none bears a label such as {label}.",
                file=path.name,
                label=load_blocks().organ.title,
            )
        )
    return Workbook(
        name=path.name, forms=forms, other_sheets=tuple(name for name, holds in is_form.items() if not holds)
    )


@contextmanager
def _without_looking_for_garbage() -> Iterator[None]:
    """Leave cycles alone: reading makes none, and to look through all it makes takes a tenth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _marks() -> list[str]:
    known = formats.load_formats(formats.FOLDER)
    return [*load_blocks().titles, *(section.heading for form in known for section in form.sections)]


def _read_sheets(path: Path) -> Iterator[Sheet]:
    check_kind(path)
    old = path.suffix.lower() == ".xls"
    scans = None if old else list(scan_workbook(path).values())
    values = read_values(path)
    if scans is None:
        scans = [SheetScan() for _ in values]
    elif len(scans) != len(values) or not all(map(SheetScan.agrees, scans, values.values())):
        raise damaged(path, "calamine")
    for (name, cells), scan in zip(values.items(), scans, strict=True):
        yield Sheet(workbook=path.name, name=name, cells={**scan.errors, **cells}, scan=scan)


def check_kind(path: Path) -> None:
    """Look whether a file is of a kind that is read, by its name and its first bytes.

    Raises
    ------
    WorkbookError
        If it is missing, of another kind, or behind a password.
    """
    suffix = path.suffix.lower()
    if not path.is_file():
        raise WorkbookError(Text("{file}: there is no such file.", file=path))
    if suffix not in SUFFIXES:
        raise WorkbookError(
            Text(
                "{file}: {suffix} files are not read. Open it in the spreadsheet program and save it as .xlsx.",
                file=path.name,
                suffix=suffix or "?",
            )
        )
    with path.open("rb") as stream:
        start = stream.read(8)
    if suffix != ".xls" and start == OLE:
        raise WorkbookError(
            Text(
                "{file}: protected by a password, or an old .xls file under a new name. "
                "Remove the password, or save it as .xlsx.",
                file=path.name,
            )
        )
    if (suffix == ".xls" and start != OLE) or (suffix != ".xls" and not start.startswith(ZIP)):
        raise WorkbookError(
            Text(
                "{file}: not a spreadsheet inside. Open it in the spreadsheet program and save it as .xlsx.",
                file=path.name,
            )
        )


def _read_form(sheet: Sheet) -> Form:
    try:
        form = formats.for_year(_year(sheet))
    except FormatError as error:
        return Form(workbook=sheet.workbook, sheet=sheet.name, statistics=None, findings=(_wrong_year(sheet, error),))
    located = _locate(sheet, form)
    figures = read_figures(sheet, form, located.positions)
    blocks = read_blocks(sheet, form)
    statistics = Statistics(
        year=_year(sheet),
        revision=form.revision,
        values=(*figures.figures, *blocks.figures),
        entries=tuple(blocks.entries),
        local=tuple(blocks.local),
        problems=tuple(blocks.problems),
        remarks=tuple(blocks.remarks),
    )
    findings = (*blocks.findings, *located.findings, *located.undivided, *figures.findings)
    comments = {cell_address(*place): text for place, text in sorted(sheet.scan.comments.items())}
    return Form(workbook=sheet.workbook, sheet=sheet.name, statistics=statistics, findings=findings, comments=comments)


def _year(sheet: Sheet) -> int:
    entry = read_year(sheet)
    if not entry.text.isdecimal():
        found = entry.cell.raw if entry.cell else ""
        raise FormatError(Text("the reporting year is {found}, not a year", found=found or "?"))
    return int(entry.text)


def _wrong_year(sheet: Sheet, reason: FormatError) -> Finding:
    cell = read_year(sheet).cell
    return finding(
        "read.year",
        "error",
        load_blocks().organ.title,
        Text("{reason}", reason=reason),
        Text("Enter the reporting year behind 报告年度, e.g. 2021."),
        cells=[cell] if cell else [],
    )


def _locate(sheet: Sheet, form: formats.Format) -> Located:
    """Find the tables; where another revision fits the sheet better, say so once instead of listing its labels."""
    titles = load_blocks().titles
    located = locate_tables(sheet, form, titles)
    if not located.findings:
        return located
    others = [other for other in formats.load_formats(formats.FOLDER) if other.revision != form.revision]
    fitting = [other for other in others if not locate_tables(sheet, other, titles).findings]
    if not fitting:
        return located
    problem = Text(
        "the sheet holds the form of {found}; the year is reported in the form of {expected} ({notice})",
        found=fitting[0].revision,
        expected=form.revision,
        notice=form.notice.number,
    )
    remedy = Text("Use the form of the year, or mend the reporting year.")
    cell = read_year(sheet).cell
    wrong = finding(
        "read.wrong_form", "error", load_blocks().organ.title, problem, remedy, cells=[cell] if cell else []
    )
    return Located(positions=located.positions, findings=[wrong])
