"""Years that were typed into narrative, where it is certain that they mean the reporting year or the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from giakit.copies.masks import Mask
from giakit.prose.text import split_sentences

THIS, LAST = "{{ year }}", "{{ last_year }}"

# Where a sentence begins, with what Markdown and the form put in front of it.
_START = r"^[\s　]*(?:[-+*][ ]+|\d+[.)][ ]+|#+[ ]+)?(?:\*\*)?(?:（[一二三四五六七八九十]+）)?(?:[在截][至止]?)?"
# What makes of a year a date, a beginning or an end, which stay what they are.
_NO_DATE = (
    r"(?![\d一二三四五六七八九十]*(?:月|日|以来|以前|以后|之前|之后|起|前|后|第|上半|下半|初|底|末|春|夏|秋|冬))"
    r"(?!度?[、和及与至到—~-])"
)

# Each with the year in it that is meant: the period of the statistics, the report's own title, the opening of a
# sentence, the end of the year, a comparison.
_THIS_YEAR = (
    r"(?<!\d)({year})(?=年1月1日起?(?:至|到|—+|-|~)(?:\d{{4}}年)?12月31日)",
    r"(?<=年1月1日至)({year})(?=年12月31日)",
    r"(?<!\d)({year})(?=年(?:度)?(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报))",
    rf"(?:{_START})(?<!\d)({{year}})(?=年{_NO_DATE})",
    r"(?<=[截][至止])({year})(?=年(?:底|末|12月底|12月31日))",
)
_LAST_YEAR = (
    r"(?<=[比较])({year})(?=年(?:度)?(?:相比|同期|同比|增|减|下降|上升|提高|降低|多|少|有所|略))",
    r"(?<=[与同和])({year})(?=年(?:度)?(?:相比|同期|比较|对比))",
)


@dataclass(frozen=True)
class RewrittenYear:
    """A sentence in which a typed year became an expression: as it was, and as it is."""

    before: str
    after: str


def rewrite_years(source: str, year: int) -> tuple[str, list[RewrittenYear]]:
    r"""Write expressions for the years in a narrative cell that certainly are the report's or the one before.

    Any other year stays: a date, a year in a quotation, a title or an expression, a year in which something happened.

    Parameters
    ----------
    source
        The cell, with the line of the magic.
    year
        The reporting year that the cell was written for.

    >>> rewrite_years("%%narrative 一\n2020年，我镇比2019年多办2件。2020年5月建成。", 2020)[0]
    '%%narrative 一\n{{ year }}年，我镇比{{ last_year }}年多办2件。2020年5月建成。'
    """
    magic, _, body = source.partition("\n")
    found: list[RewrittenYear] = []
    lines = [_rewrite_line(line, year, found) for line in _lines(body)]
    return "\n".join([magic, *lines]) if body else source, found


def _lines(body: str) -> list[str]:
    """Return the lines of a text; one that ends within an expression goes on to where that ends."""
    mask = Mask()
    return [mask.show(line) for line in mask.hide_expressions(body).split("\n")]


def _rewrite_line(line: str, year: int, found: list[RewrittenYear]) -> str:
    rewritten = []
    for sentence in _sentences(line):
        after = _rewrite_sentence(sentence, year)
        if after != sentence:
            found.append(RewrittenYear(sentence.strip(), after.strip()))
        rewritten.append(after)
    return "".join(rewritten)


def _sentences(line: str) -> list[str]:
    """Part a line into its sentences, with every space that stands between them."""
    mask = Mask()
    masked, parts, start = mask.hide_expressions(line), [], 0
    for sentence in split_sentences(masked):
        end = masked.index(sentence, start) + len(sentence)
        parts.append(masked[start:end])
        start = end
    return [mask.show(part) for part in (*parts, masked[start:])]


def _rewrite_sentence(sentence: str, year: int) -> str:
    mask = Mask()
    text = mask.hide_expressions(sentence)
    title = _THIS_YEAR[2]
    text = _replace(title, year, THIS, text)  # its own title also stands in 《》
    text = mask.hide_quoted(mask.hide_expressions(text))
    for pattern in _THIS_YEAR:
        text = _replace(pattern, year, THIS, text)
    for pattern in _LAST_YEAR:
        text = _replace(pattern, year - 1, LAST, text)
    return mask.show(text)


def _replace(pattern: str, year: int, expression: str, text: str) -> str:
    def put(found: re.Match[str]) -> str:
        return found[0][: found.start(1) - found.start()] + expression + found[0][found.end(1) - found.start() :]

    return re.sub(pattern.format(year=year), put, text)
