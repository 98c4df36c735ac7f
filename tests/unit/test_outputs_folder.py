"""A folder of outputs: whole reports or none, whatever happens."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from giakit.errors import OutputsBusy
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs
from giakit.outputs.folder import new_folder, recover

INPUTS = Inputs(notebook="甲", source="乙", parameters={"preamble": True}, environment={"giakit": "0.1"})


def record_of(organ, files, outcome="done"):
    return ReportRecord(
        organ=organ,
        year=2020,
        name=organ,
        outcome=outcome,
        kinds=("html",),
        inputs=INPUTS,
        outputs=tuple(OutputFile.of(name, content) for name, content in files.items()),
    )


@pytest.fixture
def outputs(tmp_path):
    return open_outputs(tmp_path / "输出")


def publish(outputs, organ="龙村镇", text="新", outcome="done"):
    files = {"public/report.html": text.encode(), "internal/findings.json": b"[]"}
    record = record_of(organ, files, outcome)
    outputs.publish(record, files)
    return record


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_published_report_is_found_by_its_organ(outputs):
    record = publish(outputs)
    assert outputs.records(2020) == {"龙村镇": record}
    assert outputs.records(2021) == outputs.failures(2020) == {}
    assert outputs.is_whole(record)
    assert outputs.read(record, "public/report.html").decode() == "新"
    assert outputs.folder(record) == "龙村镇"


def test_a_key_may_name_county_and_town(outputs):
    record = publish(outputs, "云泽县/龙村镇")
    assert outputs.records(2020) == {"云泽县/龙村镇": record}
    assert (outputs.root / "2020/云泽县/龙村镇/public/report.html").exists()


def test_a_stray_file_or_folder_with_the_name_of_a_part_hides_no_organ(outputs):
    record = publish(outputs, "云泽县/龙村镇")
    (outputs.root / "2020/云泽县/failed").write_text("手工笔记", encoding="utf-8")
    (outputs.root / "2020/云泽县/record.json").mkdir()
    assert outputs.records(2020) == {"云泽县/龙村镇": record}


def test_a_report_replaces_the_old_one_with_all_its_files(outputs):
    publish(outputs, text="旧")
    files = {"public/report.pdf": b"%PDF"}
    outputs.publish(record_of("龙村镇", files), files)
    assert names(outputs.root) == ["2020/龙村镇/public/report.pdf", "2020/龙村镇/record.json"]


def test_a_failed_attempt_stays_beside_the_published_report(outputs):
    good = publish(outputs, text="好")
    bad = publish(outputs, text="坏", outcome="refused")
    assert outputs.records(2020) == {"龙村镇": good}
    assert outputs.failures(2020) == {"龙村镇": bad}
    assert outputs.read(good, "public/report.html").decode() == "好"
    assert outputs.folder(bad) == "龙村镇/failed"
    outputs.forget_failure(bad)
    assert outputs.failures(2020) == {}
    assert outputs.is_whole(good)


def test_the_next_success_takes_the_failure_away(outputs):
    publish(outputs, outcome="failed")
    assert list(outputs.records(2020)) == []
    publish(outputs)
    assert outputs.failures(2020) == {}


@pytest.mark.parametrize("change", ["gone", "shorter"])
def test_a_report_with_a_missing_or_shortened_file_is_not_whole(outputs, change):
    record = publish(outputs)
    page = outputs.root / "2020/龙村镇/public/report.html"
    page.unlink() if change == "gone" else page.write_bytes(b"")
    assert not outputs.is_whole(record)


def test_a_record_of_another_version_counts_as_none(outputs):
    publish(outputs)
    (outputs.root / "2020/龙村镇/record.json").write_text('{"organ": "龙村镇"}', encoding="utf-8")
    assert outputs.records(2020) == {}


def test_a_page_is_written_only_when_it_changes(outputs):
    outputs.write_page("2020/index.html", b"1")
    before = (outputs.root / "2020/index.html").stat().st_mtime_ns
    outputs.write_page("2020/index.html", b"1")
    assert (outputs.root / "2020/index.html").stat().st_mtime_ns == before
    outputs.write_page("2020/index.html", b"2")
    assert outputs.read_page("2020/index.html") == b"2"
    assert outputs.read_page("2020/none") is None
    assert names(outputs.root) == ["2020/index.html"]


def test_an_error_while_writing_leaves_the_old_report_and_no_trace(outputs):
    record = publish(outputs, text="旧")

    def fail():
        with new_folder(outputs.root / "2020/龙村镇") as work:
            (work / "半").write_text("半", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert outputs.is_whole(record)
    assert [path.name for path in (outputs.root / "2020").iterdir()] == ["龙村镇"]


def test_what_a_killed_process_left_is_completed_or_undone(tmp_path):
    year = tmp_path / "2020"
    old = (".甲镇.old-0123abcd", ".乙镇.old-0123abcd")
    for folder in (*old, "乙镇", ".丙镇.new-0123abcd", "丁镇/.failed.new-0123abcd"):
        (year / folder).mkdir(parents=True)
        (year / folder / folder[-3:]).touch()
    recover(tmp_path)
    assert names(year) == ["乙镇/乙镇", "甲镇/bcd"]


def test_one_writer_at_a_time(outputs):
    with outputs.lock(), pytest.raises(OutputsBusy, match="another giakit|另一个"), open_outputs(outputs.root).lock():
        pass
    with outputs.lock():
        pass


WRITER = """
import sys
from pathlib import Path
from giakit.outputs import open_outputs, Inputs, OutputFile, ReportRecord
outputs = open_outputs(Path(sys.argv[1]))
inputs = Inputs(notebook="", source="", parameters={}, environment={})
number = 0
with outputs.lock():
    while True:
        number += 1
        files = {f"public/{name}": f"{number}".encode() * 20000 for name in "abc"}
        described = tuple(OutputFile.of(name, content) for name, content in files.items())
        about = {"organ": "龙村镇", "year": 2020, "name": "", "outcome": "done", "kinds": ()}
        outputs.publish(ReportRecord(**about, inputs=inputs, outputs=described), files)
        if number == 3:
            print("going", flush=True)
