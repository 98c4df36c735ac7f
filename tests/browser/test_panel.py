"""The panel in the front ends people use: JupyterLab and Notebook 7 to work in, Voilà to look at."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright

from giakit.project import MASTER, init_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

SECONDS = 90
MILLISECONDS = 120_000
PICKERS = ("区县", "年度", "机关")
WRITING = ("修改文字", "生成本机关年报", "生成全部", "预览 PDF")

SERVERS = {
    "lab": ["jupyterlab", "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
    "notebook": ["notebook"],
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server(folder: Path, command: list[str], environment: dict[str, str] | None = None) -> Iterator[None]:
    """Run a server in a project until the block is left."""
    own = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), **(environment or {})}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, env=own, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, log: Path) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=SECONDS).close()  # noqa: S310 - the server started here
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail(log.read_text(encoding="utf-8", errors="replace"))


@contextmanager
def jupyter(kind: str, folder: Path, language: str = "zh") -> Iterator[str]:
    """Run JupyterLab or Notebook 7 in a new project and give its address."""
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
        f"--LabServerApp.user_settings_dir={folder / '.settings'}",
        f"--LabServerApp.workspaces_dir={folder / '.workspaces'}",
    ]
    with server(folder, [*SERVERS[kind], *options], {"GIAKIT_LANG": language}):
        wait_for(f"http://127.0.0.1:{port}/api", folder / "server.log")
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(MILLISECONDS)
        expect.set_options(timeout=MILLISECONDS)
        yield page
        browser.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("云泽县 年报")
    with jupyter("lab", folder) as address:
        yield address, folder


def open_lab(page: Page, address: str, path: str = MASTER.as_posix()) -> Locator:
    """Open a notebook in JupyterLab with a new kernel, run all of it and return it."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(notebook.locator(".jp-Cell").first).to_be_visible(timeout=MILLISECONDS)
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
    page.get_by_role("menuitem", name="Kernel").first.click()
    page.get_by_role("menuitem", name="Restart Kernel and Run All Cells…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    wait_for_last(notebook)
    return notebook


def wait_for_last(notebook: Locator) -> None:
    last = notebook.locator(".jp-CodeCell").filter(has_text="report.finish()").first
    expect(last.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"), timeout=MILLISECONDS)


def pick(panel: Locator, label: str, option: str) -> None:
    panel.get_by_label(label).select_option(label=option)


def cell_with(notebook: Locator, source: str) -> Locator:
    return notebook.locator(".jp-CodeCell").filter(has_text=source).first


def test_in_jupyterlab_the_whole_notebook_follows_the_pickers(
    lab: tuple[str, Path], page: Page, tmp_path: Path
) -> None:
    address, _ = lab
    notebook = open_lab(page, address)
    panel = notebook.locator(".giakit-panel")
    expect(panel).to_have_count(1)
    expect(cell_with(notebook, "giakit.open_report(").locator(".giakit-panel")).to_be_visible()
    assert [panel.get_by_label(label).input_value() for label in PICKERS] == ["county", "2020", "龙村镇"]

    pick(panel, "年度", "2021")
    expect(cell_with(notebook, "report.show()").locator("h1")).to_have_text("龙村镇2021年政府信息公开工作年度报告")
    pick(panel, "机关", "柳渡镇")
    expect(cell_with(notebook, "report.show()").locator("h1")).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
    expect(cell_with(notebook, "%%narrative 一/依申请公开").locator(".jp-OutputArea")).to_contain_text(
        "新收政府信息公开申请45件（上年39件）"
    )
    expect(cell_with(notebook, 'show_table("三")').locator("td").first).to_have_text("37")
    expect(cell_with(notebook, 'show_chart("outcomes")').locator("svg[role=img]")).to_have_attribute(
        "aria-label", re.compile("2021年")
    )
    expect(cell_with(notebook, "# 参数")).to_contain_text('town = "龙村镇"')

    panel.get_by_role("button", name="表三").click()
    expect(panel.locator("td.changed").first).to_have_text("37上年 34 ▲3")
    panel.get_by_role("button", name="图", exact=True).click()
    expect(panel.locator("svg[role=img]")).to_have_count(2)
    panel.get_by_role("button", name="网页预览").click()
    expect(panel.frame_locator("iframe").locator("h1")).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
    panel.evaluate("element => element.scrollIntoView()")
    page.screenshot(path=tmp_path / "panel-jupyterlab.png")
