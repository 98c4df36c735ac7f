"""What is wrong with the writing of an expression, in words for an analyst instead of Jinja's for a programmer."""

from __future__ import annotations

import re
from collections.abc import Callable

from giakit.language import Text

_HALF_WIDTH = 128  # whatever comes before is typed with an English keyboard

# What Jinja says, in the order in which it is looked for, and what that means to the reader.
_MEANINGS: tuple[tuple[str, Callable[[str], Text]], ...] = (
    (
        r"innermost block that needs to be closed is '(\w+)'",
        lambda tag: Text("“{tag}” lacks its “{end}”", tag=_tag(tag), end=_tag(f"end{tag}")),
    ),
    (r"unknown tag '(else|elif|end\w+)'", lambda tag: Text("nothing begins before this “{tag}”", tag=_tag(tag))),
    (r"unknown tag '(.+)'", lambda tag: Text("there is no “{tag}”; known are if, for and set", tag=_tag(tag))),
    (r"end of template|Missing end of comment|unexpected '}'", lambda _: Text("it is not closed as it was opened")),
    (r"unexpected char [\"'](.)", lambda char: _not_allowed(char)),  # noqa: PLW0108 - it stands further below
    (r"got '='", lambda _: Text("to compare, write == instead of =")),
    (
        r"[Ee]xpected (?:an expression|name)|unexpected 'end of",
        lambda _: Text("something is missing in it: a name, or a number"),
    ),
    (
        r"expected token 'end of .*', got '(.+)'",
        lambda word: Text("“{word}” is one too many, or something is missing before it", word=word),
    ),
)


def explain(message: str) -> Text | str:
    """Return what Jinja's message means to the reader; Jinja's own where that is not known."""
    for pattern, meaning in _MEANINGS:
        if found := re.search(pattern, message):
            return meaning(found[1] if found.re.groups else "")
    return message


def _tag(name: str) -> str:
    return f"{{% {name} %}}"


def _not_allowed(char: str) -> Text:
    if ord(char) < _HALF_WIDTH:
        return Text("“{char}” cannot stand there; a text stands between two quotation marks", char=char)
    return Text("“{char}” cannot stand there; brackets, commas and quotation marks are half-width: ( ) , '", char=char)
