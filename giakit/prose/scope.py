"""Whose figures and which year a clause speaks of: the organ's own this year's, unless its words say otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from giakit.prose.rules import load_claims, reading
from giakit.prose.text import Clause, Passage, Sentence, normal_text
from giakit.statistics import Statistics

When = Literal["this", "last", "other"]

OWN = ""


@dataclass(frozen=True)
class Setting:
    """Where a clause stands.

    Attributes
    ----------
    scope
        `OWN`, or the words that say whose figures these are (全市, 代表, 区政府办); it lasts until other words follow.
    when
        The year of the clauses before it in the sentence.
    inside
        Whether 其中 or 包括 stands before it in the sentence.
    subset
        Whether applications of a certain kind were singled out before it in the sentence.
    foreign
        Whether the sentence has turned to another matter than applications, such as a hotline.
    all_year
        Whether the sentence has said that it speaks of the whole year.
    """

    scope: str = OWN
    when: When = "this"
    inside: bool = False
    subset: bool = False
    foreign: bool = False
    all_year: bool = False


class Organ:
    """The names by which a text may call the organ that reports."""

    def __init__(self, statistics: Statistics) -> None:
        entries = (statistics.entry(f"organ.{field}").text for field in ("name", "full_name"))
        self.names = tuple(dict.fromkeys(short_name(text) for text in entries if text.strip()))

    def owns(self, words: str) -> bool:
        """Whether a noun names it: the name is in it, or it is the end of the name (镇政府, 县教育局)."""
        return self.speaks_in(words) or any(own.endswith(short_name(words)) for own in self.names)

    def speaks_in(self, text: str) -> bool:
        """Whether a clause names it, or has 我 or 本 before the last characters of its name (我镇, 本街道)."""
        if reading("own_scope").search(text):
            return True
        plain = _without_style(text)
        ends = {own[-length:] for own in self.names for length in (1, 2)}
        return any(own in plain for own in self.names) or any(
            f"{self}{end}" in plain for self in "我本" for end in ends
        )


def short_name(name: str) -> str:
    """Return an organ's name without its style, so that 龙村镇人民政府 and 龙村镇政府 are one.

    >>> short_name("龙村镇人民政府"), short_name("龙村镇政府"), short_name("东湖街道办事处"), short_name("县政府办公室")
    ('龙村镇', '龙村镇', '东湖街道', '县政府办公室')
    """
    plain = _without_style(normal_text(name))
    return plain.removesuffix("政府") or plain


def _without_style(plain: str) -> str:
    return plain.replace("人民政府", "政府").replace("街道办事处", "街道")


def settings(passages: Iterable[Passage], organ: Organ) -> Iterator[tuple[Passage, Sentence, Clause, Setting]]:
    """Yield the clauses of a narrative cell in order, each with where it stands.

    Whose figures they are lasts beyond a sentence only if there were numbers of cases in it, and ends with the topic.
    """
    scope = OWN
    for passage in passages:
        scope = OWN if reading("topic").search(passage.plain) or passage.is_heading else scope
        for sentence in passage.sentences:
            setting = Setting(scope=scope)
            for clause in sentence.clauses:
                here = replace(
                    setting, scope=_scope(clause.text, organ, setting.scope), foreign=_foreign(clause, setting)
                )
                yield passage, sentence, clause, here
                if clause.behind is None:
                    setting = _after(clause.text, here)
                    scope = setting.scope if _counts_cases(sentence, clause) else scope


def _counts_cases(sentence: Sentence, clause: Clause) -> bool:
    cases = load_claims().units["cases"]
    return any(sentence.quantity(mark).unit in cases for mark in clause.marks)


def when_of(before: str, setting: Setting) -> When:
    """Return the year that a number is of, from the words before it in its clause."""
    if reading("other_period").search(before):
        return "other"
    found = [(each.end(), when) for when, name in _YEARS for each in reading(name).finditer(before)]
    return max(found)[1] if found else setting.when


_YEARS: tuple[tuple[When, str], ...] = (("this", "this_year"), ("last", "last_year"), ("other", "another_year"))


def _scope(text: str, organ: Organ, scope: str) -> str:
    others = list(reading("other_scope").finditer(text))
    if others:
        return others[-1][0]
    front = reading("organ_in_front").search(text)
    if front:
        own = organ.owns(front["organ"]) and not reading("unclear_organ").search(front["organ"])
        return OWN if own else front["organ"]
    return OWN if organ.speaks_in(text) else scope


def _foreign(clause: Clause, setting: Setting) -> bool:
    if reading("foreign").search(clause.text):
        return True
    return setting.foreign and not reading("application").search(clause.text)


def _after(text: str, setting: Setting) -> Setting:
    """Return the setting behind a clause."""
    return replace(
        setting,
        when=_lasting_year(text, setting.when),
        inside=setting.inside or bool(reading("part_of_sentence").search(text)),
        subset=setting.subset or bool(reading("subset").search(text)),
        all_year=setting.all_year or bool(reading("all_year").search(text)),
    )


def _lasting_year(text: str, when: When) -> When:
    if reading("other_period").search(text):
        return "other"
    if reading("this_year").match(text):
        return "this"
    if reading("difference").search(text):
        return when
    return next((found for found, name in _YEARS[1:] if reading(name).match(text)), when)
