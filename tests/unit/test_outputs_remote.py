"""Outputs behind an address: whole reports or none, on a store without renames; here fsspec's store in memory."""

from __future__ import annotations

import time
import uuid

import fsspec
import pytest

from giakit.errors import OutputsBusy, ParameterError, StorageError
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs
from giakit.outputs.folder import OutputFolder
from giakit.outputs.lease import NAME as LOCK
from giakit.outputs.lease import Holder
from giakit.outputs.remote import RemoteOutputs
from giakit.storage import Storage, fetch, fetching_once

INPUTS = Inputs(notebook="甲", source="乙", parameters={"preamble": True}, environment={"giakit": "0.1"})
PAGE = "public/report.html"


@pytest.fixture
def address():
    """Give an address of its own, since the store in memory is one for the whole process."""
    address = f"memory://{uuid.uuid4().hex}/年报 输出"
    fsspec.filesystem("memory").makedirs(address)
    return address


@pytest.fixture
def outputs(address):
    return open_outputs(address)


def describe(text, organ="龙村镇", outcome="done"):
    files = {PAGE: text.encode(), "internal/findings.json": b"[]"}
    described = tuple(OutputFile.of(name, content) for name, content in files.items())
    about = {"organ": organ, "year": 2020, "name": organ, "outcome": outcome, "kinds": ("html",)}
    return ReportRecord(**about, inputs=INPUTS, outputs=described), files


def publish(outputs, text="新", organ="龙村镇", outcome="done"):
    record, files = describe(text, organ, outcome)
    outputs.publish(record, files)
    return record


def names(outputs):
    return sorted(outputs._storage.sizes(""))


def folder_of(outputs, record):
    return f"2020/{outputs.folder(record)}"


def test_the_address_decides_where_outputs_lie(tmp_path, address):
    assert isinstance(open_outputs(address), RemoteOutputs)
    assert open_outputs(address).address == address
    assert open_outputs(str(tmp_path / "输 出")).address == str(tmp_path / "输 出")
    local = open_outputs((tmp_path / "输 出").as_uri())
    assert isinstance(local, OutputFolder)
    assert local.root == tmp_path / "输 出"


def test_a_published_report_is_found_by_its_organ(outputs):
    record = publish(outputs)
    assert outputs.records(2020) == {"龙村镇": record}
    assert outputs.records(2021) == outputs.failures(2020) == {}
    assert outputs.is_whole(record)
    assert outputs.read(record, PAGE).decode() == "新"
    assert names(outputs) == [
        f"{folder_of(outputs, record)}/internal/findings.json",
        f"{folder_of(outputs, record)}/{PAGE}",
        "2020/龙村镇/record.json",
    ]


def test_a_missing_file_is_missing(outputs):
    record = publish(outputs)
    with pytest.raises(FileNotFoundError):
        outputs.read(record, "public/report.pdf")
    outputs._storage.delete([f"{folder_of(outputs, record)}/{PAGE}"])
    assert not RemoteOutputs(outputs.address).is_whole(record)
    outputs.records(2020)
    assert not outputs.is_whole(record)


def test_county_and_town_may_have_keys_one_below_the_other(outputs):
    county = publish(outputs, organ="云泽县")
    town = publish(outputs, organ="云泽县/龙村镇")
    for text in ("二", "三", "四"):
        county = publish(outputs, text, organ="云泽县")
    assert outputs.records(2020) == {"云泽县": county, "云泽县/龙村镇": town}
    assert outputs.is_whole(county)
    assert outputs.is_whole(town)


def test_a_key_of_brackets_and_stars_is_no_pattern(outputs):
    star, plain = publish(outputs, organ="[龙]*"), publish(outputs, organ="龙村")
    for text in ("二", "三", "四"):
        star = publish(outputs, text, organ="[龙]*")
    assert outputs.records(2020) == {"[龙]*": star, "龙村": plain}
    assert outputs.is_whole(plain)


def test_a_replaced_report_stays_for_its_readers_until_the_next(outputs):
    first, second = publish(outputs, "一"), publish(outputs, "二")
    assert outputs.read(first, PAGE).decode() == "一"
    third = publish(outputs, "三")
    with pytest.raises(FileNotFoundError):
        outputs.read(first, PAGE)
    assert outputs.read(second, PAGE).decode() == "二"
    assert outputs.records(2020) == {"龙村镇": third}


def test_what_a_killed_writer_left_goes_with_the_next_report(outputs):
    publish(outputs, "一")
    killed, files = describe("被杀")
    left = f"{folder_of(outputs, killed)}/{PAGE}"
    outputs._storage.write(left, files[PAGE])
    publish(outputs, "二")
    assert left not in names(outputs)


def test_the_same_report_again_writes_nothing(outputs):
    publish(outputs, "一")
    publish(outputs, "二")
    before = {name: outputs._storage._details(name) for name in names(outputs)}
    publish(outputs, "二")
    assert {name: outputs._storage._details(name) for name in names(outputs)} == before


def test_a_failed_attempt_stays_beside_the_published_report(outputs):
    record = publish(outputs)
    failure = publish(outputs, "错", outcome="failed")
    assert outputs.records(2020) == {"龙村镇": record}
    assert outputs.failures(2020) == {"龙村镇": failure}
    assert outputs.read(failure, PAGE).decode() == "错"
    assert outputs.folder(failure).startswith("龙村镇/failed/")
    outputs.forget_failure(failure)
    assert outputs.failures(2020) == {}
    assert not [name for name in names(outputs) if "failed" in name]
    assert outputs.is_whole(record)


