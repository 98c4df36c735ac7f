"""The master notebook in a real JupyterLab: opened, run as a whole, a narrative cell edited and run again."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from giakit.project import MASTER, init_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

START_SECONDS = 60
RUN_MILLISECONDS = 120_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a JupyterLab in a new project and give its address."""
    folder = tmp_path_factory.mktemp("云泽县 年报")
    init_project(folder)
    port = free_port()
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False",
        "--ServerApp.allow_root=True",
        "--IdentityProvider.token=",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.user_settings_dir={folder / '.settings'}",
        f"--LabApp.workspaces_dir={folder / '.workspaces'}",
    ]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / ".jupyter")}
    log = (folder / "lab.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], cwd=folder, env=environment, stdout=log, stderr=log
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/api", server, folder / "lab.log")
        yield f"http://127.0.0.1:{port}/lab/tree/{MASTER.as_posix()}"
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - the server started above
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail(log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport={"width": 1280, "height": 1000})
        browser.close()


def test_run_all_shows_the_report_and_an_edited_cell_its_prose(address: str, page: Page, tmp_path: Path) -> None:
    page.goto(address)
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(notebook.locator(".jp-Cell").first).to_be_visible(timeout=RUN_MILLISECONDS)
    # what is run before the kernel is there is lost
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for(timeout=RUN_MILLISECONDS)
    page.get_by_role("menuitem", name="Run").first.click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    cells = notebook.locator(".jp-CodeCell")
    last = cells.filter(has_text="report.finish()").first
    expect(last.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"), timeout=RUN_MILLISECONDS)
    assert notebook.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert notebook.get_by_text("采购总金额").count()
    assert notebook.get_by_text("248200元").count()

    cell = cells.filter(has_text="%%narrative 六").first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n本县采购{{ disclosure.central_procurement.purchases }}项。\n")
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-OutputArea-output").first).to_contain_text("本县采购37项。", timeout=RUN_MILLISECONDS)
    page.screenshot(path=tmp_path / "jupyterlab.png")
