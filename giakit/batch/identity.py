"""An organ is its key: unique in a batch, and the name of a folder on every system."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from giakit.hints import hint
from giakit.language import Text
from giakit.outputs import RESERVED
from giakit.project import is_safe_key
from giakit.source_plan import FormSummary

# Device names, which Windows takes for any file of that stem
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{digit}" for port in ("com", "lpt") for digit in range(1, 10))}
_LONGEST = 200  # bytes; with the marks of a hidden work folder still a file name everywhere


def wrong_keys(forms: Iterable[FormSummary]) -> Iterator[Text]:
    """Yield what is wrong with the keys of a year's forms: the same twice, unsafe as a path, one inside another."""
    by_folder: dict[str, list[FormSummary]] = defaultdict(list)
    for form in forms:
        by_folder[_folded(form.key)].append(form)
        if not _is_safe(form.key):
            yield Text(
                "{place}: the key {key} cannot name a folder; use letters, digits, - and _",
                place=_place(form),
                key=form.key,
            )
    for folder, same in by_folder.items():
        if len(same) > 1:
            places = "、".join(_place(form) for form in same)
            yield Text("the key {key} is given more than once: {places}", key=same[0].key, places=places)
        county = folder.rpartition("/")[0]
        if county in by_folder:
            inner, outer = same[0], by_folder[county][0]
            yield Text(
                "{place}: the key {key} lies inside that of {other}; give one of them another",
                place=_place(inner),
                key=inner.key,
                other=_place(outer),
            )


def _place(form: FormSummary) -> str:
    return f"{form.workbook} [{form.sheet}]"


def _folded(key: str) -> str:
    """Return a key as file systems compare it that know neither case nor composed characters."""
    return unicodedata.normalize("NFC", key).casefold()


def _is_safe(key: str) -> bool:
    parts = _folded(key).split("/")
    return (
        is_safe_key(key)
        and len(key.encode()) <= _LONGEST
        and not any(part.partition(".")[0] in _DEVICES for part in parts)
        and not RESERVED & set(parts)
    )


def unknown_organs(names: Sequence[str], forms: Sequence[FormSummary]) -> Iterator[Text]:
    """Yield a sentence for each name that no form answers to."""
    known = sorted({name for form in forms for name in form.names})
    listed = [form.listed_as for form in forms]
    for name in names:
        if name not in known:
            yield Text("no organ is called {town}; {known}", town=name, known=hint(name, known, listed))
