"""The key behind ``%%narrative``: which section, and what within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.errors import NarrativeError
from giakit.formats import normal_label
from giakit.hints import hint, nearest
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from giakit.formats import Format, Section, Topic

PREAMBLE = "前言"


def parse_key(line: str, form: Format) -> str:
    """Return a key in its one spelling: ``前言`` or a narrative section's numeral, optionally ``/`` and a label.

    Any label may follow the slash. A topic that the form declares puts the cell in its place; what merely resembles
    one is taken for a misspelling, and an alias becomes the topic's label.

    Raises
    ------
    NarrativeError
        If the key is missing or misspelt.
    """
    section, *labels = (part.strip() for part in line.replace("／", "/").split("/"))
    sections = {each.numeral: each for each in form.sections if each.table is None}
    known = [PREAMBLE, *sections]
    if section not in known:
        raise NarrativeError(_unknown_section(section, form, known))
    for label in labels:
        if not label or not label.isprintable():
            raise NarrativeError(Text("the key {key} has an empty part; leave out the slash", key=line.strip()))
    if labels and section in sections:
        labels[0] = _find_topic(labels[0], sections[section])
    return "/".join((section, *labels))


def _unknown_section(name: str, form: Format, known: Sequence[str]) -> Text:
    listed = "、".join(known)
    if not name:
        return Text("this cell needs a key behind %%narrative; known are {known}", known=listed)
    table = form.section(name)
    if table is not None:
        return Text("section {name} is a table and holds no narrative; known are {known}", name=name, known=listed)
    headings = {each.heading: each.numeral for each in form.sections if each.numeral in known}
    meant = nearest(name, headings) or name
    return Text("no section is called {name}; {known}", name=name, known=hint(headings.get(meant, meant), known))


def _find_topic(label: str, section: Section) -> str:
    spellings = {normal_label(name): topic.label for topic in section.topics for name in _spellings(topic)}
    if normal_label(label) in spellings:
        return spellings[normal_label(label)]
    hint = nearest(normal_label(label), spellings)
    if hint is None:
        return label
    raise NarrativeError(
        Text(
            "section {section} has no topic {name}; the nearest is {hint}",
            section=section.numeral,
            name=label,
            hint=f"{section.numeral}/{spellings[hint]}",
        )
    )


def _spellings(topic: Topic) -> tuple[str, ...]:
    return (topic.label, *topic.aliases)