"""


def test_killed_at_any_moment_it_leaves_a_whole_report(outputs):
    for attempt in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(outputs.root)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert writer.stdout
        assert writer.stdout.readline() == b"going\n", writer.stderr and writer.stderr.read()
        time.sleep(0.0017 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        with outputs.lock():
            (record,) = outputs.records(2020).values()
        assert outputs.is_whole(record)
        assert len({outputs.read(record, file.path) for file in record.outputs}) == 1
        assert [path.name for path in (outputs.root / "2020").iterdir()] == ["龙村镇"]


def test_two_writers_of_one_report_leave_one_of_them_whole(outputs):
    unlocked = WRITER.replace("with outputs.lock():", "if True:").replace("while True", "while number < 200")
    writers = [subprocess.Popen([sys.executable, "-c", unlocked, str(outputs.root)]) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    (record,) = outputs.records(2020).values()
    assert outputs.is_whole(record)
    assert [path.name for path in (outputs.root / "2020").iterdir()] == ["龙村镇"]


def test_a_writer_that_was_faster_and_is_gone_again_does_no_harm(outputs, monkeypatch):
    rename, refused = Path.rename, []

    def too_late(path, target):
        if ".new-" in path.name and not refused:
            refused.append(path)
            raise OSError(errno.ENOTEMPTY, "Directory not empty", str(target))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", too_late)
    assert outputs.is_whole(publish(outputs))
    assert refused


# ---- a file that another program holds open, as on Windows ----------------------------------------------------------


def in_use(path, *_):
    raise PermissionError(13, "in use", str(path))


def test_a_report_that_is_open_elsewhere_is_one_sentence_and_stays(outputs, monkeypatch):
    publish(outputs, text="旧")
    monkeypatch.setenv("GIAKIT_LANG", "en")
    monkeypatch.setattr(Path, "rename", in_use)
    with pytest.raises(OutputsBusy, match="龙村镇 cannot be replaced; a file of it may be open in another program"):
        publish(outputs, text="新")
    monkeypatch.undo()
    assert (outputs.root / "2020/龙村镇/public/report.html").read_text(encoding="utf-8") == "旧"
    assert [path.name for path in (outputs.root / "2020").iterdir()] == ["龙村镇"]


def test_a_page_that_is_open_elsewhere_is_one_sentence_and_stays(outputs, monkeypatch):
    outputs.write_page("2020/index.html", "旧".encode())
    monkeypatch.setenv("GIAKIT_LANG", "en")
    monkeypatch.setattr(Path, "replace", in_use)
    with pytest.raises(OutputsBusy, match=r"index.html cannot be replaced; it may be open in another program"):
        outputs.write_page("2020/index.html", "新".encode())
    monkeypatch.undo()
    assert [path.read_text(encoding="utf-8") for path in (outputs.root / "2020").iterdir()] == ["旧"]
