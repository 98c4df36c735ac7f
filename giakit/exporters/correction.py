"""How a corrected report says so: a line under its title, and a last section with every change."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from giakit.content.model import Inline, ListBlock, Paragraph, Prose, SectionPlace, Table, TableBand, TableCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from giakit.content.correction import DeclaredCorrection, FigureChange, TextChange

_SECTION = "更正"
_INNER_MARKS = str.maketrans("“”", "‘’")


def correction_mark(correction: DeclaredCorrection | None) -> str:
    """Return what stands under the title of a corrected report, e.g. （2021年3月5日更正）; empty for any other."""
    return _words()["mark"].format(day=chinese_day(correction.day)) if correction else ""


def correction_place() -> SectionPlace:
    """Return the place of the section that tells of the correction, behind those of the form."""
    return SectionPlace(numeral=_SECTION, heading=_words()["heading"])


def build_correction(correction: DeclaredCorrection) -> Iterator[Prose | Table]:
    """Build the section: version, day and reason; the figures that changed as a table; the sentences as a list."""
    words = _words()
    note = words["note"].format(
        version=correction.version,
        before=correction.version - 1,
        day=chinese_day(correction.day),
        replaces=chinese_day(correction.replaces),
        reason=correction.reason,
    )
    yield _paragraph("note", note if note.endswith(("。", "！", "？")) else f"{note}。")
    if correction.figures:
        yield _paragraph("figures", words["figures"].format(count=len(correction.figures)))
        yield _build_table(correction.figures)
    if correction.texts:
        yield _paragraph("texts", words["texts"].format(count=len(correction.texts)))
        yield _build_list(correction.texts)


def chinese_day(day: str) -> str:
    """Return an ISO day as documents write it.

    >>> chinese_day("2021-03-05")
    '2021年3月5日'
    """
    parsed = date.fromisoformat(day)
    return f"{parsed.year}年{parsed.month}月{parsed.day}日"


def _paragraph(name: str, text: str) -> Prose:
    return Prose(key=f"{_SECTION}/{name}", blocks=(Paragraph(type="paragraph", inlines=(Inline(text=text),)),))


def _build_table(changes: Sequence[FigureChange]) -> Table:
    words = _words()
    names = [f"changes-{name}" for name in ("label", "before", "after")]
    head = tuple(TableCell(text=text, scope="col", id=name) for text, name in zip(words["columns"], names, strict=True))
    rows = []
    for number, change in enumerate(changes, 1):
        label = f"changes-{number}"
        rows.append(
            (
                TableCell(text=change.label, scope="row", id=label, headers=names[:1]),
                TableCell(text=change.before, headers=(label, names[1])),
                TableCell(text=change.after, headers=(label, names[2])),
            )
        )
    return Table(
        id="changes",
        section=_SECTION,
        caption=words["caption"],
        columns=len(names),
        label_columns=1,
        bands=(TableBand(head=(head,), body=tuple(rows)),),
    )


def _build_list(changes: Sequence[TextChange]) -> Prose:
    items = tuple((Inline(text=text_change_sentence(each)),) for each in changes)
    return Prose(key=f"{_SECTION}/list", blocks=(ListBlock(type="list", ordered=True, items=items),))


def text_change_sentence(change: TextChange) -> str:
    """Return a change of words in one sentence.

    >>> from giakit.content.correction import TextChange
    >>> text_change_sentence(TextChange(place="一、总体情况", before="压缩“三公”经费。", after="压减“三公”经费。"))
    '一、总体情况：“压缩‘三公’经费”更正为“压减‘三公’经费”。'
    """
    kind = "added" if not change.before else "removed" if not change.after else "changed"
    sentence: str = _words()[kind].format(
        place=change.place, before=_quoted(change.before), after=_quoted(change.after)
    )
    return f"{sentence}。"


def _quoted(words: str) -> str:
    """Return words as they stand between quotation marks: with single ones inside, without a last full stop."""
    return words.removesuffix("。").translate(_INNER_MARKS)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
