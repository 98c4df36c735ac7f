"""A county of any size for benchmarks and proofs: the sample towns again and again, under other names and figures.

Run ``.venv/bin/python -m tests.samples.large FOLDER ORGANS [WORKBOOKS]``: it writes ``county-2020.xlsx`` and
``county-2021.xlsx``, or several workbooks of each year, and ``county.yaml`` with the parameters for 2021.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from copy import deepcopy
from itertools import cycle, islice
from pathlib import Path

from giakit.forms.write import write_workbook
from tests.samples.__main__ import Organ, build_county, read_organs

YEARS = ("2020", "2021")


def multiply_organs(count: int) -> list[Organ]:
    """Return that many towns, no two with the same figures."""
    towns = [organ for organ in read_organs() if "members" not in organ and _says_nothing_of_figures(organ)]
    return [_renamed(organ, number) for number, organ in enumerate(islice(cycle(towns), count), 1)]


def _says_nothing_of_figures(organ: Organ) -> bool:
    """Whether its figures may be changed: the texts of one without applications say that there were none."""
    return all("applications" in organ.get(year, {}) for year in YEARS)


def _renamed(organ: Organ, number: int) -> Organ:
    made = deepcopy({key: value for key, value in organ.items() if not key.isdecimal() or key in YEARS})
    name = f"{organ['organ']['name']}{number}"
    made["organ"] |= {"key": name, "name": name, "full_name": f"云泽县{name}人民政府"}
    for year in YEARS:
        disclosure, applications = made[year]["disclosure"], made[year]["applications"]
        disclosure["permits"] = disclosure.get("permits", {}) | {"decisions": 100 + 7 * number}
        disclosure["penalties"] = disclosure.get("penalties", {}) | {"decisions": number % 19}
        for row in ("received", "granted"):
            given = applications.get(row, 0)
            first, *rest = given if isinstance(given, list) else [given]
            applications[row] = [first + number, *rest]
    return made


def write_large_county(folder: Path, organs: int, workbooks: int = 1) -> Path:
    """Write the workbooks of both years and return the path of the parameter file for 2021."""
    params = folder / "params"
    params.mkdir(parents=True, exist_ok=True)
    names: dict[int, list[str]] = {int(year): [] for year in YEARS}
    for year, sheets in build_county(multiply_organs(organs)).items():
        for number in range(workbooks):
            part = sheets[number::workbooks]
            name = f"county-{year}-{number + 1}.xlsx" if workbooks > 1 else f"county-{year}.xlsx"
            write_workbook(params / name, part)
            names[year].append(f"params/{name}")
    path = params / "county.yaml"
    path.write_text(
        f"year: 2021\nworkbook: {_listed(names[2021])}\nprevious: {_listed(names[2020])}\n", encoding="utf-8"
    )
    return path


def _listed(names: Sequence[str]) -> str:
    return f"[{', '.join(names)}]" if len(names) > 1 else names[0]


if __name__ == "__main__":
    where, count, *books = sys.argv[1:]
    print(write_large_county(Path(where), int(count), int(books[0]) if books else 1))
