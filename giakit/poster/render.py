"""The poster as PNG, SVG and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit import fonts
from giakit.errors import ReportRefused
from giakit.language import Text
from giakit.poster.content import Poster, build_poster
from giakit.poster.layout import draw_poster

if TYPE_CHECKING:
    from giakit.statistics import Statistics


def render_poster(statistics: Statistics, previous: Statistics | None = None, *, mark: str = "") -> dict[str, bytes]:
    """Return the poster's files by name: ``poster.png``, ``poster.svg``, and ``poster.txt``, the text alternative.

    The same figures give the same bytes.

    Parameters
    ----------
    previous
        Last year's figures, of any revision; a figure they lack is not compared.
    mark
        What is written across the poster and begins its text, for a draft.

    Raises
    ------
    ReportRefused
        If the organ's name holds a character that no typeface has.
    """
    poster = build_poster(statistics, previous)
    _check_characters(poster)
    sheet = draw_poster(poster, mark)
    alternative = f"{mark}。{poster.alternative}" if mark else poster.alternative
    return {
        "poster.png": sheet.to_png(),
        "poster.svg": sheet.to_svg(poster.title, alternative),
        "poster.txt": f"{alternative}\n".encode(),
    }


def _check_characters(poster: Poster) -> None:
    missing = fonts.missing_characters(poster.alternative.replace("\n", ""))
    if missing:
        raise ReportRefused(
            Text(
                "poster: the typefaces do not have {characters}; write it in other characters",
                characters=" ".join(f"{character} (U+{ord(character):04X})" for character in missing),
            )
        )
