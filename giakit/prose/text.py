"""Prose taken apart for checking: paragraphs, sentences, clauses, with numbers marked and years made relative."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from giakit.content.model import Block, ListBlock, Prose, Subheading
from giakit.prose.quantities import Quantity, mark_index, mark_quantities
from giakit.prose.rules import MARK, load_claims

_NARROW = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF10, 0xFF5B) if chr(code - 0xFEE0).isalnum()}
    | {"％": "%", "．": ".", "－": "-", "／": "/"}
)
_WIDE = str.maketrans(",;:()!?", "，；：（）！？")
_NORMAL = re.compile(rf"[^\s{re.escape(''.join(map(chr, {**_NARROW, **_WIDE})))}]*")
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_TITLE = re.compile(r"《[^《》]*》")
_YEAR = re.compile(r"(?<!\d)(\d{4})年(?:度)?")
_MARK = re.compile(MARK)
_BREAKS = "，：、"


@dataclass(frozen=True)
class Clause:
    """A part of a sentence between commas, with marks for its numbers.

    `behind` is the mark an aside in brackets follows, empty for what is no aside; `end` the sign that ended it.
    """

    text: str
    end: str = ""
    behind: str | None = None

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The marks of its numbers in order."""
        return tuple(_MARK.findall(self.text))


@dataclass(frozen=True)
class Sentence:
    """A sentence: as written, with marks and without brackets taken apart, and in clauses."""

    written: str
    marked: str
    clauses: tuple[Clause, ...]
    quantities: tuple[Quantity, ...]

    def quantity(self, mark: str) -> Quantity:
        """Return the number a mark stands for."""
        return self.quantities[mark_index(mark)]


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item or heading: as written, in normal form, the heading it stands under, its sentences."""

    written: str
    plain: str
    under: str
    sentences: tuple[Sentence, ...]
    is_heading: bool = False


def build_passages(prose: Prose, year: int) -> tuple[Passage, ...]:
    """Return the paragraphs, list items and headings of a narrative cell in order, read in a report on `year`."""
    return _passages(prose.blocks, year)


def normal_text(text: str) -> str:
    """Return a text without spaces and invisible characters, in narrow digits and letters and wide punctuation.

    >>> normal_text("共 １,２３４ 件, 其中:")
    '共1234件，其中：'
    """
    if _NORMAL.fullmatch(text) and text.isprintable():  # as nearly every name and most sentences
        return text
    joined = "".join(text.translate(_NARROW).split())
    if not joined.isprintable():
        joined = "".join(filter(str.isprintable, joined))
    return _THOUSANDS.sub(lambda number: number[0].replace(",", ""), joined).translate(_WIDE)


def split_sentences(text: str) -> list[str]:
    """Split at 。！？ and line ends, and at ； outside brackets; what is left over of brackets does not matter."""
    found, start, depth = [], 0, 0
    for place, char in enumerate(text):
        if char in "（(":
            depth += 1
        elif char in "）)":
            depth = max(0, depth - 1)
        elif char in "。！？!?\n" or (char in "；;" and not depth):
            found.append(text[start : place + 1])
            start, depth = place + 1, 0
    return [each.strip() for each in (*found, text[start:]) if each.strip()]


def relative_years(text: str, year: int) -> str:
    """Write the reporting year as 本年, its neighbours as 上年 and 下年; other years stay.

    >>> relative_years("2023年收到，结转至2024年度，去年", 2023)
    '本年收到，结转至下年，上年'
    """
    names = {year - 1: "上年", year: "本年", year + 1: "下年"}
    text = _YEAR.sub(lambda found: names.get(int(found[1]), found[0]), text)
    for name, spellings in zip(("本年", "上年", "下年"), _spellings(), strict=True):
        text = spellings.sub(name, text)
    return text


@cache
def _spellings() -> tuple[re.Pattern[str], ...]:
    years = load_claims().years
    return tuple(re.compile("|".join(years[name])) for name in ("this", "last", "next"))


@lru_cache(maxsize=64)  # a cell is read alone, and again with all of its report
def _passages(blocks: tuple[Block, ...], year: int) -> tuple[Passage, ...]:
    return tuple(_read_passages(blocks, year))


def _read_passages(blocks: Iterable[Block], year: int) -> Iterator[Passage]:
    under = ""
    for block in blocks:
        runs = block.items if isinstance(block, ListBlock) else (block.inlines,)
        for run in runs:
            written = "".join(each.text for each in run).strip()
            plain = normal_text(written)
            if isinstance(block, Subheading):
                under = plain
            sentences = tuple(_build_sentence(each, year) for each in split_sentences(written))
            yield Passage(written, plain, under, sentences, isinstance(block, Subheading))


def _build_sentence(written: str, year: int) -> Sentence:
    plain = _TITLE.sub("《》", normal_text(written).rstrip("。！？；"))
    marked, quantities = mark_quantities(relative_years(plain, year))
    return Sentence(written, marked, tuple(_clauses(marked)), quantities)


def _clauses(marked: str) -> Iterator[Clause]:
    """Yield the clauses of a sentence, each followed by the asides within it."""
    text, asides = _without_asides(marked)
    start = 0
    for place, char in enumerate((*text, "")):
        inside = text[start:place]
        ends = not char or (char in _BREAKS and (char != "、" or bool(_MARK.search(inside))))
        if ends:
            if inside:
                yield Clause(inside, char)
            yield from (
                Clause(each, char, behind)
                for at, behind, aside in asides
                if start <= at <= place
                for each in re.split(f"[{_BREAKS}；]", aside)
                if each
            )
            start = place + 1


def _without_asides(marked: str) -> tuple[str, list[tuple[int, str, str]]]:
    """Return the text outside brackets, and for each bracket where it stood, the mark before it, what it holds."""
    if not _balanced(marked):
        return marked.replace("（", "，").replace("）", "，"), []
    kept: list[str] = []
    asides: list[tuple[int, str, str]] = []
    depth, held = 0, ""
    for char in marked:
        if char == "（":
            depth += 1
        elif char == "）":
            depth -= 1
            if not depth:
                last = kept[-1] if kept else ""
                asides.append((len(kept), last if _MARK.fullmatch(last) else "", held))
                held = ""
        elif depth:
            held += char
        else:
            kept.append(char)
    return "".join(kept), asides


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "（") - (char == "）")
        if depth < 0:
            return False
    return depth == 0
