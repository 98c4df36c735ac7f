"""The cell styles of a workbook, extended: an existing style with another fill, and the few that a new sheet needs."""

from __future__ import annotations

from giakit.findings import Severity
from giakit.forms.splice import Node, Splice

# The cell to look at first, and the others that a finding involves.
FILLS: dict[Severity, tuple[str, str]] = {
    "error": ("FFFF9999", "FFFFDDDD"),
    "warning": ("FFFFCC66", "FFFFEFC8"),
    "note": ("FF99CCFF", "FFDDEEFF"),
}
NO_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font/></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    b'<cellXfs count="1"><xf/></cellXfs></styleSheet>'
)


class Styles:
    """The styles part being extended; styles are counted from 0, as cells name them."""

    def __init__(self, data: bytes) -> None:
        self._splice = Splice(data)
        self._prefix = self._splice.root.prefix
        self._known = {name: self._child(name) for name in ("fonts", "fills", "cellXfs")}
        self._added: dict[str, list[str]] = {name: [] for name in self._known}

    def _child(self, name: str) -> Node:
        child = self._splice.root.first(name)
        if child is None:
            raise ValueError(f"styles without {name}")
        return child

    def _add(self, name: str, xml: str) -> str:
        """Add an element to a list unless it has been added before, and return its number."""
        added = self._added[name]
        if xml not in added:
            added.append(xml)
        return str(len(self._known[name].children) + added.index(xml))

    def _fill(self, colour: str) -> str:
        p = self._prefix
        pattern = f'<{p}patternFill patternType="solid"><{p}fgColor rgb="{colour}"/><{p}bgColor indexed="64"/>'
        return self._add("fills", f"<{p}fill>{pattern}</{p}patternFill></{p}fill>")

    def painted(self, style: str, colour: str) -> str:
        """Return the style that looks like another but for its fill."""
        known = self._known["cellXfs"].children
        number = int(style or 0)
        if number >= len(known):
            raise ValueError("no such style")
        return self._add("cellXfs", self._splice.copy(known[number], fillId=self._fill(colour), applyFill="1"))

    def of_list(self, colour: str | None = None, font: str = "") -> str:
        """Return a style for a cell of a list: wrapped, at the top; `font` is XML such as ``<b/>``."""
        p = self._prefix
        fill = self._fill(colour) if colour else "0"
        font_xml = f'<{p}font>{font}<{p}sz val="10"/><{p}name val="宋体"/></{p}font>'
        number = self._add("fonts", font_xml)
        alignment = f'<{p}alignment vertical="top" wrapText="1"/>'
        attributes = f'numFmtId="0" fontId="{number}" fillId="{fill}" borderId="0"'
        applied = 'applyFont="1" applyFill="1" applyAlignment="1"'
        return self._add("cellXfs", f"<{p}xf {attributes} {applied}>{alignment}</{p}xf>")

    def bold(self) -> str:
        """Return the XML of bold type."""
        return f"<{self._prefix}b/>"

    def link(self) -> str:
        """Return the XML of a link's type."""
        return f'<{self._prefix}u/><{self._prefix}color rgb="FF0563C1"/>'

    def result(self) -> bytes:
        """Return the part with all that was added."""
        for name, added in self._added.items():
            if added:
                node = self._known[name]
                self._splice.append(node, "".join(added))
                self._splice.set(node, count=str(len(node.children) + len(added)))
        return self._splice.result()
