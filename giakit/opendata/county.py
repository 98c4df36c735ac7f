"""All reports of a county in one table, as CSV and, if asked for, Parquet, with their description."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from giakit.errors import PrerequisiteError
from giakit.language import Text
from giakit.opendata.csv_text import write_csv
from giakit.opendata.fields import FIELDS
from giakit.opendata.package import VALUES, package_json

if TYPE_CHECKING:
    from collections.abc import Iterable

_PARQUET = "values.parquet"
_HEAD = write_csv([FIELDS])


def county_files(tables: Iterable[bytes], years: Iterable[int], *, parquet: bool = False) -> dict[str, bytes]:
    """Return ``values.csv`` of many reports, ``values.parquet`` if asked for, and ``datapackage.json``.

    Parameters
    ----------
    tables
        The ``values.csv`` of each report as published, see `giakit.opendata.files`; their rows stay in this order. A
        field that an older version of giakit did not write is empty.
    years
        The reporting years, for the name and title of the whole.

    Raises
    ------
    PrerequisiteError
        If Parquet is asked for and pyarrow is not installed.
    """
    if parquet and find_spec("pyarrow") is None:
        raise PrerequisiteError(
            Text("Parquet needs a package that is not installed; run: pip install {package}", package="giakit[parquet]")
        )
    whole = io.BytesIO()
    whole.write(_HEAD)
    whole.writelines(map(_rows, tables))
    files = {VALUES: whole.getvalue()}
    if parquet:
        files[_PARQUET] = _parquet(files[VALUES])
    known = sorted(set(years))
    name = f"open-government-information-{'-'.join(map(str, known))}"
    title = f"{'、'.join(map(str, known))}年政府信息公开工作年度报告数据"
    return {**files, "datapackage.json": package_json(name, title, files)}


def _rows(table: bytes) -> bytes:
    """Return the rows of a report's table without its head, in the fields of today."""
    if table.startswith(_HEAD):
        return table.removeprefix(_HEAD)
    rows = csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    return write_csv([FIELDS, *([row.get(name) or "" for name in FIELDS] for row in rows)]).removeprefix(_HEAD)


def _parquet(table: bytes) -> bytes:
    """Turn the CSV into Parquet in a process of its own: pyarrow starts threads, and this one may have to fork yet."""
    with TemporaryDirectory(prefix="giakit-") as folder:
        source, target = Path(folder, VALUES), Path(folder, _PARQUET)
        source.write_bytes(table)
        command = [sys.executable, "-m", "giakit.opendata.parquet", str(source), str(target)]
        subprocess.run(command, check=True)  # noqa: S603 - our own module, paths as arguments
        return target.read_bytes()
