"""Servers of notebooks as people start them: JupyterLab, Notebook 7, Voilà."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError

import pytest

from giakit.project import init_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

SECONDS = 90

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
    """Run a server in a folder until the block is left."""
    own = {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), **(environment or {})}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=folder, env=own, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, log: Path) -> None:
    """Wait until something answers there."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=SECONDS).close()  # noqa: S310 - the server started here
        except HTTPError:
            return  # it answers
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


def run_in_notebook_7(page: Page, address: str, path: str) -> None:
    """Open a notebook in Notebook 7 and run all of it.

    What is run before the page has its kernel is lost, and the page says "idle" before; so the server is asked.
    """
    page.goto(f"{address}/notebooks/{path}")
    end = time.monotonic() + SECONDS
    while (
        not (kernels := _kernels(address)) or kernels[0]["execution_state"] != "idle" or not kernels[0]["connections"]
    ):
        assert time.monotonic() < end, "the notebook has no kernel"
        page.wait_for_timeout(500)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    page.get_by_role("menuitem", name="Run").first.click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def _kernels(address: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{address}/api/kernels", timeout=SECONDS) as answer:  # noqa: S310 - started here
        found: list[dict[str, Any]] = json.load(answer)
        return found


@contextmanager
def voila(folder: Path, notebook: str) -> Iterator[str]:
    """Serve a notebook of the folder as a page and give its address."""
    port = free_port()
    with server(folder, ["voila", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1", notebook]):
        wait_for(f"http://127.0.0.1:{port}/voila/static/", folder / "server.log")
        yield f"http://127.0.0.1:{port}"
