"""What a run is given, typed and checked before anything runs.

A parameter file is YAML. Keys of `ReportParameters` are the notebook's parameters, so a file for one report is also
what plain papermill takes with ``-f``. A file for a county leaves `town` out, and may set parameters for single organs
under `overrides`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from giakit.errors import FormatError, ParameterError
from giakit.hints import nearest
from giakit.language import Text
from giakit.project import find_root
from giakit.revisions import revision_for
from giakit.storage import fetch, is_address, local_path

_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def _as_text(given: object) -> object:
    """Return a mapping's dates and numbers as text: YAML reads ``2021-01-20`` as a date, and a label's text is text."""
    if not isinstance(given, Mapping):
        return given
    plain = (date, int, float)
    return {
        key: str(value) if isinstance(value, plain) and not isinstance(value, bool) else value
        for key, value in given.items()
    }


Metadata = Annotated[dict[str, str], BeforeValidator(_as_text)]


class ReportParameters(BaseModel):
    """The parameters of one report, as the notebook's parameters cell names them.

    Relative paths start at the project's root.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    town: str = Field(min_length=1)
    year: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR)
    workbook: str | list[str]
    previous: str | list[str] | None = None
    preamble: bool = True
    charts: bool = True
    summary: bool = False
    metadata: Metadata = {}
    fonts: Literal["bundled", "official"] = "bundled"
    cover: bool = False
    attachments: list[str] = []
    override: str | None = Field(default=None, min_length=1)
    root: str | None = None

    @property
    def folder(self) -> Path:
        """The project's root, see `giakit.project.find_root`."""
        return _project(self.root)

    @property
    def workbook_paths(self) -> list[Path]:
        """The workbooks of the year."""
        return _paths(self.folder, self.workbook)

    @property
    def previous_paths(self) -> list[Path]:
        """The workbooks of the year before; empty where not given."""
        return _paths(self.folder, self.previous)


class ParameterFile(BaseModel):
    """A parameter file: one report's parameters, or a county's with `town` left out.

    `aggregates` names the organs whose figures are the sums of others', with these others, their own office among them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    town: str | None = None
    year: int | None = None
    workbook: str | list[str] | None = None
    previous: str | list[str] | None = None
    preamble: bool = True
    charts: bool = True
    summary: bool = False
    metadata: Metadata = {}
    fonts: Literal["bundled", "official"] = "bundled"
    cover: bool = False
    attachments: list[str] = []
    override: str | None = None
    root: str | None = None
    overrides: dict[str, dict[str, Any]] = {}
    aggregates: dict[str, list[str]] = {}

    @property
    def folder(self) -> Path:
        """The project's root, see `giakit.project.find_root`."""
        return _project(self.root)

    @property
    def workbook_paths(self) -> list[Path]:
        """The workbooks of the year."""
        return _paths(self.folder, self.workbook)

    @property
    def previous_paths(self) -> list[Path]:
        """The workbooks of the year before; empty where not given."""
        return _paths(self.folder, self.previous)

    def given(self) -> dict[str, Any]:
        """Return the parameters that the file gives for every organ."""
        return self.model_dump(exclude={"overrides", "aggregates"}, exclude_unset=True)

    def given_for(self, names: Collection[str]) -> dict[str, Any]:
        """Return the parameters that the file gives for an organ, by all that it is called."""
        own = next((own for name, own in self.overrides.items() if name in names), {})
        return {**self.given(), **own}


def _project(root: str | None) -> Path:
    return Path(root).resolve() if root else find_root()


def _paths(root: Path, names: str | list[str] | None) -> list[Path]:
    return [fetch(name) if is_address(name) else root / local_path(name) for name in _listed(names)]


def _local_paths(root: Path, names: Iterable[str]) -> list[Path]:
    return [root / local_path(name) for name in names if not is_address(name)]


