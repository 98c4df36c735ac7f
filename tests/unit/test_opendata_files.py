"""The data files of one report: JSON that keeps to its schema, CSV that spreadsheets open safely, their description."""

from __future__ import annotations

import csv
import io
import json
import sys
from decimal import Decimal
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from giakit.errors import PrerequisiteError
from giakit.opendata.county import county_files
from giakit.opendata.csv_text import safe_cell, write_csv
from giakit.opendata.fields import FIELDS
from giakit.opendata.files import data_files
from giakit.opendata.report import build_public_report
from giakit.opendata.tidy import Row
from giakit.statistics import Cell, LocalStatistic, Value

if TYPE_CHECKING:
    from giakit.statistics import Statistics

TITLE = "河口镇2021年政府信息公开工作年度报告"


def replaced(statistics: Statistics, key: str, **changes: Any) -> Statistics:
    values = tuple(value.model_copy(update=changes) if value.key == key else value for value in statistics.values)
    return statistics.model_copy(update={"values": values})


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_rows(content: bytes) -> dict[str, Row]:
    """Return the rows of ``values.csv`` by the figure's key."""
    head, *rows = read_csv(content)
    assert head == list(FIELDS) == list(Row._fields)
    return {row.key: row for row in map(Row._make, rows)}


# ---- data.json ------------------------------------------------------------------------------------------------------


def test_what_is_published_of_a_figure(make_statistics):
    statistics = make_statistics(disclosure__administrative_fees__amount="59237.2449")
    statistics = replaced(
        statistics, "disclosure.normative_documents.repealed", amount=Decimal(3), note="含自然失效1件"
    )
    statistics = replaced(statistics, "applications.received.total", amount=None, state="blank")
    data = json.loads(data_files(statistics, TITLE)["data.json"])
    assert data["title"] == TITLE
    assert data["draft"] is None
    assert data["organ"] == {"key": "河口镇", "name": "河口镇", "full_name": "河口镇人民政府", "level": "乡镇"}
    assert (data["year"], data["form"]) == (2021, {"revision": "2021", "notice": "国办公开办函〔2021〕30号"})
    values = {value.pop("key"): value for value in data["values"]}
    assert values["disclosure.administrative_fees.amount"]["amount"] == 59237.2449
    assert values["disclosure.normative_documents.repealed"] == {
        "label": "二/行政规范性文件/本年废止件数",
        "amount": 3,
        "unit": "件",
        "state": "number",
        "note": "含自然失效1件",
    }
    assert (values["applications.received.total"]["amount"], values["applications.received.total"]["state"]) == (
        None,
        "blank",
    )
    assert values["fee.cases"]["label"] is None
    assert data["local"] == [{"item": "工作动态", "amount": 50, "unit": "篇", "state": "number", "note": None}]


def test_cells_paths_and_remarks_stay_inside(make_statistics):
    cell = Cell(workbook="各乡镇.xlsx", sheet="填报页", address="C12", raw="原文")
    statistics = replaced(make_statistics(), "applications.received.total", cell=cell, comment="内部批注")
    for name, content in data_files(statistics, TITLE).items():
        assert not any(secret in content.decode() for secret in ("xlsx", "填报页", "C12", "原文", "内部批注")), name


@pytest.fixture
def schema(make_statistics) -> dict[str, Any]:
    files = data_files(make_statistics(), TITLE)
    assert json.loads(files["data.json"])["$schema"] == "data.schema.json"
    found = json.loads(files["data.schema.json"])
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.mark.parametrize("year", [2020, 2021])
def test_the_data_keep_to_their_schema(make_statistics, schema, year):
    statistics = replaced(make_statistics(year), "applications.received.total", amount=None, state="slash")
    for draft in ("", "待核实"):
        jsonschema.validate(json.loads(data_files(statistics, TITLE, draft)["data.json"]), schema)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("year",), "2021"),
        (("organ", "level"), None),
        (("values", 0, "state"), "empty"),
        (("values", 0, "amount"), None),
        (("values", 0, "cell"), "C12"),
        (("local", 0, "amount"), "50"),
    ],
)
def test_the_schema_refuses_what_is_not_of_this_kind(make_statistics, schema, place, wrong):
    data = json.loads(data_files(make_statistics(), TITLE)["data.json"])
    inner = data
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = wrong
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema)


