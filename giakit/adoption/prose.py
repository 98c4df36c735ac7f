"""Paragraphs of Word as blocks of finished prose, or why they cannot be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from giakit.adoption.body import WordParagraph
from giakit.content.model import Block, Inline, ListBlock, Paragraph, Subheading
from giakit.language import Text
from giakit.narrative.addresses import check_address
from giakit.narrative.words import strip_unprinted

_LONGEST_QUOTE = 16
_PRINTED_LEVELS = {2, 3}


def quoted(paragraph: WordParagraph) -> str:
    """Return the beginning of a paragraph, by which a person finds it."""
    text = " ".join(paragraph.text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


@dataclass
class Prose:
    """The blocks of a narrative cell as they stand in Word, and what in them cannot be taken over."""

    blocks: list[Block] = field(default_factory=list)
    problems: list[Text] = field(default_factory=list)


def read_prose(paragraphs: Sequence[WordParagraph]) -> Prose:
    """Return the blocks that paragraphs of Word make up; neighbouring items of one list are one block."""
    prose = Prose()
    for (_, label), group in groupby(paragraphs, key=_list_of):
        members = list(group)
        for each in members:
            prose.problems += [_problem(each, found) for found in (*each.problems, *_problems(each))]
        if label not in {"numbers", "bullets"}:
            prose.blocks += [block for each in members for block in _plain_blocks(each)]
            continue
        place = members[0].place
        if label == "numbers" and place and not place.begins:
            prose.problems.append(_problem(members[0], Text("a list that goes on counting where another one ended")))
        items = tuple(line for each in members for line in map(normal_line, each.lines) if line)
        if items:
            prose.blocks.append(ListBlock(type="list", ordered=label == "numbers", items=items))
    return prose


def normal_line(runs: Iterable[Inline]) -> tuple[Inline, ...]:
    """Return a line as a narrative cell prints it: no space at its ends, none that is strong or a link by itself."""
    styled = [
        (char, run.strong, run.href and check_address(run.href)) for run in runs for char in strip_unprinted(run.text)
    ]
    while styled and styled[0][0].isspace():
        del styled[0]
    while styled and styled[-1][0].isspace():
        del styled[-1]
    kept = [
        (char, strong and _holds(styled, place, 1), href and (href if _holds(styled, place, 2) else None))
        for place, (char, strong, href) in enumerate(styled)
    ]
    return tuple(
        Inline(text="".join(char for char, _, _ in group), strong=bool(strong), href=href or None)
        for (strong, href), group in groupby(kept, key=lambda each: each[1:])
    )


def normal_block(block: Block) -> Block:
    """Return a block as it is compared: without what no reader sees."""
    if isinstance(block, ListBlock):
        return block.model_copy(update={"items": tuple(map(normal_line, block.items))})
    return block.model_copy(update={"inlines": normal_line(block.inlines)})


Styled = tuple[str, bool, str | None]


def _holds(styled: Sequence[Styled], place: int, style: int) -> bool:
    """Whether a character is within the words of its style, and no space before or behind them."""
    if not styled[place][0].isspace():
        return True
    around = []
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(styled) and styled[at][0].isspace() and styled[at][style] == styled[place][style]:
            at += step
        around.append(0 <= at < len(styled) and styled[at][style] == styled[place][style])
    return all(around)


def _list_of(paragraph: WordParagraph) -> tuple[int, str]:
    place = paragraph.place
    return (place.number, place.label) if place and paragraph.level is None else (0, "")


def _plain_blocks(paragraph: WordParagraph) -> list[Block]:
    lines = [line for line in map(normal_line, paragraph.lines) if line]
    if paragraph.level is None:
        return [Paragraph(type="paragraph", inlines=line) for line in lines]
    return [Subheading(type="heading", inlines=line) for line in lines]


def _problems(paragraph: WordParagraph) -> Iterable[Text]:
    if paragraph.level is not None and paragraph.level not in _PRINTED_LEVELS:
        yield Text("a heading of level {level}; sub-headings have level 2", level=paragraph.level)
    if paragraph.pictures:
        yield Text("a picture")
    place = paragraph.place
    if place and place.level and paragraph.level is None:
        yield Text("a list within a list")
    elif place and (place.label == "other" or paragraph.level is not None):
        yield Text("numbers that Word counts; type them as text")
    for run in (run for line in paragraph.lines for run in line):
        if run.href and check_address(run.href) is None:
            yield Text("a link to “{address}”, which is no web, mail or telephone address", address=run.href)


def _problem(paragraph: WordParagraph, found: Text) -> Text:
    return Text("“{quote}”: {found}. No report can hold that.", quote=quoted(paragraph), found=found)
