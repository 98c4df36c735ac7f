"""The environment that templates run in: no globals, no calls, no way out of the names, and an end to every loop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from jinja2 import StrictUndefined, Template, Undefined, nodes, pass_context
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from giakit.errors import NarrativeError
from giakit.language import Text
from giakit.narrative.figure import Figure
from giakit.narrative.filters import build_filters, build_tests
from giakit.narrative.inspection import LOOP_NAMES
from giakit.narrative.namespace import members
from giakit.narrative.places import hide_lines_of_tags, mark_lines
from giakit.narrative.printing import Printer

if TYPE_CHECKING:
    from types import CodeType

    from jinja2.runtime import Context

MOST_ROUNDS = 5_000
_LARGEST_NUMBER = 10**18
ROUNDS = "-rounds"  # a filter whose name no template can spell


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one narrative cell.

    Escaping is switched on although nothing is HTML here: it makes Jinja keep text of the template (`Markup`) and
    values apart, and `Printer.print` is what escapes.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})

    def __init__(self, printer: Printer) -> None:
        @pass_context  # without it Jinja would print constants when it compiles
        def finalize(_: Context, value: object) -> Markup:
            return printer.print(value)

        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=finalize, optimized=False, cache_size=0)
        self._printer = printer
        self._rounds = 0
        self.globals.clear()
        self.filters = {**build_filters(printer), ROUNDS: self._count_rounds}
        self.tests = dict(build_tests())

    def load(self, source: str) -> Template:
        """Return a template to be run in this environment.

        Raises
        ------
        jinja2.TemplateSyntaxError
            If it cannot be compiled, as an unknown filter cannot.
        """
        return Template.from_code(self, _compile(source), {})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's own
        """Calculate; texts are only joined, and no number grows without end."""
        left, right = (self._printer.fill(each) if isinstance(each, Markup) else each for each in (left, right))
        if isinstance(left, str) and isinstance(right, str) and operator == "+":
            return self._printer.count(str(left) + str(right))
        for each in (left, right):
            if isinstance(each, Undefined):
                str(each)  # raises, and names what is undefined
            if not isinstance(each, Figure | int | float | Decimal):
                raise NarrativeError(Text("“{operator}” calculates with figures and numbers only", operator=operator))
        return _bounded(super().call_binop(context, operator, _exact(left), _exact(right)))

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:  # noqa: ARG002 - Jinja's signature
        """Allow the names that giakit gives out, and nothing that Python has behind a dot."""
        return attr in (LOOP_NAMES if isinstance(obj, LoopContext) else members(obj))

    def is_safe_callable(self, obj: object) -> bool:  # noqa: ARG002 - Jinja's signature
        """Refuse every call."""
        return False

    def _count_rounds(self, values: Iterable[object]) -> Iterator[object]:
        if isinstance(values, str):
            raise NarrativeError(Text("a text is no list; its lines are its “paragraphs”"))
        for value in values:
            self._rounds += 1
            if self._rounds > MOST_ROUNDS:
                raise NarrativeError(Text("the loops of the cell take more than {most} rounds", most=MOST_ROUNDS))
            yield value


@lru_cache(maxsize=256)  # every report of a batch has the same few cells, and parsing them is most of the work
def read_template(source: str) -> nodes.Template:
    """Parse a template and make it safe to run.

    Raises
    ------
    jinja2.TemplateSyntaxError
        If it cannot be read.
    """
    tree = Preparation().visit(_draft().parse(hide_lines_of_tags(source)))
    assert isinstance(tree, nodes.Template)  # noqa: S101 - the visitor is not typed
    return tree


class Held(NamedTuple):
    """Lines that tags of a template hold together, counted from 1.

    `tags` are those on which the tags of a condition stand, between which its branches are; empty for anything else.
    """

    first: int
    last: int
    tags: tuple[int, ...] = ()


def read_tags(source: str) -> list[Held]:
    """Return everything that tags of a template hold together.

    That is each loop, condition and set block with what stands in it, and each tag, expression or comment by itself.

    Raises
    ------
    jinja2.TemplateSyntaxError
        If it cannot be read.
    """
    found: list[Held] = []
    blocks: list[tuple[str, list[int]]] = []
    start, words = 0, list[str]()
    for line, kind, text in _draft().lex(source):
        if kind.endswith("_begin"):
            start, words = line, []
        elif kind.endswith("_end"):
            found.append(Held(start, line))
            if kind == "block_end":
                found += _close(blocks, words, start)
        elif kind in {"name", "operator"}:
            words.append(text)
    return found


def _close(blocks: list[tuple[str, list[int]]], words: list[str], line: int) -> Iterator[Held]:
    """Note what a tag opens or goes on with; yield what it closes."""
    if words[0] in {"for", "if"} or (words[0] == "set" and "=" not in words):
        blocks.append((words[0], [line]))
    elif words[0] in {"elif", "else"}:
        blocks[-1][1].append(line)
    elif words[0].startswith("end"):
        name, lines = blocks.pop()
        yield Held(lines[0], line, (*lines, line) if name == "if" else ())


@lru_cache(maxsize=256)
def _compile(source: str) -> CodeType:
    return _draft().compile(read_template(source))


@cache
def _draft() -> Sandbox:
    """Return an environment in which nothing is run."""
    return Sandbox(Printer(""))


class Preparation(NodeTransformer):
    """Makes a parsed template safe to run: lines marked, loops counted, ``~`` joining as the filter does."""

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.TemplateData:  # noqa: N802 - Jinja's visitor
        """Mark the lines of the template's own words."""
        node.data = mark_lines(node.data, node.lineno)
        return node

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 - Jinja's visitor
        """Let a loop count its rounds."""
        self.generic_visit(node)
        node.iter = _filtered(cast("nodes.Expr", node.iter), ROUNDS)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802 - Jinja's visitor
        """Join as the filter does."""
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), "join")


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _exact(value: Any) -> Any:  # noqa: ANN401 - whatever is calculated with
    return Decimal(str(value)) if isinstance(value, float) else value


def _bounded(value: Any) -> Any:  # noqa: ANN401 - whatever was calculated
    exact = _exact(value)
    if isinstance(exact, int | Decimal) and not -_LARGEST_NUMBER < exact < _LARGEST_NUMBER:
        raise NarrativeError(Text("the calculation gives a number that is too large"))
    return exact
