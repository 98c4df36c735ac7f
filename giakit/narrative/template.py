"""From the body of a cell and the report's names to Markdown in which every value has a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError

from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.narrative.inspection import Inspector, Mistake
from giakit.narrative.places import take_lines
from giakit.narrative.printing import MOST_CHARACTERS, Printer
from giakit.narrative.sandbox import Sandbox
from giakit.narrative.words import strip_unprinted

Names = Mapping[str, object]

# What evaluating an expression can raise beside what giakit raises itself.
_RUN_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
# What Jinja and Python raise for an expression that is too long or nested too deeply to be compiled.
_SIZE_ERRORS = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)


@dataclass(frozen=True)
class Filled:
    """A filled-in template: its lines, each with the number of the line of the cell it came from, and its values."""

    lines: Sequence[tuple[int, str]]
    printer: Printer


def fill_template(
    key: str,
    source: str,
    names: Names,
    *,
    elsewhere: Callable[[], Sequence[Names]] = tuple,
    first_line: int = 1,
) -> Filled:
    """Fill in the body of a narrative cell.

    Parameters
    ----------
    key
        The cell's key, for the messages.
    elsewhere
        Gives the names under other revisions of the form, which a branch that this report does not take may use.
    first_line
        The number of the body's first line, for the messages.

    Raises
    ------
    NarrativeError
        With every mistake that can be found without running the template, else the first one made in running it.
    """
    return _Cell(key, _plain(source), names, first_line).fill(elsewhere)


@dataclass(frozen=True)
class _Cell:
    key: str
    source: str
    names: Names
    first_line: int

    def fill(self, elsewhere: Callable[[], Sequence[Names]]) -> Filled:
        printer = Printer(self.key)
        sandbox = Sandbox(printer)
        try:
            tree = sandbox.read(self.source)
            if mistakes := self._mistakes(sandbox, elsewhere):
                raise self._error(mistakes)
            template = sandbox.compile_tree(tree)
        except TemplateSyntaxError as error:
            problem = Text("the expression cannot be read: {reason}", reason=error.message or "")
            raise self._error([Mistake(error.lineno, problem)]) from None
        except _SIZE_ERRORS as error:
            raise self._error([Mistake(1, Text("the cell is too long or nested too deeply"))]) from error
