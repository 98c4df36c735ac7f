"""``values.csv`` as Parquet: ``python -m giakit.opendata.parquet CSV PARQUET``, as `giakit.opendata.county` runs it."""

from __future__ import annotations

import sys

from giakit.opendata.fields import FIELDS


def write_parquet(source: str, target: str) -> None:
    """Read a CSV of `giakit.opendata.tidy` and write it with its types; an empty cell is null."""
    import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # an optional extra
    from pyarrow import csv, parquet  # type: ignore[import-not-found, import-untyped, unused-ignore]

    # Decimal, so that money stays exact
    types = {"integer": pa.int32(), "number": pa.decimal128(38, 10), "string": pa.string()}
    options = csv.ConvertOptions(
        column_types={name: types[field.type] for name, field in FIELDS.items()},
        strings_can_be_null=True,
        null_values=[""],
    )
    parquet.write_table(csv.read_csv(source, convert_options=options), target)


if __name__ == "__main__":
    write_parquet(sys.argv[1], sys.argv[2])
