"""`make gallery`: every sample printed, on a phone and on a desk, and the pictures that the README shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.samples.chromium import opened_browser
from tests.samples.reports import SAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
SHOWN = ("README.png", "README-web.png")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery") / "样例"
    subprocess.run([sys.executable, "-m", "tests.samples.gallery", folder], cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize("sample", [each.name for each in SAMPLES])
def test_every_page_and_screen_is_there(folder: Path, sample: str) -> None:
    pages = sorted((folder / sample).glob("page-*.png"))
    assert len(pages) >= 4
    for path in pages:
        with Image.open(path) as page:
            assert page.height / page.width == pytest.approx(297 / 210, abs=0.01)
    for width in (390, 1280):
        for scheme, paper in (("light", 255), ("dark", 27)):
            with Image.open(folder / sample / f"screen-{width}-{scheme}.png") as screen:
                assert screen.width == width
                assert screen.height > 2000, "the whole page, not the first screen"
                assert screen.convert("RGB").getpixel((width // 2, screen.height - 9))[0] == paper  # type: ignore[index]


def test_chinese_is_drawn_by_the_bundled_faces() -> None:
    with opened_browser() as browser:
        page = browser.new_page()
        page.set_content('<p style="font-family: Noto Serif SC">高坪乡政府信息公开年度报告</p>')
        tools = page.context.new_cdp_session(page)
        for part in ("DOM", "CSS"):
            tools.send(f"{part}.enable")
        whole = tools.send("DOM.getDocument")["root"]["nodeId"]
        node = tools.send("DOM.querySelector", {"nodeId": whole, "selector": "p"})["nodeId"]
        drawn = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [(face["familyName"], face["glyphCount"]) for face in drawn] == [("Noto Serif SC", 13)]


def test_one_page_shows_all(folder: Path) -> None:
    index = (folder / "index.html").read_text(encoding="utf-8")
    pictures = [path.relative_to(folder).as_posix() for path in folder.glob("*/*.png")]
    assert [name for name in pictures if f'src="{name}"' not in index] == []


@pytest.mark.parametrize("name", SHOWN)
def test_the_readme_shows_pictures_of_that_size(folder: Path, name: str) -> None:
    with Image.open(folder / name) as made, Image.open(ROOT / name) as shown:
        assert made.size == shown.size
    assert f"({name})" in (ROOT / "README.md").read_text(encoding="utf-8")
