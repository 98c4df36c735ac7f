"""A sheet to draw on: points from the upper left corner, text by the bundled faces, the same bytes every time."""

from __future__ import annotations

import io
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal
from xml.sax.saxutils import escape

from giakit import fonts
from giakit.fonts.bundled import metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from giakit.fonts import Face

Align = Literal["left", "center", "right"]

_FACES: tuple[Face, ...] = ("sans", "serif", "rare")
_BASELINE = 0.37  # from the middle of a character down to its baseline, in em
_DOTS_PER_INCH = 144  # a sheet of 540 points becomes 1080 pixels wide


class Sheet:
    """A matplotlib figure without axes."""

    def __init__(self, width: float, height: float, background: str) -> None:
        from matplotlib.figure import Figure
        from matplotlib.transforms import Affine2D

        self.width, self.height = width, height
        with _own_settings():
            self._figure = Figure(figsize=(width / 72, height / 72), dpi=_DOTS_PER_INCH, facecolor=background)
        self._place = Affine2D().scale(1 / width, -1 / height).translate(0, 1) + self._figure.transFigure

    def box(self, x: float, y: float, width: float, height: float, fill: str, radius: float = 0) -> None:
        """Draw a filled box with rounded corners."""
        from matplotlib.patches import FancyBboxPatch

        style = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        made = FancyBboxPatch((x, y), width, height, boxstyle=style, facecolor=fill, edgecolor="none")
        made.set_transform(self._place)
        self._figure.add_artist(made)

    def text(self, x: float, middle: float, words: str, size: float, *, colour: str, align: Align = "left") -> None:
        """Write a line; a character that the black face lacks is taken from another."""
        x -= text_width(words, size) * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        for face, characters in groupby(words, _face_of):
            run = "".join(characters)
            self._write(x, middle + _BASELINE * size, run, face, size, colour)
            x += fonts.text_width(run, face) * size

    def mark(self, words: str, size: float, colour: str) -> None:
        """Write words across the sheet."""
        self._figure.text(
            0.5, 0.5, words, font=_font("sans", size), color=colour, alpha=0.25, rotation=45,
            horizontalalignment="center", verticalalignment="center", parse_math=False,
        )  # fmt: skip

    def _write(self, x: float, y: float, words: str, face: Face, size: float, colour: str) -> None:
        self._figure.text(
            x, y, words, transform=self._place, font=_font(face, size), color=colour,
            horizontalalignment="left", verticalalignment="baseline", parse_math=False,
        )  # fmt: skip

    def to_png(self) -> bytes:
        """Return the sheet as PNG."""
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        written = io.BytesIO()
        with _own_settings():
            FigureCanvasAgg(self._figure).print_png(written, metadata={"Software": None})  # type: ignore[no-untyped-call]
        return written.getvalue()

    def to_svg(self, title: str, description: str) -> bytes:
        """Return the sheet as SVG that needs no typeface: characters are outlines, what they say is its description."""
        from matplotlib.backends.backend_svg import FigureCanvasSVG

        written = io.StringIO()
        with _own_settings():
            nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            FigureCanvasSVG(self._figure).print_svg(written, metadata=nothing)  # type: ignore[no-untyped-call]
        drawn = written.getvalue()
        start, _, rest = drawn[drawn.index("<svg") :].partition(">")
        named = f'{start} role="img" lang="zh-CN"><title>{escape(title)}</title><desc>{escape(description)}</desc>'
        return (named + rest).encode()


def text_width(words: str, size: float) -> float:
    """Return the width of a line as `Sheet.text` writes it."""
    return sum(fonts.text_width(character, _face_of(character)) for character in words) * size


def _face_of(character: str) -> Face:
    return next((face for face in _FACES if metrics(face).glyph(character)), _FACES[0])


def _font(face: Face, size: float) -> Any:  # noqa: ANN401 - matplotlib is loaded late
    from matplotlib.font_manager import FontProperties

    path = str(fonts.font_path(face))
    return FontProperties(family="sans-serif", size=size, weight=400, style="normal", fname=path)


@contextmanager
def _own_settings() -> Iterator[None]:
    """Let drawing not depend on what a notebook or a user's file set in matplotlib.

    Without hinting, which moves characters to whole pixels, a line is as wide as its characters.
    """
    from matplotlib import style

    own: dict[Any, Any] = {"svg.fonttype": "path", "svg.hashsalt": "giakit", "text.hinting": "no_hinting"}
    with style.context(["default", own]):
        yield
