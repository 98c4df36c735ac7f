"""The bundled typefaces for programs of the system, so that they print Chinese on every machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from giakit.fonts import FAMILIES, font_path

if TYPE_CHECKING:
    from pathlib import Path

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}<cachedir>{cache}</cachedir>
</fontconfig>
"""


def environment_with_typefaces(folder: Path) -> dict[str, str]:
    """Return the environment for a program that is to find the bundled typefaces beside those of the system.

    Parameters
    ----------
    folder
        Where the settings that say so are written; it must stay as long as the program runs.
    """
    folders = sorted({font_path(face).parent for face in FAMILIES})
    listed = "".join(f"<dir>{each}</dir>" for each in folders)
    settings = folder / "fonts.conf"
    settings.write_text(FONTS.format(folders=listed, cache=folder), encoding="utf-8")
    return {**os.environ, "FONTCONFIG_FILE": str(settings)}
