"""Closed lists: 共N条，其中a、b、c, whose parts come to the total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text
from giakit.prose.quantities import Quantity
from giakit.prose.quote import quote
from giakit.prose.rules import compile_pattern, load_claims
from giakit.prose.text import Clause, Sentence

_FEWEST_PARTS = 2


def check_lists(sentences: Sequence[Sentence], looked_at: Collection[int], place: str) -> Iterator[Finding]:
    """Yield a warning for every closed list that does not come to its total.

    A list is left alone if it names itself open (等, 包括), if a part of it has no number or a rough one, if its units
    are mixed, or if its numbers are held against the tables themselves; `looked_at` has the ids of these.
    """
    for sentence in sentences:
        clauses = [each for each in sentence.clauses if each.behind is None]
        for start, clause in enumerate(clauses):
            if start and _opens(clause, clauses[start - 1]):
                yield from _broken(sentence, clauses[:start], clauses[start:], looked_at, place)
                break


def _opens(clause: Clause, before: Clause) -> bool:
    opening = compile_pattern(load_claims().lists.opening)
    return bool(opening.search(clause.text)) or (before.end == "：" and bool(before.marks) and bool(clause.marks))


def _broken(
    sentence: Sentence, before: Sequence[Clause], parts: Sequence[Clause], looked_at: Collection[int], place: str
) -> Iterator[Finding]:
    rules = load_claims().lists
    items = _items(sentence, parts)
    if items is None or any(id(each) in looked_at for each in items):
        return
    if any(compile_pattern(rules.open).search(each.text) for each in (*before[-1:], *parts)):
        return
    sums = _by_unit(items)
    totals = _totals(sentence, before, sums)
    if totals is None:
        return
    for unit, amounts in sums.items():
        if totals[unit] != sum(amounts):
            total, found = f"{format_amount(totals[unit])}{unit}", f"{format_amount(sum(amounts, Decimal(0)))}{unit}"
            yield finding(
                rules.rule,
                "warning",
                place,
                Text(
                    "the parts of “{sentence}” come to {found}, not {total}",
                    sentence=quote(sentence.written, before[-1].text),
                    found=found,
                    total=total,
                ),
                Text("Mend the part that is wrong, or show with 等 that the list is not complete."),
            )


def _items(sentence: Sentence, parts: Sequence[Clause]) -> list[Quantity] | None:
    """Return the numbers of the parts; none if a part has no number that can be added."""
    found: list[Quantity] = []
    nested = compile_pattern(load_claims().lists.opening)
    for place, clause in enumerate(parts):
        numbers = [sentence.quantity(mark) for mark in clause.marks]
        if numbers and all(each.is_share for each in numbers):
            continue
        bare_opening = not place and nested.fullmatch(clause.text)
        if bare_opening:
            continue
        if not numbers or any(each.amount is None for each in numbers) or (place and nested.search(clause.text)):
            return None
        found += [each for each in numbers if not each.is_share]
    return found if len(found) >= _FEWEST_PARTS else None


def _by_unit(items: Sequence[Quantity]) -> Mapping[str, list[Decimal]]:
    sums: dict[str, list[Decimal]] = defaultdict(list)
    for each in items:
        if each.amount is not None:
            sums[each.unit].append(each.amount)
    return sums


def _totals(
    sentence: Sentence, before: Sequence[Clause], sums: Mapping[str, list[Decimal]]
) -> dict[str, Decimal] | None:
    """Return the total in front of a list in each unit of its parts; none if a unit has no total or two."""
    totals: dict[str, Decimal] = {}
    for clause in reversed(before[-_FEWEST_PARTS:]):
        for mark in clause.marks:
            each = sentence.quantity(mark)
            if each.unit in totals or each.amount is None:
                return None
            if each.unit in sums:
                totals[each.unit] = each.amount
        if len(totals) == len(sums):
            return totals
    return None
