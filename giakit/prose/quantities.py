"""Numbers with their units in Chinese prose, and which of them are exact."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from giakit.prose.rules import FIRST_MARK, LAST_MARK

_UNITS = (
    "个百分点|人次|件次|篇次|场次|万元|亿元|元|件|宗|起|份|条|篇|例|项|部|期|场|家|次|人|字|页|%"
    "|个(?!月|工作日|小时|方面)"
)

_NUMBER = re.compile(
    rf"""(?<![\d.A-Za-z第〔\[/〇零一二两三四五六七八九十百千-])
        (?P<about>约|近|将近|大约|超过?|逾|不足|至少)?
        (?:(?P<number>\d{{1,3}}(?:，\d{{3}})+(?!\d)|\d+(?:\.\d+)?)(?P<scale>[万亿])?(?P<rough>[余多来几])?
           (?P<unit>{_UNITS})?
          |(?P<chinese>[〇零一二两三四五六七八九十百千]+[余多几]?)(?P<chinese_unit>[件宗起份条])(?![龙线])
        )
        (?P<around>以上|以下|左右|上下|[余多])?""",
    re.VERBOSE,
)
_ENDS = set("，。；：、（）") | {""}
_MOST_MARKS = ord(LAST_MARK) - ord(FIRST_MARK) + 1
_MOST_DIGITS = 30
_TO_YUAN = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


@dataclass(frozen=True)
class Quantity:
    """A number in prose.

    Attributes
    ----------
    text
        As it stands there, e.g. ``1,808,595件``.
    amount
        ``None`` for what cannot be compared: 余, 约, 以上, Chinese numerals, rounded 万件.
    unit
        Empty where the text names none; money is converted to 元.
    step
        The worth of the last digit written, in `unit`: 0.01 for ``4.34%``, 100 for ``1.25万元``.
    """

    text: str
    amount: Decimal | None
    unit: str
    step: Decimal = Decimal(1)

    @property
    def is_share(self) -> bool:
        """Whether it is a percentage."""
        return self.unit == "%"


def mark_quantities(text: str) -> tuple[str, tuple[Quantity, ...]]:
    """Replace every number with a unit, or at the end of a clause, by one mark; the rest of the digits stay.

    >>> marked, found = mark_quantities("办结25件，占4.34%")
    >>> marked.translate({ord(marked[2]): "#", ord(marked[-1]): "#"}), [each.unit for each in found]
    ('办结#，占#', ['件', '%'])
    """
    found: list[Quantity] = []

    def mark(match: re.Match[str]) -> str:
        if len(found) >= _MOST_MARKS or not _is_quantity(match, text):
            return match[0]
        found.append(_quantity(match))
        return chr(ord(FIRST_MARK) + len(found) - 1)

    return _NUMBER.sub(mark, text), tuple(found)


def mark_index(mark: str) -> int:
    """Return which quantity a mark stands for."""
    return ord(mark) - ord(FIRST_MARK)


def _is_quantity(match: re.Match[str], text: str) -> bool:
    if match["chinese"]:
        return True
    if len(match["number"]) > _MOST_DIGITS:
        return False
    return bool(match["unit"]) or text[match.end() : match.end() + 1] in _ENDS


def _quantity(match: re.Match[str]) -> Quantity:
    rough = any(match[group] for group in ("about", "rough", "around", "chinese"))
    if rough:
        return Quantity(match[0], None, match["unit"] or match["chinese_unit"] or "")
    unit, scale = match["unit"] or "", match["scale"] or ""
    if (scale and unit != "元") or "，" in match["number"]:
        return Quantity(match[0], None, unit)
    number = Decimal(match["number"])
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    factor = _TO_YUAN.get(scale + unit)
    if factor is None:
        return Quantity(match[0], number, unit, step)
    return Quantity(match[0], number * factor, "元", step * factor)
