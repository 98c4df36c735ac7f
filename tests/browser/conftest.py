"""A real JupyterLab, started by `giakit lab` in a new project, and a real Chromium that looks at it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect, sync_playwright

from giakit.project import init_project
from tests.samples.typefaces import environment_with_typefaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

START_SECONDS = 300
STOP_SECONDS = 30
RUN_MILLISECONDS = 180_000
SAVE_SECONDS = 60
WIDTH, COLOURS = 960, 64

# Python imports it before anything else, in the server and in every kernel: whoever is called is written down.
RECORDER = """
import os, sys

def record(event, arguments):
    if event in {"socket.connect", "socket.sendto"}:
        write(arguments[1])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        write(arguments[:1])

def write(address):
    if isinstance(address, tuple):
        with open(os.environ["RECORDED_CONNECTIONS"], "ab", buffering=0) as file:
            file.write(f"{address[0]}\\n".encode())

sys.addaudithook(record)
"""


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs: its project, its address, what it said, and whom its Pythons called."""

    project: Path
    address: str
    log: Path
    recorded: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def url(self, path: str = "") -> str:
        return f"{self.address}{path}"

    def ask(self, path: str, body: dict[str, object] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url(path), data)  # noqa: S310 - the server started here
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - the same
            return json.load(answer)

    def called(self) -> set[str]:
        return set(self.recorded.read_text(encoding="utf-8").split("\n")) - {""}

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOP_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(project: Path, own: Path, *words: str, **variables: str) -> Iterator[Lab]:
    """Run `giakit lab` in a project's folder of parameters, with Jupyter's own folders and the record in `own`."""
    own.mkdir()
    (own / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    recorded, log, port = own / "recorded.txt", own / "lab.log", free_port()
    recorded.touch()
    folders = {f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = os.environ | folders | {"PYTHONPATH": str(own), "RECORDED_CONNECTIONS": str(recorded)} | variables
    options = [
        "--no-browser",
        "--allow-root",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
    ]
    command = [sys.executable, "-m", "giakit", "lab", *words, "--", *options, "--ServerApp.disable_check_xsrf=True"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=project / "params", env=environment, stdout=output, stderr=output)
        try:
            lab = Lab(project, f"http://127.0.0.1:{port}", log, recorded, process, environment)
            wait_for(lab)
            yield lab
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)


def wait_for(lab: Lab) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert lab.process.poll() is None, lab.log.read_text(encoding="utf-8", errors="replace")
        try:
            lab.ask("/api")
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail(lab.log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture(scope="module")
def start_lab(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Any]:
    """Give a function that runs `giakit lab` in a new project; see `running_lab`."""

    def start(*words: str, **variables: str) -> Any:
        folder = tmp_path_factory.mktemp("云泽县 年报")
        init_project(folder / "项目")
        return running_lab(folder / "项目", folder / "jupyter", *words, **variables)

    return start


@pytest.fixture(scope="module")
def lab(start_lab: Callable[..., Any]) -> Iterator[Lab]:
    """Run one JupyterLab, in Chinese, for a module of tests."""
    with start_lab(GIAKIT_LANG="zh") as running:
        yield running


class OpenNotebook:
    """A notebook in a JupyterLab in a browser, used as a person uses it."""

    def __init__(self, page: Page, url: str) -> None:
        """Open it and wait for its kernel: what is run before that is lost."""
        self.page = page
        page.goto(url)
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        expect(self.panel.locator(".jp-Cell").first).to_be_visible(timeout=RUN_MILLISECONDS)
        idle = re.compile(r"Python 3 \(ipykernel\) \| (Idle|空闲)")
        page.get_by_text(idle).first.wait_for(timeout=RUN_MILLISECONDS)

    def cell(self, text: str) -> Locator:
        return self.panel.locator(".jp-CodeCell").filter(has_text=text).first

    def run_all(self, last: str = "report.finish()") -> None:
        """Run all cells from the menu and wait for the last; none may say anything on the error stream."""
        self.page.get_by_role("menuitem", name=re.compile("^(Run|运行)$")).click()
        self.page.get_by_role("menuitem", name=re.compile("^(Run All Cells|运行所有单元格)$")).click()
        prompt = self.cell(last).locator(".jp-InputPrompt").first
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=RUN_MILLISECONDS)
        assert self.panel.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0

    def write_narrative(self, key: str, text: str, prose: str) -> None:
        """Write at the end of a narrative cell, run it, and wait for the finished prose."""
        cell = self.cell(f"%%narrative {key}")
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(f"\n\n{text}")
        self.page.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-OutputArea-output").first).to_contain_text(prose, timeout=RUN_MILLISECONDS)
        cell.locator(".jp-OutputArea-output").first.evaluate("element => element.scrollIntoView({block: 'end'})")

    def save(self, path: Path, text: str) -> None:
        """Save, and wait until the file has what was written."""
        self.page.keyboard.press("Control+S")
        for _ in range(SAVE_SECONDS):
            if text in path.read_text(encoding="utf-8"):
                return
            self.page.wait_for_timeout(1000)
        pytest.fail("JupyterLab did not save the notebook")


@pytest.fixture
def open_notebook(lab: Lab, lab_page: Page) -> Callable[[str], OpenNotebook]:
    """Give a function that opens a notebook of the project; without its name, what `giakit lab` itself opens."""
    return lambda name="": OpenNotebook(lab_page, lab.url(f"/lab/tree/{name}?reset" if name else ""))


@pytest.fixture
def lab_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu"],
            env=environment_with_typefaces(tmp_path_factory.mktemp("字体")),
        )
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


@pytest.fixture
def picture(project_root: Path, lab_page: Page) -> Callable[[str], None]:
    """Give a function that keeps a picture of the page in ``outputs/screenshots/`` of the checkout.

    It is in few colours and as wide as a README shows it.
    """
    folder = project_root / "outputs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)

    def take(name: str) -> None:
        taken = Image.open(io.BytesIO(lab_page.screenshot()))
        smaller = taken.convert("RGB").resize(
            (WIDTH, round(taken.height * WIDTH / taken.width)), Image.Resampling.LANCZOS
        )
        smaller.quantize(COLOURS, dither=Image.Dither.NONE).save(folder / f"{name}.png", optimize=True)

    return take
