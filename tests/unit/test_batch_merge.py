"""Counties' manifests and pages put together: nothing is lost, and every link leads to a file."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from giakit.batch.listing import write_lists
from giakit.batch.manifest import Unreadable, read_manifest
from giakit.batch.merge import merge_outputs
from giakit.content.correction import Correction
from giakit.errors import ParameterError
from giakit.findings import Message
from giakit.language import Text
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, open_outputs
from giakit.release import now

INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={"giakit": "0"})


def publish(outputs, organ, outcome="done", **more):
    paths = ("public/report.html", "public/report.pdf") if outcome == "done" else ("findings.json",)
    files = {path: organ.encode() for path in paths}
    made = tuple(OutputFile.of(path, content) for path, content in files.items())
    given = {"organ": organ, "name": organ, "year": 2021, "kinds": ("html", "pdf"), "inputs": INPUTS, **more}
    record = ReportRecord(outcome=outcome, outputs=made, **given)
    outputs.publish(record, files)
    return record


@pytest.fixture
def places(tmp_path):
    """Write two counties: one with a refusal, the other with a released report, its correction and another one open."""
    places = {name: tmp_path / "年报" / name for name in ("云泽县", "沧宁 {市}")}
    first, second = map(open_outputs, places.values())
    publish(first, "柳渡镇")
    publish(first, "苇塘镇", "refused")
    released = publish(second, "柳渡镇")
    second.seal(Seal(version=1, by="张三", at=now(), record=released))
    unreadable = Unreadable(workbook="a.xlsx", sheet="乙", problems=(Message(msgid="{text}", args={"text": "坏"}),))
    write_lists(first, 2021, {}, [unreadable])
    write_lists(second, 2021, {"柳渡镇": Text("{text}", text="变了")}, [])
    return places


def test_every_report_is_listed_under_its_county_and_every_link_leads_to_a_file(places, tmp_path):
    out = tmp_path / "年报" / "全省"
    merged = merge_outputs(places, 2021, out)
    assert [each.organ for each in merged.reports] == ["云泽县/柳渡镇", "云泽县/苇塘镇", "沧宁 {市}/柳渡镇"]
    assert merged.unreadable[0].workbook == "云泽县/a.xlsx"
    assert [*merged.notices] == ["沧宁 {市}/柳渡镇"]
    assert read_manifest(open_outputs(out), 2021) == merged
    page = BeautifulSoup((out / "2021/index.html").read_text(encoding="utf-8"), "html.parser")
    links = [link["href"] for link in page.find_all("a") if not link["href"].startswith("#")]
    assert len(links) >= 5
    for link in links:
        assert (out / "2021" / unquote(link)).is_file(), link


def test_versions_and_corrections_move_along(places, tmp_path):
    outputs = open_outputs(places["沧宁 {市}"])
    manifest = read_manifest(outputs, 2021)
    (entry,) = manifest.reports
    kept = entry.releases[0].model_copy(update={"record": entry.published, "folder": "柳渡镇/versions/1"})
    correction = Correction(version=2, day="2022-03-05", reason="漏记", replaces="2022-01-20")
    record = entry.published.model_copy(update={"correction": correction})
    corrected = {"releases": (kept,), "correction": record, "correction_folder": "柳渡镇/correction"}
    changed = manifest.model_copy(update={"reports": (entry.model_copy(update=corrected),)})
    outputs.write_page("2021/manifest.json", changed.file)
    moved = merge_outputs(places, 2021, tmp_path / "年报" / "全省").reports[-1]
    base = "../../沧宁 {市}/2021/柳渡镇"
    assert (moved.folder, moved.correction_folder) == (base, f"{base}/correction")
    assert moved.releases[0].folder == f"{base}/versions/1"


def test_a_county_without_a_manifest_is_named_before_anything_is_written(places, tmp_path, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    missing = {"甲县": tmp_path / "甲县", "乙县": tmp_path / "乙县"}
    with pytest.raises(ParameterError, match="甲县 has no manifest of 2021.*\n.*乙县 has no manifest"):
        merge_outputs({**places, **missing}, 2021, tmp_path / "全省")
    assert not (tmp_path / "全省").exists()
