"""The workbooks a county gets back → one county workbook, and a list of everything that is not in it, and why."""

from __future__ import annotations

import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from giakit.errors import WorkbookError
from giakit.findings import Message
from giakit.forms.compare import differences
from giakit.forms.read import SUFFIXES, Form, Workbook, read_workbook
from giakit.forms.replace import replace_file
from giakit.forms.scan import MAX_SHEETS, too_many_sheets
from giakit.forms.verdict import TITLE
from giakit.forms.write import write_workbook
from giakit.language import Text
from giakit.statistics import Record, Statistics

Kind = Literal[
    "collected",
    "missing",
    "duplicate",
    "wrong_year",
    "wrong_form",
    "unreadable",
    "unexpected",
    "changed",
    "other_sheet",
    "ignored",
]

# Findings after which figures of a sheet are missing from what was read.
_INCOMPLETE = {
    "read.missing_label",
    "read.label_count",
    "read.table_twice",
    "read.missing_block",
    "read.two_values",
    "read.wrong_form",
}


class Item(Record):
    """One thing to say: about an organ, or about a file or sheet where the organ is not known.

    Attributes
    ----------
    kind
        ``collected``; not collected: ``missing`` (expected and not answered), ``duplicate``, ``wrong_year``,
        ``wrong_form`` (the form of another revision), ``unreadable``, ``other_sheet``, ``ignored`` (no workbook);
        collected, but to be looked at: ``unexpected``, ``changed`` (something was not carried over as it stood).
    organ
        The organ's key; empty where it is not known.
    """

    kind: Kind
    organ: str = ""
    file: str = ""
    sheet: str = ""
    message: Message

    def __str__(self) -> str:
        place = f"{self.file} [{self.sheet}]" if self.sheet else self.file
        message = str(self.message)
        named = bool(place) and message.startswith(place)  # the error of a workbook begins with its name
        return " ".join(part for part in ("" if named else place, self.organ, message) if part)


class Collected(Record):
    """What became of each file, sheet and expected organ; `written` says whether there was anything to write."""

    items: tuple[Item, ...]
    written: bool

    def of(self, *kinds: Kind) -> tuple[Item, ...]:
        """Return the items of these kinds."""
        return tuple(item for item in self.items if item.kind in kinds)

    @property
    def complete(self) -> bool:
        """Whether every expected organ is in the county workbook, and everything returned, as it stood."""
        return self.written and not {item.kind for item in self.items} - {"collected", "other_sheet", "ignored"}


def collect_forms(folder: Path, target: Path, *, year: int, expected: Sequence[Statistics | str] = ()) -> Collected:
    """Gather the forms of a folder's workbooks into one workbook, one sheet each.

    Values, units, remarks in brackets, cell comments and the text of unreadable cells are kept; the written workbook is
    read back and compared before it takes the target's place. Folders inside the folder are not searched. Of two forms
    for one organ neither is taken.

    Parameters
    ----------
    target
        Replaced when the new one is whole; left alone if nothing was collected.
    year
        The reporting year; forms of another year are listed, not collected.
    expected
        Organs that should answer, as keys or names or as their figures of another year. They also give the order of the
        sheets; without them it is that of the file names.

    Raises
    ------
    WorkbookError
        If the folder is missing, or more forms were returned than a workbook may have sheets.
    """
    if not folder.is_dir():
        raise WorkbookError(Text("{file}: there is no such folder.", file=folder))
    round_ = _Round(year, [each if isinstance(each, str) else each.entry("organ.key").text for each in expected])
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        round_.take(path, target)
    chosen = round_.choose()
    if len(chosen) > MAX_SHEETS:
        raise too_many_sheets(target, len(chosen))
    if chosen:
        round_.items += _write(target, chosen)
    return Collected(items=tuple(round_.items), written=bool(chosen))


