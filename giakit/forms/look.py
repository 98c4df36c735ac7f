"""How a sheet looks: cell styles, column width, and how high a row must be to show its texts."""

from __future__ import annotations

import unicodedata
from typing import Any, Final

COLUMN: Final = 53  # pixels: six digits, or 商业企业 in two lines
_CHARACTER, _EDGES, _INDENT = 13.4, 6, 9  # pixels: a Chinese character at 10 points, a cell's two edges, one indent
_LINE, _ROW_PADDING, _HIGHEST = 14.5, 5.0, 409.0  # points; no spreadsheet program has a higher row

_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LABEL = {"border": 1, "text_wrap": True, "bg_color": "#EEF1F4"}
# Only what a clerk fills in is open where the sheet is protected; everything else is locked by default.
_ENTRY = {"border": 1, "bg_color": "#FFF9E5", "locked": False}
_TALLY = {"border": 4, "border_color": "#7F7F7F"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center"},
    "hint": {"align": "center", "font_color": "#595959", "text_wrap": True},
    "remark": {"align": "left", "font_color": "#595959", "text_wrap": True},
    "heading": {"font_name": "黑体", "font_size": 12},
    "label": _LABEL | {"align": "center"},
    "row_label": _LABEL | {"align": "left", "indent": 1},
    "figure": _ENTRY | {"align": "center", "text_wrap": True},
    "signed": _ENTRY | {"align": "center", "num_format": "+0;-0;0"},
    # Kept as text, or a spreadsheet program takes the first 0 off a post code.
    "fact": _ENTRY | {"align": "left", "indent": 1, "text_wrap": True, "num_format": "@"},
    "year": _ENTRY | {"align": "left", "indent": 1},
    # Not marked as text: older programs show ##### for one of more than 255 characters.
    "text": _ENTRY | {"align": "left", "indent": 1, "text_wrap": True, "valign": "top"},
    "tally_label": _TALLY | {"align": "center", "text_wrap": True, "font_color": "#595959"},
    "tally_words": _TALLY | {"align": "left", "indent": 1, "text_wrap": True, "font_color": "#595959"},
    "tally": _TALLY | {"align": "center", "font_color": "#2E7D32", "num_format": '"差"+0.######;"差"-0.######'},
    "tally_count": _TALLY | {"align": "center", "font_color": "#2E7D32", "num_format": '"差"+0;"差"-0'},
}
STYLES: Final[dict[str, dict[str, Any]]] = {name: _FONT | style for name, style in _STYLES.items()}
# Laid over a tally that does not fit, and over one that cannot be worked out.
ALARM: Final = {"font_color": "#FFFFFF", "bg_color": "#C00000", "bold": True}
UNSURE: Final = {"font_color": "#7F6000", "bg_color": "#FFE699"}


def text_height(text: str, columns: int, style: str) -> float:
    """Return how many points high a row must be for a text in a cell so many sheet columns wide.

    Spreadsheet programs do not fit merged cells by themselves.
    """
    free = columns * COLUMN - _EDGES - _INDENT * STYLES[style].get("indent", 0)
    a_line = int(free / _CHARACTER)
    lines = sum(max(1, -(-_width(line) // a_line)) for line in text.splitlines())
    return min(max(1, lines) * _LINE + _ROW_PADDING, _HIGHEST)


def _width(text: str) -> int:
    """Return how many Chinese characters a text is wide, digits and letters counting half."""
    return -(-sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text) // 2)
