"""The checks of prose: of one narrative cell, and of what only the whole report tells."""

from __future__ import annotations

from collections.abc import Sequence

from giakit.content.model import Prose
from giakit.findings import Finding
from giakit.prose.hygiene import check_hygiene
from giakit.prose.judge import judge_statements
from giakit.prose.lists import check_lists
from giakit.prose.names import check_names
from giakit.prose.scope import Organ
from giakit.prose.statements import find_statements
from giakit.prose.text import build_passages
from giakit.prose.whole import check_whole
from giakit.prose.years import check_years
from giakit.statistics import Statistics


def check_prose(
    prose: Prose,
    statistics: Statistics,
    previous: Statistics | None = None,
    other_organs: Sequence[str] = (),
) -> list[Finding]:
    """Check the finished prose of one narrative cell.

    Only what contradicts the tables whatever its author may have meant is an error; what rests on a guess is a
    warning, and what cannot be compared (余, Chinese numerals, another body's figures, other years) is passed over.

    Parameters
    ----------
    previous
        Last year's statistics, for what the text says of last year; without them that is not judged.
    other_organs
        The names of the other organs of the batch.
    """
    passages = build_passages(prose, statistics.year)
    organ = Organ(statistics)
    statements, looked_at = find_statements(prose.topic or prose.section, passages, organ)
    sentences = [each for passage in passages for each in passage.sentences]
    return [
        *judge_statements(statements, statistics, previous, prose.key),
        *check_lists(sentences, looked_at, prose.key),
        *check_names(prose.key, passages, organ, other_organs),
        *check_years(prose.key, passages, statistics),
        *check_hygiene(prose, passages, statistics.format),
    ]


def check_report_prose(proses: Sequence[Prose], statistics: Statistics) -> list[Finding]:
    """Check what only all narrative cells together tell, in the order in which they are printed."""
    return list(check_whole(proses, statistics))
