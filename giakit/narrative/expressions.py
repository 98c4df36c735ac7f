"""Which expression prints a value anywhere in a cell, also where it was printed by the variable of a loop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from giakit.errors import NarrativeError
from giakit.narrative.figure import Figure
from giakit.narrative.names import printable_names
from giakit.narrative.namespace import Line
from giakit.narrative.template import fill_template
from giakit.narrative.words import Passage, end_sentence

if TYPE_CHECKING:
    from collections.abc import Hashable

    from giakit.narrative.trace import Printed


_SENTENCE = " | sentence"


class Expressions:
    """Finds expressions among the names of a report; what is not certain has none."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self._names = names
        self._known: dict[str, str | None] = {}

    def of(self, printed: Printed) -> str | None:
        """Return what prints a value outside of the loops and conditions that it was printed in.

        It is the expression it was printed with, if that does without their variables, else the one name of that very
        figure or text.
        """
        if printed.expression and self.prints(printed.expression, printed.text):
            return printed.expression
        found = [each for each in self._by_value.get(_identity(printed.value), ()) if self.prints(each, printed.text)]
        return found[-1] if len({_named(each) for each in found}) == 1 else None

    def of_figure(self, prefix: str, key: str, text: str) -> str | None:
        """Return what prints the figure with this key of the form, ``None`` where that is not the text.

        `prefix` is ``previous.`` for a figure of the year before.
        """
        table, _, rest = key.partition(".")
        names = (prefix + key, f"{prefix}{table}.{rest.rpartition('.')[2]}")
        return next((name for name in names if self.prints(name, text)), None)

    def prints(self, expression: str, text: str) -> bool:
        """Whether an expression by itself prints this text."""
        if expression not in self._known:
            self._known[expression] = self._printed(expression)
        return self._known[expression] == text

    def is_fact(self, value: object) -> bool:
        """Whether a value is a fact of the organ, such as its telephone number, which no prose may say otherwise."""
        return any(_named(each).startswith("organ.") for each in self._by_value.get(_identity(value), ()))

    def _printed(self, expression: str) -> str | None:
        try:
            filled = fill_template("", f"{{{{ {expression} }}}}", self._names)
        except NarrativeError:
            return None
        return filled.printer.fill("\n".join(line for _, line in filled.lines))

    @cached_property
    def _by_value(self) -> Mapping[Hashable, list[str]]:
        found: defaultdict[Hashable, list[str]] = defaultdict(list)
        for name, value in printable_names(self._names):
            for expression, each in _ways(name, value):
                found[_identity(each)].append(expression)
        return found


def _ways(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield the ways in which a named value is printed: by itself, line by line, ended as a sentence."""
    yield name, value
    if isinstance(value, Passage) and value:
        lines = value.paragraphs
        texts = {name: str(value)} | {f"{name}.paragraphs[{place}]": line for place, line in enumerate(lines)}
        for each, text in texts.items():
            yield each, text
            yield each + _SENTENCE, end_sentence(text)


def _named(expression: str) -> str:
    return expression.removesuffix(_SENTENCE).partition(".paragraphs[")[0]


def _identity(value: object) -> Hashable:
    """Return what tells a figure or text of the workbook from all others."""
    match value:
        case Line():
            return _identity(value.amount)
        case Figure() if value.amount is not None and value.label:
            return "figure", value.label, value.unit, value.amount, value.cells
        case Passage() if value:
            return "text", str(value), value.label, value.cell
        case str() if value:
            return "words", str(value)
    return None
