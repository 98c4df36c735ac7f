"""Before anything is set: can every character be printed, and by which face."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from giakit.content.model import Chart, Inline, ListBlock, Subheading, Table
from giakit.exporters.correction import correction_mark
from giakit.exporters.document import DRAFT, OVERRIDDEN, OVERRIDE_REASON, overridden_errors
from giakit.exporters.typst.pages import ATTACHMENTS, printable
from giakit.findings import Finding, finding
from giakit.fonts import load_chains
from giakit.language import Text

if TYPE_CHECKING:
    from giakit.content.model import Block
    from giakit.exporters.document import Document, Piece
    from giakit.fonts import Chain, Role

_PAGE_NUMBER, _NUMBER, _BULLET = "— 0123456789 —", "0123456789.", "•"


def check_typefaces(document: Document) -> list[Finding]:
    """Check every printed character against the faces that would print it.

    Returns
    -------
    An error for each place with a character that no face has; a note for each place where another face than the
    role's own prints one, and for each role whose official faces were asked for and are not on this machine.

    Raises
    ------
    PrerequisiteError
        If the bundled faces are not installed.
    """
    choice = document.declaration.fonts
    chains = load_chains(choice)
    absent = [_absence(chain) for chain in chains.values() if choice == "official" and chain.stands_in]
    texts: dict[tuple[str, Role], str] = {}
    for place, role, text in (*_printed(document), *_printed_on_a_draft(document, chains["body"])):
        texts[str(place), role] = texts.get((str(place), role), "") + text
    found: list[Finding] = []
    for (name, role), text in texts.items():
        chain = chains[role]
        strange = [each for each in dict.fromkeys(text) if chain.face_for(each) is not chain.faces[0]]
        found += _judge(name, chain, strange)
    return [*absent, *found]


def _judge(place: str, chain: Chain, strange: Iterable[str]) -> Iterator[Finding]:
    """Yield what to say of characters that the first face of a chain does not have."""
    printed = {each: face.family for each in strange if (face := chain.face_for(each))}
    missing = [each for each in strange if each not in printed]
    if missing:
        yield finding(
            "print.character",
            "error",
            place,
            Text("the typefaces of the PDF do not have {characters}", characters=_named(missing)),
            Text("Write it in other characters, or print with `fonts: official` on a machine that has a face for it."),
        )
    if printed:
        yield finding(
            "print.character",
            "note",
            place,
            Text(
                "{face} does not have {characters}; {others} prints it",
                face=chain.faces[0].family,
                characters=_named(printed),
                others="、".join(dict.fromkeys(printed.values())),
            ),
            Text("Look at the printed character; nothing need be done if it is right."),
        )


def _named(characters: Iterable[str]) -> str:
    return " ".join(f"{character} (U+{ord(character):04X})" for character in characters)


def _absence(chain: Chain) -> Finding:
    return finding(
        "print.typeface",
        "note",
        chain.name,
        Text("no official face of it is on this machine; {face} stands in", face=chain.faces[0].family),
        Text("`giakit doctor` says what to install; without `fonts: official` the bundled faces print everywhere."),
    )


# ---- every printed text, with the name of its place and its role ----------------------------------------------------


def _printed(document: Document) -> Iterator[tuple[object, Role, str]]:
    declaration = document.declaration
    yield Text("title"), "title", declaration.title
    yield Text("correction"), "subheading", correction_mark(declaration.correction)
    yield Text("page number"), "table", _PAGE_NUMBER
    if declaration.cover:
        yield Text("cover"), "subheading", declaration.full_name
    for prose in document.preamble:
        yield from _texts(prose)
    for section in document.sections:
        yield section.place.heading, "heading", section.place.heading
        for piece in section.pieces:
            yield from _texts(piece)
    for name in declaration.attachments:
        yield Text("attachments"), "body", f"{ATTACHMENTS}：{name}"


def _printed_on_a_draft(document: Document, body: Chain) -> Iterator[tuple[object, Role, str]]:
    """Yield what only a draft says; what no face has of its errors is printed as a number."""
    if document.draft:
        yield Text("draft"), "heading", DRAFT + OVERRIDDEN
        yield "override", "body", OVERRIDE_REASON + document.draft
        for error in overridden_errors(document):
            yield OVERRIDDEN, "body", printable(error, body)


def _texts(piece: Piece) -> Iterator[tuple[object, Role, str]]:
    if isinstance(piece, Chart):
        yield piece.caption, "heading", piece.caption
        yield piece.caption, "drawing", piece.svg
    elif isinstance(piece, Table):
        cells = (cell.text for band in piece.bands for row in (*band.head, *band.body) for cell in row)
        yield piece.caption, "table", "".join(cells)
    else:
        for block in piece.blocks:
            if isinstance(block, ListBlock) and block.ordered:
                yield piece.key, "body", _NUMBER
            elif isinstance(block, ListBlock):
                yield piece.key, "heading", _BULLET
            runs = "".join(run.text for run in _runs(block))
            yield piece.key, "subheading" if isinstance(block, Subheading) else "body", runs


def _runs(block: Block) -> Iterable[Inline]:
    if isinstance(block, ListBlock):
        return [run for item in block.items for run in item]
    return block.inlines
