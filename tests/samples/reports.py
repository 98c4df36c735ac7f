"""The sample reports that people look at and golden files keep: three organs in either form, and a draft.

They are made as every report is: workbooks are written, read, checked, and the master notebook is run.
"""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from giakit.exporters.document import Document, read_document
from giakit.forms.write import write_workbook
from giakit.parameters import ReportParameters
from giakit.project import MASTER
from giakit.render import Built, build_report, read_order
from tests.samples.__main__ import HERE, build_county

if TYPE_CHECKING:
    from giakit.statistics import Statistics

ROOT = HERE.parents[1]
ORGANS = ("gaoping", "liudu", "cangning")
BOX = {"索引号": "009112/2023-00012", "发布机构": "云泽县人民政府办公室", "公开日期": "2023-01-20", "时效": "有效"}
WRONG = "applications.granted.natural_person"


@dataclass(frozen=True)
class Sample:
    """A report to look at; `more` are parameters besides organ, year and workbooks."""

    name: str
    shows: str
    town: str
    year: int
    workbook: str = "county"
    more: dict[str, Any] = field(default_factory=dict)

    def parameters(self, project: Path) -> ReportParameters:
        """Return the report's parameters in the project that `write_project` wrote."""
        return ReportParameters(
            town=self.town,
            year=self.year,
            workbook=f"params/{self.workbook}-{self.year}.xlsx",
            previous=f"params/county-{self.year - 1}.xlsx" if self.year > 2020 else None,
            root=str(project),
            **self.more,
        )


WEB: dict[str, Any] = {"summary": True, "metadata": BOX}
DRAFT: dict[str, Any] = {
    "override": "先送领导审阅，数字待信访办核实",
    "cover": True,
    "attachments": ["柳渡镇政府信息主动公开基本目录", "柳渡镇依申请公开办理流程及收费、救济渠道说明"],
}
SAMPLES = (
    Sample("2019-zero", "2019 form: a township with nothing to count", "高坪乡", 2020),
    Sample("2019-town", "2019 form: an ordinary town", "柳渡镇", 2020),
    Sample("2019-city", "2019 form: a city with seven-digit figures", "沧宁市", 2020),
    Sample("2021-zero", "2021 form: a township with nothing to count", "高坪乡", 2022),
    Sample("2021-town", "2021 form: an ordinary town, with summary and metadata", "柳渡镇", 2022, more=WEB),
    Sample("2021-city", "2021 form: a city with seven-digit figures", "沧宁市", 2022, more=WEB),
    Sample("draft", "a draft against a broken rule, with cover and attachments", "柳渡镇", 2022, "wrong", DRAFT),
)


def write_project(folder: Path) -> Path:
    """Write a project with the master notebook and the organs' workbooks, and return its folder."""
    (folder / "params").mkdir(parents=True)
    (folder / MASTER.parent).mkdir()
    shutil.copy(ROOT / MASTER, folder / MASTER)
    organs = [
        tomllib.loads((HERE / "organs" / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
        for name in ORGANS
    ]
    county = build_county(organs)
    for year, sheets in county.items():
        write_workbook(folder / "params" / f"county-{year}.xlsx", sheets)
    write_workbook(folder / "params" / "wrong-2022.xlsx", [_with_a_slip(each) for each in county[2022]])
    return folder


def _with_a_slip(statistics: Statistics) -> Statistics:
    """Return the statistics with one figure typed wrong, which breaks a sum."""
    values = tuple(
        value.model_copy(update={"amount": (value.amount or Decimal()) + 1}) if value.key == WRONG else value
        for value in statistics.values
    )
    return statistics.model_copy(update={"values": values})


def build_sample(sample: Sample, project: Path, kinds: Sequence[str]) -> tuple[Built, Document]:
    """Run the notebook for a sample; return the files made of it and the document they were made of."""
    built = build_report(read_order(sample.parameters(project), kinds))
    if built.error:
        raise built.error
    notebook = nbformat.reads(built.files[f"internal/{MASTER.name}"].decode(), as_version=4)
    return built, read_document(notebook)
