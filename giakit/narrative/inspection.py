"""What is wrong with a template before it runs, in every branch and all at once.

A cell must not fail next year, when a branch is taken for the first time. So names are followed through the template
as far as they can be known without running it: through dots, constant subscripts, `set` and `for`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from giakit.errors import nearest
from giakit.language import Text
from giakit.narrative.namespace import Listing, LocalStatistics, Namespace, members, sample

# What a template is made of; anything else (macros, includes, calls, powers) is more than prose needs.
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock,
    nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Const, nodes.Tuple, nodes.List, nodes.CondExpr,
    nodes.Filter, nodes.Test, nodes.Keyword, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos, nodes.Concat,
)  # fmt: skip

_LOOP = Namespace(dict.fromkeys(("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth"), 0))

Scope = dict[str, object]


@dataclass(frozen=True)
class Mistake:
    """A problem of a template and the line it is on."""

    line: int
    problem: Text


@dataclass
class Inspector:
    """Finds every mistake of a template.

    Attributes
    ----------
    names
        What the report offers.
    elsewhere
        What reports after other revisions of the form offer: a name of theirs is no mistake in a branch.
    filters, tests
        Those that exist.
    """

    names: Mapping[str, object]
    elsewhere: Collection[Mapping[str, object]]
    filters: Collection[str]
    tests: Collection[str]
    mistakes: list[Mistake] = field(default_factory=list)
