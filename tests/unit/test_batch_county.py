"""The open data of all published reports: which reports are in it, over years and places, and who watches over it."""

from __future__ import annotations

import pytest

from giakit.batch.county import gather_county_data, published_tables, write_county_data
from giakit.batch.manifest import build_manifest
from giakit.batch.verify import verify_year
from giakit.errors import ParameterError
from giakit.opendata.files import data_files
from giakit.outputs import Inputs, OutputFile, ReportRecord, open_outputs
from giakit.statistics import Entry

INPUTS = Inputs(notebook="甲", source="乙", parameters={}, environment={})


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def publish(make_statistics):
    """Return a publisher of a report with its open data."""

    def publish(outputs, organ, *, year=2021, outcome="done", draft="", **amounts):
        entries = [Entry(key=f"organ.{field}", text=organ) for field in ("key", "name", "full_name")]
        statistics = make_statistics(year, **amounts).model_copy(update={"entries": tuple(entries)})
        made = data_files(statistics, "报告", draft) if outcome == "done" else {}
        files = {f"public/{name}": content for name, content in made.items()}
        about = {"organ": organ, "year": year, "name": organ, "outcome": outcome, "kinds": (), "draft": draft}
        described = tuple(OutputFile.of(name, content) for name, content in files.items())
        outputs.publish(ReportRecord(**about, inputs=INPUTS, outputs=described), files)
        return files

    return publish


@pytest.fixture
def outputs(tmp_path, publish):
    """Outputs with two reports, a draft, and a refusal beside an older report."""
    made = open_outputs(tmp_path / "输出")
    publish(made, "松陂镇")
    publish(made, "云泽县/柳渡镇")
    publish(made, "龙村镇")
    publish(made, "苇塘镇", draft="待核实")
    publish(made, "龙村镇", outcome="refused")
    return made


def organs_of(table):
    return list(dict.fromkeys(line.partition(",")[0] for line in table.decode("utf-8-sig").splitlines()[1:]))


def test_what_is_published_is_in_it_in_the_order_of_keys(outputs):
    records = outputs.records(2021)
    assert [organ for organ, _ in published_tables(outputs, records)] == ["云泽县/柳渡镇", "松陂镇", "龙村镇"]
    data = write_county_data(outputs, 2021, records)
    assert [each.path for each in data] == ["public/values.csv", "public/datapackage.json"]
    for each in data:
        assert OutputFile.of(each.path, outputs.read_page(f"2021/{each.path}")) == each
    assert organs_of(outputs.read_page("2021/public/values.csv")) == ["云泽县/柳渡镇", "松陂镇", "龙村镇"]


def test_a_damaged_report_is_left_out(outputs):
    (outputs.root / "2021/松陂镇/public/values.csv").unlink()
    table = outputs.root / "2021/龙村镇/public/values.csv"
    table.write_bytes(table.read_bytes().replace(b",0,", b",9,", 1))
    write_county_data(outputs, 2021, outputs.records(2021))
    assert organs_of(outputs.read_page("2021/public/values.csv")) == ["云泽县/柳渡镇"]


def test_what_has_not_changed_is_left_alone(outputs):
    write_county_data(outputs, 2021, outputs.records(2021))
    path = outputs.root / "2021/public/values.csv"
    before = path.stat()
    write_county_data(outputs, 2021, outputs.records(2021))
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_several_years_and_places_are_one_table(outputs, publish, tmp_path):
    other = open_outputs(tmp_path / "别县")
    publish(other, "章台镇", year=2020)
    files = gather_county_data([(outputs, 2021), (other, 2020)])
    assert organs_of(files["values.csv"]) == ["章台镇", "云泽县/柳渡镇", "松陂镇", "龙村镇"]
    assert b"open-government-information-2020-2021" in files["datapackage.json"]


def test_an_organ_in_two_places_and_a_year_without_reports_are_told_at_once(outputs, publish, tmp_path):
    other = open_outputs(tmp_path / "别县")
    publish(other, "龙村镇")
    with pytest.raises(ParameterError) as caught:
        gather_county_data([(outputs, 2021), (other, 2021), (outputs, 2019)])
    assert [str(problem) for problem in caught.value.problems] == [
        f"龙村镇 2021 is in {outputs.address} and in {other.address}; give each organ a key of its own",
        f"{outputs.address}: there are no reports of 2019; render them first",
    ]


# ---- verification ---------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(outputs):
    """Outputs with their manifest."""
    manifest = build_manifest(2021, outputs, data=write_county_data(outputs, 2021, outputs.records(2021)))
    outputs.write_page("2021/manifest.json", manifest.file)
    return outputs


def told(outputs):
    return [str(each).partition(":")[0] for each in verify_year(outputs, 2021).differences]


def test_the_county_s_files_are_known(listed):
    verified = verify_year(listed, 2021)
    assert verified.differences == ()
    assert verified.files == 3 * 7 + 2 + 2


def test_a_changed_a_lost_and_an_added_file_are_told(listed):
    folder = listed.root / "2021/public"
    (folder / "values.csv").write_bytes(b"")
    (folder / "datapackage.json").unlink()
    (folder / "values.parquet").write_bytes(b"")
    assert told(listed) == [
        "public/values.csv has changed",
        "public/datapackage.json is missing",
        "public/values.parquet is in no record",
    ]
