"""What is about all reports of a year brought up to date: open data, likeness, the manifest, the index page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from giakit.batch.county import write_county_data
from giakit.batch.manifest import NAME as MANIFEST
from giakit.batch.manifest import PAGE, Unreadable, build_manifest, compare_manifests, read_manifest
from giakit.findings import Message, frozen
from giakit.language import Text, speaking
from giakit.likeness.year import update_likeness
from giakit.outputs import Outputs


def write_lists(
    outputs: Outputs,
    year: int,
    notices: Mapping[str, Text | None],
    unreadable: Iterable[Unreadable] | None = None,
) -> None:
    """Write what stands in the outputs of a year into its manifest and onto its index page, if anything has changed.

    Parameters
    ----------
    notices
        What is to be done about released reports, by organ; for organs that it leaves out, the last batch's word holds.
    unreadable
        What no report can be made of; if not given, what the last batch found.
    """
    before = read_manifest(outputs, year)
    found = unreadable if unreadable is not None else before.unreadable if before else ()
    known: dict[str, Message] = {**(before.notices if before else {})}
    for organ, notice in notices.items():
        known.pop(organ, None)
        if notice:
            with speaking("zh"):  # as the page is, whoever runs the batch
                message = frozen(notice)
            assert isinstance(message, Message)  # noqa: S101 - a text is no finding
            known[organ] = message
    records = outputs.records(year)
    manifest = build_manifest(year, outputs, found, write_county_data(outputs, year, records), known)
    likeness, is_new = update_likeness(outputs, year, records)
    if manifest != before or is_new:
        from giakit.batch.page import render_index

        outputs.write_page(f"{year}/{MANIFEST}", manifest.file)
        outputs.write_page(f"{year}/{PAGE}", render_index(manifest, compare_manifests(before, manifest), likeness))
