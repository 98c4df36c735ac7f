"""The data files that are published with a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.opendata.csv_text import write_csv
from giakit.opendata.fields import FIELDS
from giakit.opendata.package import VALUES, package_json
from giakit.opendata.printed import table_csv
from giakit.opendata.report import SCHEMA_NAME, build_public_report, report_json, schema_json
from giakit.opendata.tidy import tidy_rows

if TYPE_CHECKING:
    from giakit.content.correction import DeclaredCorrection
    from giakit.statistics import Statistics


def data_files(
    statistics: Statistics, title: str, draft: str = "", correction: DeclaredCorrection | None = None
) -> dict[str, bytes]:
    """Return the data files of a report by their paths in its public folder.

    ``data.json`` with ``data.schema.json``; ``values.csv``, a row a figure; ``tables/<table>.csv``, the statutory
    tables as printed; ``datapackage.json``, which describes them. CSV cannot say that it is a draft: of one, there is
    only ``data.json``, which does, and its schema.

    Parameters
    ----------
    draft
        The reason for which errors were overridden, empty for a report fit to be published.
    correction
        What a corrected report says of itself.
    """
    public = build_public_report(statistics, title, draft, correction)
    report = {"data.json": report_json(public), SCHEMA_NAME: schema_json()}
    if draft:
        return report
    tables = {f"tables/{table.id}.csv": table_csv(statistics, table.id) for table in statistics.format.tables}
    described = {VALUES: write_csv([FIELDS, *tidy_rows([statistics])]), **tables, "data.json": report["data.json"]}
    package = package_json(f"open-government-information-{statistics.year}", title, described)
    return {**report, **described, "datapackage.json": package}
