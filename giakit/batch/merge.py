"""One manifest and one page of a whole province or nation, from those of its counties."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from giakit.batch.manifest import NAME as MANIFEST
from giakit.batch.manifest import PAGE, Manifest, ManifestEntry, read_manifest
from giakit.batch.page import render_index
from giakit.errors import ParameterError
from giakit.language import Text
from giakit.outputs import open_outputs

_FOLDERS = ("folder", "failure_folder", "correction_folder")


def merge_outputs(places: Mapping[str, Path], year: int, out: Path) -> Manifest:
    """Write one manifest and one index page of several counties' outputs; their reports stay where they are.

    Parameters
    ----------
    places
        The folders of outputs by the name that stands before their organs' keys: ``{"云泽县": Path("年报/云泽县")}``.
    out
        The folder of outputs to write ``<year>/manifest.json`` and ``<year>/index.html`` into.

    Raises
    ------
    ParameterError
        With every folder that has no manifest of the year.
    """
    found = {name: read_manifest(open_outputs(place), year) for name, place in places.items()}
    missing = [places[name] for name, manifest in found.items() if manifest is None]
    if missing:
        raise ParameterError(
            *(
                Text("{folder} has no manifest of {year}; run `giakit batch` for it first", folder=folder, year=year)
                for folder in missing
            )
        )
    bases = {name: os.path.relpath(place / str(year), out / str(year)) for name, place in places.items()}
    merged = merge_manifests({name: manifest for name, manifest in found.items() if manifest}, bases)
    outputs = open_outputs(out)
    outputs.write_page(f"{year}/{MANIFEST}", merged.file)
    outputs.write_page(f"{year}/{PAGE}", render_index(merged, ()))
    return merged


def merge_manifests(manifests: Mapping[str, Manifest], bases: Mapping[str, str]) -> Manifest:
    """Return one manifest of several of the same year, by name.

    Parameters
    ----------
    bases
        Where each one's folder of the year stands, from that of the merged manifest; by name, too.
    """
    (year,) = {each.year for each in manifests.values()}
    return Manifest(
        year=year,
        environments={digest: known for each in manifests.values() for digest, known in each.environments.items()},
        reports=tuple(_moved(entry, name, bases[name]) for name, each in manifests.items() for entry in each.reports),
        unreadable=tuple(
            sheet.model_copy(update={"workbook": f"{name}/{sheet.workbook}"})
            for name, each in manifests.items()
            for sheet in each.unreadable
        ),
        notices={f"{name}/{organ}": said for name, each in manifests.items() for organ, said in each.notices.items()},
    )


def _moved(entry: ManifestEntry, name: str, base: str) -> ManifestEntry:
    there = {field: f"{base}/{folder}" for field in _FOLDERS if (folder := getattr(entry, field))}
    releases = tuple(
        each.model_copy(update={"folder": f"{base}/{each.folder}"}) if each.folder else each for each in entry.releases
    )
    return entry.model_copy(update={"organ": f"{name}/{entry.organ}", "releases": releases, **there})
