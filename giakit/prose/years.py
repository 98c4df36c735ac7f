"""Years and dates that are not the report's (H-2, H-15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from giakit.findings import Finding, Severity, finding
from giakit.language import Text
from giakit.prose.hygiene_rules import load_hygiene, pattern
from giakit.prose.quote import quote
from giakit.prose.text import Passage, normal_text, split_sentences
from giakit.statistics import Statistics


def check_years(key: str, passages: Sequence[Passage], statistics: Statistics) -> Iterator[Finding]:
    """Yield years that cannot be meant: in the period, in the title, in a plan, in the date of the signature."""
    section = key.split("/", 1)[0]
    for passage in passages:
        yield from _odd_years(key, passage)
        yield from _periods(key, passage, statistics.year)
        yield from _titles(key, passage, statistics.year)
        yield from _openings(key, section, passage, statistics.year)
        yield from _plans(key, section, passage, statistics.year)
        yield from _signatures(key, passage, statistics)


def _odd_years(key: str, passage: Passage) -> Iterator[Finding]:
    for match in pattern(load_hygiene().years.odd).finditer(passage.plain):
        yield finding(
            load_hygiene().years.rule,
            "error",
            key,
            Text("“{year}” is no year", year=match[0]),
            Text("Mend the year."),
        )


def _periods(key: str, passage: Passage, year: int) -> Iterator[Finding]:
    rule = load_hygiene().years
    for match in pattern(rule.period).finditer(passage.plain):
        years = [each for each in match.groups() if each]
        if any(int(each) != year for each in years):
            sure = pattern(rule.period_words).search(passage.plain)
            yield _wrong_year(key, passage, match[0], year, "error" if sure else "warning")


def _titles(key: str, passage: Passage, year: int) -> Iterator[Finding]:
    """Yield an error where the report calls itself another year's; the mention of another year's report is fine."""
    rule = load_hygiene().years
    for match in pattern(rule.title).finditer(passage.plain):
        in_front = passage.plain[: match.start()]
        if int(match[1]) != year and pattern(rule.title_verbs).search(in_front) and _introduces(key):
            yield _wrong_year(key, passage, match[0], year, "error")


def _introduces(key: str) -> bool:
    """Whether a cell may introduce the report: the preamble, or section 一 that holds it wrongly."""
    return "/" not in key


def _openings(key: str, section: str, passage: Passage, year: int) -> Iterator[Finding]:
    rule = load_hygiene().years
    match = pattern(rule.opening).search(passage.plain)
    if section not in rule.opening_sections or match is None or int(match[1]) != year - 1:
        return
    if not pattern(rule.opening_never).search(normal_text(split_sentences(passage.written)[0])):
        yield _wrong_year(key, passage, f"{match[1]}年", year, "warning")


def _plans(key: str, section: str, passage: Passage, year: int) -> Iterator[Finding]:
    rule = load_hygiene().years
    if section not in rule.plan_sections:
        return
    for sentence in split_sentences(passage.written):
        match = pattern(rule.plan).search(normal_text(sentence))
        if match and int(match[1]) <= year:
            yield finding(
                rule.rule,
                "warning",
                key,
                Text("“{sentence}” plans for {year}, which is over", sentence=quote(sentence), year=match[1]),
                Text("Write the year that is meant."),
            )


def _wrong_year(key: str, passage: Passage, found: str, year: int, severity: Severity) -> Finding:
    return finding(
        load_hygiene().years.rule,
        severity,
        key,
        Text(
            "“{found}” in “{sentence}”, in the report on {year}",
            found=found,
            sentence=quote(passage.written, found),
            year=year,
        ),
        Text("Write the year that is meant."),
    )


def _signatures(key: str, passage: Passage, statistics: Statistics) -> Iterator[Finding]:
    match = pattern(load_hygiene().years.signed).search(passage.plain)
    if match is None:
        return
    rule = load_hygiene().deadlines
    level = statistics.format.level(statistics.entry("organ.level").text)
    last = rule.levels.get(level.id, rule.default) if level else rule.default
    year, month, day = (int(each) for each in match.groups())
    first, latest = dt.date(statistics.year + 1, 1, 1), dt.date.fromisoformat(f"{statistics.year + 1}-{last}")
    try:
        in_time = first <= dt.date(year, month, day) <= latest
    except ValueError:
        in_time = False
    if not in_time:
        yield finding(
            rule.rule,
            "warning",
            key,
            Text("the date {found} is not from {first} to {last}", found=match[0], first=first, last=latest),
            Text("Check the date of the report."),
        )
