"""The parameters of the report that a Word document was rendered from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from giakit.adoption.body import WordText
from giakit.errors import GiakitError, ParameterError
from giakit.language import Text
from giakit.parameters import ReportParameters, read_parameter_file, read_parameters
from giakit.project import find_root


def find_parameters(word: WordText, path: Path | None) -> ReportParameters:
    """Return the parameters of a document's report: those of a file, else of the one file of the project that has it.

    Several files that say the same of it are one.

    Raises
    ------
    ParameterError
        If the file is of another year or cannot be read, or no file or several of the project's have the report.
    """
    if path is not None:
        year = read_parameter_file(path).year
        if year not in {None, word.year}:
            raise ParameterError(
                Text(
                    "{file} is for {year}, the document for {found}; name the parameter file of that year",
                    file=path.name,
                    year=year,
                    found=word.year,
                )
            )
        return read_parameters(path, town=word.organ, year=word.year)
    files = {file: found for file in _files(word.year) if (found := _parameters(file, word))}
    if not files:
        raise ParameterError(
            Text(
                "no parameter file in params/ has the report of {organ} for {year}; name it with --params",
                organ=word.organ,
                year=word.year,
            )
        )
    if len({found.model_dump_json(exclude={"town"}) for found in files.values()}) > 1:
        raise ParameterError(
            Text(
                "{files} have the report of {organ} for {year} with different parameters; name one with --params",
                files="、".join(file.name for file in files),
                organ=word.organ,
                year=word.year,
            )
        )
    return next(iter(files.values()))


def _files(year: int) -> Iterator[Path]:
    for path in sorted((find_root() / "params").glob("*.y*ml")):
        try:
            if read_parameter_file(path).year == year:
                yield path
        except ParameterError:
            continue  # somebody else's file, or one that is being written


def _parameters(path: Path, word: WordText) -> ReportParameters | None:
    from giakit.sources import find_source

    town = read_parameter_file(path).town
    try:
        given = read_parameters(path, town=word.organ, year=word.year)
        plan, _ = find_source(given)
        if town is not None and town not in plan.form.names:
            return None
    except GiakitError:
        return None
    return given if plan.form.key == word.organ or word.organ in plan.form.names else None