def test_a_published_report_ends_the_failure_before_it(outputs):
    publish(outputs, "错", outcome="refused")
    record = publish(outputs)
    assert outputs.failures(2020) == {}
    assert {name.rpartition("/")[0] for name in names(outputs)} == {
        "2020/龙村镇",
        f"{folder_of(outputs, record)}/internal",
        f"{folder_of(outputs, record)}/public",
    }


def test_a_record_of_another_version_counts_as_none(outputs):
    record = publish(outputs)
    outputs._storage.write("2020/柳渡镇/record.json", b'{"organ": "old"}')
    assert outputs.records(2020) == {"龙村镇": record}


def test_pages_are_left_alone_while_they_stay_the_same(outputs):
    assert outputs.read_page("2020/manifest.json") is None
    outputs.write_page("2020/manifest.json", b"1")
    before = outputs._storage._details("2020/manifest.json")
    outputs.write_page("2020/manifest.json", b"1")
    assert outputs._storage._details("2020/manifest.json") == before
    outputs.write_page("2020/manifest.json", b"2")
    assert outputs.read_page("2020/manifest.json") == b"2"


# ---- the lock -------------------------------------------------------------------------------------------------------


def test_a_second_batch_says_who_holds_the_lock(outputs, address, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    with (
        outputs.lock(),
        pytest.raises(OutputsBusy, match=r"process \d+ on .+ is writing into memory://.+ after 120"),
        open_outputs(address).lock(),
    ):
        pass
    with open_outputs(address).lock():
        pass
    assert names(outputs) == []


def test_a_dead_owners_lock_is_free_after_its_time(address):
    storage = Storage(address)
    storage.write(LOCK, Holder(host="死机", process=1).model_dump_json().encode())
    with pytest.raises(OutputsBusy, match="死机"), RemoteOutputs(address).lock():
        pass
    time.sleep(0.3)
    with RemoteOutputs(address, lock_seconds=0.2).lock():
        assert Holder.model_validate_json(storage.read(LOCK)).host != "死机"
    assert storage.sizes("") == {}


def test_a_live_owner_keeps_the_lock_beyond_its_time(address):
    with RemoteOutputs(address, lock_seconds=1.5).lock():
        while Holder.model_validate_json(Storage(address).read(LOCK)).renewals < 4:  # about two seconds
            time.sleep(0.05)
        with pytest.raises(OutputsBusy), RemoteOutputs(address, lock_seconds=1.5).lock():
            pass


def test_an_owner_whose_lock_was_taken_over_writes_no_more(address):
    outputs = RemoteOutputs(address, lock_seconds=0.3)
    with outputs.lock():
        Storage(address).write(LOCK, Holder(host="接手").model_dump_json().encode())
        assert outputs._lease
        outputs._lease._renewing.join()  # it ends when it finds the other
        with pytest.raises(OutputsBusy, match="接手"):
            publish(outputs)
        with pytest.raises(OutputsBusy, match="接手"):
            outputs.write_page("2020/manifest.json", b"1")
    assert Storage(address).sizes("").keys() == {LOCK}


# ---- errors and secrets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", ["sftp://office:geheim@host/年报", "https://host/年报?X-Amz-Signature=geheim"])
@pytest.mark.parametrize("use", [open_outputs, fetch])
def test_an_address_with_a_secret_is_refused_without_repeating_it(use, secret):
    with pytest.raises(ParameterError) as caught:
        use(secret)
    assert "host" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_an_unknown_kind_of_address_is_one_sentence(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    with pytest.raises(ParameterError, match="^s4://b: no storage is known by this kind of address"):
        open_outputs("s4://b")


def test_a_folder_that_is_not_there_is_not_made(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    with pytest.raises(StorageError, match="there is no such bucket or folder; make it first"):
        open_outputs("dir::file:///nowhere/at/all").write_page("a/b", b"1")


# ---- inputs ---------------------------------------------------------------------------------------------------------


def test_a_workbook_keeps_its_name_and_is_copied_again_only_when_changed(address):
    storage = Storage(address)
    storage.write("县 2020.xlsx", b"1")
    first = fetch(f"{address}/县 2020.xlsx")
    assert (first.name, first.read_bytes()) == ("县 2020.xlsx", b"1")
    assert fetch(f"{address}/县 2020.xlsx") == first
    storage.write("县 2020.xlsx", b"22")
    assert fetch(f"{address}/县 2020.xlsx").read_bytes() == b"22"


def test_a_batch_sees_one_state_of_its_workbooks(address):
    storage = Storage(address)
    storage.write("县.xlsx", b"1")
    with fetching_once():
        assert fetch(f"{address}/县.xlsx").read_bytes() == b"1"
        storage.write("县.xlsx", b"22")
        assert fetch(f"{address}/县.xlsx").read_bytes() == b"1"
    assert fetch(f"{address}/县.xlsx").read_bytes() == b"22"


def test_a_missing_workbook_is_named(address, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    with pytest.raises(ParameterError, match=r"没有\.xlsx: there is no such file\."):
        fetch(f"{address}/没有.xlsx")
