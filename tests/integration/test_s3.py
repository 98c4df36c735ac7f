"""Outputs and inputs in S3: s3fs against moto's server, over real HTTP on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import datetime

import pytest
import s3fs
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

import giakit
from giakit.content.correction import Correction
from giakit.errors import OutputsBusy, ParameterError, ReportSealed, StorageError
from giakit.opendata.county import county_files
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, open_outputs
from giakit.storage import Storage, fetch

PAGE = "public/report.html"
INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={})
SECRET = "wJalrXUtnFEMI-K7MDENG"  # noqa: S105 - the one that must show up nowhere


def serve():
    """Start moto's server, one request at a time: moto itself does not look and write in one step."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, request_handler=MotoRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def stop(server):
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module", autouse=True)
def s3():
    """Run a server, and let this process and its children use it."""
    server = serve()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", endpoint)
        environment.setenv("AWS_ACCESS_KEY_ID", "AKIAOFFICE")
        environment.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_EC2_METADATA_DISABLED", "true")
        environment.setenv("NO_PROXY", "127.0.0.1")
        environment.setenv("GIAKIT_LANG", "en")
        s3fs.S3FileSystem.clear_instance_cache()  # they remember their server
        yield endpoint
    stop(server)


@pytest.fixture
def bucket(s3, request):
    """Make a bucket of its own."""
    assert s3
    name = f"bucket-{abs(hash(request.node.nodeid)):x}"
    s3fs.S3FileSystem().mkdir(name)
    return name


@pytest.fixture
def address(bucket):
    return f"s3://{bucket}/年报 输出"


def describe(text, outcome="done"):
    files = {PAGE: text.encode(), "internal/findings.json": b"[]"}
    described = tuple(OutputFile.of(name, content) for name, content in files.items())
    about = {"organ": "云泽县/龙村镇", "year": 2020, "name": "龙村镇", "outcome": outcome, "kinds": ("html",)}
    return ReportRecord(**about, inputs=INPUTS, outputs=described), files


def publish(outputs, text, outcome="done"):
    record, files = describe(text, outcome)
    outputs.publish(record, files)
    return record


def test_a_report_is_published_found_and_replaced(address):
    outputs = open_outputs(address)
    with outputs.lock():
        first, second = publish(outputs, "一"), publish(outputs, "二")
        failure = publish(outputs, "错", "failed")
    again = open_outputs(address)
    assert again.records(2020) == {"云泽县/龙村镇": second}
    assert again.failures(2020) == {"云泽县/龙村镇": failure}
    assert again.is_whole(second)
    assert again.read(first, PAGE).decode() == "一"
    assert again.read(second, PAGE).decode() == "二"
    again.forget_failure(failure)
    third = publish(again, "三")
    assert not again.is_whole(first)
    assert {name.split("/")[3] for name in Storage(address).sizes("")} == {
        "record.json",
        *(outputs.folder(each).rpartition("/")[2] for each in (second, third)),
    }


def describe_correction(text):
    record, files = describe(text)
    correction = Correction(version=2, day="2021-03-05", reason="漏记", replaces="2021-01-20")
    return record.model_copy(update={"correction": correction}), files


def release(outputs, record, replaces=""):
    at = datetime.fromisoformat("2021-01-20T09:30:00+08:00")
    outputs.seal(Seal(version=record.version, by="张三", at=at, replaces=replaces, record=record))


def test_a_report_is_released_and_corrected_and_no_file_of_it_ever_moves(address):
    outputs = open_outputs(address)
    first = publish(outputs, "一")
    release(outputs, first)
    place = outputs.folder(first)
    with pytest.raises(ReportSealed, match="2021-01-20"):
        publish(outputs, "别的")
    for text in ("草", "二"):
        second, files = describe_correction(text)
        outputs.publish(second, files)
    assert outputs.corrections(2020) == {"云泽县/龙村镇": second}
    release(outputs, second, outputs.seals(2020)["云泽县/龙村镇"][0].digest)
    again = open_outputs(address)
    assert again.records(2020) == {"云泽县/龙村镇": second}
    assert again.corrections(2020) == {}
    assert [seal.record for seal in again.seals(2020)["云泽县/龙村镇"]] == [first, second]
    assert again.folder(first) == place
    assert (again.read(first, PAGE).decode(), again.read(second, PAGE).decode()) == ("一", "二")


def test_a_seal_holds_against_a_writer_that_had_looked_before(address, monkeypatch):
    outputs = open_outputs(address)
    record = publish(outputs, "签发的")
    write = outputs._storage.write

    def write_late(path, content):
        monkeypatch.undo()
        release(open_outputs(address), record)
        write(path, content)

    monkeypatch.setattr(outputs._storage, "write", write_late)
    with pytest.raises(ReportSealed):
        publish(outputs, "晚到的")
    again = open_outputs(address)
    assert again.records(2020) == {"云泽县/龙村镇": record}
    assert again.read(record, PAGE).decode() == "签发的"


