"""Cell comments of one sheet, extended: the comments part, and the drawing that gives each its box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from giakit.forms.parts import Parts
from giakit.forms.scanner import ANNOTATION_MARK, Place, cell_address
from giakit.forms.splice import Node, Splice, xml_text

AUTHOR = "giakit"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NO_COMMENTS = f'<comments xmlns="{_MAIN}"><authors/><commentList/></comments>'.encode()
_BLOCK = 1024  # shapes are numbered in blocks; each drawing of a workbook owns some
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_NO_DRAWING = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{}"/>'
    '</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;visibility:hidden" '
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_COLUMNS, _A_LINE = 6, 22  # how many columns a box is wide, and how many Chinese characters fit into its line


def add_notes(parts: Parts, sheet: str, drawing: str | None, texts: Mapping[Place, str]) -> str | None:
    """Add comments to a sheet's cells; a comment that is there keeps its text in front, without earlier remarks.

    Parameters
    ----------
    drawing
        The part that the sheet names as its legacyDrawing, if it names one.

    Returns
    -------
    The id of a new drawing's relationship that the sheet must name as its legacyDrawing; ``None`` where it has one.
    """
    known = parts.related(sheet, "comments")
    comments = Splice(parts[known] if known else _NO_COMMENTS)
    new = _add_texts(comments, texts)
    if known:
        parts[known] = comments.result()
    else:
        parts.relate(sheet, "comments", parts.add("xl/comments{}.xml", _COMMENTS, comments.result()))
    if drawing:
        parts[drawing] = _add_shapes(parts[drawing].decode(), new)
        return None
    block = _free_block(parts)
    name = parts.add("xl/drawings/vmlDrawing{}.vml", _DRAWING, b"")
    parts[name] = _add_shapes(_NO_DRAWING.format(block), new, first=block * _BLOCK + 1)
    return parts.relate(sheet, "vmlDrawing", name)


def _add_texts(comments: Splice, texts: Mapping[Place, str]) -> dict[Place, str]:
    """Add to the comments part, and return the texts of those cells that had no comment."""
    root, p = comments.root, comments.root.prefix
    authors, listed = root.first("authors"), root.first("commentList")
    if authors is None or listed is None:
        raise ValueError("comments without authors or list")
    by_cell = {node.get("ref"): node for node in listed.all("comment")}
    new = {place: text for place, text in sorted(texts.items()) if cell_address(*place) not in by_cell}
    comments.append(authors, f"<{p}author>{AUTHOR}</{p}author>")
    for place, text in texts.items():
        if place not in new:
            _extend(comments, by_cell[cell_address(*place)], text)
    for place, text in new.items():
        head = f'<{p}comment ref="{cell_address(*place)}" authorId="{len(authors.children)}">'
        comments.append(listed, f"{head}<{p}text>{_run(p, text)}</{p}text></{p}comment>")
    return new


def _run(prefix: str, text: str) -> str:
    properties = f'<{prefix}rPr><{prefix}sz val="9"/><{prefix}rFont val="宋体"/></{prefix}rPr>'
    return f'<{prefix}r>{properties}<{prefix}t xml:space="preserve">{xml_text(text)}</{prefix}t></{prefix}r>'


def _extend(comments: Splice, comment: Node, text: str) -> None:
    inside = comment.first("text")
    if inside is None:
        raise ValueError("a comment without a text")
    earlier = [node for node in inside.children if ANNOTATION_MARK.encode() in comments.data[node.start : node.end]]
    for node in earlier:
        comments.replace(node, "")
    # Alone in its comment, an earlier remark was giakit's own comment; behind a person's words it begins a new line.
    lonely = len(earlier) == len(inside.children)
    comments.append(inside, _run(comment.prefix, text if lonely else "\n" + text))


def _free_block(parts: Parts) -> int:
    drawings = (parts[name].decode(errors="replace") for name in parts.names if name.endswith(".vml"))
    blocks = [
        int(number)
        for drawing in drawings
        for listed in re.findall(r"<(?:\w+:)?idmap\b[^>]*\bdata=[\"']([\d,]+)", drawing)
        for number in listed.split(",")
        if number
    ]
    return max(blocks, default=0) + 1


def _add_shapes(drawing: str, texts: Mapping[Place, str], first: int = 0) -> bytes:
    used = [int(number) for number in re.findall(r"_x0000_s(\d+)", drawing)]
    start = max([first - 1, *used]) + 1
    shapes = "".join(_shape(number, *pair) for number, pair in enumerate(texts.items(), start))
    last = max(start, start + len(texts) - 1) // _BLOCK
    drawing = re.sub(r"<xml\b[^>]*", lambda match: _declared(match[0]), drawing, count=1)
    drawing = re.sub(r"(<(?:\w+:)?idmap\b[^>]*\bdata=[\"'])(\d+)([\d,]*)", lambda m: _blocks(m, last), drawing, count=1)
    head, closing, rest = drawing.rpartition("</xml>")
    if not closing:
        raise ValueError("a drawing without an end")
    return f"{head}{shapes}{closing}{rest}".encode()


def _declared(tag: str) -> str:
    """Return the drawing's first tag with the prefixes that the shapes use; not every program chooses these."""
    missing = (f' xmlns:{prefix}="{name}"' for prefix, name in _PREFIXES.items() if f"xmlns:{prefix}=" not in tag)
    return tag + "".join(missing)


def _blocks(match: re.Match[str], last: int) -> str:
    listed = [match[2], *filter(None, match[3].split(","))]
    more = [str(block) for block in range(int(listed[-1]) + 1, last + 1)]
    return match[1] + ",".join([*listed, *more])


def _shape(number: int, place: Place, text: str) -> str:
    row, column = place
    lines = sum(max(1, -(-_width(line) // _A_LINE)) for line in text.splitlines())
    anchor = (column + 1, 15, max(0, row - 1), 10, column + 1 + _COLUMNS, 15, row + lines + 1, 4)
    return _SHAPE.format(number=number, row=row, column=column, anchor=", ".join(map(str, anchor)))


def _width(text: str) -> int:
    return -(-sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text) // 2)
