"""The likeness of a year's texts, kept in its ``likeness.json`` and computed again when a text has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from giakit.digests import digest_of
from giakit.errors import ParameterError
from giakit.language import Text
from giakit.likeness.model import Likeness
from giakit.likeness.rules import load_rules
from giakit.likeness.words import digests_of_words, read_words
from giakit.outputs import Outputs, ReportRecord, open_outputs
from giakit.provenance import package_digest

NAME = "likeness.json"


def read_likeness(outputs: Outputs | str | Path, year: int, at_least: float | None = None) -> Likeness:
    """Return how alike a year's texts are, as of the reports that are published now.

    Parameters
    ----------
    outputs
        The folder of outputs, e.g. ``outputs``, or its address. Last year's reports are looked for there, too.
    at_least
        From which likeness on pairs count, more than 0; as declared in ``likeness.toml`` if not given.

    Raises
    ------
    ParameterError
        If there are no reports of that year.
    """
    outputs = open_outputs(outputs) if isinstance(outputs, str | Path) else outputs
    records = outputs.records(year)
    if not records:
        raise ParameterError(
            Text("{place}: there are no reports of {year}; render them first", place=outputs.address, year=year)
        )
    return _compare_year(outputs, year, records, load_rules().alike if at_least is None else at_least)


def update_likeness(outputs: Outputs, year: int, records: Mapping[str, ReportRecord]) -> tuple[Likeness, bool]:
    """Bring a year's ``likeness.json`` up to date with the records of its published reports.

    Returns what it says now, and whether that is new. For whoever holds the lock of the outputs.
    """
    found = _compare_year(outputs, year, records, load_rules().alike)
    is_new = found != _read_kept(outputs, year)
    if is_new:
        outputs.write_page(f"{year}/{NAME}", found.file)
    return found, is_new


def _compare_year(outputs: Outputs, year: int, records: Mapping[str, ReportRecord], at_least: float) -> Likeness:
    """Take what was kept where it still holds, else compare."""
    before = outputs.records(year - 1)
    digests = digests_of_words(records), digests_of_words(before)
    basis = digest_of(json.dumps([package_digest(), at_least, *digests], sort_keys=True))
    kept = _read_kept(outputs, year)
    if kept and kept.basis == basis:
        return kept
    from giakit.likeness.compare import compare_words  # numpy takes its time

    words, then = (list(read_words(outputs, each.values())) for each in (records, before))
    count, pairs = compare_words(words, then, at_least)
    return Likeness(
        year=year,
        basis=basis,
        at_least=at_least,
        organs=len(words),
        with_last_year=len({each.organ for each in words} & {each.organ for each in then}),
        count=count,
        pairs=tuple(pairs),
    )


def _read_kept(outputs: Outputs, year: int) -> Likeness | None:
    content = outputs.read_page(f"{year}/{NAME}")
    try:
        return Likeness.model_validate_json(content) if content else None
    except ValueError:  # of another version of giakit
        return None
