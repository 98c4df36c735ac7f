"""The statements of a narrative cell: which claim each number makes, of which year, about whose figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from giakit.prose.quantities import Quantity
from giakit.prose.rules import MARK, Claim, Context, Pattern, load_claims, load_patterns, reading
from giakit.prose.scope import OWN, Organ, Setting, When, settings, when_of
from giakit.prose.text import Clause, Passage, Sentence

_MARK = re.compile(MARK)


@dataclass(frozen=True)
class Statement:
    """A claim with its number, ``None`` for a claim that there was nothing.

    Attributes
    ----------
    scope
        Whose figures these are said to be; `giakit.prose.scope.OWN` where nothing else is said.
    total
        Whether the clause says that the number is the whole.
    share
        The percentage that stands behind it.
    before
        The numbers of cases named before it in the paragraph, of which the share may be.
    """

    claim: Claim
    quantity: Quantity | None
    sentence: Sentence
    scope: str = OWN
    when: When = "this"
    total: bool = False
    share: Quantity | None = None
    before: tuple[Quantity, ...] = ()


def find_statements(place: str, passages: Sequence[Passage], organ: Organ) -> tuple[list[Statement], set[int]]:
    """Return what a narrative cell states about figures, in order; `place` is its topic, else its section.

    The set holds the ids of all quantities that were looked at, also those that turned out to be of something else.
    """
    reader = _Reader(place)
    for passage, sentence, clause, setting in settings(passages, organ):
        reader.read(passage, sentence, clause, setting)
    return reader.found, reader.looked_at


class _Reader:
    """Reads the clauses of a cell one after the other."""

    def __init__(self, place: str) -> None:
        self.found: list[Statement] = []
        self.looked_at: set[int] = set()
        self._place = place
        self._by_mark: dict[str, int] = {}
        self._last_mark = ""
        self._sentence: Sentence | None = None
        self._candidates: list[Pattern] = []
        self._passage: Passage | None = None
        self._before: list[Quantity] = []

    def read(self, passage: Passage, sentence: Sentence, clause: Clause, setting: Setting) -> None:
        if passage is not self._passage:
            self._passage, self._before = passage, []
        if sentence is not self._sentence:
            self._sentence, self._by_mark, self._last_mark = sentence, {}, ""
            self._candidates = list(_candidates(self._place, passage, sentence))
        if not self._read_share(sentence, clause) and not self._read_last_year(sentence, clause):
            self._read_claims(sentence, clause, setting)
        if clause.behind is None and clause.marks:
            self._last_mark = clause.marks[-1]
        self._before += [sentence.quantity(mark) for mark in clause.marks]

    def _read_share(self, sentence: Sentence, clause: Clause) -> bool:
        """Give a share such as 占34.2% to the statement it stands behind."""
        if not reading("share").search(clause.text) or not sentence.quantity(clause.text[-1]).is_share:
            return False
        place = self._by_mark.get(self._last_mark if clause.behind is None else clause.behind)
        if place is not None:
            self.found[place] = replace(
                self.found[place], share=sentence.quantity(clause.text[-1]), before=tuple(self._before)
            )
        return True

    def _read_last_year(self, sentence: Sentence, clause: Clause) -> bool:
        """Read an aside such as （上年12件）: last year's number of the statement before it."""
        if not clause.behind or not reading("last_year_aside").search(clause.text):
            return False
        place = self._by_mark.get(clause.behind)
        if place is not None and self.found[place].when == "this":
            statement = self.found[place]
            quantity = sentence.quantity(clause.text[-1])
            self.found.append(replace(statement, quantity=quantity, when="last", share=None, before=()))
        return True

    def _read_claims(self, sentence: Sentence, clause: Clause, setting: Setting) -> None:
        taken: set[str] = set()
        for pattern in self._candidates:
            if pattern.claim.kind == "number" and not clause.marks:
                continue
            taken -= {""}  # of claims that there was nothing, each is one
            for match in _matches(pattern, sentence, clause):
                mark = "".join(_MARK.findall(match[0])[-1:])
                if mark not in taken:
                    taken.add(mark)
                    self._add(pattern, sentence, clause, setting, match, mark)

    def _add(
        self, pattern: Pattern, sentence: Sentence, clause: Clause, setting: Setting, match: re.Match[str], mark: str
    ) -> None:
        if mark:
            self.looked_at.add(id(sentence.quantity(mark)))
        before = clause.text[: match.end()].rstrip(mark)
        since = max((place for place, char in enumerate(before) if _MARK.fullmatch(char)), default=-1)
        if _is_no_statement(pattern, clause, setting, before[since + 1 :]):
            return
        if mark:
            self._by_mark[mark] = len(self.found)
        self.found.append(
            Statement(
                claim=pattern.claim,
                quantity=sentence.quantity(mark) if mark else None,
                sentence=sentence,
                scope=setting.scope,
                when=when_of(before, setting),
                total=setting.all_year or bool(reading("total").search(clause.text)),
            )
        )


def _matches(pattern: Pattern, sentence: Sentence, clause: Clause) -> Iterator[re.Match[str]]:
    """Yield where a clause states the claim with a number in one of its units."""
    needs_number = pattern.claim.kind == "number"
    for state in pattern.states:
        for match in state.finditer(clause.text):
            marks = _MARK.findall(match[0])
            if not needs_number or (marks and sentence.quantity(marks[-1]).unit in pattern.units):
                yield match


def _candidates(place: str, passage: Passage, sentence: Sentence) -> Iterator[Pattern]:
    """Yield the claims that are looked for in a sentence at all."""
    contexts = load_claims().contexts.items()
    fitting = {name for name, context in contexts if _in_context(context, place, passage, sentence)}
    for pattern in load_patterns():
        claim = pattern.claim
        if (
            claim.context in fitting
            and all(re.search(word, sentence.marked) for word in claim.sentence_with)
            and not any(re.search(word, sentence.marked) for word in claim.sentence_without)
        ):
            yield pattern


def _is_no_statement(pattern: Pattern, clause: Clause, setting: Setting, before: str) -> bool:
    """Whether words around it make it something else: a difference, a part, another matter."""
    claim = pattern.claim
    if pattern.never_with is not None and pattern.never_with.search(clause.text):
        return True
    if claim.kind != "number":
        return bool(clause.marks) or (claim.whole and setting.inside)
    inside = setting.inside or bool(reading("part_of_sentence").search(before))
    other_matter = claim.context == "applications" and (setting.subset or setting.foreign)
    if reading("shared").search(clause.text) or reading("difference").search(before):
        return True
    return other_matter or (claim.whole and inside)


def _in_context(context: Context, place: str, passage: Passage, sentence: Sentence) -> bool:
    if passage.is_heading:
        return False
    if place in context.places:
        return True
    if context.passage and re.search(context.passage, passage.under + passage.plain):
        return True
    return bool(context.sentence and re.search(context.sentence, sentence.marked))
