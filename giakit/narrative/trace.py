"""A narrative cell rendered with a trace: the lines each block comes from, the expression that printed each value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Template, nodes

from giakit.content.model import ListBlock
from giakit.narrative.markdown import read_blocks
from giakit.narrative.places import Substitutions, hide_lines_of_tags, split_at_places, take_lines
from giakit.narrative.printing import Printer
from giakit.narrative.sandbox import Preparation, Sandbox
from giakit.narrative.words import strip_unprinted

if TYPE_CHECKING:
    from markupsafe import Markup

    from giakit.content.model import Block, Inline

_TRACED = "-traced"  # a filter whose name no template can spell


@dataclass(frozen=True, eq=False)
class Printed:
    """A value as it was printed, and the expression that printed it, without its braces."""

    text: str
    value: object
    expression: str


Piece = str | Printed
Line = tuple[tuple["Inline", tuple[Piece, ...]], ...]


@dataclass(frozen=True)
class TracedBlock:
    """A block of finished prose.

    Attributes
    ----------
    lines
        The first and the last line of the cell's body that it comes from, counted from 1.
    runs
        Its lines of text, one but for a list; each run of them with the words and values it is made of.
    """

    block: Block
    lines: tuple[int, int]
    runs: tuple[Line, ...]


def trace_cell(source: str, names: Mapping[str, object]) -> tuple[TracedBlock, ...]:
    """Render the body of a cell that is known to be free of mistakes.

    A value that a filter or a template joined into a longer text is part of that text's expression.
    """
    printer = _Recorder()
    text = strip_unprinted("\n".join(source.splitlines()))
    lines = take_lines("".join(_load(text, printer).generate(names)))
    numbers, marked = [number for number, _ in lines], "\n".join(line for _, line in lines)
    filled = read_blocks(marked, printer, numbers=numbers)
    unfilled = read_blocks(marked, _Unfilled(printer), numbers=numbers).blocks
    same = [len(lines_of(each)) for each in unfilled] == [len(lines_of(each)) for each in filled.blocks]
    raw = unfilled if same else filled.blocks  # a value that is blank was a block or an item of its own
    return tuple(
        TracedBlock(block, span, tuple(map(printer.trace, lines_of(block), lines_of(other))))
        for block, span, other in zip(filled.blocks, filled.spans, raw, strict=True)
    )


def lines_of(block: Block) -> tuple[tuple[Inline, ...], ...]:
    """Return the lines of text of a block: its items for a list, else one."""
    return block.items if isinstance(block, ListBlock) else (block.inlines,)


def _text(pieces: tuple[Piece, ...]) -> str:
    return "".join(each if isinstance(each, str) else each.text for each in pieces)


class _Recorder(Printer):
    """Prints and remembers each value with its expression."""

    def __init__(self) -> None:
        super().__init__("")
        self.expression = ""
        self._printed_at: dict[int, Printed] = {}

    def print(self, value: object) -> Markup:
        number = len(self)
        place = super().print(value)
        if len(self) > number:
            self._printed_at[number] = Printed(self.fill(place), value, self.expression)
        return place

    def trace(self, printed: tuple[Inline, ...], raw: tuple[Inline, ...]) -> Line:
        """Return a line of text with what it is made of; `raw` is the line with the places of values in it."""
        pieces = [tuple(self._piece(each) for each in split_at_places(inline.text)) for inline in raw]
        if [_text(each) for each in pieces] != [inline.text for inline in printed]:
            pieces = [(inline.text,) for inline in printed]  # a link or a space that depends on what was printed
        return tuple(zip(printed, pieces, strict=True))

    def _piece(self, each: str | int) -> Piece:
        if isinstance(each, str):
            return each
        return self._printed_at.get(each) or Printed(self.value(each), None, "")


class _Unfilled(Substitutions):
    """Leaves the places of another's values in the text."""

    def __init__(self, printer: Printer) -> None:
        super().__init__()
        self._printer = printer

    def hold(self, value: str) -> str:
        return self._printer.hold(value)

    def fill(self, text: str) -> str:
        return text


def _load(source: str, printer: _Recorder) -> Template:
    """Return the template with a filter around each expression it prints."""
    sandbox = Sandbox(printer)

    def traced(value: object, expression: str) -> object:
        printer.expression = expression
        return value

    sandbox.filters[_TRACED] = traced
    tree = Preparation().visit(sandbox.parse(hide_lines_of_tags(source)))
    outputs = [(output, place) for output in tree.find_all(nodes.Output) for place in _expressions(output)]
    written = _written(sandbox, source)
    for (output, place), expression in zip(outputs, written if len(written) == len(outputs) else (), strict=False):
        node = output.nodes[place]
        arguments: list[nodes.Expr] = [nodes.Const(expression)]
        output.nodes[place] = nodes.Filter(node, _TRACED, arguments, [], None, None, lineno=node.lineno)
    return Template.from_code(sandbox, sandbox.compile(tree), {})


def _expressions(output: nodes.Output) -> list[int]:
    return [place for place, node in enumerate(output.nodes) if not isinstance(node, nodes.TemplateData)]


def _written(sandbox: Sandbox, source: str) -> list[str]:
    """Return the expressions between double braces, in order."""
    found: list[str] = []
    inside = False
    for _, kind, text in sandbox.lex(source):
        if kind == "variable_begin":
            inside = True
            found.append("")
        elif kind == "variable_end":
            inside = False
        elif inside:
            found[-1] += text
    return [each.strip() for each in found]
