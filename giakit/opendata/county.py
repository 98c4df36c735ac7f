"""All organs of a county in one table, as CSV and, if asked for, Parquet."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING

from giakit.errors import PrerequisiteError
from giakit.language import Text
from giakit.opendata.csv_text import write_csv
from giakit.opendata.package import VALUES, package_json
from giakit.opendata.tidy import FIELDS, tidy_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from giakit.statistics import Statistics

_PARQUET = "values.parquet"


def write_county(
    statistics: Sequence[Statistics], folder: Path, title: str, *, parquet: bool = False
) -> tuple[Path, ...]:
    """Write ``values.csv`` and ``datapackage.json`` of many reports into a folder, and ``values.parquet`` if asked for.

    Parameters
    ----------
    statistics
        Those of the reports that are published, of one year or several; they are written in this order.
    title
        What the whole is called, e.g. 云泽县2022年政府信息公开工作年度报告数据.

    Raises
    ------
    PrerequisiteError
        If Parquet is asked for and pyarrow is not installed.
    """
    if parquet and find_spec("pyarrow") is None:
        raise PrerequisiteError(
            Text("Parquet needs a package that is not installed; run: pip install {package}", package="giakit[parquet]")
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = {VALUES: write_csv([FIELDS, *tidy_rows(statistics)])}
    (folder / VALUES).write_bytes(written[VALUES])
    if parquet:
        _write_parquet(folder)
        written[_PARQUET] = (folder / _PARQUET).read_bytes()
    years = "-".join(str(year) for year in sorted({each.year for each in statistics}))
    (folder / "datapackage.json").write_bytes(package_json(f"open-government-information-{years}", title, written))
    return tuple(folder / name for name in (*written, "datapackage.json"))


def _write_parquet(folder: Path) -> None:
    """Write Parquet from the CSV in a process of its own: pyarrow starts threads, and this one may have to fork yet."""
    command = [sys.executable, "-m", "giakit.opendata.parquet", str(folder / VALUES), str(folder / _PARQUET)]
    subprocess.run(command, check=True)  # noqa: S603 - our own module, paths as arguments
