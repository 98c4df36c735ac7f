"""How a value is printed into prose, and what the analyst must know when it cannot be."""

from __future__ import annotations

from decimal import Decimal

from jinja2 import StrictUndefined, Undefined
from markupsafe import Markup

from giakit.errors import NarrativeError
from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.narrative.figure import Figure
from giakit.narrative.namespace import Line
from giakit.narrative.places import Substitutions

NOT_FILLED_IN = "〔未填〕"
MOST_CHARACTERS = 100_000


class Printer(Substitutions):
    """Prints the values of one cell into places and notes what was missing.

    Text written in the template itself is `Markup`, a value is any other type; so a block that the template sets and
    prints later stays Markdown, and a value stays a value.
    """

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
        self._printed = 0
        self._findings: list[Finding] = []

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was printed without being there, each once."""
        return tuple(self._findings)

    def print(self, value: object) -> Markup:
        """Return the place of a value; the `finalize` of the template."""
        if isinstance(value, Markup):
            return value
        return Markup(self.hold(self.count(self.to_text(value))))  # noqa: S704 - a place holds no character of the value

    def to_text(self, value: object) -> str:
        """Return the text of a value.

        Raises
        ------
        NarrativeError
            If it is no text and no figure.
        """
        match value:
            case Markup():
                text = self.fill(str(value))
            case StrictUndefined() | str():
                text = str(value)  # which raises for what is undefined, and names it
            case None | Undefined():  # an inline if without else
                text = ""
            case Figure():
                text = self._figure(value)
            case Line():
                text = self._figure(value.amount)
            case int() | float() | Decimal() if not isinstance(value, bool):
                text = format_amount(Decimal(str(value)))
            case _:
                raise NarrativeError(_unprintable(value))
        return text

    def count(self, text: str) -> str:
        """Return `text` itself as long as no more than `MOST_CHARACTERS` have been printed.

        Raises
        ------
        NarrativeError
            If it is too much for a narrative cell, which only a mistake in a loop can be.
        """
        self._printed += len(text)
        if self._printed > MOST_CHARACTERS:
            raise NarrativeError(Text("prints more than {most} characters", most=MOST_CHARACTERS))
        return text

    def _figure(self, figure: Figure) -> str:
        if figure.amount is not None:
            return str(figure)
        missing = figure.state in {"blank", "unreadable"}
        found = self._no_number(figure) if missing else self._no_count(figure)
        if found not in self._findings:
            self._findings.append(found)
        return NOT_FILLED_IN if missing else str(figure)

    def _no_number(self, figure: Figure) -> Finding:
        return finding(
            "narrative.blank_figure",
            "error",
            self._key,
            Text("prints {label}, which holds no number", label=figure.label),
            Text("Fill it in in the workbook, or put the sentence under an if that asks whether it is entered."),
            cells=figure.cells,
        )

    def _no_count(self, figure: Figure) -> Finding:
        return finding(
            "narrative.no_number",
            "warning",
            self._key,
            Text("prints {label}, where {entered} was entered instead of a number", label=figure.label, entered=figure),
            Text("Read whether the sentence still says what is meant."),
            cells=figure.cells,
        )


def _unprintable(value: object) -> Text:
    if isinstance(value, bool):
        return Text("prints yes or no; ask for it in an if")
    return Text("prints what is neither a text nor a figure, such as a list")
