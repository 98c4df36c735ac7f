"""The master notebook in a real JupyterLab: run as a whole, a narrative cell edited and run again, all offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from giakit.project import MASTER

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def test_run_all_shows_the_report_and_an_edited_cell_its_prose_all_offline(
    lab: Any, lab_page: Page, open_notebook: Callable[..., Any]
) -> None:
    asked: list[str] = []
    lab_page.context.on("request", lambda request: asked.append(request.url))
    notebook = open_notebook()
    assert lab_page.url.endswith(MASTER.as_posix())
    notebook.run_all()
    assert notebook.panel.get_by_text("采购总金额").count()
    assert notebook.panel.get_by_text("248200元").count()
    expression = "{{ disclosure.central_procurement.purchases }}"
    notebook.write_narrative("六", f"本县采购{expression}项。", "本县采购37项。")

    assert lab_page.locator(".Toastify__toast").count() == 0
    assert {urlsplit(url).hostname for url in asked if urlsplit(url).scheme not in {"data", "blob"}} == {"127.0.0.1"}
    assert lab.called() <= LOOPBACK
