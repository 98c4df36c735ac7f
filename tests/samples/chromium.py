"""Chromium that prints Chinese on every machine: with the bundled typefaces beside those of the system."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from giakit.fonts import FAMILIES, font_path

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{folders}<cachedir>{cache}</cachedir>
</fontconfig>
"""


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Open a browser, and close it at the end of the block."""
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: a proof that is skipped proves nothing"
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        fonts = Path(scratch) / "fonts.conf"
        folders = sorted({font_path(face).parent for face in FAMILIES})
        listed = "".join(f"<dir>{folder}</dir>" for folder in folders)
        fonts.write_text(FONTS.format(folders=listed, cache=scratch), encoding="utf-8")
        opened = driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )
        yield opened
        opened.close()
