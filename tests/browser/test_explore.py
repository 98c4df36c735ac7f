"""The notebook across organs in a real JupyterLab and under Voilà: all run, a picker changed, what is shown follows."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from giakit.project import EXPLORE, init_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

WAIT = 180_000


def picker(place: Locator, label: str) -> Locator:
    """Return a picker by its label, Chinese or English."""
    return place.get_by_label(re.compile(f"^({label})$"))


def assert_the_rest_follows(place: Locator, page: Page, tmp_path: Path) -> None:
    """Change every picker, and see the ranked table and the picture change each time."""
    ranked = place.locator("table").filter(has_text="名次").first
    first = ranked.locator("tbody tr").first
    level = picker(place, "级别|Level").locator("option:checked")
    expect(level).to_have_text(re.compile("全部|all"), timeout=WAIT)
    expect(first).to_contain_text("沧宁市", timeout=WAIT)
    expect(first).to_contain_text("3511")

    picker(place, "年度|Year").select_option("2021")
    expect(first).to_contain_text("3223", timeout=WAIT)

    picker(place, "级别|Level").select_option("乡镇")
    expect(first).to_contain_text("柳渡镇", timeout=WAIT)
    expect(ranked.locator("tbody tr")).to_have_count(4)
    expect(level).to_have_text("乡镇")
    ranked.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "ranked.png")

    picture = place.locator("figure").first
    expect(picture.locator("figcaption")).to_contain_text("一、本年新收政府信息公开申请数量")
    picker(place, "部分|Section").select_option("二、主动公开政府信息情况")
    picker(place, "项目|Item").select_option("行政许可")
    expect(picture.locator("figcaption")).to_have_text("行政许可/本年处理决定数量（件）", timeout=WAIT)
    expect(first).to_contain_text("龙村镇")
    expect(first).to_contain_text("1987")
    expect(picture.get_by_role("img")).to_have_attribute("aria-label", re.compile("龙村镇：2020年2104件，2021年1987件"))
    picture.scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "picture.png")


def test_in_jupyterlab_a_picker_changes_what_is_shown(
    lab_page: Page, open_notebook: Callable[..., Any], tmp_path: Path
) -> None:
    notebook = open_notebook(EXPLORE.as_posix())
    notebook.run_all(last="county.figures()")
    notebook.cell("view.show_pickers()").scroll_into_view_if_needed()
    lab_page.screenshot(path=tmp_path / "pickers.png")
    assert_the_rest_follows(notebook.panel, lab_page, tmp_path)


@pytest.fixture
def voila(tmp_path: Path) -> Iterator[str]:
    """Serve the notebook as a page by Voilà and give its address."""
    init_project(tmp_path / "项目")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "voila", EXPLORE.name, "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter")}
    with (tmp_path / "voila.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=tmp_path / "项目/notebooks", env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/voila/static/", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert server.poll() is None
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 - the server started above
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail("Voilà did not start")


def test_under_voila_it_is_a_page_that_follows_its_pickers(voila: str, lab_page: Page, tmp_path: Path) -> None:
    lab_page.goto(voila, timeout=WAIT)
    page = lab_page.locator("body")
    expect(picker(page, "年度|Year")).to_be_visible(timeout=WAIT)
    lab_page.screenshot(path=tmp_path / "voila.png")
    assert_the_rest_follows(page, lab_page, tmp_path)
