"""What a spreadsheet program says while a cell is filled in, and what it takes.

It is a comfort only: pasting overwrites it, other programs ignore it, and the reader checks everything again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from giakit.forms.amounts import MAX_DIGITS

if TYPE_CHECKING:
    from giakit.formats import Format
    from giakit.formats.model import Kind

_LARGEST = 10**MAX_DIGITS - 1
_LAST_YEAR = 2100


@dataclass(frozen=True)
class Validation:
    """What one or many cells take, and the prompt shown beside them.

    Attributes
    ----------
    takes
        ``whole`` or ``decimal`` numbers within `limits`, one of `choices` (``list``), what satisfies `formula`
        (``custom``, written for the first cell), or ``any``.
    firm
        Whether anything else is refused, or may stay after a question.
    """

    takes: str
    title: str
    prompt: str
    error: str = ""
    limits: tuple[int, int] | None = None
    choices: tuple[str, ...] = ()
    formula: str = ""
    firm: bool = False

    def options(self, first_cell: str) -> dict[str, Any]:
        """Return the validation as XlsxWriter takes it."""
        found: dict[str, Any] = {
            "validate": self.takes,
            "input_title": self.title,
            "input_message": self.prompt,
            "error_title": "请核对",
            "error_message": self.error,
            "error_type": "stop" if self.firm else "warning",
        }
        if self.limits:
            found |= {"criteria": "between", "minimum": self.limits[0], "maximum": self.limits[1]}
        if self.choices:
            found["source"] = list(self.choices)
        if self.formula:
            found["value"] = self.formula.format(cell=first_cell)
        return found


def ask_figure(kind: Kind, unit: str | None) -> Validation:
    """Return what a cell of figures asks for; without a unit of the form, the amount must name its own.

    Anything else gives a question instead of a refusal: 55（含自然失效29件） is a right answer, and last year's printed
    form may hold ``/``.
    """
    if kind == "money" and unit is None:
        return Validation(
            "custom",
            "金额（带单位）",
            "填金额和单位；没有发生的填 0。\n例：248200元 或 24.82万元",
            "金额要写明单位，如 248200元 或 24.82万元；没有发生的填 0。",
            formula='=OR({cell}=0,ISNUMBER(FIND("元",{cell})))',
        )
    if kind == "money":
        return Validation(
            "decimal",
            f"金额（{unit}）",
            f"填不小于 0 的数，单位：{unit}，可带小数；没有发生的填 0。\n例：12.5",
            f"这里填以{unit}为单位、不小于 0 的数，不写单位。",
            limits=(0, _LARGEST),
        )
    if kind == "signed":
        return Validation(
            "whole",
            f"增减数（{unit}）",
            "填整数，增加为正、减少为负；没有变化的填 0。\n例：3 或 -2",
            "这里填整数，增加为正、减少为负，没有变化的填 0。",
            limits=(-_LARGEST, _LARGEST),
        )
    return Validation(
        "whole",
        f"整数（{unit}）",
        "填不小于 0 的整数；没有发生的填 0。\n例：12",
        "这里填不小于 0 的整数，没有发生的填 0。确需在数字后加注的，如 55（含自然失效29件），可以保留。",
        limits=(0, _LARGEST),
    )


def ask_local_amount() -> Validation:
    """Return what the amount of a local statistic asks for; its unit stands beside it."""
    return Validation(
        "decimal",
        "数量",
        "只填数字，单位填在右边一栏。\n例：50",
        "这里只填不小于 0 的数，单位填在右边一栏。",
        limits=(0, _LARGEST),
    )


def ask_level(form: Format) -> Validation:
    """Return the choice of levels."""
    labels = tuple(level.label for level in form.levels)
    return Validation(
        "list", "机关级别", "从下拉列表中选择。\n例：乡镇", "请从下拉列表中选择。", choices=labels, firm=True
    )


def ask_year(form: Format) -> Validation:
    """Return what the reporting year asks for: one in which this form holds."""
    last = form.last_year or _LAST_YEAR
    return Validation(
        "whole",
        "报告年度",
        f"填四位数年份。\n例：{form.first_year}",
        f"本表式适用于 {form.first_year} 年" + (f"至 {form.last_year} 年。" if form.last_year else "及以后。"),
        limits=(form.first_year, last),
        firm=True,
    )


def ask_text(title: str, prompt: str) -> Validation:
    """Return a prompt for a text; any text is taken."""
    return Validation("any", title, prompt)
