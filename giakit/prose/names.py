"""Another organ's name where the report speaks of itself (H-1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from giakit.findings import Finding, Severity, finding
from giakit.language import Text
from giakit.prose.hygiene_rules import load_hygiene, pattern
from giakit.prose.quote import quote
from giakit.prose.rules import FIRST_MARK
from giakit.prose.scope import Organ, short_name
from giakit.prose.spellings import Spellings
from giakit.prose.text import Passage, normal_text

_FEWEST_SIGNS = 2
_STYLE = "(?:人民政府|政府|街道办事处|办事处)?"
_SENTENCE_ENDS = re.compile("[。；！？]")


def check_names(key: str, passages: Sequence[Passage], organ: Organ, other_organs: Sequence[str]) -> Iterator[Finding]:
    """Yield an error where the text calls the report another organ's, a warning where one of its kind acts in it.

    An organ whose name holds the own name or is held by it is passed over: a county in its bureau's report. Whatever
    else names another organ is taken for what it says, since departments and towns work together.
    """
    others, known = _names_of_others(organ.names, tuple(other_organs))
    for passage in passages:
        written = known.within(passage.plain)
        if others.isdisjoint(written):
            continue
        any_name = re.compile(f"(?:{'|'.join(map(re.escape, written))}){_STYLE}")
        for match in any_name.finditer(passage.plain):
            if short_name(match[0]) in others or match[0] in others:
                yield from _check_name(key, passage, match, organ)


@lru_cache(maxsize=1)  # the cells of one report ask for the same
def _names_of_others(own_names: tuple[str, ...], other_organs: tuple[str, ...]) -> tuple[set[str], Spellings]:
    """Return the names of other organs, in full and without their style, and these and the own ones to be found."""
    found: set[str] = set()
    for name in map(normal_text, other_organs):
        short = short_name(name)
        if len(short) >= _FEWEST_SIGNS and not any(short in own or own in short for own in own_names):
            found |= {name, short}
    return found, Spellings({*found, *own_names} - {""})


def _check_name(key: str, passage: Passage, match: re.Match[str], organ: Organ) -> Iterator[Finding]:
    rule = load_hygiene().names
    text = f"{passage.plain[: match.start()]}{FIRST_MARK}{passage.plain[match.end() :]}"
    if any(pattern(each.replace("@", FIRST_MARK)).search(text) for each in rule.itself):
        severity: Severity = "warning" if "/" in key else "error"
        yield finding(
            rule.rule,
            severity,
            key,
            Text(
                "“{sentence}” calls this the report of {name}",
                sentence=quote(passage.written, match[0]),
                name=match[0],
            ),
            Text("Write {own}.", own=organ.names[0] if organ.names else ""),
        )
    elif _acts(text, match[0], organ):
        yield finding(
            rule.rule,
            "warning",
            key,
            Text("{name} acts in “{sentence}”", name=match[0], sentence=quote(passage.written, match[0])),
            Text("Check that the sentence was not taken from another report."),
        )


def _acts(text: str, name: str, organ: Organ) -> bool:
    """Whether an organ of the same kind opens a sentence as the one who acts."""
    rule = load_hygiene().names
    sentence = next(each for each in _SENTENCE_ENDS.split(text) if FIRST_MARK in each)
    if not pattern(rule.acting.replace("@", FIRST_MARK)).search(sentence):
        return False
    kinds = [pattern(f"(?:{kind})$") for kind in rule.kinds]
    return any(kind.search(short_name(name)) and kind.search(own) for kind in kinds for own in organ.names)
