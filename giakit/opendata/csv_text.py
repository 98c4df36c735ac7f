"""CSV as Excel and WPS open it right, with no cell that they would compute."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from functools import lru_cache

# Signed numbers are what they look like, and so is a lone dash, the form's own answer
_HARMLESS = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?|-")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as UTF-8 with a byte order mark and CRLF, every cell made safe."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(map(safe_cell, row) for row in rows)
    return text.getvalue().encode("utf-8-sig")


@lru_cache(maxsize=4096)  # every report has the same labels and mostly small numbers
def safe_cell(text: str) -> str:
    """Return a cell's text so that no spreadsheet program takes it for a formula: behind an apostrophe.

    >>> [safe_cell(text) for text in ("=1+1", " @SUM(A1)", "-5", "+98", "-", "-1+1", "件")]
    ["'=1+1", "' @SUM(A1)", '-5', '+98', '-', "'-1+1", '件']
    """
    begins = (text[:1], text.lstrip()[:1])
    risky = any(sign in _FORMULA_SIGNS for sign in begins if sign)
    return f"'{text}" if risky and not _HARMLESS.fullmatch(text) else text
