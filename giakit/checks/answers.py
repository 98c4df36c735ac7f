"""The reasons that a workbook gives for warnings: which remark answers which finding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from giakit.findings import Finding, finding
from giakit.formats import normal_label
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from giakit.statistics import Cell, Remark

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–―−－", "-"))


def answer_findings(findings: Iterable[Finding], remarks: Sequence[Remark]) -> list[Finding]:
    """Return the findings, each warning with the reason that answers it; what is answered already stays so.

    A remark about a certain place goes before one about all warnings of its rule.
    """
    ranked = sorted(remarks, key=lambda remark: not remark.about.strip())
    return [_answered(each, ranked) for each in findings]


def check_remarks(findings: Sequence[Finding], remarks: Sequence[Remark]) -> list[Finding]:
    """Return a note for every remark that answers none of all the findings of a report."""
    return [_idle(remark) for remark in remarks if not any(_answers(remark, each) for each in findings)]


def _answered(found: Finding, remarks: Sequence[Remark]) -> Finding:
    reason = next((remark.reason.strip() for remark in remarks if _answers(remark, found)), "")
    return found.model_copy(update={"answer": reason}) if reason and not found.answer else found


def _answers(remark: Remark, found: Finding) -> bool:
    return (
        found.severity == "warning"
        and bool(remark.reason.strip())
        and _plain(remark.rule) == _plain(found.rule)
        and (not remark.about.strip() or _is_about(remark, found))
    )


def _is_about(remark: Remark, found: Finding) -> bool:
    """Whether `about` names the finding's place, some of its labels in a row, or the address of one of its cells."""
    about, place = _plain(remark.about).strip("/"), _plain(found.place)
    addresses = {_plain(cell.address) for cell in found.cells if _same_sheet(cell, remark.cell)}
    return f"/{about}/" in f"/{place}/" or about.replace("$", "") in addresses


def _same_sheet(cell: Cell, other: Cell | None) -> bool:
    return other is None or (cell.workbook, cell.sheet) == (other.workbook, other.sheet)


def _plain(text: str) -> str:
    return re.sub(r"-+", "-", normal_label(text.translate(_DASHES))).casefold()


def _idle(remark: Remark) -> Finding:
    return finding(
        "remarks.idle",
        "note",
        remark.rule,
        Text("the remark answers no warning of this report: {reason}", reason=remark.reason),
        Text("Write the warning's rule as the findings name it; an error is mended, not answered."),
        cells=[remark.cell] if remark.cell else [],
    )
