"""The index page: every organ with its status, findings and files, and nothing in it that acts but its own script."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from bs4 import BeautifulSoup
from html5lib import HTMLParser

from giakit.batch.manifest import Changed, Manifest, ManifestEntry, Unreadable
from giakit.batch.page import render_index
from giakit.findings import Message, finding
from giakit.language import Text
from giakit.outputs import Inputs, OutputFile, ReportRecord
from giakit.statistics import Cell

INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={"digest": "丙"})
WRITTEN = {
    "done": (
        "internal/annual_report.ipynb",
        "internal/findings.json",
        "public/data.json",
        "public/report.html",
        "public/report.pdf",
    ),
    "refused": ("annual_report.ipynb", "findings.json"),
}
CELLS = (
    Cell(workbook="county.xlsx", sheet="乙镇", address="F24", raw="12"),
    Cell(workbook="county.xlsx", sheet="乙镇", address="F11", raw="30"),
)
BROKEN = finding("T3-1", "error", "三/予以公开", Text("应为 42，填的是 12"), Text("改正它"), words="之和", cells=CELLS)
RAISED = Message(msgid="{text}", args={"text": "第 7 个单元：没有这个名称"})


def record(organ, outcome="done", **more):
    paths = WRITTEN.get(outcome, WRITTEN["refused"])
    given = {"name": organ, "kinds": ("html", "pdf"), "findings": {"error": 0, "warning": 2, "note": 1}}
    files = tuple(OutputFile.of(path, b"") for path in paths)
    return ReportRecord(organ=organ, year=2020, outcome=outcome, inputs=INPUTS, **{"outputs": files, **given, **more})


def entry(organ, published=None, failure=None, folder=None):
    return ManifestEntry(
        organ=organ,
        name=(failure or published).name,
        published=published,
        folder=(folder or organ) if published else "",
        failure=failure,
        failure_folder=f"{organ}/failed" if failure else "",
    )


def manifest(*entries, unreadable=()):
    return Manifest(year=2020, environments={}, reports=entries, unreadable=unreadable)


def render(*entries, changes=(), unreadable=()):
    return BeautifulSoup(render_index(manifest(*entries, unreadable=unreadable), changes), "html.parser")


def row(page, organ):
    """Return the texts of an organ's row."""
    body = next(each for each in page.find_all("tbody") if each.th.get_text().split()[0] == organ)
    return [cell.get_text(" ", strip=True) for cell in body.tr.find_all(["th", "td"])]


def links(element):
    return {each.get_text(): each["href"] for each in element.find_all("a")}


@pytest.fixture
def county():
    """One organ of each status, and one whose older version is still published."""
    kept = entry("己镇", record("己镇"), record("己镇", "failed", problems=(RAISED,)))
    return (
        entry("甲镇", record("甲镇")),
        entry("乙镇", failure=record("乙镇", "refused", problems=(BROKEN, BROKEN))),
        entry("丙镇", failure=record("丙镇", "failed", problems=(RAISED,))),
        entry("丁镇", failure=record("丁镇", "timed_out", problems=(RAISED,))),
        entry("戊镇", record("戊镇", draft="县里同意")),
        kept,
    )


def test_every_organ_has_its_status_and_what_asks_for_work_stands_first(county):
    found = [(each.th.get_text(), each.td.get_text()) for each in render(*county).find_all("tbody")]
    assert found == [
        ("丁镇", "超时"),
        ("丙镇", "运行失败"),
        ("己镇", "运行失败"),
        ("乙镇", "未通过核对"),
        ("戊镇", "草稿"),
        ("甲镇", "已完成"),
    ]


def test_findings_are_counted_as_far_as_they_are_known(county):
    page = render(*county)
    assert row(page, "甲镇")[3:6] == ["0", "2", "1"]
    assert row(page, "乙镇")[3:6] == ["2", "—", "—"]
    assert row(page, "丙镇")[3:6] == ["—", "—", "—"]
    assert "错误 2 处，提醒 4 处，说明 2 处" in page.dl.get_text()


