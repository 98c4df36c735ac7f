"""Released reports: no byte of one ever changes, on a disk and on a store, whoever else writes and whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from datetime import datetime

import fsspec
import pytest

from giakit.content.correction import Correction
from giakit.errors import ReportRefused, ReportSealed
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, altered_files, open_outputs
from giakit.outputs.remote import RemoteOutputs
from giakit.outputs.seal import parse_seal
from giakit.outputs.swap import recover

INPUTS = Inputs(notebook="甲", source="乙", parameters={"preamble": True}, environment={"giakit": "0.1"})
PAGE = "public/report.html"
NOON = datetime.fromisoformat("2021-01-20T12:00:00+08:00")


@pytest.fixture(params=["disk", "store"])
def outputs(request, tmp_path):
    if request.param == "disk":
        return open_outputs(tmp_path / "输出")
    address = f"memory://{uuid.uuid4().hex}/年报"
    fsspec.filesystem("memory").makedirs(address)
    return open_outputs(address)


def describe(text, organ="龙村镇", outcome="done", version=1):
    files = {PAGE: text.encode(), "internal/findings.json": b"[]"}
    described = tuple(OutputFile.of(name, content) for name, content in files.items())
    about = {"organ": organ, "year": 2020, "name": organ, "outcome": outcome, "kinds": ("html",)}
    return ReportRecord(**about, correction=correction(version), inputs=INPUTS, outputs=described), files


def correction(version):
    return (
        Correction(version=version, day="2021-03-05", reason="录入有误", replaces="2021-01-20") if version > 1 else None
    )


def publish(outputs, text="新", organ="龙村镇", outcome="done", version=1):
    record, files = describe(text, organ, outcome, version)
    outputs.publish(record, files)
    return record


def release(outputs, record, by="张三"):
    before = outputs.seals(record.year).get(record.organ, ())
    replaces = before[-1].digest if before else ""
    seal = Seal(version=record.version, by=by, at=NOON, replaces=replaces, record=record)
    outputs.seal(seal)
    return seal


def said(outputs, record):
    return outputs.read(record, PAGE).decode()


def test_a_released_report_is_not_overwritten(outputs):
    record = publish(outputs, "签发的")
    release(outputs, record)
    with pytest.raises(ReportSealed, match="2021-01-20"):
        publish(outputs, "别的")
    assert outputs.records(2020) == {"龙村镇": record}
    assert said(outputs, record) == "签发的"
    assert altered_files(outputs, record) == []


def test_a_seal_says_who_and_when_and_every_hash(outputs):
    record = publish(outputs)
    release(outputs, record)
    (seal,) = outputs.seals(2020)["龙村镇"]
    assert (seal.version, seal.by, seal.at, seal.day) == (1, "张三", NOON, "2021-01-20")
    assert seal.record == record
    assert outputs.seals(2021) == {}


def test_the_same_report_again_is_refused_too(outputs):
    record = publish(outputs, "签发的")
    release(outputs, record)
    with pytest.raises(ReportSealed):
        publish(outputs, "签发的")


def test_other_organs_go_on(outputs):
    release(outputs, publish(outputs))
    other = publish(outputs, organ="云泽县/柳渡镇")
    assert set(outputs.records(2020)) == {"龙村镇", "云泽县/柳渡镇"}
    assert set(outputs.seals(2020)) == {"龙村镇"}
    release(outputs, other)
    assert set(outputs.seals(2020)) == {"龙村镇", "云泽县/柳渡镇"}


def test_a_failed_attempt_stays_beside_a_released_report(outputs):
    record = publish(outputs, "签发的")
    release(outputs, record)
    failure = publish(outputs, "坏", outcome="refused")
    assert outputs.failures(2020) == {"龙村镇": failure}
    assert said(outputs, record) == "签发的"
    outputs.forget_failure(failure)
    assert outputs.failures(2020) == {}
    assert outputs.records(2020) == {"龙村镇": record}


def test_nothing_is_released_that_does_not_stand_there(outputs):
    record = publish(outputs, "一")
    publish(outputs, "二")
    with pytest.raises(ReportRefused):
        release(outputs, record)
    assert outputs.seals(2020) == {}
    publish(outputs, "三")


def test_a_report_is_released_once(outputs):
    record = publish(outputs)
    release(outputs, record)
    with pytest.raises(ReportSealed, match="张三"):
        outputs.seal(Seal(version=1, by="李四", at=NOON, record=record))
    assert [seal.by for seal in outputs.seals(2020)["龙村镇"]] == ["张三"]


def test_a_seal_that_cannot_be_read_holds_all_the_same(outputs):
    record = publish(outputs, "签发的")
    release(outputs, record)
    _damage_seal(outputs)
    assert outputs.seals(2020) == {}
    with pytest.raises(ReportSealed, match="cannot be read|读不了"):
        publish(outputs, "别的")
    assert said(outputs, record) == "签发的"


def _damage_seal(outputs):
    put(outputs, "2020/龙村镇/seal.json", b"{}")


def put(outputs, path, content):
    """Write a file as somebody does who goes round giakit."""
    if isinstance(outputs, RemoteOutputs):
        outputs._storage.write(path, content)
    else:
        (outputs.root / path).write_bytes(content)


def test_readers_go_by_the_seal_not_by_the_record_beside_it(outputs):
    record = publish(outputs, "签发的")
    release(outputs, record)
    other, _ = describe("伪造的")
    put(outputs, "2020/龙村镇/record.json", other.file)
    assert outputs.records(2020) == {"龙村镇": record}


def test_a_record_of_another_organ_takes_the_place_of_no_seal(outputs):
    """A record that somebody put into the wrong folder, which is looked at later."""
    record = publish(outputs, "签发的")
    release(outputs, record)
    publish(outputs, "别处", organ="龟山镇")
    other, _ = describe("放错的")
    put(outputs, "2020/龟山镇/record.json", other.file)
    assert outputs.records(2020) == {"龙村镇": record}


def test_a_later_giakit_reads_a_seal_as_it_was_written(outputs):
    """Its hash must stay the same although the same seal would be written otherwise by then."""
    record = publish(outputs)
    seal = release(outputs, record)
    terse = seal.model_dump_json().encode()
    again = parse_seal(terse)
    assert (again.by, again.record) == (seal.by, record)
    assert again.file == terse
    assert again.digest != seal.digest


# ---- corrections ----------------------------------------------------------------------------------------------------


def test_a_correction_lies_beside_the_released_report_until_it_is_released(outputs):
    first = publish(outputs, "一")
    release(outputs, first)
    draft = publish(outputs, "草稿", version=2)
    second = publish(outputs, "二", version=2)
    assert outputs.records(2020) == {"龙村镇": first}
    assert outputs.corrections(2020) == {"龙村镇": second}
    assert (said(outputs, first), said(outputs, second)) == ("一", "二")
    assert outputs.is_whole(first)
    assert outputs.is_whole(second)
    assert draft != second


def test_a_released_correction_takes_the_place_and_the_one_before_is_kept(outputs):
    records = [publish(outputs, "一")]
    release(outputs, records[0])
    for version, text in ((2, "二"), (3, "三")):
        publish(outputs, "作废", version=version)
        records.append(publish(outputs, text, version=version))
        release(outputs, records[-1], by=f"第{version}人")
    assert outputs.records(2020) == {"龙村镇": records[2]}
    assert outputs.corrections(2020) == {}
    seals = outputs.seals(2020)["龙村镇"]
    assert [seal.version for seal in seals] == [1, 2, 3]
    assert [seal.by for seal in seals] == ["张三", "第2人", "第3人"]
    assert [seal.replaces for seal in seals] == ["", seals[0].digest, seals[1].digest]
    assert [said(outputs, record) for record in records] == ["一", "二", "三"]
    assert all(altered_files(outputs, record) == [] for record in records)


def test_on_a_disk_the_newest_release_has_the_address_of_the_report(tmp_path):
    outputs = open_outputs(tmp_path)
    release(outputs, publish(outputs, "一"))
    release(outputs, publish(outputs, "二", version=2))
    organ = tmp_path / "2020/龙村镇"
    assert (organ / PAGE).read_text(encoding="utf-8") == "二"
    assert (organ / "versions/1" / PAGE).read_text(encoding="utf-8") == "一"
    assert sorted(each.name for each in organ.iterdir()) == [
        "internal",
        "public",
        "record.json",
        "seal.json",
        "versions",
    ]


def test_a_correction_corrects_the_newest_release_only(outputs):
    with pytest.raises(ReportSealed):
        publish(outputs, "二", version=2)
    release(outputs, publish(outputs, "一"))
    with pytest.raises(ReportSealed):
        publish(outputs, "三", version=3)
    release(outputs, publish(outputs, "二", version=2))
    for version in (1, 2):
        with pytest.raises(ReportSealed):
            publish(outputs, "又", version=version)
    assert [said(outputs, seal.record) for seal in outputs.seals(2020)["龙村镇"]] == ["一", "二"]


def test_an_open_correction_can_be_dropped(outputs):
    first = publish(outputs, "一")
    release(outputs, first)
    second = publish(outputs, "二", version=2)
    outputs.forget_correction(second)
    assert outputs.corrections(2020) == {}
    assert said(outputs, first) == "一"
    release(outputs, publish(outputs, "另一个二", version=2))


def test_a_correction_that_came_out_ends_the_failure_before_it(outputs):
    release(outputs, publish(outputs, "一"))
    publish(outputs, "坏", outcome="refused", version=2)
    publish(outputs, "二", version=2)
    assert outputs.failures(2020) == {}


# ---- writers that no lock keeps out ---------------------------------------------------------------------------------


def test_a_seal_set_while_a_report_is_written_holds(tmp_path, monkeypatch):
    """The writer has looked for a seal already; it finds it when it has moved the folder aside, and puts it back."""
    from giakit.outputs import swap

    outputs = open_outputs(tmp_path)
    record = publish(outputs, "签发的")
    looked = []

    def look(folder, replaces=""):
        if not looked:
            looked.append(folder)
            release(outputs, record)
            return
        real(folder, replaces)

    real = swap.check_replaceable
    monkeypatch.setattr(swap, "check_replaceable", look)
    with pytest.raises(ReportSealed):
        publish(outputs, "晚到的")
    assert looked
    assert said(outputs, record) == "签发的"
    assert [each.name for each in (tmp_path / "2020").iterdir()] == ["龙村镇"]


def test_a_seal_set_while_a_store_is_written_holds(monkeypatch):
    address = f"memory://{uuid.uuid4().hex}/年报"
    fsspec.filesystem("memory").makedirs(address)
    outputs = open_outputs(address)
    record = publish(outputs, "签发的")
    publish_again = outputs._storage.replace

    def replace(path, content, seen):
        monkeypatch.undo()
        release(open_outputs(address), record)
        return publish_again(path, content, seen)

    monkeypatch.setattr(outputs._storage, "replace", replace)
    with pytest.raises(ReportSealed):
        publish(outputs, "晚到的")
    assert outputs.records(2020) == {"龙村镇": record}
    assert altered_files(outputs, record) == []


def test_a_report_replaced_while_it_is_sealed_is_not_sealed(tmp_path, monkeypatch):
    outputs = open_outputs(tmp_path)
    record = publish(outputs, "一")
    read = outputs.read

    def read_late(of, path):
        content = read(of, path)
        monkeypatch.undo()
        publish(open_outputs(tmp_path), "二")
        return content

    monkeypatch.setattr(outputs, "read", read_late)
    with pytest.raises(ReportRefused):
        release(outputs, record)
    assert outputs.seals(2020) == {}
    with outputs.lock():
        assert [each.name for each in (tmp_path / "2020/龙村镇").iterdir() if each.name.startswith(".")] == []


def test_a_sealed_report_moved_aside_comes_back_over_what_took_its_place(tmp_path):
    outputs = open_outputs(tmp_path)
    record = publish(outputs, "签发的")
    release(outputs, record)
    (tmp_path / "2020/龙村镇").rename(tmp_path / "2020/.龙村镇.old-0123abcd")
    publish(outputs, "别的")
    recover(tmp_path)
    assert said(outputs, record) == "签发的"
    assert outputs.records(2020) == {"龙村镇": record}
    assert [each.name for each in (tmp_path / "2020").iterdir()] == ["龙村镇"]


# ---- killed at any moment -------------------------------------------------------------------------------------------


PRELUDE = """
import sys
from datetime import datetime
from pathlib import Path
from giakit.content.correction import Correction
from giakit.errors import ReportSealed
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, open_outputs
outputs = open_outputs(Path(sys.argv[1]))
inputs = Inputs(notebook="", source="", parameters={}, environment={})
def publish(text, version):
    files = {f"public/{name}": text.encode() * 20000 for name in "abc"}
    described = tuple(OutputFile.of(name, content) for name, content in files.items())
    about = {"organ": "龙村镇", "year": 2020, "name": "", "outcome": "done", "kinds": ()}
    correction = Correction(version=version, day="", reason="错", replaces="") if version > 1 else None
    record = ReportRecord(**about, correction=correction, inputs=inputs, outputs=described)
    outputs.publish(record, files)
    return record
