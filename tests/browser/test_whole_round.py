"""The whole round of an analyst, by real means: JupyterLab in a browser, the command line, a spreadsheet program.

``make screenshots`` runs this test and copies README's pictures from where `picture` keeps them.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pdfplumber
import pytest
from playwright.sync_api import expect

from giakit.forms.read import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not here")]

TOWN, YEAR = "柳渡镇", 2021
PARAMS = "params/county-2021.yaml"
WORKBOOK = "params/county-2021.xlsx"
RUN_MILLISECONDS = 180_000
KEY = "一/依申请公开"
SENTENCE = "我镇全年新收申请{{ applications.received.total }}件，由党政办公室逐件登记、当面答复。"

# One more application, of a natural person and granted, in every figure that counts it.
ONE_MORE = ("applications.received", "applications.granted", "applications.handled")


@pytest.fixture
def giakit(lab: Any) -> Callable[..., str]:
    """Give a function that runs giakit's command line in the project and returns what it says."""

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "giakit", *words]
        done = subprocess.run(
            command, cwd=lab.project, env=lab.environment, capture_output=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_an_edited_sentence_survives_and_shows_each_new_figure(
    lab: Any, lab_page: Page, open_notebook: Callable[..., Any], giakit: Callable[..., str], picture: Callable[..., Any]
) -> None:
    master = open_notebook()
    master.run_all()
    panel = master.panel.locator(".giakit-panel")
    applications = master.cell(f"%%narrative {KEY}").locator(".jp-OutputArea")
    expect(applications).to_contain_text("本年度未收到政府信息公开申请", timeout=RUN_MILLISECONDS)
    panel.get_by_label("年度").select_option(label=str(YEAR))
    panel.get_by_label("机关").select_option(label=TOWN)
    expect(applications).to_contain_text("本年度新收政府信息公开申请45件（上年39件）", timeout=RUN_MILLISECONDS)
    panel.get_by_role("button", name="表三").click()
    expect(panel.locator("td.changed").first).to_be_visible(timeout=RUN_MILLISECONDS)
    panel.scroll_into_view_if_needed()
    picture("panel")
    panel.get_by_role("button", name="修改文字").click()
    made = f"notebooks/{YEAR}/{TOWN}.ipynb"
    expect(panel.get_by_role("link", name=made).first).to_be_visible(timeout=RUN_MILLISECONDS)

    notebook = open_notebook(made)
    notebook.run_all()
    notebook.write_narrative(KEY, SENTENCE, finished(45))
    picture("narrative")
    notebook.save(lab.project / made, SENTENCE)

    giakit("batch", PARAMS)
    assert_published(lab.project, 45)
    before = stamps(lab.project)

    count_one_more(lab.project / WORKBOOK)
    giakit("batch", PARAMS)
    assert_published(lab.project, 46)
    after = stamps(lab.project)
    assert {organ for organ in before if after[organ] != before[organ]} == {TOWN}

    lab_page.goto((lab.project / f"outputs/{YEAR}/index.html").as_uri())
    picture("index")
    lab_page.goto((public(lab.project) / "report.html").as_uri())
    expect(lab_page.locator("body")).to_contain_text(finished(46))
    lab_page.get_by_text(finished(46)).scroll_into_view_if_needed()
    picture("report")


def finished(received: int) -> str:
    return SENTENCE.replace("{{ applications.received.total }}", str(received))


def count_one_more(workbook: Path) -> None:
    """Count one more application in the workbook and let LibreOffice compute and save it, as an office does."""
    [form] = [each for each in read_workbook(workbook).forms if each.sheet == TOWN]
    book = openpyxl.load_workbook(workbook)
    for row in ONE_MORE:
        for column in ("natural_person", "total"):
            value = form.statistics[f"{row}.{column}"]
            book[TOWN][value.cell.address] = int(value.amount) + 1
    book.save(workbook)
    opened = workbook.rename(workbook.with_name("opened.xlsx"))
    command = ["soffice", "--headless", f"-env:UserInstallation={workbook.parents[1].as_uri()}/office"]
    into = ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(workbook.parents[1])]
    subprocess.run([*command, *into, str(opened)], check=True, capture_output=True, timeout=120)
    (workbook.parents[1] / "opened.xlsx").rename(workbook)
    opened.unlink()


def public(project: Path) -> Path:
    return project / "outputs" / str(YEAR) / TOWN / "public"


def assert_published(project: Path, received: int) -> None:
    """Hold the sentence with its figure against the web page and the text of the PDF."""
    assert finished(received) in (public(project) / "report.html").read_text(encoding="utf-8")
    with pdfplumber.open(public(project) / "report.pdf") as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    assert finished(received) in re.sub(r"\s", "", text)


def stamps(project: Path) -> dict[str, int]:
    """Return when each organ's record was written."""
    return {path.parent.name: path.stat().st_mtime_ns for path in project.glob(f"outputs/{YEAR}/*/record.json")}
