"""A narrative cell from source to declared prose."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from giakit import formats
from giakit.content.model import Prose
from giakit.narrative.keys import parse_key
from giakit.narrative.markdown import parse_prose
from giakit.narrative.names import build_names
from giakit.narrative.template import fill_template
from giakit.statistics import Statistics

if TYPE_CHECKING:
    from giakit.formats import Format


def render_narrative(key: str, source: str, names: Mapping[str, object], form: Format, *, first_line: int = 1) -> Prose:
    """Turn a narrative cell into prose.

    Parameters
    ----------
    key
        The cell's key as written, such as ``一/主动公开``.
    source
        Markdown with expressions, without the line of the magic.
    names
        What the expressions refer to, see `giakit.narrative.names`.
    form
        The form of the report, which says what keys there are.
    first_line
        The number of the first line of `source`, for messages.

    Raises
    ------
    NarrativeError
        With every unknown name and forbidden or misspelt expression in any branch, else with what failed in filling in.
    """
    key = parse_key(key, form)
    filled = fill_template(key, source, names, elsewhere=_names_of_all_forms, first_line=first_line)
    numbers = [number + first_line - 1 for number, _ in filled.lines]
    text = "\n".join(line for _, line in filled.lines)
    blocks, findings = parse_prose(text, filled.printer, key=key, numbers=numbers)
    return Prose(key=key, blocks=blocks, findings=(*filled.printer.findings, *findings))


@cache
def _names_of_all_forms() -> tuple[dict[str, object], ...]:
    """Return the names of reports after every form, all of them blank.

    In a form's first year the names under ``previous`` are those of the form before it, so there are two of each.
    """
    known = formats.load_formats(formats.FOLDER)
    years = ((form.revision, year) for form in known for year in (form.first_year, form.first_year + 1))
    return tuple(build_names(Statistics(year=year, revision=revision), None) for revision, year in years)