def test_every_field_of_the_schema_is_described(schema):
    objects = [schema, *schema["$defs"].values()]
    fields = [field for each in objects for field in each["properties"].values()]
    assert all("description" in each or "$ref" in each for each in (*objects, *fields))


def test_a_draft_says_so_and_has_no_tables(make_statistics):
    files = data_files(make_statistics(), TITLE, "待核实")
    assert set(files) == {"data.json", "data.schema.json"}
    assert json.loads(files["data.json"])["draft"] == "待核实"
    assert build_public_report(make_statistics(), TITLE, "待核实").draft == "待核实"


# ---- CSV ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://a")', '\'=HYPERLINK("http://a")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        (" =1", "' =1"),
        ("-5（含上年）", "'-5（含上年）"),
        ("-5", "-5"),
        ("+98", "+98"),
        ("-0.5", "-0.5"),
        ("-", "-"),
        ("含=号", "含=号"),
        ("", ""),
    ],
)
def test_no_cell_is_taken_for_a_formula(text, cell):
    assert safe_cell(text) == cell


def test_csv_opens_in_excel_and_wps():
    content = write_csv([["机关", "说明"], ["河口镇", '甲,乙"丙"\n丁']])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig") == '机关,说明\r\n河口镇,"甲,乙""丙""\n丁"\r\n'


def test_a_table_is_laid_out_as_printed(make_statistics):
    statistics = make_statistics(2020, disclosure__permits__change=98, disclosure__penalties__change=-5)
    printed = read_csv(data_files(statistics, TITLE)["tables/disclosure.csv"])
    assert printed[4:7] == [
        ["第二十条第（五）项", "", "", ""],
        ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"],
        ["行政许可", "0", "+98", "0"],
    ]
    assert ["行政处罚", "0", "-5", "0"] in printed


def test_merged_cells_leave_their_places_empty(make_statistics):
    printed = read_csv(data_files(make_statistics(), TITLE)["tables/applications.csv"])
    assert [len(row) for row in printed] == [10] * 28
    assert printed[1] == ["", "", "", "自然人", "法人或其他组织", "", "", "", "", "总计"]
    assert printed[2] == ["", "", "", "", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", ""]
    assert printed[5][:3] == ["三、本年度办理结果", "（一）予以公开", ""]
    assert printed[7][:3] == ["", "（三）不予公开", "1.属于国家秘密"]
    assert printed[8][:3] == ["", "", "2.其他法律行政法规禁止公开"]


def test_values_are_one_row_a_figure(make_statistics):
    statistics = make_statistics(disclosure__administrative_fees__amount="1E+5")
    statistics = replaced(statistics, "applications.received.total", amount=None, state="not_applicable")
    rows = read_rows(data_files(statistics, TITLE)["values.csv"])
    assert len(rows) == len(statistics.values) + 1
    granted = rows["applications.granted.natural_person"]
    assert granted[:4] == ("河口镇", "河口镇", "河口镇人民政府", "乡镇")
    assert granted[4:7] == ("2021", "2021", "applications")
    assert granted[7:9] == ("三、本年度办理结果/（一）予以公开", "申请人情况/自然人")
    assert granted[9:] == ("applications.granted.natural_person", "0", "件", "number", "")
    assert rows["disclosure.administrative_fees.amount"].amount == "100000"
    received = rows["applications.received.total"]
    assert (received.amount, received.state) == ("", "not_applicable")
    assert (rows["local.1"].table, rows["local.1"].row, rows["local.1"].unit) == ("local", "工作动态", "篇")


def test_hostile_names_are_only_text(make_statistics):
    line = LocalStatistic(item="=cmd()", value=Value(key="local.1", amount=Decimal(1), unit="\t@甲", note="-1+2"))
    statistics = make_statistics().model_copy(update={"local": (line,)})
    row = read_rows(data_files(statistics, TITLE)["values.csv"])["local.1"]
    assert (row.row, row.unit, row.note) == ("'=cmd()", "'\t@甲", "'-1+2")


# ---- description ----------------------------------------------------------------------------------------------------


def test_the_package_describes_its_files(make_statistics):
    files = data_files(make_statistics(), TITLE)
    package = json.loads(files["datapackage.json"])
    assert package["title"] == TITLE
    described = {resource["path"]: resource for resource in package["resources"]}
    assert set(described) == set(files) - {"datapackage.json", "data.schema.json"}
    assert all(resource["bytes"] == len(files[path]) for path, resource in described.items())
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    fields = described["values.csv"]["schema"]["fields"]
    assert [field["name"] for field in fields] == read_csv(files["values.csv"])[0]


def test_values_have_the_types_and_the_key_they_are_said_to_have(make_statistics):
    files = data_files(make_statistics(), TITLE)
    [resource] = [each for each in json.loads(files["datapackage.json"])["resources"] if each["path"] == "values.csv"]
    casts = {"integer": int, "number": Decimal, "string": str}
    rows = [row._asdict() for row in read_rows(files["values.csv"]).values()]
    for field in resource["schema"]["fields"]:
        for row in rows:
            if row[field["name"]] not in resource["schema"]["missingValues"]:
                casts[field["type"]](row[field["name"]])
    keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in rows]
    assert len(set(keys)) == len(keys)


