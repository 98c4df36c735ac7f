"""From the body of a cell and the report's names to Markdown in which every value has a place."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError

from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.narrative.inspection import Inspector, Mistake
from giakit.narrative.places import take_lines
from giakit.narrative.printing import MOST_CHARACTERS, Printer
from giakit.narrative.sandbox import ROUNDS, Sandbox, read_template
from giakit.narrative.syntax import explain
from giakit.narrative.words import strip_unprinted

Names = Mapping[str, object]

# What evaluating an expression can raise beside what giakit raises itself.
_RUN_ERRORS = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)
# What Jinja and Python raise for an expression that is too long or nested too deeply to be compiled.
_SIZE_ERRORS = (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError)


@dataclass(frozen=True)
class Filled:
    """A filled-in template: its lines, each with the number of the line of the body it came from, and its values."""

    lines: Sequence[tuple[int, str]]
    printer: Printer


def fill_template(
    key: str, source: str, names: Names, *, elsewhere: Callable[[], Sequence[Names]] = tuple, first_line: int = 1
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
    printer = Printer(key)
    run = _Run(Sandbox(printer), printer, strip_unprinted("\n".join(source.splitlines())), names)
    try:
        return run.fill(elsewhere)
    except _Mistakes as error:
        raise NarrativeError(
            *(
                Text("{key}, line {line}: {problem}", key=key, line=each.line + first_line - 1, problem=each.problem)
                for each in error.args
            )
        ) from error.__cause__


class _Mistakes(Exception):  # noqa: N818 - never leaves this module
    """What is wrong with a template."""


@dataclass(frozen=True)
class _Run:
    """One template on its way from source to text."""

    sandbox: Sandbox
    printer: Printer
    source: str
    names: Names

    def fill(self, elsewhere: Callable[[], Sequence[Names]]) -> Filled:
        if len(self.source) > MOST_CHARACTERS:
            raise _Mistakes(Mistake(1, Text("the cell has more than {most} characters", most=MOST_CHARACTERS)))
        try:
            if self._inspect([self.names]) and (mistakes := self._inspect([self.names, *elsewhere()])):
                raise _Mistakes(*mistakes)
            template = self.sandbox.load(self.source)
        except TemplateSyntaxError as error:
            problem = Text("the expression cannot be read: {reason}", reason=explain(error.message or ""))
            raise _Mistakes(Mistake(error.lineno, problem)) from error
        except _SIZE_ERRORS as error:
            raise _Mistakes(Mistake(1, Text("the cell is too long or nested too deeply"))) from error
        return Filled(take_lines("".join(self._generate(template))), self.printer)

    def _inspect(self, offers: Sequence[Names]) -> list[Mistake]:
        filters = [name for name in self.sandbox.filters if name != ROUNDS]
        inspector = Inspector(offers, filters, self.sandbox.tests, transparent={ROUNDS})
        return inspector.inspect(read_template(self.source))

    def _generate(self, template: Template) -> Iterator[str]:
        try:
            for piece in template.generate(self.names):
                yield self.printer.count(piece)
        except NarrativeError as error:
            line = _line_of(error, template)
            raise _Mistakes(*(Mistake(line, each) for each in error.problems)) from error
        except UndefinedError as error:
            raise _Mistakes(*self._undefined(_line_of(error, template), error)) from error
        except ZeroDivisionError as error:
            problem = Text("divides by zero; put it under an if that asks whether the divisor is positive")
            raise _Mistakes(Mistake(_line_of(error, template), problem)) from error
        except _RUN_ERRORS as error:
            problem = Text("the expression cannot be calculated: {reason}", reason=error)
            raise _Mistakes(Mistake(_line_of(error, template), problem)) from error

    def _undefined(self, line: int, error: UndefinedError) -> list[Mistake]:
        """Tell what is undefined: a name of another revision of the form, or one only known while running."""
        foreign = [mistake for mistake in self._inspect([self.names]) if mistake.line == line]
        return foreign or [Mistake(line, Text("a name is not known: {reason}", reason=explain(error.message or "")))]


def _line_of(error: Exception, template: Template) -> int:
    """Return the line of the template where an error arose, which Jinja writes into the traceback."""
    name = template.filename or "<template>"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    return (lines[-1] if lines else None) or 1