@dataclass
class _Round:
    year: int
    expected: list[str]
    items: list[Item] = field(default_factory=list)
    answers: dict[str, list[Form]] = field(default_factory=lambda: defaultdict(list))
    heard: set[str] = field(default_factory=set)

    def take(self, path: Path, target: Path) -> None:
        """Read a file, or say why not."""
        reason = _not_a_workbook(path, target)
        if reason:
            self._say("ignored", reason, file=path.name)
            return
        try:
            workbook = read_workbook(path)
        except WorkbookError as error:
            self._say("unreadable", Text("{reason}", reason=error), file=path.name)
            return
        self._take_other_sheets(workbook)
        for form in workbook.forms:
            self._take_form(form)

    def _say(self, kind: Kind, message: Text, *, organ: str = "", file: str = "", sheet: str = "") -> None:
        self.items.append(Item(kind=kind, organ=organ, file=file, sheet=sheet, message=Message.of(message)))

    def _take_other_sheets(self, workbook: Workbook) -> None:
        for sheet in workbook.other_sheets:
            if not sheet.startswith(TITLE):
                self._say("other_sheet", Text("holds no form; not collected"), file=workbook.name, sheet=sheet)

    def _take_form(self, form: Form) -> None:
        statistics = form.statistics
        if statistics is None:
            reason = Text("{reason}", reason="; ".join(str(each.problem) for each in form.findings))
            self._say("wrong_year", reason, file=form.workbook, sheet=form.sheet)
            return
        key = statistics.entry("organ.key").text
        self.heard |= {_same(name) for name in _names(statistics)}
        lacking = [each for each in form.findings if each.rule in _INCOMPLETE]
        if statistics.year != self.year:
            message = Text("reports {found}, not {year}", found=statistics.year, year=self.year)
            self._say("wrong_year", message, organ=key, file=form.workbook, sheet=form.sheet)
        elif lacking:
            kind: Kind = "wrong_form" if lacking[0].rule == "read.wrong_form" else "unreadable"
            message = Text("{problems}", problems="; ".join(f"{each.place}: {each.problem}" for each in lacking))
            self._say(kind, message, organ=key, file=form.workbook, sheet=form.sheet)
        elif not key:
            message = Text("names no key of the organ; nobody can tell whose figures these are")
            self._say("unreadable", message, file=form.workbook, sheet=form.sheet)
        else:
            self.answers[_same(key)].append(form)

    def choose(self) -> list[Form]:
        """Return the forms to collect in the order of their sheets, and list what is twice, missing or unexpected."""
        chosen = []
        for forms in self.answers.values():
            if len(forms) == 1:
                chosen.append(forms[0])
                continue
            places = "、".join(f"{form.workbook} [{form.sheet}]" for form in forms)
            message = Text("answered {count} times, none is collected: {places}", count=len(forms), places=places)
            for form in forms:
                self._say("duplicate", message, organ=_key(form), file=form.workbook, sheet=form.sheet)
        order = {_same(name): number for number, name in enumerate(self.expected)}
        for form in chosen:
            self._say("collected", Text("collected"), organ=_key(form), file=form.workbook, sheet=form.sheet)
            if order and _rank(form, order) == len(order):
                message = Text("was not expected, and is collected")
                self._say("unexpected", message, organ=_key(form), file=form.workbook, sheet=form.sheet)
        for name in self.expected:
            if _same(name) not in self.heard:
                self._say("missing", Text("has not answered"), organ=name)
        return sorted(chosen, key=lambda form: _rank(form, order))


def _not_a_workbook(path: Path, target: Path) -> Text | None:
    if path.is_dir():
        return Text("a folder; folders inside the folder are not searched")
    if path.name.startswith("~$"):
        return Text("the mark of a workbook that is open in the spreadsheet program; close it and collect again")
    if path.name.startswith("."):
        return Text("a hidden file")
    if target.exists() and path.samefile(target):
        return Text("the county workbook itself")
    if path.suffix.lower() not in SUFFIXES:
        return Text("no workbook of a kind that is read; if it holds a form, save it as .xlsx")
    return None


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def _names(statistics: Statistics) -> set[str]:
    return {statistics.entry(f"organ.{each}").text for each in ("key", "name", "full_name")} - {""}


def _key(form: Form) -> str:
    return form.statistics.entry("organ.key").text if form.statistics else ""


def _rank(form: Form, order: dict[str, int]) -> int:
    names = _names(form.statistics) if form.statistics else set()
    return min((order[_same(name)] for name in names if _same(name) in order), default=len(order))


def _write(target: Path, forms: Sequence[Form]) -> list[Item]:
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / f"{target.stem}.xlsx"
        write_workbook(draft, [form.statistics for form in forms if form.statistics])
        written = read_workbook(draft).forms
        items = [
            Item(kind="changed", organ=_key(form), file=form.workbook, sheet=form.sheet, message=Message.of(message))
            for form, copy in zip(forms, written, strict=True)
            for message in differences(form, copy)
        ]
        replace_file(target, draft.read_bytes())
    return items
