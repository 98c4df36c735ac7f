"""What a clerk may type into a figure's cell, and what it means."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from giakit.formats.model import Kind
from giakit.language import Text
from giakit.statistics import State

MONEY_UNITS = ("亿元", "万元", "元")
COUNT_UNITS = ("件", "项", "条", "份", "篇", "个", "宗", "次", "家", "期", "场", "人", "起")
MAX_DIGITS = 15  # what a spreadsheet holds exactly

_STATES: dict[str, State] = {"": "blank", "/": "slash", "-": "dash", "—": "dash", "不适用": "not_applicable"}

_AMOUNT = re.compile(
    r"""(?P<sign>[+-]?)
        (?P<whole>\d{1,3}(?:,\d{3})+|\d+)
        (?P<fraction>\.\d+)?
        (?P<unit>[^\d\s().,+-]{1,3})?
        (?:\((?P<note>.+)\))?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Amount:
    """A parsed cell: the number in `unit`, or why there is none (`state`); `note` is the remark in brackets."""

    state: State
    amount: Decimal | None = None
    unit: str | None = None
    note: str | None = None


def parse_amount(raw: object, kind: Kind, unit: str | None) -> Amount | Text:
    """Read what a cell holds as a figure of this kind.

    Parameters
    ----------
    raw
        The cell's value as the spreadsheet library gives it: a number, a text, a date, a truth value or ``None``.
    kind
        ``count`` takes whole numbers from 0, ``signed`` whole numbers with sign, ``money`` decimals from 0.
    unit
        The form's unit; ``None`` where the cell must name its own.

    Returns
    -------
    The amount, or a sentence saying why the cell is no such figure.

    Examples
    --------
    >>> parse_amount("24.82万元", "money", None)
    Amount(state='number', amount=Decimal('24.82'), unit='万元', note=None)
    >>> parse_amount("５５（含自然失效29件）", "count", "件").note
    '含自然失效29件'
    """
    if isinstance(raw, bool | dt.date | dt.time | dt.timedelta):
        return Text("holds a date or a truth value, not a number")
    return _parse(clean(raw), str(raw), kind, unit)


@lru_cache(maxsize=8192)  # a county's figures are mostly small numbers
def _parse(text: str, original: str, kind: Kind, unit: str | None) -> Amount | Text:
    state = _STATES.get(text)
    if state:
        return Amount(state)
    match = _AMOUNT.fullmatch("".join(text.split()))
    if not match:
        return Text("is not a number")
    return _checked(match, original, kind, unit)


def clean(raw: object) -> str:
    """Return a cell's content as text: width folded, invisible characters and outer space removed.

    A floating point number reads as the spreadsheet shows it, with at most 15 significant digits.
    """
    if raw is None:
        return ""
    if isinstance(raw, float):
        return format(Decimal(format(raw, ".15g")), "f") if abs(raw) < 10**MAX_DIGITS else repr(raw)
    return _clean_text(str(raw))


@lru_cache(maxsize=8192)  # a county's sheets have the same labels, and mostly small numbers
def _clean_text(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-")
    visible = "".join(char for char in folded if unicodedata.category(char) not in {"Cf", "Cc"} or char in "\n\t")
    return visible.strip()


def _checked(match: re.Match[str], original: str, kind: Kind, unit: str | None) -> Amount | Text:
    digits = match["whole"].replace(",", "")
    if len(digits) > 1 and digits.startswith("0"):
        return Text("begins with a needless 0")
    if len(digits) + len(match["fraction"] or "") > MAX_DIGITS:
        return Text("has more digits than a spreadsheet can hold exactly")
    amount = Decimal(match["sign"] + digits + (match["fraction"] or ""))
    if kind != "money" and amount != amount.to_integral_value():
        return Text("is not a whole number")
    if kind != "signed" and amount < 0:
        return Text("is negative")
    own_unit = match["unit"]
    if own_unit and own_unit not in (MONEY_UNITS if kind == "money" else COUNT_UNITS):
        return Text("names a unit that does not fit: {unit}", unit=own_unit)
    note = match["note"]
    return Amount(
        "number", amount, own_unit if kind == "money" and own_unit else unit, note and _original_note(original, note)
    )


def _original_note(original: str, folded: str) -> str:
    """Return the note with its original punctuation where it can be told apart from the folded text."""
    start = max(original.find("（"), original.find("("))
    written = original[start + 1 :].strip().rstrip("）)").strip()
    return written or folded
