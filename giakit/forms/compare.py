"""What a copy of a form does not say as the original does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from giakit.forms.read import Form
from giakit.language import Text
from giakit.statistics import Record, Statistics, Value


def differences(original: Form, copy: Form) -> Iterator[Text]:
    """Say of each cell, list and comment of the original what the copy lost or changed."""
    before, after = original.statistics, copy.statistics
    if before is None or after is None:
        yield Text("cannot be read back")
        return
    for value in _values(before):
        if _plain(value) != _plain(_find(after, value.key)):
            address = value.cell.address if value.cell else ""
            yield Text("{cell} ({key}) is not carried over as it stands", cell=address, key=value.key)
    for entry in before.entries:
        if entry.text != after.entry(entry.key).text:
            address = entry.cell.address if entry.cell else ""
            yield Text("{cell} ({key}) is not carried over as it stands", cell=address, key=entry.key)
    for name in ("problems", "remarks"):
        if _texts(getattr(before, name)) != _texts(getattr(after, name)):
            yield Text("the list of {name} is not carried over as it stands", name=name)
    known = {value.cell.address for value in _values(before) if value.cell}
    for address, comment in original.comments.items():
        if address not in known:
            yield Text("the comment on {cell} is not carried over: {comment}", cell=address, comment=comment)


def _values(statistics: Statistics) -> list[Value]:
    return [*statistics.values, *(line.value for line in statistics.local)]


def _find(statistics: Statistics, key: str) -> Value | None:
    return next((value for value in _values(statistics) if value.key == key), None)


def _plain(value: Value | None) -> object:
    """Return what a value says; of an unreadable one that is the text of its cell."""
    if value is None:
        return None
    raw = value.cell.raw if value.cell and value.state == "unreadable" else ""
    return (value.amount, value.unit, value.state, value.note, value.comment, raw)


def _texts(records: Iterable[Record]) -> list[str]:
    return [
        record.model_dump_json(exclude={"cell": True, "problem": {"cell"}, "measure": {"cell"}}) for record in records
    ]
