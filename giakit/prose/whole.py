"""What only the whole report tells: its headings' numbers, what a section must not leave out (H-7 … H-11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from giakit.content.model import Prose
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.prose.hygiene_rules import load_hygiene, pattern
from giakit.prose.text import Passage, build_passages
from giakit.statistics import Statistics

_NUMBERED = re.compile("^（([一二三四五六七八九十]+)）")
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")


def check_whole(proses: Sequence[Prose], statistics: Statistics) -> Iterator[Finding]:
    """Yield what the report leaves out or has in disorder; a section without a word is told of elsewhere."""
    cells = [(each, build_passages(each, statistics.year)) for each in proses]
    yield from _numbering(cells)
    yield from _preamble_only(cells)
    yield from _problems(cells)
    yield from _fee(cells, statistics)
    yield from _duties(cells, statistics)


_Cells = Sequence[tuple[Prose, tuple[Passage, ...]]]


def _of(cells: _Cells, section: str) -> list[Passage]:
    return [passage for prose, passages in cells if prose.section == section for passage in passages]


def _text(passages: Iterable[Passage]) -> str:
    """Return what is said under the headings."""
    return "".join(each.plain for each in passages if not each.is_heading)


def _numbering(cells: _Cells) -> Iterator[Finding]:
    rule = load_hygiene().numbering
    headings = [each for each in _of(cells, rule.section) if each.is_heading]
    numbers = [match[1] for each in headings if (match := _NUMBERED.search(each.plain))]
    if tuple(numbers) != _NUMERALS[: len(numbers)]:
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("the headings are numbered {found}", found="".join(f"（{each}）" for each in numbers)),
            Text("Number them from （一） on without a gap."),
        )


def _preamble_only(cells: _Cells) -> Iterator[Finding]:
    rule = load_hygiene().preamble_only
    sentences = [
        each.marked for passage in _of(cells, rule.section) if not passage.is_heading for each in passage.sentences
    ]
    if sentences and all(pattern(rule.words).search(each) for each in sentences):
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("the section holds a preamble and nothing else"),
            Text("Report what was done, topic by topic."),
        )


def _problems(cells: _Cells) -> Iterator[Finding]:
    rule = load_hygiene().problems
    text = _text(_of(cells, rule.section))
    if not text:
        return
    if len(text) < rule.fewest_characters:
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("“{text}” is no account of problems and improvements", text=text),
            Text("Name at least one problem and the measure against it."),
        )
    elif not pattern(rule.measures).search(text):
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("problems are named, but no measure against them"),
            Text("Say what is done against each problem."),
        )


def _fee(cells: _Cells, statistics: Statistics) -> Iterator[Finding]:
    rule = load_hygiene().fee
    text = _text(_of(cells, rule.section))
    if statistics.year < rule.from_year or not text:
        return
    if not any(pattern(rule.words).search(_text(passages)) for _, passages in cells):
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("the report does not say whether 信息处理费 was charged"),
            Text("State how much was charged, or that nothing was."),
            words="收取信息处理费情况",
        )


def _duties(cells: _Cells, statistics: Statistics) -> Iterator[Finding]:
    """Yield what one of 各级人民政府 leaves out of 工作考核、社会评议和责任追究结果情况."""
    level = statistics.format.level(statistics.entry("organ.level").text)
    rule = load_hygiene().duties
    text = _text(_of(cells, rule.section))
    if level is None or not level.government or not text:
        return
    missing = [name for name, words in rule.words.items() if not pattern(words).search(text)]
    if missing:
        yield finding(
            rule.rule,
            "warning",
            rule.section,
            Text("the report of a government says nothing of {missing}", missing="、".join(missing)),
            Text("Report the results, also where there was nothing."),
            words="工作考核、社会评议和责任追究结果情况",
        )
