"""One organ's figures, facts and texts for one year, each with the cell it was read from."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from giakit.hints import hint
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from giakit.formats import Format

State = Literal["number", "blank", "slash", "dash", "not_applicable", "unreadable"]

_TO_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


def convert(amount: Decimal, given: str | None, wanted: str | None) -> Decimal:
    """Return an amount in another unit; money is converted exactly, what has no unit stays as it is.

    Raises
    ------
    ValueError
        If the two units do not convert into each other.

    >>> convert(Decimal("248200"), "元", "万元")
    Decimal('24.82')
    """
    if given is None or wanted is None or given == wanted:
        return amount
    if given not in _TO_YUAN or wanted not in _TO_YUAN:
        raise ValueError(f"{given} does not convert to {wanted}")
    return (amount * _TO_YUAN[given] / _TO_YUAN[wanted]).normalize()


class Record(BaseModel):
    """A frozen value that round-trips through JSON and refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(Record):
    """Where something was read: workbook file name, sheet, address such as ``C12``, and the raw text found there."""

    workbook: str
    sheet: str
    address: str
    raw: str = ""

    def __str__(self) -> str:
        return f"{self.workbook} [{self.sheet}] {self.address}"


class Value(Record):
    """One statutory or local figure.

    Attributes
    ----------
    key
        ``table.row.column`` of the format, or ``fee.cases``, ``fee.amount``, ``local.<n>``.
    amount
        The number as entered, in `unit`; ``None`` unless `state` is ``number``.
    unit
        The unit as entered or, where the cell names none, that of the form; ``None`` where neither states one.
    state
        What the cell held. A blank, ``/``, ``-`` and 不适用 are different answers and none of them is 0;
        ``unreadable`` is always accompanied by a finding.
    note
        The remark in brackets behind the number, e.g. 含自然失效29件.
    comment
        The cell comment of the spreadsheet.
    """

    key: str
    amount: Decimal | None = None
    unit: str | None = None
    state: State = "number"
    note: str | None = None
    comment: str | None = None
    cell: Cell | None = None

    def in_unit(self, unit: str | None) -> Decimal | None:
        """Return the amount in `unit`; money is converted exactly, ``None`` stays ``None``.

        Raises
        ------
        ValueError
            If the two units do not convert into each other.
        """
        return None if self.amount is None else convert(self.amount, self.unit, unit)


class Entry(Record):
    """A fact or a text, e.g. ``organ.address`` or ``work.platforms``; `text` is empty where the cell is blank."""

    key: str
    text: str = ""
    cell: Cell | None = None

    def __bool__(self) -> bool:
        return bool(self.text)


class LocalStatistic(Record):
    """A line of the open list of local statistics, e.g. 工作动态 50 篇."""

    item: str
    value: Value


class Problem(Record):
    """A problem of section 五 with the measure taken against it; either may be blank, which is a finding."""

    problem: Entry
    measure: Entry


class Remark(Record):
    """The reason an organ gives for a warning.

    Attributes
    ----------
    rule
        The warning's rule id, as typed: ``Y-2``, ``ｙ－２``.
    about
        Which of the rule's warnings: a place such as ``二/行政规范性文件``, or a cell address; all where empty.
    """

    rule: str
    reason: str
    about: str = ""
    cell: Cell | None = None


class Statistics(Record):
    """Everything one organ reports for one year, frozen.

    `values` holds the figures in the order of the form, `entries` the facts and texts in the order of the sheet.
    Look up a figure by identifier or by statutory label:

    >>> from giakit.statistics import Statistics, Value
    >>> received = Value(key="applications.received.total", amount=12, unit="件")
    >>> s = Statistics(year=2021, revision="2021", values=(received,))
    >>> s["applications.received.total"].amount == s["三/一、本年新收政府信息公开申请数量/总计"].amount == 12
    True
    """

    year: int
    revision: str
    values: tuple[Value, ...] = ()
    entries: tuple[Entry, ...] = ()
    local: tuple[LocalStatistic, ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @cached_property
    def _by_key(self) -> dict[str, Value]:
        return {value.key: value for value in self.values}

    @cached_property
    def _entry_by_key(self) -> dict[str, Entry]:
        return {entry.key: entry for entry in self.entries}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with fields replaced; the look-up tables are made anew for it."""
        copied = super().model_copy(update=update, deep=deep)
        for name in ("_by_key", "_entry_by_key"):
            copied.__dict__.pop(name, None)
        return copied

    @property
    def format(self) -> Format:
        """The revision of the form these figures were reported in."""
        from giakit.formats import for_revision  # which records that hold no figures do without

        return for_revision(self.revision)

    def __getitem__(self, name: str) -> Value:
        """Return the figure with this identifier or statutory label path.

        Raises
        ------
        KeyError
            If there is no such figure; the message names the nearest.
        """
        key = name if name in self._by_key else self.format.key_for_label(name)
        if key is None or key not in self._by_key:
            known = hint(name, [*self._by_key, *(leaf.label_path for leaf in self.format.leaves)])
            raise KeyError(str(Text("no figure is called {name}; {known}", name=name, known=known)))
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def get(self, key: str) -> Value | None:
        """Return the figure with this identifier, or ``None`` where the report has none."""
        return self._by_key.get(key)

    def entry(self, key: str) -> Entry:
        """Return a fact or text by key; one that the sheet does not have is a blank entry."""
        return self._entry_by_key.get(key, Entry(key=key))

    def to_frame(self) -> pd.DataFrame:
        """Return the figures as a tidy table: one row a figure, in the order of the form.

        Columns: ``organ``, ``name``, ``year``, ``table``, ``row``, ``column`` (statutory labels), ``key``,
        ``amount`` (Decimal in ``unit``; missing is ``None``, see ``state``), ``unit``, ``state``, ``note``,
        ``sheet``, ``cell``.
        """
        import pandas as pd

        leaves = {leaf.key: leaf for leaf in (*self.format.leaves, *self.format.undivided_leaves)}
        rows = []
        for value in self.values:
            leaf = leaves.get(value.key)
            rows.append(
                {
                    "organ": self.entry("organ.key").text,
                    "name": self.entry("organ.name").text,
                    "year": self.year,
                    "table": leaf.table.id if leaf else value.key.split(".")[0],
                    "row": "/".join(leaf.row_labels) if leaf else "",
                    "column": "/".join(leaf.column_labels) if leaf else "",
                    "key": value.key,
                    "amount": value.amount,
                    "unit": value.unit,
                    "state": value.state,
                    "note": value.note,
                    "sheet": value.cell.sheet if value.cell else None,
                    "cell": value.cell.address if value.cell else None,
                }
            )
        return pd.DataFrame(rows)