def _listed(names: str | list[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else names or []


def read_parameters(
    path: Path, *, town: str | None = None, year: int | None = None, root: Path | None = None
) -> ReportParameters:
    """Read one report's parameters from a file; what the command line gives goes before the file's.

    Raises
    ------
    ParameterError
        With every problem at once: an unknown or misspelt key, a wrong type, a missing file or parameter.
    """
    file = read_parameter_file(path)
    asked = {"town": town, "year": year, "root": None if root is None else str(root)}
    given = file.given() | {key: value for key, value in asked.items() if value is not None}
    own = file.overrides.get(str(given.get("town")), {})
    return check_parameters({**given, **own}, path.name)


def read_parameter_file(path: Path) -> ParameterFile:
    """Read a parameter file as it stands, without asking whether its workbooks are there.

    Raises
    ------
    ParameterError
        With every problem at once.
    """
    parameters = _validate(ParameterFile, _read_yaml(path), path.name)
    assert isinstance(parameters, ParameterFile)  # noqa: S101 - the model asked for
    return parameters


def check_parameters(given: Mapping[str, object], where: str) -> ReportParameters:
    """Check one report's parameters.

    Parameters
    ----------
    given
        As named in the parameters cell.
    where
        What the messages call their source, e.g. the file's name.

    Raises
    ------
    ParameterError
        With every problem at once.
    """
    parameters = _validate(ReportParameters, given, where)
    assert isinstance(parameters, ReportParameters)  # noqa: S101 - the model asked for
    # What lies behind an address is looked for when it is read, once for a batch instead of once for every report.
    paths = _local_paths(parameters.folder, [*_listed(parameters.workbook), *_listed(parameters.previous)])
    problems = [_missing_file(path, parameters.folder, where) for path in paths if not path.is_file()]
    try:
        revision_for(parameters.year)
    except FormatError as error:
        problems += [Text("{where}: year: {reason}", where=where, reason=each) for each in error.problems]
    if problems:
        raise ParameterError(*problems)
    return parameters


def _missing_file(path: Path, root: Path, where: str) -> Text:
    beside = [other.name for other in path.parent.glob("*.xls*")] if path.parent.is_dir() else []
    hint = nearest(path.name, beside)
    name = path.relative_to(root) if path.is_relative_to(root) else path
    if hint:
        return Text(
            "{where}: there is no file {name}; did you mean {hint}?", where=where, name=name.as_posix(), hint=hint
        )
    return Text(
        "{where}: there is no file {name} (relative paths start at {root})",
        where=where,
        name=name.as_posix(),
        root=root,
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    if not path.is_file():
        hint = nearest(path.name, [other.name for other in path.parent.glob("*.y*ml")] if path.parent.is_dir() else [])
        missing = Text("there is no parameter file {file}", file=path)
        raise ParameterError(
            Text("there is no parameter file {file}; did you mean {hint}?", file=path, hint=hint) if hint else missing
        )
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        raise ParameterError(
            Text(
                "{file}: not a YAML file in UTF-8{line}", file=path.name, line="" if line is None else f" ({line + 1})"
            )
        ) from None
    if not isinstance(data, dict):
        raise ParameterError(Text("{file}: holds no parameters; write lines such as `year: 2020`", file=path.name))
    return data


def _validate(model: type[BaseModel], given: Mapping[str, object], where: str) -> BaseModel:
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        known = list(model.model_fields)
        problems = dict.fromkeys(str(_problem(each, known, where)) for each in error.errors())
        raise ParameterError(*problems) from None


def _problem(details: Any, known: Iterable[str], where: str) -> Text:  # noqa: ANN401 - pydantic's ErrorDetails
    key = str(details["loc"][0])
    found = details["input"]
    if details["type"] == "extra_forbidden":
        hint = nearest(key, known)
        if hint:
            return Text("{where}: unknown parameter {key}; did you mean {hint}?", where=where, key=key, hint=hint)
        return Text("{where}: unknown parameter {key}; known are {known}", where=where, key=key, known=", ".join(known))
    if details["type"] == "missing":
        return Text("{where}: the parameter {key} is missing", where=where, key=key)
    if key == "town" and isinstance(found, int):
        return Text(
            "{where}: town: {found} is a number; write it in quotes, or leading zeros are lost",
            where=where,
            found=found,
        )
    return Text(
        "{where}: {key}: found {found}, expected {expected}",
        where=where,
        key=key,
        found=repr(found),
        expected=_expected(key),
    )


def _expected(key: str) -> Text:
    kinds = {
        "town": Text("the organ's name or key as text"),
        "year": Text("a year such as 2020"),
        "workbook": Text("the path of a workbook, or a list of paths"),
        "previous": Text("the path of last year's workbook, a list of paths, or null"),
        "preamble": Text("true or false"),
        "charts": Text("true or false"),
        "summary": Text("true or false"),
        "metadata": Text("labels such as 索引号 with their texts under it"),
        "fonts": Text("bundled or official"),
        "cover": Text("true or false"),
        "attachments": Text("a list of names"),
        "override": Text("the reason for printing a draft in spite of errors, or null"),
        "root": Text("the path of the project, or null"),
        "overrides": Text("an organ's name or key with its own parameters under it"),
        "aggregates": Text("an organ's name or key with a list of those whose figures it adds up"),
    }
    return kinds[key]
