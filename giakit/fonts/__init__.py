"""The typefaces giakit prints with: which there are, what they hold, which of them serves which part of a report.

Bundled are Noto Serif SC (宋体) and Noto Sans SC (黑体), one weight each, with all characters of 通用规范汉字表, and
Noto Serif JP for rarer ones. They come as data with packages, so that a report looks the same on every machine. The
faces that the standard of official documents names (小标宋, 仿宋, 楷体 …) are nobody's to pass on; a machine that has
them may print with them, see `load_chains`.
"""

from giakit.fonts.bundled import FAMILIES, Face, font_path, missing_characters, text_width
from giakit.fonts.chains import Chain, Choice, Role, Typeface, load_chains

__all__ = [
    "FAMILIES",
    "Chain",
    "Choice",
    "Face",
    "Role",
    "Typeface",
    "font_path",
    "load_chains",
    "missing_characters",
    "text_width",
]
