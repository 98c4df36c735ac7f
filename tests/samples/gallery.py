"""The sample reports as pictures: every printed page, and the web page on a phone and on a desk.

``make gallery`` writes them into ``outputs/gallery/``, with an ``index.html`` that shows all; another folder may be
named. ``README.png`` and ``README-web.png`` there are those of the top level, to be copied when they have changed.
"""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PIL import Image

from tests.samples.chromium import opened_browser
from tests.samples.reports import ROOT, SAMPLES, Sample, build_sample, write_project

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Scheme = Literal["light", "dark"]
KINDS = ("html", "pdf", "docx", "fragment", "poster")
DOTS_PER_INCH = 80
PHONE, DESK = 390, 1280
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
VIEWS = {PHONE: 844, DESK: 1000}  # how high a screen is
PAGES_SHOWN = (1, 2, 5)
PAGE_HEIGHT, SCREEN_HEIGHT = 640, 560
BACKGROUND, GAP = "#c8c8c8", 10
COLOURS = 48
STYLE = """
body { margin: 2em; font-family: sans-serif; }
div { display: flex; gap: 1em; overflow-x: auto; padding: 1em; background: #ccc; }
img { height: 30em; }
"""


def main(folder: Path) -> None:
    """Render every sample and take its pictures."""
    shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        project = write_project(Path(scratch) / "project")
        for sample in SAMPLES:
            write_public_files(sample, project, folder / sample.name)
            print(f"{sample.name:12}{sample.shows}")
    with opened_browser() as browser:
        for sample in SAMPLES:
            take_pages(folder / sample.name)
            take_screens(browser, folder / sample.name)
        compose_readme(browser, folder)
    (folder / "index.html").write_text("".join(write_index(folder)), encoding="utf-8")
    print(folder / "index.html")


def write_public_files(sample: Sample, project: Path, folder: Path) -> None:
    """Write what would be published of a sample."""
    built, _ = build_sample(sample, project, KINDS)
    for name, content in built.files.items():
        path = folder / Path(name).relative_to("public") if name.startswith("public/") else None
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)


def take_pages(folder: Path) -> None:
    """Write ``page-1.png`` and so on of the PDF in a folder."""
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-png", folder / "report.pdf", folder / "page"]
    subprocess.run(command, check=True)


def take_screens(browser: Browser, folder: Path) -> None:
    """Write ``screen-390-light.png`` and so on of the web page in a folder, each of the whole page."""
    for width in (PHONE, DESK):
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
            page.goto((folder / "report.html").resolve().as_uri())
            page.screenshot(path=folder / f"screen-{width}-{scheme}.png", full_page=True)
            page.close()


# ---- the pictures of the README -------------------------------------------------------------------------------------


def compose_readme(browser: Browser, folder: Path) -> None:
    """Write the two pictures that the README shows: pages in print, and the page on screens."""
    pages = [Image.open(folder / "2021-city" / f"page-{number}.png") for number in PAGES_SHOWN]
    set_beside(pages, PAGE_HEIGHT).quantize(COLOURS).save(folder / "README.png", optimize=True)
    address = (folder / "2021-town" / "report.html").resolve().as_uri()
    desk = take_view(browser, address, DESK, "light", "h1")
    phones = [take_view(browser, address, PHONE, scheme, "#section-3") for scheme in SCHEMES]
    set_beside([desk, *phones], SCREEN_HEIGHT).quantize(COLOURS).save(folder / "README-web.png", optimize=True)


def take_view(browser: Browser, address: str, width: int, scheme: Scheme, start: str) -> Image.Image:
    """Return what a screen shows whose reader has gone to an element, and has moved its table to the right."""
    page = browser.new_page(viewport={"width": width, "height": VIEWS[width]}, color_scheme=scheme)
    page.goto(address)
    page.evaluate("start => document.querySelector(start).scrollIntoView()", start)
    page.evaluate("document.querySelectorAll('.scroll').forEach(each => each.scrollLeft = 150)")
    shown = Image.open(io.BytesIO(page.screenshot()))
    page.close()
    return shown


def set_beside(pictures: Sequence[Image.Image], height: int) -> Image.Image:
    """Return pictures, brought to one height, on one background."""
    sizes = [(round(each.width * height / each.height), height) for each in pictures]
    whole = Image.new("RGB", (sum(width for width, _ in sizes) + GAP * (len(sizes) + 1), height + 2 * GAP), BACKGROUND)
    left = GAP
    for picture, size in zip(pictures, sizes, strict=True):
        whole.paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), (left, GAP))
        left += size[0] + GAP
    return whole


# ---- the page that shows all ----------------------------------------------------------------------------------------


def write_index(folder: Path) -> Iterator[str]:
    """Yield a page of all pictures and files, sample by sample."""
    yield '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>giakit: sample reports</title>\n'
    yield f"<style>{STYLE}</style>\n"
    for sample in SAMPLES:
        own = folder / sample.name
        files = sorted(path.name for path in own.iterdir() if path.is_file())
        pictures = [name for start in ("page-", "screen-", "poster") for name in files if name.startswith(start)]
        yield f"<h2>{html.escape(sample.shows)}</h2>\n<p>"
        yield from (f'<a href="{sample.name}/{name}">{name}</a> ' for name in files if name not in pictures)
        yield "</p>\n<div>\n"
        yield from (
            f'<a href="{sample.name}/{name}"><img src="{sample.name}/{name}" alt="{name}" loading="lazy"></a>\n'
            for name in pictures
            if name.endswith(".png")
        )
        yield "</div>\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "outputs" / "gallery")
