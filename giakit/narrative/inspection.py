"""What is wrong with a template before it runs, in every branch and all at once.

A cell must not fail next year, when a branch is taken for the first time. So names are followed through the template
as far as they can be known without running it: through dots, constant subscripts, `set` and `for`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from jinja2 import nodes

from giakit.hints import hint, listed
from giakit.language import Text
from giakit.narrative.figure import Figure
from giakit.narrative.namespace import Listing, LocalStatistics, Namespace, members, sample

# What a template is made of; anything else (macros, includes, calls, powers) is more than prose needs.
_ALLOWED = frozenset((
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock,
    nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Const, nodes.Tuple, nodes.List, nodes.CondExpr,
    nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos, nodes.Concat,
))  # fmt: skip

LOOP_NAMES = ("index", "index0", "revindex", "revindex0", "first", "last", "length")

# The values that an expression may have under the different revisions of the form; ``None`` where nothing is known.
Candidates = Sequence[object] | None
Scope = dict[str, Candidates]


@dataclass(frozen=True)
class Mistake:
    """A problem of a template and the line it is on."""

    line: int
    problem: Text | str


@dataclass(frozen=True)
class Inspector:
    """Finds every mistake of a template.

    Attributes
    ----------
    offers
        The names of this report, and those of reports after other revisions of the form: a branch may use a name that
        only another revision has.
    filters, tests
        Those that exist.
    transparent
        Filters that giakit itself put there, around what the template says.
    """

    offers: Sequence[Mapping[str, object]]
    filters: Collection[str]
    tests: Collection[str]
    transparent: Collection[str] = ()
    mistakes: list[Mistake] = field(default_factory=list)

    def inspect(self, template: nodes.Template) -> list[Mistake]:
        """Return every mistake in the order of the lines."""
        self._visit(template, {})
        return sorted(self.mistakes, key=lambda mistake: mistake.line)

    def _visit(self, node: nodes.Node, scope: Scope) -> Candidates:
        """Look at a node and all within it; return what it may be worth."""
        if type(node) not in _ALLOWED or (isinstance(node, nodes.For) and node.recursive):
            self._add(
                node, Text("“{what}” has no place in a narrative cell; if, for and set have", what=_written(node))
            )
            return None
        match node:
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._member(node, self._visit(node.node, scope), node.attr)
            case nodes.Getitem():
                return self._subscript(node, scope)
            case nodes.For():
                self._loop(node, scope)
            case nodes.Filter(name=name) if name in self.transparent and node.node:
                return self._visit(node.node, scope)
            case nodes.Assign() | nodes.AssignBlock():
                self._set(node, scope)
            case nodes.Output():
                for child in node.nodes:
                    self._output(child, self._visit(child, scope))
            case _:
                self._check(node)
                self._visit_all(node.iter_child_nodes(), scope)
        return None

    def _visit_all(self, children: Iterable[nodes.Node], scope: Scope) -> None:
        for child in children:
            self._visit(child, scope)

    def _name(self, node: nodes.Name, scope: Scope) -> Candidates:
        if node.name in scope:
            return scope[node.name]
        found = [offer[node.name] for offer in self.offers if node.name in offer]
        if not found:
            self._add_unknown(node, node.name, [*scope, *self.offers[0]])
        return found or None

    def _member(self, node: nodes.Getattr | nodes.Getitem, bases: Candidates, name: str) -> Candidates:
        if bases is None:
            return None
        known = [members(base) for base in bases]
        found = [each[name] for each in known if name in each]
        if not found:
            self._add_unknown(node, name, [name for each in known for name in each])
        return found or None

    def _subscript(self, node: nodes.Getitem, scope: Scope) -> Candidates:
        bases = self._visit(node.node, scope)
        if not isinstance(node.arg, nodes.Const):
            self._visit(node.arg, scope)
            return None
        if bases is None or not isinstance(node.arg.value, str):
            return _samples(bases)
        if all(isinstance(base, LocalStatistics) for base in bases):
            return _samples(bases)
        return self._member(node, bases, node.arg.value)

    def _loop(self, node: nodes.For, scope: Scope) -> None:
        inner = dict(scope)
        values = self._visit(node.iter, scope)
        if values and all(isinstance(value, str | int | Figure | Namespace) for value in values):
            self._add(node, Text("{name} is no list, so for finds nothing in it", name=_written(node.iter)))
        _bind(node.target, _samples(values), inner)
        inner["loop"] = [Namespace(dict.fromkeys(LOOP_NAMES, 0))]
        if node.test:
            self._visit(node.test, inner)
        self._visit_all(node.body, inner)
        self._visit_all(node.else_, dict(scope))

    def _set(self, node: nodes.Assign | nodes.AssignBlock, scope: Scope) -> None:
        if isinstance(node, nodes.Assign):
            values = self._visit(node.node, scope)
        else:
            values = None
            self._visit_all(node.iter_child_nodes(exclude=("target",)), dict(scope))
        _bind(node.target, values, scope)

    def _output(self, node: nodes.Node, values: Candidates) -> None:
        if values and all(isinstance(value, Namespace | Listing) for value in values):
            known = listed(name for value in values for name in members(value))
            group = Text(
                "{name} is a group and cannot be printed; name one of {known}", name=_written(node), known=known
            )
            self._add(node, group if known else Text("{name} is a list; print it with for", name=_written(node)))

    def _check(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Const) and isinstance(node.value, float) and not isfinite(node.value):
            self._add(node, Text("the number is too large"))
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            known = hint(node.name, self.filters)
            self._add(node, Text("there is no filter “{name}”; {known}", name=node.name, known=known))
        if isinstance(node, nodes.Test) and node.name not in self.tests:
            known = hint(node.name, self.tests)
            self._add(node, Text("there is no test “{name}”; {known}", name=node.name, known=known))

    def _add_unknown(self, node: nodes.Node, name: str, known: Collection[str]) -> None:
        hinted = hint(name, known) if known else Text("nothing is behind this name")
        self._add(node, Text("{name} is not known; {known}", name=_written(node), known=hinted))

    def _add(self, node: nodes.Node, problem: Text) -> None:
        self.mistakes.append(Mistake(node.lineno or 1, problem))  # Jinja numbers not every node


def _bind(target: nodes.Node, values: Candidates, scope: Scope) -> None:
    """Put what a `for` or `set` names into the scope."""
    if isinstance(target, nodes.Name):
        scope[target.name] = values
    elif isinstance(target, nodes.Tuple):
        for place, each in enumerate(target.items):
            rows = [value for value in values or () if isinstance(value, tuple) and len(value) == len(target.items)]
            _bind(each, [row[place] for row in rows] or None, scope)


def _samples(values: Candidates) -> Candidates:
    return [each for each in (sample(value) for value in values or ()) if each is not None] or None


def _written(node: nodes.Node) -> str:
    """Return how an expression is written, as far as its name goes."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_written(node.node)}.{node.attr}"
        case nodes.Getitem(arg=nodes.Const(value=value)):
            return f'{_written(node.node)}["{value}"]' if isinstance(value, str) else f"{_written(node.node)}[{value}]"
        case nodes.Call():
            return f"{_written(node.node)}(…)"
        case nodes.Filter() if node.node:
            return _written(node.node)
    return type(node).__name__.lower()
