"""The open data of all published reports: of a year beside its reports, of several years or places in one table.

They are put together from the reports' own tables as published, so that a draft, which has none, is not among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from giakit.errors import ParameterError
from giakit.language import Text
from giakit.opendata.county import county_files
from giakit.opendata.package import VALUES
from giakit.outputs import OutputFile, Outputs, ReportRecord

FOLDER = "public"
_TABLE = f"public/{VALUES}"
_AT_ONCE = 100  # tables, of 60 kB each


def write_county_data(outputs: Outputs, year: int, records: Mapping[str, ReportRecord]) -> tuple[OutputFile, ...]:
    """Write the open data of a year into its folder ``public``; describe the files by their paths from the year's."""
    tables = (table for _, table in published_tables(outputs, records))
    files = {f"{FOLDER}/{name}": content for name, content in county_files(tables, [year]).items()}
    for name, content in files.items():
        outputs.write_page(f"{year}/{name}", content)
    return tuple(OutputFile.of(name, content) for name, content in files.items())


def gather_county_data(places: Iterable[tuple[Outputs, int]], *, parquet: bool = False) -> dict[str, bytes]:
    """Return the files of the open data of several years or places together.

    Raises
    ------
    ParameterError
        If a place has no published report, or an organ's report of a year is in two of them.
    PrerequisiteError
        If Parquet is asked for and pyarrow is not installed.
    """
    found: dict[tuple[int, str], tuple[Outputs, bytes]] = {}
    problems = []
    for outputs, year in places:
        tables = dict(published_tables(outputs, outputs.records(year)))
        if not tables:
            problems.append(
                Text("{place}: there are no reports of {year}; render them first", place=outputs.address, year=year)
            )
        for organ, table in tables.items():
            first, _ = found.setdefault((year, organ), (outputs, table))
            if first is not outputs:
                problems.append(
                    Text(
                        "{organ} {year} is in {first} and in {second}; give each organ a key of its own",
                        organ=organ,
                        year=year,
                        first=first.address,
                        second=outputs.address,
                    )
                )
    if problems:
        raise ParameterError(*problems)
    order = sorted(found)
    return county_files([found[each][1] for each in order], [year for year, _ in order], parquet=parquet)


def published_tables(outputs: Outputs, records: Mapping[str, ReportRecord]) -> Iterator[tuple[str, bytes]]:
    """Yield organ and table of figures of published reports, some at a time; of damaged reports none."""
    recorded = {
        organ: (record, file) for organ, record in records.items() for file in record.outputs if file.path == _TABLE
    }
    organs = sorted(recorded)
    for first in range(0, len(organs), _AT_ONCE):
        some = organs[first : first + _AT_ONCE]
        contents = outputs.read_all([recorded[organ][0] for organ in some], _TABLE)
        for organ in some:
            content = contents.get(organ)
            if content is not None and OutputFile.of(_TABLE, content) == recorded[organ][1]:
                yield organ, content