def test_the_same_figures_give_the_same_bytes(make_statistics):
    assert data_files(make_statistics(), TITLE) == data_files(make_statistics(), TITLE)


# ---- a county -------------------------------------------------------------------------------------------------------


def published(*reports: Statistics) -> list[bytes]:
    return [data_files(each, TITLE)["values.csv"] for each in reports]


def test_a_county_is_one_table(make_statistics):
    both = [make_statistics(2020), make_statistics(2021)]
    files = county_files(published(*both), [2020, 2021])
    assert list(files) == ["values.csv", "datapackage.json"]
    head, *rows = read_csv(files["values.csv"])
    assert head == list(FIELDS)
    assert len(rows) == sum(len(each.values) + len(each.local) for each in both)
    assert [row[4] for row in rows] == ["2020"] * (len(both[0].values) + 1) + ["2021"] * (len(both[1].values) + 1)
    package = json.loads(files["datapackage.json"])
    assert package["name"] == "open-government-information-2020-2021"
    assert package["title"] == "2020、2021年政府信息公开工作年度报告数据"


def test_a_county_s_table_is_csv_like_each_report_s(make_statistics):
    line = LocalStatistic(item='=甲,"乙"\n丙', value=Value(key="local.1", amount=Decimal(1)))
    report = make_statistics().model_copy(update={"local": (line,)})
    assert county_files(published(report), [2021])["values.csv"] == published(report)[0]


def test_a_table_of_fewer_or_other_fields_keeps_its_columns_apart(make_statistics):
    (table,) = published(make_statistics(2020))
    head, *rows = [[*row[:-1], f"{number}"] for number, row in enumerate(read_csv(table))]
    older = write_csv([[*head[1:-1], "前名", head[0]], *([*row[1:-1], "弃", f"={row[0]}"] for row in rows)])
    _, *found = read_csv(county_files([older], [2020])["values.csv"])
    assert found == [[f"'={row[0]}", *row[1:-1], ""] for row in rows]


def test_a_county_without_reports_is_a_table_without_rows():
    assert read_csv(county_files([], [2021])["values.csv"]) == [list(FIELDS)]


@pytest.mark.skipif(find_spec("pyarrow") is not None, reason="pyarrow is installed")
def test_parquet_without_its_package_is_one_sentence(make_statistics):
    with pytest.raises(PrerequisiteError, match=r"giakit\[parquet\]"):
        county_files(published(make_statistics()), [2021], parquet=True)


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="the extra `parquet` is not installed")
def test_parquet_holds_the_same_table_with_types(make_statistics):
    statistics = make_statistics(disclosure__administrative_fees__amount="59237.2449")
    loaded = "pyarrow" in sys.modules
    files = county_files(published(statistics), [2021], parquet=True)
    assert ("pyarrow" in sys.modules) is loaded, "left to a process of its own"
    assert files == county_files(published(statistics), [2021], parquet=True)

    from pyarrow import parquet

    rows = {row["key"]: row for row in parquet.read_table(io.BytesIO(files["values.parquet"])).to_pylist()}
    assert rows["disclosure.administrative_fees.amount"]["amount"] == Decimal("59237.2449")
    assert rows["disclosure.administrative_fees.amount"]["year"] == 2021
    assert rows["fee.cases"]["row"] is None
    described = [each["path"] for each in json.loads(files["datapackage.json"])["resources"]]
    assert described == ["values.csv", "values.parquet"]