def test_every_count_to_filter_by_is_that_of_the_rows(county):
    changes = (Changed(organ="甲镇", change="new"), Changed(organ="乙镇", change="rendered"))
    page = render(*county, changes=changes)
    counts = {each.input["value"]: int(each.b.get_text()) for each in page.find_all("label") if each.input}
    assert counts == {
        "all": 6,
        "done": 1,
        "draft": 1,
        "refused": 1,
        "failed": 2,
        "timed_out": 1,
        "kept": 1,
        "warning": 2,
        "changed": 2,
    }
    tags = [tag for each in page.find_all("tbody") for tag in each["data-tags"].split()]
    assert all(tags.count(tag) == count for tag, count in counts.items() if tag != "all")


def test_a_problem_is_told_with_its_cells(county):
    problem = render(*county).find("summary", string=None).parent.li
    text = problem.get_text("\n", strip=True)
    assert text.splitlines() == [
        "错误 T3-1\u3000三/予以公开",
        "应为 42，填的是 12",
        "怎么办：改正它",
        "county.xlsx [乙镇] F24: 12",
        "F11: 30",
        "表式原文：之和",
    ]


def test_files_are_linked_from_where_they_stand(county):
    page = render(*county)
    published, internal = page.find_all("tbody")[-1].find_all("td")[-2:]
    base = "./%E7%94%B2%E9%95%87"
    assert links(published) == {
        "HTML": f"{base}/public/report.html",
        "PDF": f"{base}/public/report.pdf",
        "数据": f"{base}/public/data.json",
    }
    assert links(internal) == {
        "核对结果": f"{base}/internal/findings.json",
        "笔记本": f"{base}/internal/annual_report.ipynb",
    }


def test_an_older_version_stays_linked_beside_what_failed(county):
    rows = render(*county).find_all("tbody")[2].find_all("tr")
    base = "./%E5%B7%B1%E9%95%87"
    assert links(rows[0].find_all("td")[-1])["笔记本"] == f"{base}/failed/annual_report.ipynb"
    assert links(rows[0].find_all("td")[-2])["HTML"] == f"{base}/public/report.html"
    assert links(rows[1])["笔记本"] == f"{base}/internal/annual_report.ipynb"
    assert "公布的仍是较早的一版" in rows[1].get_text()
    assert "没有这个名称" in rows[1].get_text()


def test_the_reason_for_a_draft_is_told(county):
    assert "有错误仍出草稿的理由：县里同意" in render(*county).find_all("tbody")[4].get_text()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("云泽县/甲镇", "./%E4%BA%91%E6%B3%BD%E5%8E%BF/%E7%94%B2%E9%95%87/"),
        ("50%#?镇", "./50%25%23%3F%E9%95%87/"),
        ("//example.org/甲", ".///example.org/%E7%94%B2/"),
        ("javascript:alert(1)", "./javascript%3Aalert%281%29/"),
    ],
)
def test_no_folder_leads_elsewhere(folder, expected):
    page = render(entry("甲镇", record("甲镇"), folder=folder))
    assert {each["href"] for each in page.tbody.find_all("a")} == {expected + path for path in WRITTEN["done"]}


def test_other_files_are_linked_on_demand_by_their_path():
    paths = ("public/tables/表二.csv", "public/开放数据.csv", "public/report.docx")
    page = render(entry("甲镇", record("甲镇", outputs=tuple(OutputFile.of(path, b"") for path in paths))))
    published = page.tbody.find_all("td")[-2]
    assert list(links(published)) == ["Word", "tables/表二.csv", "开放数据.csv"]
    assert list(links(published.details)) == ["tables/表二.csv", "开放数据.csv"]
    assert published.summary.get_text() == "其余 2 个"
    assert published["data-sort"] == "3"


