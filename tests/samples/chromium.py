"""Chromium that prints Chinese on every machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.samples.typefaces import environment_with_typefaces

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Open a browser, and close it at the end of the block."""
    chromium = shutil.which("chromium")
    assert chromium, "install chromium: a proof that is skipped proves nothing"
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu"],
            env=environment_with_typefaces(Path(scratch)),
        )
        yield opened
        opened.close()
