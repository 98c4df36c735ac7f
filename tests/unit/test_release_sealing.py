"""Sealing: what may be released, what is said of the rest, and what stands in the lists afterwards."""

from __future__ import annotations

from datetime import datetime

import pytest
from bs4 import BeautifulSoup

from giakit.batch.manifest import read_manifest
from giakit.batch.verify import verify_year
from giakit.errors import ParameterError
from giakit.findings import Message
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs
from giakit.release import now, seal_reports

MORNING = datetime.fromisoformat("2021-01-20T09:30:00+08:00")


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def outputs(tmp_path):
    made = open_outputs(tmp_path / "输出")
    for organ in ("龙村镇", "云泽县/柳渡镇"):
        publish(made, organ)
    publish(made, "草稿镇", draft="先看样稿")
    publish(made, "松陂镇")
    problem = Message(msgid="{text}", args={"text": "不合计"})
    publish(made, "松陂镇", outcome="refused", problems=(problem,))
    return made


def publish(outputs, organ, text="一", **more):
    done = more.get("outcome", "done") == "done"
    files = {"public/report.html" if done else "findings.json": text.encode()}
    record = ReportRecord(
        **{
            "organ": organ,
            "year": 2020,
            "name": organ.rpartition("/")[2],
            "outcome": "done",
            "kinds": ("html",),
            "inputs": Inputs(notebook="甲", source="乙", parameters={}, environment={"giakit": "0.1"}),
            "outputs": tuple(OutputFile.of(name, content) for name, content in files.items()),
            **more,
        }
    )
    outputs.publish(record, files)
    return record


def sealed(outputs, *organs, by="张三", at=MORNING):
    return {each.organ: each for each in seal_reports(outputs, 2020, organs, by, at)}


def told(sealing):
    return [str(problem) for problem in sealing.problems]


def test_all_that_may_be_released_is_and_the_rest_is_named(outputs):
    done = sealed(outputs)
    assert (
        {organ for organ, each in done.items() if each.new} == {"龙村镇", "云泽县/柳渡镇"} == set(outputs.seals(2020))
    )
    assert told(done["草稿镇"]) == ["草稿镇: a draft is not released; mend its errors and render it without `override`"]
    (refused,) = told(done["松陂镇"])
    assert refused.startswith("松陂镇: the last attempt did not come to a report (不合计)")


def test_organs_go_by_key_or_name(outputs):
    assert set(sealed(outputs, "柳渡镇", "龙村镇")) == {"云泽县/柳渡镇", "龙村镇"}
    assert set(outputs.seals(2020)) == {"云泽县/柳渡镇", "龙村镇"}


def test_an_unknown_organ_is_said_before_anything_is_sealed(outputs):
    with pytest.raises(ParameterError, match="no report of 龙树镇 for 2020; the nearest is 龙村镇"):
        sealed(outputs, "柳渡镇", "龙树镇")
    assert outputs.seals(2020) == {}


@pytest.mark.parametrize("name", ["", "  ", "张\n三"])
def test_somebody_must_have_released_it(outputs, name):
    with pytest.raises(ParameterError, match="is no name"):
        sealed(outputs, by=name)


def test_sealing_again_changes_nothing_and_says_who_did(outputs):
    sealed(outputs, "龙村镇")
    before = (outputs.root / "2020/龙村镇/seal.json").read_bytes()
    again = sealed(outputs, "龙村镇", by="李四")["龙村镇"]
    assert (again.new, again.seal.by, again.problems) == (False, "张三", ())
    assert (outputs.root / "2020/龙村镇/seal.json").read_bytes() == before


def test_a_file_touched_since_it_was_rendered_is_not_released(outputs):
    (outputs.root / "2020/龙村镇/public/report.html").write_text("改", encoding="utf-8")
    assert "(public/report.html)" in told(sealed(outputs, "龙村镇")["龙村镇"])[0]
    assert outputs.seals(2020) == {}


def test_the_lists_say_who_and_when_and_nothing_public_does(outputs):
    sealed(outputs)
    manifest = read_manifest(outputs, 2020)
    (release,) = next(each for each in manifest.reports if each.organ == "龙村镇").releases
    assert (release.version, release.by, release.at) == (1, "张三", MORNING.isoformat())
    assert release.seal == outputs.seals(2020)["龙村镇"][0].digest
    page = BeautifulSoup(outputs.read_page("2020/index.html"), "html.parser")
    row = next(each for each in page.find_all("tbody") if each.th.get_text().split()[0] == "龙村镇")
    assert row.td.get_text() == "已签发"
    assert "第1版，2021-01-20由张三签发" in row.get_text()
    for path in outputs.root.rglob("public/**/*"):
        assert path.is_dir() or "张三".encode() not in path.read_bytes()


def test_the_page_tells_what_was_newly_released(outputs):
    sealed(outputs, "草稿镇", "龙村镇")
    sealed(outputs, "柳渡镇")
    page = BeautifulSoup(outputs.read_page("2020/index.html"), "html.parser")
    changes = {each.th.get_text().split()[0]: each.find_all("td")[1].get_text() for each in page.find_all("tbody")}
    assert changes == {"松陂镇": "", "草稿镇": "", "柳渡镇": "新签发", "龙村镇": ""}


def test_the_lists_come_out_the_same_from_the_same_seals(outputs):
    sealed(outputs)
    written = outputs.read_page("2020/manifest.json")
    (outputs.root / "2020/manifest.json").unlink()
    sealed(outputs)
    assert outputs.read_page("2020/manifest.json") == written


def test_a_sealed_year_is_verified_and_what_was_altered_is_named(outputs):
    sealed(outputs)
    assert verify_year(outputs, 2020).differences == ()
    (outputs.root / "2020/龙村镇/public/report.html").write_text("改", encoding="utf-8")
    (found,) = verify_year(outputs, 2020).differences
    assert str(found).startswith("龙村镇: 龙村镇/public/report.html has changed")


def test_a_forged_seal_is_told_by_the_manifest(outputs):
    sealed(outputs)
    path = outputs.root / "2020/龙村镇/seal.json"
    path.write_text(path.read_text(encoding="utf-8").replace("张三", "李四"), encoding="utf-8")
    assert [str(each) for each in verify_year(outputs, 2020).differences] == [
        "龙村镇: its seals differ from the manifest"
    ]


def test_a_lost_seal_is_told_by_the_manifest(outputs):
    sealed(outputs)
    (outputs.root / "2020/龙村镇/seal.json").unlink()
    assert [str(each) for each in verify_year(outputs, 2020).differences] == [
        "龙村镇: its seals differ from the manifest"
    ]


def test_the_time_comes_from_the_clock_or_from_what_the_environment_states(monkeypatch):
    assert now().tzinfo is not None
    assert now().microsecond == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1611106200")
    assert now().isoformat() == "2021-01-20T01:30:00+00:00"
