"""Verifying a year: nothing that was changed, lost or added in the outputs goes unseen, and nothing else is told."""

from __future__ import annotations

import json

import pytest

from giakit.batch.manifest import PAGE, build_manifest
from giakit.batch.page import render_index
from giakit.batch.verify import split_address, verify_year
from giakit.digests import digest_of
from giakit.errors import ParameterError
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs

ORGANS = ("龙村镇", "云泽县/柳渡镇", "松陂镇")
HASHES = digest_of("龙村镇")[:12], digest_of("改了")[:12]


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def outputs(tmp_path):
    """Outputs as a batch leaves them: two reports, and a refusal beside an older report."""
    made = open_outputs(tmp_path / "输出")
    for organ in ORGANS:
        publish(made, organ)
    publish(made, "松陂镇", "refused", text="不合计")
    write_manifest(made)
    return made


def publish(outputs, organ, outcome="done", text=None, **inputs):
    names = ("public/report.html", "internal/findings.json") if outcome == "done" else ("findings.json",)
    files = {name: (text or organ).encode() for name in names}
    given = {"notebook": "甲", "source": "乙", "parameters": {}, "environment": {"giakit": "0.1"}}
    record = ReportRecord(
        organ=organ,
        year=2020,
        name=organ,
        outcome=outcome,
        kinds=("html",),
        inputs=Inputs(**{**given, **inputs}),
        outputs=tuple(OutputFile.of(name, content) for name, content in files.items()),
    )
    outputs.publish(record, files)


def write_manifest(outputs):
    manifest = build_manifest(2020, outputs)
    outputs.write_page("2020/manifest.json", manifest.file)
    outputs.write_page("2020/timings.json", b"{}\n")
    outputs.write_page(f"2020/{PAGE}", render_index(manifest, ()))


def told(outputs):
    return [str(each) for each in verify_year(outputs, 2020).differences]


def edit_record(outputs, organ, change):
    path = outputs.root / "2020" / organ / "record.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def test_outputs_as_a_batch_left_them_are_whole(outputs):
    verified = verify_year(outputs, 2020)
    assert verified.differences == ()
    assert (verified.reports, verified.files) == (4, 7)


def test_a_changed_file_is_told_with_both_hashes(outputs):
    (outputs.root / "2020/龙村镇/public/report.html").write_text("改了", encoding="utf-8")
    (outputs.root / "2020/松陂镇/failed/findings.json").write_text("改了", encoding="utf-8")
    recorded, found = HASHES
    refused = digest_of("不合计")[:12]
    assert told(outputs) == [
        f"龙村镇: 龙村镇/public/report.html has changed: recorded {recorded}…, found {found}…",
        f"松陂镇: 松陂镇/failed/findings.json has changed: recorded {refused}…, found {found}…",
    ]


def test_a_changed_file_of_the_same_size_is_told(outputs):
    path = outputs.root / "2020/龙村镇/public/report.html"
    path.write_text("龙村乡", encoding="utf-8")
    assert outputs.is_whole(outputs.records(2020)["龙村镇"])
    assert len(told(outputs)) == 1


def test_a_missing_file_is_told(outputs):
    (outputs.root / "2020/云泽县/柳渡镇/internal/findings.json").unlink()
    assert told(outputs) == ["云泽县/柳渡镇: 云泽县/柳渡镇/internal/findings.json is missing"]


def test_a_file_that_no_record_names_is_told(outputs):
    for name in ("龙村镇/public/草稿.docx", "别的/report.html", "说明.txt", ".DS_Store", ".龙村镇.new-0a1b2c3d/x"):
        path = outputs.root / "2020" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    assert told(outputs) == [
        "别的/report.html is in no record",
        "说明.txt is in no record",
        "龙村镇/public/草稿.docx is in no record",
    ]


def test_a_record_forged_with_its_file_is_told_by_the_manifest(outputs):
    (outputs.root / "2020/龙村镇/public/report.html").write_text("改了", encoding="utf-8")

    def forge(record):
        record["outputs"][0] |= {"sha256": digest_of("改了"), "size": 6}
        record["draft"] = "改了"

    edit_record(outputs, "龙村镇", forge)
    assert told(outputs) == ["龙村镇: its record differs from the manifest: draft、public/report.html"]


def test_a_forged_version_is_told_by_the_manifest(outputs):
    edit_record(outputs, "龙村镇", lambda record: record["inputs"]["environment"].update(giakit="9"))
    assert told(outputs) == ["龙村镇: its record differs from the manifest: inputs"]


def test_a_report_that_is_gone_is_told(outputs):
    (outputs.root / "2020/龙村镇/record.json").write_bytes(b"{}")
    assert told(outputs) == [
        "龙村镇: the manifest lists a report that is not there or has no readable record",
        "龙村镇/internal/findings.json is in no record",
        "龙村镇/public/report.html is in no record",
        "龙村镇/record.json is in no record",
    ]


def test_a_report_rendered_since_by_itself_is_told(outputs):
    publish(outputs, "章台镇")
    publish(outputs, "龙村镇", text="新")
    assert told(outputs) == [
        "章台镇: the manifest does not list this report; was it rendered by itself?",
        "龙村镇: its record differs from the manifest: internal/findings.json、public/report.html",
    ]


def test_a_changed_or_missing_manifest_is_told(outputs):
    path = outputs.root / "2020/manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["environments"] = {digest: {"giakit": "9"} for digest in manifest["environments"]}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert told(outputs) == ["manifest.json has changed"]
    path.unlink()
    assert told(outputs) == ["manifest.json is missing or of another version of giakit"]


def test_a_year_without_reports_is_a_mistake_in_the_address(outputs):
    with pytest.raises(ParameterError, match="no reports of 2019"):
        verify_year(outputs, 2019)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("outputs/2020", ("outputs", 2020)),
        ("/年报/输出/2020/", ("/年报/输出", 2020)),
        ("2020", (".", 2020)),
        ("s3://年报/输出/2020/", ("s3://年报/输出", 2020)),
    ],
)
def test_an_address_ends_in_its_year(place, expected):
    assert split_address(place) == expected


@pytest.mark.parametrize("place", ["outputs", "outputs/2020/龙村镇", "s3://年报/20201", "outputs/２０２０", ""])
def test_another_address_gets_a_sentence(place):
    with pytest.raises(ParameterError, match="such as outputs/2020"):
        split_address(place)
