"""The bundled faces: where they are, whether they hold a character, how wide it is."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal

from giakit.errors import PrerequisiteError
from giakit.fonts.opentype import Metrics, is_invisible, read_metrics
from giakit.language import Text

Face = Literal["serif", "rare", "sans"]

FAMILIES: dict[Face, str] = {"serif": "Noto Serif SC", "rare": "Noto Serif JP", "sans": "Noto Sans SC"}

# The package that holds a face, and its function that says where
_SOURCES: dict[Face, tuple[str, str]] = {
    "serif": ("pylopdf_fonts_zh_cn", "serif_path"),
    "sans": ("pylopdf_fonts_zh_cn", "sans_path"),
    "rare": ("pylopdf_fonts_jp", "serif_path"),
}


@cache
def font_path(face: Face) -> Path:
    """Return the absolute path of a face's file.

    Raises
    ------
    PrerequisiteError
        If the package with the face is not installed.
    """
    package, function = _SOURCES[face]
    try:
        path: Path = getattr(import_module(package), function)()
    except ImportError:
        raise PrerequisiteError(
            Text(
                "the typefaces for PDF and charts are not installed; run: pip install {package}",
                package=package.replace("_", "-"),
            )
        ) from None
    return path.resolve()


def missing_characters(text: str) -> str:
    """Return the characters of `text` that no bundled face can print, each once, in order of appearance.

    White space and characters that are invisible by nature (joiners, direction marks, variation selectors) are never
    missing; control characters are.

    >>> missing_characters("沭阳县😀〔2021〕30号")
    '😀'
    """
    seen = dict.fromkeys(text)
    return "".join(each for each in seen if not is_invisible(each) and not any(_has(face, each) for face in FAMILIES))


def text_width(text: str, face: Face = "serif") -> float:
    """Return the width of a line of text in em, before punctuation is squeezed; a missing character counts one em."""
    advances = metrics(face).advance
    return sum(advances(each) for each in text)


@cache
def metrics(face: Face) -> Metrics:
    """Return what a face holds."""
    return read_metrics(font_path(face))


def _has(face: Face, character: str) -> bool:
    return metrics(face).glyph(character) != 0
