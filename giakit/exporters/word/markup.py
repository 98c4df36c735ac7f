"""Elements of WordprocessingML. A text is only ever set as text or as an attribute's value, never read as markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

TWIPS = 20  # a point in the unit of most lengths

# Characters that XML cannot hold
FORBIDDEN = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def element(tag: str, *children: BaseOxmlElement, **attributes: object) -> BaseOxmlElement:
    """Return an element such as ``w:tc`` with its children, and attributes in the same namespace."""
    made: BaseOxmlElement = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in attributes.items():
        made.set(qn(f"{prefix}:{name}"), str(value))
    made.extend(children)
    return made


def run(text: str, style: str | None = None) -> BaseOxmlElement:
    """Return a run of text; a line break in it stays one.

    The hint makes Word print quotation marks and dashes in the Chinese face, like the characters around them.
    """
    properties = element("w:rPr", element("w:rFonts", hint="eastAsia"))
    if style:
        properties.insert(0, element("w:rStyle", val=style))
    made = element("w:r", properties)
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if number:
            made.append(element("w:br"))
        words = element("w:t")
        words.text = line
        words.set(qn("xml:space"), "preserve")
        made.append(words)
    return made


def paragraph(style: str | None, *runs: BaseOxmlElement, settings: tuple[BaseOxmlElement, ...] = ()) -> BaseOxmlElement:
    """Return a paragraph of a style; `settings` are what it sets besides, in the order of the schema."""
    properties = element("w:pPr", *settings)
    if style:
        properties.insert(0, element("w:pStyle", val=style))
    return element("w:p", *([properties] if len(properties) else []), *runs)
