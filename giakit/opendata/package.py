"""``datapackage.json``: what the tables beside it hold, as a Frictionless Data Package (version 1)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from giakit.opendata.fields import FIELDS
from giakit.opendata.json_text import write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from giakit.opendata.fields import FieldDescription

VALUES = "values.csv"
KEY = ["organ", "year", "key"]


def package_json(name: str, title: str, files: Mapping[str, bytes]) -> bytes:
    """Return the description of a folder's data files.

    Parameters
    ----------
    name
        The package's identifier, of small letters, digits, ``-`` ``_`` and ``.``.
    files
        The files by their paths from the folder; ``values.csv`` is described field by field.
    """
    return write_json(
        {
            "profile": "data-package",
            "name": name,
            "title": title,
            "resources": [_resource(path, content) for path, content in files.items()],
        }
    )


def _resource(path: str, content: bytes) -> dict[str, Any]:
    stem, _, suffix = path.replace("/", "-").rpartition(".")
    name = stem if suffix == "csv" else f"{stem}-{suffix}"
    resource: dict[str, Any] = {"name": name, "path": path, "format": suffix}
    if suffix != "parquet":  # whose bytes validators do not count, and then miss
        resource |= {"bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}
    if suffix == "csv":
        resource |= {"mediatype": "text/csv", "encoding": "utf-8-sig"}
        resource["dialect"] = {
            "delimiter": ",",
            "lineTerminator": "\r\n",
            "doubleQuote": True,
            "header": path == VALUES,
        }
    if stem == VALUES.removesuffix(".csv"):
        resource |= {"profile": "tabular-data-resource", "schema": table_schema()}
    return resource


def table_schema() -> dict[str, Any]:
    """Return the Table Schema of ``values.csv``."""
    fields = [_field(name, description) for name, description in FIELDS.items()]
    return {"fields": fields, "missingValues": [""], "primaryKey": KEY}


def _field(name: str, description: FieldDescription) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "type": description.type, "title": description.title}
    if description.description:
        field["description"] = description.description
    if name in KEY:
        field["constraints"] = {"required": True}
    return field
