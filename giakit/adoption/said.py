"""Numbers in new sentences of which the words themselves say which figure they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from giakit.adoption.tokens import Token
from giakit.content.model import Prose
from giakit.narrative.expressions import Expressions
from giakit.prose.scope import OWN, Organ
from giakit.prose.statements import Statement, find_statements
from giakit.prose.text import build_passages
from giakit.statistics import Statistics

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def find_said(prose: Prose, statistics: Statistics, expressions: Expressions) -> list[tuple[str, str, str]]:
    """Return the sentences that state a figure as it is: the sentence, the number in it, the figure's expression.

    Only where the sentence states one figure, of this organ, and holds the number once.
    """
    passages = build_passages(prose, statistics.year)
    statements, _ = find_statements(prose.topic or prose.section, passages, Organ(statistics))
    return list(dict.fromkeys(each for statement in statements for each in _said(statement, expressions)))


def _said(statement: Statement, expressions: Expressions) -> Iterator[tuple[str, str, str]]:
    number = _NUMBER.match(statement.quantity.text) if statement.quantity else None
    if number is None or statement.scope != OWN or statement.claim.kind != "number":
        return
    prefix = {"this": "", "last": "previous."}.get(statement.when)
    if prefix is None:
        return
    written = statement.sentence.written
    keys = [keys[0] for keys in statement.claim.equals if len(keys) == 1 and not keys[0].startswith("-")]
    found = {each for key in keys if (each := expressions.of_figure(prefix, key, number[0]))}
    if len(found) == 1 and len(_places_in(written, number[0])) == 1:
        yield written, number[0], found.pop()


def _places_in(sentence: str, number: str) -> list[int]:
    return [match.start() for match in re.finditer(rf"(?<![\d.]){re.escape(number)}(?![\d.])", sentence)]


def places_of(said: Sequence[tuple[str, str, str]], tokens: Sequence[Token]) -> dict[int, str]:
    """Return by the place of its token the expression of every number that is said to be a figure."""
    text = "".join(each.text for each in tokens)
    begins: dict[int, int] = {}
    length = 0
    for place, token in enumerate(tokens):
        begins[length] = place
        length += len(token.text)
    found: dict[int, str] = {}
    for sentence, number, expression in said:
        for match in re.finditer(re.escape(sentence), text):
            at = begins.get(match.start() + _places_in(sentence, number)[0])
            if at is not None and tokens[at].text == number:
                found[at] = expression
    return found
