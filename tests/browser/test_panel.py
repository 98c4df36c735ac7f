"""The panel in the front ends people use: JupyterLab and Notebook 7 to work in, Voilà to look at."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from giakit.project import MASTER, init_project
from tests.browser.servers import jupyter, run_in_notebook_7, voila

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

MILLISECONDS = 120_000
PICKERS = ("区县", "年度", "机关")
WRITING = ("修改文字", "生成本机关年报", "生成全部", "预览 PDF")


@pytest.fixture
def page(lab_page: Page) -> Page:
    lab_page.set_default_timeout(MILLISECONDS)
    expect.set_options(timeout=MILLISECONDS)
    return lab_page


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
    lab: tuple[str, Path], page: Page, picture: Callable[[str], None]
) -> None:
    address, _ = lab
    notebook = open_lab(page, address)
    panel = notebook.locator(".giakit-panel")
    expect(panel).to_have_count(1)
    expect(cell_with(notebook, "giakit.open_report(").locator(".giakit-panel")).to_be_visible()
    assert [panel.get_by_label(label).input_value() for label in PICKERS] == ["云泽县", "2020", "龙村镇"]

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
    picture("panel-jupyterlab")


def test_the_panel_is_worked_with_the_keyboard(lab: tuple[str, Path], page: Page) -> None:
    address, _ = lab
    notebook = open_lab(page, address)
    panel = notebook.locator(".giakit-panel")
    title = cell_with(notebook, "report.show()").locator("h1")
    panel.get_by_label("区县").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text("龙村镇2021年政府信息公开工作年度报告")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
    expect(panel.get_by_label("机关")).to_be_focused()
    names = []
    while "网页预览" not in names:
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText"))
        assert len(names) < 20, names
        if names[-1] == "表二":
            page.keyboard.press("Enter")
            expect(panel.locator("caption")).to_have_text("主动公开政府信息情况")
            expect(panel.get_by_role("button", name="表二")).to_be_focused()
    assert set(names) >= {"重新读取", "预览 PDF", "修改文字", "生成本机关年报", "生成全部", "核对结果"}


def test_buttons_preview_edit_and_render(lab: tuple[str, Path], page: Page) -> None:
    address, folder = lab
    notebook = open_lab(page, address)
    panel = notebook.locator(".giakit-panel")
    said = panel.locator("[role=status]")
    pick(panel, "年度", "2021")
    pick(panel, "机关", "苇塘镇")
    expect(cell_with(notebook, "report.show()").locator("h1")).to_have_text("苇塘镇2021年政府信息公开工作年度报告")

    panel.get_by_role("button", name="预览 PDF").click()
    said.get_by_role("link", name="outputs/preview/2021/苇塘镇.pdf").click()
    expect(page.get_by_role("tab", name="苇塘镇.pdf")).to_be_visible()
    assert (folder / "outputs/preview/2021/苇塘镇.pdf").read_bytes().startswith(b"%PDF-")
    assert not (folder / "outputs/2021").exists()
    page.get_by_role("tab", name="annual_report.ipynb").click()

    panel.get_by_role("button", name="生成本机关年报").click()
    expect(said.get_by_role("link", name="report.pdf")).to_be_visible()
    assert (folder / "outputs/2021/苇塘镇/record.json").is_file()

    panel.get_by_role("button", name="修改文字").click()
    expect(said).to_contain_text("工作副本已建好")
    assert (folder / "notebooks/2021/苇塘镇.ipynb").is_file()
    expect(panel).to_contain_text("它的文字在工作副本里修改")
    said.get_by_role("link", name="notebooks/2021/苇塘镇.ipynb").click()
    expect(page.get_by_role("tab", name="苇塘镇.ipynb")).to_be_visible()


def test_a_working_copy_stays_with_its_organ(lab: tuple[str, Path], page: Page) -> None:
    address, folder = lab
    parameters = folder / "params/county-2022.yaml"
    command = [sys.executable, "-m", "giakit", "edit", str(parameters), "--town", "松陂乡"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    notebook = open_lab(page, address, "notebooks/2022/松陂乡.ipynb")
    panel = notebook.locator(".giakit-panel")
    expect(panel).to_contain_text("这是工作副本")
    assert [panel.get_by_label(label).is_disabled() for label in PICKERS] == [True, True, True]
    panel.get_by_role("button", name="表三").click()
    expect(panel.locator("caption")).to_have_text("收到和处理政府信息公开申请情况")


def test_a_batch_shows_its_progress_and_its_index(lab: tuple[str, Path], page: Page) -> None:
    address, folder = lab
    notebook = open_lab(page, address)
    panel = notebook.locator(".giakit-panel")
    panel.get_by_role("button", name="生成全部").click()
    expect(panel.get_by_role("progressbar").or_(panel.locator(".widget-hprogress"))).to_be_visible()
    link = panel.locator("[role=status]").get_by_role("link", name="outputs/2020/index.html")
    expect(link).to_be_visible()
    expect(panel.locator("[role=status]")).to_contain_text(re.compile(r"生成 \d+ 份，未变 0 份"))
    assert (folder / "outputs/2020/龙村镇/public/report.pdf").is_file()


def test_names_are_completed_in_a_narrative_cell(
    lab: tuple[str, Path], page: Page, picture: Callable[[str], None]
) -> None:
    address, _ = lab
    notebook = open_lab(page, address)
    cell = cell_with(notebook, "%%narrative 六")
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n本县采购{{ disclosure.central_procurement.")
    offers = page.locator(".jp-Completer:not(.lm-mod-hidden)")
    for _ in range(20):  # JupyterLab gives a kernel a second to answer, which a busy machine may miss
        page.keyboard.press("Tab")
        page.wait_for_timeout(2000)
        if offers.count():
            break
    expect(offers).to_contain_text("purchases")
    expect(offers).to_contain_text("37")
    picture("completion")
    page.keyboard.type("purch")
    page.keyboard.press("Enter")
    expect(cell.locator(".cm-content")).to_contain_text("{{ disclosure.central_procurement.purchases")


def test_where_scripts_in_outputs_do_not_run_the_panel_works_all_the_same(
    page: Page, tmp_path: Path, picture: Callable[[str], None]
) -> None:
    project = tmp_path / "project"
    settings = project / ".jupyter/labconfig/page_config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/javascript-extension": True}}), "utf-8")
    with jupyter("lab", project) as address:
        panel = open_lab(page, address).locator(".giakit-panel")
        pick(panel, "年度", "2021")
        pick(panel, "机关", "柳渡镇")
        title = page.locator(".jp-CodeCell").filter(has_text="report.show()").locator("h1")
        expect(title).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
        assert panel.locator("[data-lm-suppress-shortcuts]").count() == 0  # which the script would have set
        panel.get_by_role("button", name="预览 PDF").click()
        link = panel.locator("[role=status]").get_by_role("link", name="outputs/preview/2021/柳渡镇.pdf")
        expect(link).to_be_visible()
        expect(panel.get_by_text("JavaScript")).to_be_hidden()
        panel.evaluate("element => element.scrollIntoView()")
        picture("panel-without-scripts")
        link.click()
        expect(page.get_by_role("tab", name="柳渡镇.pdf")).to_be_visible()


def test_notebook_7_shows_the_same_panel_in_english(page: Page, tmp_path: Path, picture: Callable[[str], None]) -> None:
    with jupyter("notebook", tmp_path / "project", language="en") as address:
        run_in_notebook_7(page, address, MASTER.as_posix())
        panel = page.locator(".giakit-panel")
        panel.get_by_label("Year").select_option(label="2022")
        title = page.locator(".jp-CodeCell").filter(has_text="report.show()").locator("h1")
        expect(title).to_have_text("龙村镇2022年政府信息公开工作年度报告")
        panel.get_by_role("button", name="Charts").click()
        expect(panel.locator("svg[role=img]").first).to_be_visible()
        picture("panel-notebook")


def test_voila_is_a_page_to_look_at(page: Page, tmp_path: Path, picture: Callable[[str], None]) -> None:
    project = tmp_path / "云泽县"
    init_project(project)
    with voila(project, MASTER.as_posix()) as address:
        before = {path for path in project.rglob("*") if path.is_file()}
        page.goto(address)
        panel = page.locator(".giakit-panel")
        pick(panel, "年度", "2021")
        pick(panel, "机关", "柳渡镇")
        expect(page.locator("h1").last).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
        expect(page.get_by_text("新收政府信息公开申请45件（上年39件）")).to_be_visible()
        assert [panel.get_by_role("button", name=name).count() for name in WRITING] == [0, 0, 0, 0]
        panel.get_by_role("button", name="网页预览").click()
        expect(panel.frame_locator("iframe").locator("h1")).to_have_text("柳渡镇2021年政府信息公开工作年度报告")
        panel.get_by_role("button", name="PDF").click()
        with page.expect_download() as download:
            panel.get_by_role("link", name="柳渡镇-2021.pdf").click()
        assert download.value.path().read_bytes().startswith(b"%PDF-")
        picture("panel-voila")
    after = {path for path in project.rglob("*") if path.is_file() and path.name != "server.log"}
    assert {path.relative_to(project).as_posix() for path in after - before if ".jupyter" not in path.parts} == set()
