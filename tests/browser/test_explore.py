"""The notebook across organs in JupyterLab, Notebook 7 and Voilà: all run, a picker changed, what is shown follows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from giakit.project import EXPLORE, init_project
from tests.browser.servers import jupyter, run_in_notebook_7, voila

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

WAIT = 180_000


def picker(place: Locator, label: str) -> Locator:
    """Return a picker by its label, Chinese or English."""
    return place.get_by_label(re.compile(f"^({label})$"))


def assert_the_rest_follows(place: Locator, picture: Callable[[str], None], front_end: str) -> None:
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
    picture(f"explore-{front_end}-ranked")

    figure = place.locator("figure").first
    expect(figure.locator("figcaption")).to_contain_text("一、本年新收政府信息公开申请数量")
    picker(place, "部分|Section").select_option("二、主动公开政府信息情况")
    picker(place, "项目|Item").select_option("行政许可")
    expect(figure.locator("figcaption")).to_have_text("行政许可/本年处理决定数量（件）", timeout=WAIT)
    expect(first).to_contain_text("龙村镇")
    expect(first).to_contain_text("1987")
    expect(figure.get_by_role("img")).to_have_attribute("aria-label", re.compile("龙村镇：2020年2104件，2021年1987件"))
    figure.scroll_into_view_if_needed()
    picture(f"explore-{front_end}-picture")


def test_in_jupyterlab_a_picker_changes_what_is_shown(
    open_notebook: Callable[..., Any], picture: Callable[[str], None]
) -> None:
    notebook = open_notebook(EXPLORE.as_posix())
    notebook.run_all(last="county.figures()")
    notebook.cell("view.show_pickers()").scroll_into_view_if_needed()
    picture("explore-jupyterlab")
    assert_the_rest_follows(notebook.panel, picture, "jupyterlab")


def test_in_notebook_7_too(lab_page: Page, picture: Callable[[str], None], tmp_path: Path) -> None:
    lab_page.set_default_timeout(WAIT)
    with jupyter("notebook", tmp_path / "项目") as address:
        run_in_notebook_7(lab_page, address, EXPLORE.as_posix())
        notebook = lab_page.locator(".jp-NotebookPanel")
        expect(picker(notebook, "年度|Year")).to_be_visible(timeout=WAIT)
        assert_the_rest_follows(notebook, picture, "notebook")


def test_under_voila_it_is_a_page_that_follows_its_pickers(
    lab_page: Page, picture: Callable[[str], None], tmp_path: Path
) -> None:
    init_project(tmp_path)
    with voila(tmp_path, EXPLORE.as_posix()) as address:
        lab_page.goto(address, timeout=WAIT)
        page = lab_page.locator("body")
        expect(picker(page, "年度|Year")).to_be_visible(timeout=WAIT)
        picture("explore-voila")
        assert_the_rest_follows(page, picture, "voila")
