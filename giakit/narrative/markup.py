"""What the Markdown of a narrative cell may not hold, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.findings import finding
from giakit.language import Text

if TYPE_CHECKING:
    from giakit.findings import Finding

_EXCERPT = 20

_PLAIN = Text("Write it as plain text.")
_HEADING = Text("Write a heading as “## （一）…”; headings of sections come from the form.")
_TABLE = Text("Write it as a list or as sentences; the statutory tables come from the form.")
_FLAT = Text("Write the items one below the other, without indentation.")
_STRONG = Text("Use **…** for what must stand out.")

# The kind of markup: what to say of it, and what to do.
_KINDS: dict[str, tuple[Text, Text]] = {
    "break": (Text("line {line} has a line break by a backslash"), Text("Leave a blank line to begin a paragraph.")),
    "code": (Text("line {line} has code (`…`): {excerpt}"), _PLAIN),
    "emphasis": (Text("line {line} has emphasis (*…*): {excerpt}"), _STRONG),
    "heading": (Text("line {line} has a heading of level {level}: {excerpt}"), _HEADING),
    "html": (Text("line {line} has HTML: {excerpt}"), _PLAIN),
    "image": (Text("line {line} has an image: {excerpt}"), Text("Describe it in words, or link to it.")),
    "item": (Text("line {line} has more than text in a list item: {excerpt}"), _FLAT),
    "nested": (Text("line {line} has a list within a list or a quote: {excerpt}"), _FLAT),
    "numbering": (
        Text("line {line} has the number {number} where the list prints {expected}"),
        Text("Number from 1 without gaps, or write 1．as text."),
    ),
    "quote": (Text("line {line} has a quote (>): {excerpt}"), _PLAIN),
    "reference": (
        Text("line {line} has the definition of a link: {excerpt}"),
        Text("Write the address behind the text: [text](https://…)."),
    ),
    "rule": (Text("line {line} has a rule (---)"), Text("Leave a blank line to begin a paragraph.")),
    "strikethrough": (
        Text("line {line} has struck-out text (~~…~~): {excerpt}"),
        Text("Delete it, or write it as plain text."),
    ),
    "stray": (
        Text("line {line} has ** without a partner"),
        Text("Put ** right before and right behind the words; write \\*\\* for two asterisks."),
    ),
    "table": (Text("line {line} has a table: {excerpt}"), _TABLE),
    "title": (Text("line {line} has a link with a title: {excerpt}"), Text("Write the title as text behind the link.")),
    "underlined": (Text("line {line} has a heading by underlining: {excerpt}"), _HEADING),
}


def markup_finding(kind: str, key: str, line: int, excerpt: str = "", **details: object) -> Finding:
    """Tell of markup that narrative does not print, though its text is kept."""
    problem, remedy = _KINDS[kind]
    shown = excerpt if len(excerpt) <= _EXCERPT else f"{excerpt[:_EXCERPT]}…"
    filled = Text(problem.msgid, line=line, excerpt=shown, **details)
    return finding("narrative.markup", "error", key, filled, remedy)


def link_finding(key: str, line: int, address: str) -> Finding:
    """Tell of a link that no reader may be sent to."""
    return finding(
        "narrative.link",
        "error",
        key,
        Text(
            "line {line} links to “{address}”, which is no web, mail or telephone address", line=line, address=address
        ),
        Text("Begin the address with https://, mailto: or tel:."),
    )
