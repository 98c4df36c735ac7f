"""What a cell of the master or of a working copy is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nbformat import NotebookNode

NAMESPACE = "giakit"  # of what giakit writes into the metadata of notebooks and cells

Role = Literal["parameters", "injected", "conflict", "narrative", "chart", "statutory", "other"]

_NARRATIVE = re.compile(r"%%narrative[ \t]*(.*)")
_STATUTORY = re.compile(
    r"^[^#\n]*?(giakit\.open_report|report\.(?:show|show_heading|show_table|finish))\(\s*([\"'][^\"']*[\"'])?",
    re.MULTILINE,
)
_CHART = re.compile(r"^[^#\n]*report\.show_chart\(", re.MULTILINE)


def role_of(cell: NotebookNode) -> Role:
    """Return what a cell is there for; ``statutory`` is one without which there is no report or no part of it."""
    if "conflict" in own_metadata(cell):
        return "conflict"
    if cell.cell_type != "code":
        return "other"
    return next((role for role, applies in _ROLES if applies(cell)), "other")


def own_metadata(node: NotebookNode) -> Mapping[str, Any]:
    """Return what giakit wrote into the metadata of a notebook or cell; empty where that is nothing."""
    found = node.metadata.get(NAMESPACE)
    return found if isinstance(found, Mapping) else {}


def tags_of(cell: NotebookNode) -> list[str]:
    """Return a cell's tags."""
    return list(cell.metadata.get("tags", []))


def key_of(cell: NotebookNode) -> str | None:
    """Return the key behind ``%%narrative`` in one spelling, or ``None`` for another cell."""
    return key_in(cell.source) if cell.cell_type == "code" else None


def key_in(source: str) -> str | None:
    """Return the key that a cell's source begins with.

    >>> key_in("%%narrative 一 ／ 主动公开"), key_in("report.show()")
    ('一/主动公开', None)
    """
    found = _NARRATIVE.match(source)
    return "/".join(part.strip() for part in found[1].replace("／", "/").split("/")) if found else None


def statutory_calls(cell: NotebookNode) -> list[str]:
    """Return the calls of a code cell that open the report or show a statutory part of it, in one spelling."""
    if cell.cell_type != "code" or key_of(cell) is not None:
        return []
    return [f"{call}({argument.replace(chr(39), chr(34))})" for call, argument in _STATUTORY.findall(cell.source)]


def title_of(cell: NotebookNode) -> str:
    """Return what a person calls a cell: its key, else its first line."""
    return key_of(cell) or next((line.strip() for line in cell.source.splitlines() if line.strip()), cell["id"])


def same_source(one: str, other: str) -> bool:
    """Whether two cells say the same; what stands behind the last line does not count."""
    return _plain(one) == _plain(other)


def _plain(source: str) -> str:
    return source.replace("\r\n", "\n").rstrip()


# In the order in which they are asked for.
_ROLES: tuple[tuple[Role, Callable[[NotebookNode], bool]], ...] = (
    ("injected", lambda cell: "injected-parameters" in tags_of(cell)),
    ("parameters", lambda cell: "parameters" in tags_of(cell)),
    ("narrative", lambda cell: key_of(cell) is not None),
    ("statutory", lambda cell: bool(statutory_calls(cell))),
    ("chart", lambda cell: _CHART.search(cell.source) is not None),
)