"""
CORRECTOR = f"""{PRELUDE}
at = datetime.fromisoformat("2021-01-20T12:00:00+08:00")
with outputs.lock():
    while True:
        seals = outputs.seals(2020).get("龙村镇", ())
        version = len(seals) + 1
        record = publish(str(version), version)
        outputs.seal(
            Seal(version=version, by="张三", at=at, replaces=seals[-1].digest if seals else "", record=record)
        )
        print(version, flush=True)
"""
# It looked for a seal before there was one, as it were, and does not look again until it has moved the folder aside.
STUBBORN = f"""{PRELUDE}
from giakit.outputs import swap
check = swap.check_replaceable
swap.check_replaceable = lambda folder, replaces="": folder.name.startswith(".") and check(folder, replaces)
while True:
    try:
        publish("没有锁的", 1)
    except ReportSealed:
        print("going", flush=True)
"""


def start(script, folder):
    return subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE)


def kill(process):
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def check_versions(outputs):
    """Return how many versions were released, after checking that each is whole and says what it was released with."""
    seals = outputs.seals(2020).get("龙村镇", ())
    for number, seal in enumerate(seals, 1):
        assert seal.version == number
        assert altered_files(outputs, seal.record) == []
        assert {outputs.read(seal.record, file.path) for file in seal.record.outputs} == {str(number).encode() * 20000}
    return len(seals)


def test_killed_while_releasing_corrections_every_release_stays(tmp_path):
    outputs, released = open_outputs(tmp_path), 0
    for attempt in range(8):
        process = start(CORRECTOR, tmp_path)
        assert process.stdout
        told = int(process.stdout.readline())
        time.sleep(0.0023 * attempt)
        kill(process)
        with outputs.lock():
            found = check_versions(outputs)
        assert found >= max(told, released)
        released = found
        assert [each.name for each in (tmp_path / "2020").iterdir()] == ["龙村镇"]
    assert released >= 8


def test_writers_without_a_lock_killed_at_any_moment_undo_no_release(tmp_path):
    outputs = open_outputs(tmp_path)
    with outputs.lock():
        files = {f"public/{name}": b"1" * 20000 for name in "abc"}
        described = tuple(OutputFile.of(name, content) for name, content in files.items())
        about = {"organ": "龙村镇", "year": 2020, "name": "", "outcome": "done", "kinds": ()}
        record = ReportRecord(**about, inputs=INPUTS, outputs=described)
        outputs.publish(record, files)
        release(outputs, record)
    for attempt in range(5):
        writers = [start(STUBBORN, tmp_path) for _ in range(2)]
        assert [each.stdout.readline() for each in writers if each.stdout] == [b"going\n"] * 2
        time.sleep(0.0031 * attempt)
        for each in writers:
            kill(each)
        with outputs.lock():
            assert check_versions(outputs) == 1
