"""What no published text holds: instructions, leftovers, misprints, outdated notices (H-3 … H-6, H-13, H-14)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from giakit import formats
from giakit.content.model import Prose
from giakit.findings import Finding, finding
from giakit.formats import Format
from giakit.formats.model import normal_label
from giakit.language import Text
from giakit.prose.hygiene_rules import Phrases, load_hygiene, pattern
from giakit.prose.quote import quote
from giakit.prose.text import Passage, normal_text


def check_hygiene(prose: Prose, passages: Sequence[Passage], form: Format) -> Iterator[Finding]:
    """Yield what is wrong with a cell's words whatever its figures are."""
    for passage in passages:
        yield from _phrases(prose.key, passage)
        yield from _outdated(prose.key, passage, form)
        yield from _other_heads(prose.key, passage, form)
        yield from _misprints(prose.key, passage)
        yield from _doubled(prose.key, passage)
    yield from _not_filled_in(prose, passages)


def _phrases(place: str, passage: Passage) -> Iterator[Finding]:
    for rule in load_hygiene().phrases:
        found = _all_found(rule.patterns, passage.plain)
        if found:
            yield finding(rule.rule, rule.severity, place, *_message(rule, passage, found))


def _all_found(patterns: Sequence[str], text: str) -> list[str]:
    """Return what the patterns match, each once."""
    return _longest(match[0] for each in patterns for match in pattern(each).finditer(text))


def _longest(found: Iterable[str]) -> list[str]:
    """Return texts, each once, without those that are part of another."""
    known = dict.fromkeys(found)
    return [each for each in known if not any(each in other for other in known if other != each)]


def _message(rule: Phrases, passage: Passage, matches: Sequence[str]) -> tuple[Text, Text]:
    found = "、".join(matches)
    match rule.kind:
        case "instruction":
            return (
                Text("“{found}” is the form's instruction to its author", found=found),
                Text("Put the text in its place, or take it out."),
            )
        case "leftover":
            return (
                Text(
                    "“{found}” is left over in “{sentence}”", found=found, sentence=quote(passage.written, matches[0])
                ),
                Text("Take it out, or write what belongs there."),
            )
        case "missing":
            return (
                Text("“{sentence}” seems to lack a number", sentence=quote(passage.written, matches[0])),
                Text("Write the number, or take the sentence out."),
            )


def _not_filled_in(prose: Prose, passages: Sequence[Passage]) -> Iterator[Finding]:
    rule = load_hygiene().not_filled_in
    if any(each.rule == rule.known_as for each in prose.findings):
        return
    for passage in passages:
        if rule.text in passage.written:
            yield finding(
                rule.rule,
                "error",
                prose.key,
                Text("“{sentence}” seems to lack a number", sentence=quote(passage.written, rule.text)),
                Text("Write the number, or take the sentence out."),
            )


def _outdated(place: str, passage: Passage, form: Format) -> Iterator[Finding]:
    """Yield an error for the notice of another form, a warning where the form's own is cited beside it."""
    rule = load_hygiene().notices
    cites_own = _cites(form.notice.number, passage.plain)
    for number in dict.fromkeys(each.notice.number for each in formats.load_formats(formats.FOLDER)):
        if number == form.notice.number:
            continue
        by_number = _cites(number, passage.plain)
        by_title = any(each.number == number and each.title in passage.plain for each in rule.titles)
        if by_number or by_title:
            yield finding(
                rule.rule,
                "error" if by_number and not cites_own else "warning",
                place,
                Text(
                    "cites {number}, the notice of another form; this report follows {own}",
                    number=number,
                    own=form.notice.number,
                ),
                Text("Cite {own}.", own=form.notice.number),
                words=form.notice.number,
            )


def _cites(number: str, text: str) -> bool:
    return bool(_citation(number).search(text))


@cache
def _citation(number: str) -> re.Pattern[str]:
    """Return a pattern for a notice's number in any brackets, with its prefix or without any."""
    prefix = load_hygiene().notices.prefix
    rest = normal_text(number).removeprefix(prefix)
    loose = re.sub(r"[〔〕]", lambda sign: r"[〔\[（【]" if sign[0] == "〔" else r"[〕\]）】]", re.escape(rest))
    return re.compile(f"(?:{prefix}|(?<![函发字办规令文政府])){loose}")


def _other_heads(place: str, passage: Passage, form: Format) -> Iterator[Finding]:
    text = normal_label(passage.plain)
    for head in _longest(each for each in _heads_elsewhere(formats.FOLDER, form.revision) if each in text):
        yield finding(
            load_hygiene().heads.rule,
            "warning",
            place,
            Text("“{head}” is a column of another form's tables", head=head),
            Text("Use the words of this report's tables."),
        )


@cache
def _heads_elsewhere(folder: Path, revision: str) -> tuple[str, ...]:
    """Return the heads of number columns that other forms have and this one has not."""
    heads: dict[str, set[str]] = {}
    for form in formats.load_formats(folder):
        columns = [path[-1] for table in form.tables for band in table.bands for path in band.leaf_columns]
        heads[form.revision] = {normal_label(name) for each in columns for name in (each.label, *each.aliases)}
    own = heads.pop(revision, set())
    others = {head for each in heads.values() for head in each if not any(head in known for known in own)}
    return tuple(sorted(others))


def _misprints(place: str, passage: Passage) -> Iterator[Finding]:
    rule = load_hygiene().misprints
    for wrong, right in rule.words.items():
        if wrong in passage.plain:
            yield finding(
                rule.rule,
                "note",
                place,
                Text("“{wrong}” seems to be a misprint of “{right}”", wrong=wrong, right=right),
                Text("Mend the word."),
            )


def _doubled(place: str, passage: Passage) -> Iterator[Finding]:
    for found in _all_found(_doubled_patterns(), passage.plain):
        yield finding(
            load_hygiene().doubled.rule,
            "warning",
            place,
            Text("“{found}” has a character twice", found=found),
            Text("Take one of them out."),
        )


@cache
def _doubled_patterns() -> tuple[str, ...]:
    rule = load_hygiene().doubled
    first = "|".join(f"{word[0]}{word}" for word in rule.words)
    last = "|".join(f"{word}{word[-1]}" for word in rule.words)
    return (f"(?:(?<=[{rule.before}])|^)(?:{first})", f"(?:{last})(?=[{rule.after}]|$)", *rule.signs)