def test_a_seal_is_set_once_by_whoever_comes_first(address, monkeypatch):
    outputs = open_outputs(address)
    record = publish(outputs, "一")
    replace = outputs._storage.replace

    def replace_late(path, content, seen):
        monkeypatch.undo()
        release(open_outputs(address), record)
        return replace(path, content, seen)

    monkeypatch.setattr(outputs._storage, "replace", replace_late)
    with pytest.raises(OutputsBusy):
        release(outputs, record)
    assert len(open_outputs(address).seals(2020)["云泽县/龙村镇"]) == 1


def test_a_browser_shows_a_published_file_instead_of_saving_it(address, bucket):
    outputs = open_outputs(address)
    record = publish(outputs, "一")
    key = f"{bucket}/年报 输出/2020/{outputs.folder(record)}/{PAGE}"
    assert s3fs.S3FileSystem().info(key)["ContentType"] == "text/html"


def test_the_slower_of_two_writers_begins_again(address, monkeypatch):
    slow, fast = open_outputs(address), open_outputs(address)
    publish(slow, "零")
    write = slow._storage.write

    def overtaken(path, content):
        monkeypatch.setattr(slow._storage, "write", write)
        publish(fast, "快")
        write(path, content)

    monkeypatch.setattr(slow._storage, "write", overtaken)
    record = publish(slow, "慢")
    assert open_outputs(address).records(2020) == {"云泽县/龙村镇": record}
    assert open_outputs(address).is_whole(record)
    assert fast.read(describe("快")[0], PAGE).decode() == "快"


def test_a_record_is_written_only_over_the_version_that_was_seen(address):
    storage = Storage(address)
    assert storage.replace("record.json", b"1", None)
    assert not storage.replace("record.json", b"2", None)
    seen = storage.version("record.json")
    assert storage.replace("record.json", b"2", seen)
    assert not storage.replace("record.json", b"3", seen)
    storage.delete(["record.json"])
    assert not storage.replace("record.json", b"3", seen)
    assert storage.version("record.json") is None


WRITER = """
import sys
from giakit.outputs import Inputs, OutputFile, ReportRecord, Seal, open_outputs
outputs = open_outputs(sys.argv[1])
inputs = Inputs(notebook="", source="", parameters={}, environment={})
for number in range(int(sys.argv[3])):
    files = {f"public/{name}": f"{sys.argv[2]} {number}".encode() for name in ("a", "b", "c")}
    described = tuple(OutputFile.of(name, content) for name, content in files.items())
    about = {"organ": "云泽县/龙村镇", "year": 2020, "name": "", "outcome": "done", "kinds": ()}
    outputs.publish(ReportRecord(**about, inputs=inputs, outputs=described), files)
    print(number, flush=True)
"""


def start_writer(address, name, count):
    return subprocess.Popen([sys.executable, "-c", WRITER, address, name, str(count)], stdout=subprocess.PIPE)


def assert_whole(outputs):
    (record,) = outputs.records(2020).values()
    assert outputs.is_whole(record)
    assert len({outputs.read(record, file.path) for file in record.outputs}) == 1
    assert all(OutputFile.of(file.path, outputs.read(record, file.path)) == file for file in record.outputs)


def test_the_open_data_of_all_reports_lies_beside_them(address):
    from giakit.batch.county import write_county_data

    outputs = open_outputs(address)
    for organ in ("龙村镇", "云泽县/柳渡镇"):
        files = {
            "public/values.csv": county_files([f"\ufefforgan,year\r\n{organ},2020\r\n".encode()], [2020])["values.csv"]
        }
        described = tuple(OutputFile.of(name, content) for name, content in files.items())
        about = {"organ": organ, "year": 2020, "name": organ, "outcome": "done", "kinds": ()}
        outputs.publish(ReportRecord(**about, inputs=INPUTS, outputs=described), files)
    with outputs.lock():
        written = write_county_data(outputs, 2020, outputs.records(2020))
    table = Storage(address).read("2020/public/values.csv")
    assert [line.partition(",")[0] for line in table.decode("utf-8-sig").splitlines()] == [
        "organ",
        "云泽县/柳渡镇",
        "龙村镇",
    ]
    assert [OutputFile.of(each.path, outputs.read_page(f"2020/{each.path}")) for each in written] == list(written)
    before = Storage(address).version("2020/public/values.csv")
    modified = s3fs.S3FileSystem().info(f"{address.removeprefix('s3://')}/2020/public/values.csv")["LastModified"]
    time.sleep(1.1)  # S3 tells the time in seconds
    write_county_data(outputs, 2020, outputs.records(2020))
    after = s3fs.S3FileSystem().info(f"{address.removeprefix('s3://')}/2020/public/values.csv")["LastModified"]
    assert (Storage(address).version("2020/public/values.csv"), after) == (before, modified)
    assert set(open_outputs(address).records(2020)) == {"龙村镇", "云泽县/柳渡镇"}