def test_what_changed_is_told():
    changes = (
        Changed(organ="甲镇", change="outcome", before="refused", after="done"),
        Changed(organ="乙镇", change="new", after="done"),
        Changed(organ="丙镇", change="rendered", before="done", after="done"),
        Changed(organ="旧<b>镇", change="no_longer_published", before="done"),
    )
    organs = ("甲镇", "乙镇", "丙镇", "丁镇")
    page = render(*(entry(organ, record(organ)) for organ in organs), changes=changes)
    assert [row(page, organ)[2] for organ in organs] == [
        "原为未通过核对",
        "新增",
        "有更新",
        "",
    ]
    assert page.find_all("dd")[1].get_text() == "新增 1 个，状态改变 1 个，有更新 1 个，不再列出 1 个"
    assert page.find(class_="box").p.get_text() == "旧<b>镇"
    assert render(entry("甲镇", record("甲镇"))).find_all("dd")[1].get_text() == "没有变化"


def test_what_could_not_be_read_is_told():
    damaged = Unreadable(workbook="坏.xlsx", problems=(Message(msgid="{text}", args={"text": "不是工作簿"}),))
    sheet = Unreadable(workbook="county.xlsx", sheet="丁镇", problems=(BROKEN,))
    box = render(unreadable=(damaged, sheet)).find(class_="bad")
    assert box.summary.get_text() == "有 2 处读不出来，没有报告"
    assert [each.get_text() for each in box.find_all("p", recursive=False)] == ["坏.xlsx", "county.xlsx [丁镇]"]
    assert "不是工作簿" in box.get_text()
    assert "F24: 12" in box.get_text()


def test_a_year_without_reports_says_so():
    page = render()
    assert "还没有报告" in page.find(id="none").get_text()
    assert "hidden" not in page.find(id="none").attrs


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}</table></style>"


def render_with(text):
    """Return a page in which everything that comes from a workbook is `text`."""
    given = Text("{text}", text=text)
    cells = (Cell(workbook=text, sheet=text, address="A1", raw=text),)
    broken = finding(text, "error", text, given, given, words=text, cells=cells)
    problems = (broken, Message.of(given))
    failed = entry("甲", record("甲", name=text, draft=text), record("甲", "refused", name=text, problems=problems))
    return render(
        failed,
        entry(f"{text}镇", record(f"{text}镇", name=text, draft=text)),
        changes=(Changed(organ=text, change="no_longer_published"),),
        unreadable=(Unreadable(workbook=text, sheet=text, problems=problems),),
    )


def test_nothing_from_a_workbook_becomes_markup():
    page, tame = render_with(HOSTILE), render_with("乙")
    assert [(each.name, list(each.attrs)) for each in page.select("*")] == [
        (each.name, list(each.attrs)) for each in tame.select("*")
    ]
    assert page.get_text().replace(HOSTILE, "乙") == tame.get_text()


def test_only_its_own_style_and_script_may_act(county):
    page = render(*county)
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    for element in (page.style, page.script):
        digest = base64.b64encode(hashlib.sha256(element.string.encode()).digest()).decode()
        assert f"{element.name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not [each for each in page.select("*") if "style" in each.attrs]


def test_the_page_names_no_address_outside(county):
    text = render_index(manifest(*county), ()).decode()
    assert re.findall(r"(?:https?:)?//[\w.]+|url\(|@import", text.replace("<!doctype html>", "")) == []


def test_the_page_parses_without_an_error(county):
    unreadable = (Unreadable(workbook="坏.xlsx", problems=(BROKEN, RAISED)),)
    changes = (Changed(organ="旧镇", change="no_longer_published"),)
    HTMLParser(strict=True).parse(render_index(manifest(*county, unreadable=unreadable), changes).decode())


def test_the_page_is_chinese_and_the_same_on_every_machine(county, monkeypatch):
    before = render_index(manifest(*county), ())
    monkeypatch.setenv("GIAKIT_LANG", "en")
    assert render_index(manifest(*county), ()) == before
    assert "错误 T3-1" in before.decode()


def test_the_open_data_of_all_reports_are_linked_where_there_are_any(county):
    names = ("public/values.csv", "public/datapackage.json")
    listed = manifest(*county).model_copy(update={"data": tuple(OutputFile.of(name, b"") for name in names)})
    page = BeautifulSoup(render_index(listed, ()), "html.parser")
    assert links(page.dl) == {"CSV 表": "./public/values.csv", "数据说明": "./public/datapackage.json"}
    assert links(render(*county).dl) == {}
