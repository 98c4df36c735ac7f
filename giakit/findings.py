"""A finding: one thing about a report that somebody must mend or know, with every cell involved."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from giakit.language import Text, translate
from giakit.statistics import Cell, Record

Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


class Message(Record):
    """A `Text` in a form that survives JSON: its template and its arguments as strings."""

    msgid: str
    args: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of(cls, text: Text) -> Message:
        """Freeze a text's arguments."""
        return cls(msgid=text.msgid, args={name: str(value) for name, value in text.args.items()})

    def __str__(self) -> str:
        return translate(self.msgid, **self.args)


class Finding(Record):
    """One broken rule or unreadable cell.

    Attributes
    ----------
    rule
        The rule's id: ``T3-1`` … of the format file, or ``read.…``, ``report.…``, ``narrative.…``.
    severity
        ``error`` stops publication, ``warning`` asks for a look, ``note`` informs.
    place
        What it is about in words: a label path, a narrative key.
    problem, remedy
        What was found against what was expected, and what to do.
    words
        The form's own words that make it a rule; Chinese, empty where the form is silent.
    cells
        Every cell involved, the one to look at first in front.
    culprit
        The one cell that alone explains what does not add up; it is the first of `cells`.
    answer
        The reason that the workbook gives for a warning, empty while there is none; an error takes no answer.
    """

    rule: str
    severity: Severity
    place: str
    problem: Message
    remedy: Message
    words: str = ""
    cells: tuple[Cell, ...] = ()
    culprit: Cell | None = None
    answer: str = ""

    @property
    def advice(self) -> str:
        """What to do, and for an answered warning the reason that answers it."""
        if not self.answer:
            return str(self.remedy)
        return translate("{remedy} Answered: {reason}", remedy=self.remedy, reason=self.answer)

    def __str__(self) -> str:
        where = "; ".join(str(cell) for cell in self.cells[:1])
        parts = [part for part in (where, self.place) if part]
        return translate(
            "{place}: {problem}. {remedy}", place=" ".join(parts), problem=self.problem, remedy=self.advice
        )


def finding(
    rule: str,
    severity: Severity,
    place: str,
    problem: Text,
    remedy: Text,
    *,
    words: str = "",
    cells: Iterable[Cell] = (),
    culprit: Cell | None = None,
) -> Finding:
    """Build a finding from two texts."""
    return Finding(
        rule=rule,
        severity=severity,
        place=place,
        problem=Message.of(problem),
        remedy=Message.of(remedy),
        words=words,
        cells=tuple(cells),
        culprit=culprit,
    )


def frozen(problem: Finding | Text | str) -> Finding | Message:
    """Return a problem of an error in a form that survives JSON."""
    if isinstance(problem, Finding):
        return problem
    return Message.of(problem) if isinstance(problem, Text) else Message(msgid="{text}", args={"text": problem})


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop publication."""
    return [each for each in findings if each.severity == "error"]


def unanswered(findings: Iterable[Finding]) -> list[Finding]:
    """Return the warnings that still ask for a look."""
    return [each for each in findings if each.severity == "warning" and not each.answer]


def severity_word(severity: Severity) -> str:
    """Return a severity in the reader's language."""
    return {"error": translate("error"), "warning": translate("warning"), "note": translate("note")}[severity]