@pytest.mark.proof
def test_two_writers_of_one_report_leave_one_of_them_whole(address):
    writers = [start_writer(address, name, 25) for name in "甲乙"]
    assert [writer.communicate() and writer.returncode for writer in writers] == [0, 0]
    assert_whole(open_outputs(address))


@pytest.mark.proof
def test_killed_at_any_moment_a_writer_leaves_a_whole_report(address):
    for attempt in range(6):
        writer = start_writer(address, str(attempt), 1000)
        assert writer.stdout
        assert writer.stdout.readline() == b"0\n"
        time.sleep(0.013 * attempt)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        assert_whole(open_outputs(address))


def test_the_second_batch_stops_while_the_first_writes(address):
    with open_outputs(address).lock(), pytest.raises(OutputsBusy, match="another giakit"), open_outputs(address).lock():
        pass
    assert Storage(address).sizes("") == {}


# ---- inputs ---------------------------------------------------------------------------------------------------------


def test_a_workbook_is_read_under_its_own_name(address, project_root):
    from giakit.forms.read import read_workbook

    content = (project_root / "params" / "county-2020.xlsx").read_bytes()
    Storage(address).write("县.xlsx", content)
    path = fetch(f"{address}/县.xlsx")
    assert path.read_bytes() == content
    assert {form.workbook for form in read_workbook(path).forms} == {"县.xlsx"}


def test_the_notebook_opens_a_report_from_a_workbook_in_s3(address, project_root):
    content = (project_root / "params" / "county-2020.xlsx").read_bytes()
    Storage(address).write("县.xlsx", content)
    given = {"town": "龙村镇", "year": 2020, "root": str(project_root)}
    report = giakit.open_report(workbook=f"{address}/县.xlsx", **given)
    assert {value.cell.workbook for value in report.statistics.values if value.cell} == {"县.xlsx"}
    with pytest.raises(ParameterError, match=r"^s3://.+/没有\.xlsx: there is no such file\.$"):
        giakit.open_report(workbook=f"{address}/没有.xlsx", **given)


# ---- errors: one sentence, no secret ---------------------------------------------------------------------------------


def sentence(caught):
    text = str(caught.value)
    assert len(text.splitlines()) == 1
    assert SECRET not in text
    return text


@pytest.mark.parametrize("use", [lambda outputs: outputs.write_page("a", b"1"), lambda outputs: publish(outputs, "一")])
def test_a_bucket_that_is_not_there_is_not_made(use):
    with pytest.raises(StorageError) as caught:
        use(open_outputs("s3://no-such-bucket/输出"))
    assert sentence(caught) == "s3://no-such-bucket/输出: there is no such bucket or folder; make it first."
    assert not s3fs.S3FileSystem().exists("no-such-bucket")


def test_an_unknown_key_is_refused(address, s3):
    def let(calls_without_key):
        kind = {"Content-Type": "text/plain"}
        body = calls_without_key.encode()
        request = urllib.request.Request(f"{s3}/moto-api/reset-auth", body, kind)  # noqa: S310 - moto on this machine
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - moto on this machine
            assert json.loads(answer.read())["status"] == "ok"

    let("0")
    try:
        with pytest.raises(StorageError) as caught, open_outputs(address).lock():
            pass
    finally:
        let("inf")
    assert "access denied (" in sentence(caught)
    assert "AKIAOFFICE" not in sentence(caught)


def test_without_credentials_it_says_where_they_go(address, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(StorageError) as caught:
        open_outputs(address).records(2020)
    s3fs.S3FileSystem.clear_instance_cache()
    assert "access denied (NoCredentialsError); check the credentials, for S3 AWS_ACCESS_KEY_ID" in sentence(caught)


@pytest.mark.proof
def test_a_server_that_is_gone_is_one_sentence(monkeypatch):
    server = serve()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    stop(server)
    s3fs.S3FileSystem.clear_instance_cache()
    with pytest.raises(StorageError) as caught:
        open_outputs("s3://bucket/输出").records(2020)
    s3fs.S3FileSystem.clear_instance_cache()
    assert sentence(caught).startswith("s3://bucket/输出: the storage cannot be used (EndpointConnectionError)")


def test_without_s3fs_it_says_what_to_install():
    script = (
        "import sys; sys.modules['s3fs'] = None\n"
        "from giakit.outputs import open_outputs\n"
        "try: open_outputs('s3://bucket/x')\n"
        "except Exception as error: print(type(error).__name__, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("PrerequisiteError s3://bucket/x: ")
    assert "pip install 'giakit[cluster]'" in done.stdout
