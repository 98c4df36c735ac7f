"""The parameters cell of a working copy: the master's, with the town's parameters in it."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence

from giakit.copies.place import SELF

Value = str | int | bool | Sequence[str] | None


def fill_parameters(source: str, values: Mapping[str, Value], copy: str) -> str:
    """Return the parameters cell with the values of a report; its comments stay.

    Parameters
    ----------
    source
        The cell of the master: assignments and comments.
    values
        The parameters by name; one that the cell does not name is put behind the others.
    copy
        The path of the working copy from the project's root, by which the running notebook knows what it is.

    >>> print(fill_parameters('town = "甲"  # 机关', {"town": "乙", "charts": False}, "notebooks/2021/乙.ipynb"))
    town = "乙"  # 机关
    charts = False
    working_copy = "notebooks/2021/乙.ipynb"  # 工作副本自己的位置，不要改
    """
    data, filled = source.encode(), set()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in values:
            name = node.targets[0].id
            start, end = _span(source, node.value)
            data = data[:start] + write_value(values[name]).encode() + data[end:]
            filled.add(name)
    added = [f"{name} = {write_value(value)}" for name, value in values.items() if name not in filled]
    own = f"{SELF} = {write_value(copy)}  # 工作副本自己的位置，不要改"
    return "\n".join([data.decode().rstrip(), *added, own])


def write_value(value: Value) -> str:
    """Return a parameter as Python, in double quotes as the master has it.

    >>> write_value(["甲.xlsx"]), write_value(None)
    ('["甲.xlsx"]', 'None')
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Sequence):
        return f"[{', '.join(write_value(each) for each in value)}]"
    return repr(value)


def _span(source: str, node: ast.expr) -> tuple[int, int]:
    """Return where an expression begins and ends in the source's UTF-8, in which Python counts columns."""
    starts = [0]
    for line in source.encode().split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    assert node.end_lineno is not None and node.end_col_offset is not None  # noqa: PT018, S101 - parsed from text
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
