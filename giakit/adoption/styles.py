"""What the styles of a Word document mean, whatever its user's language calls them.

A style goes by its built-in name (``heading 2``), which every Word keeps; its id is another one in each.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from giakit.adoption.package import Package, child, local, value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_HEADING = re.compile(r"heading ([1-9])")
_OFF = {"0", "false", "off"}


def is_on(element: Element | None) -> bool | None:
    """Return what a switch such as ``w:b`` says, ``None`` where it is not there."""
    return None if element is None else (value(element) or "") not in _OFF


class Styles:
    """The styles of a document."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def level(self, properties: Element | None) -> int | None:
        """Return the level of a heading, 1 for those of sections, or ``None`` for any other paragraph."""
        for style in self._chain(value(child(properties, "pStyle"))):
            if found := _HEADING.fullmatch(_name(style)):
                return int(found[1])
        outline = next((each for each in self._settings(properties, "outlineLvl") if each is not None), None)
        number = int(outline) + 1 if outline and outline.isdecimal() else 10
        return number if number < 10 else None  # noqa: PLR2004 - the tenth level is that of text

    def is_strong(self, properties: Element | None) -> bool:
        """Whether a run's own properties or style make it bold."""
        own = is_on(child(properties, "b"))
        if own is not None:
            return own
        chain = self._chain(value(child(properties, "rStyle")))
        found = (is_on(child(style, "rPr", "b")) for style in chain)
        return next((each for each in found if each is not None), False)

    def list_use(self, properties: Element | None) -> tuple[str, str]:
        """Return which use of a list a paragraph states, by itself or by its style, and at which level."""
        styles = [child(style, "pPr") for style in self._chain(value(child(properties, "pStyle")))]
        places = [found for each in (properties, *styles) if (found := child(each, "numPr")) is not None]
        use = next((each for each in (value(child(place, "numId")) for place in places) if each), "0")
        level = next((each for each in (value(child(place, "ilvl")) for place in places) if each), "0")
        return use, level

    def _settings(self, properties: Element | None, name: str) -> Iterator[str | None]:
        yield value(child(properties, name))
        for style in self._chain(value(child(properties, "pStyle"))):
            yield value(child(style, "pPr", name))

    def _chain(self, identity: str | None) -> Iterator[Element]:
        """Yield a style and those that it is based on."""
        seen = set[str]()
        while identity and identity not in seen and identity in self._styles:
            seen.add(identity)
            yield self._styles[identity]
            identity = value(child(self._styles[identity], "basedOn"))

    @cached_property
    def _styles(self) -> dict[str, Element]:
        found = self._package.styles if self._package.styles is not None else ()
        return {value(each, "styleId") or "": each for each in found if local(each.tag) == "style"}


def _name(style: Element) -> str:
    return (value(child(style, "name")) or "").lower()
