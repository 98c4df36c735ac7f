"""The values of a workbook, read by calamine in a child process with limits of memory and time.

calamine can abort its whole process (a 5 kB file with one cell at XFD1048576 makes it allocate the sheet), so it always
runs in a child, and an abort is one error about one workbook. A child that had to import pandas would cost 0.5 s each;
one that imports calamine alone costs 0.03 s a workbook, less than loading pandas once. So the values come from calamine
directly, not through `pandas.read_excel`; a test holds the two against each other. The child is started, not forked, so
threads of the parent do not matter.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from giakit.errors import PrerequisiteError, WorkbookError
from giakit.forms.package import MAX_CELLS, MAX_FILE, damaged, too_large
from giakit.forms.scan import MAX_SHEETS, too_many_sheets
from giakit.language import Text

MEMORY = 2**30  # bytes of address space
SECONDS = 60
MAX_CHARACTERS = 50_000_000

_CHILD = Path(__file__).with_name("calamine_child.py")
_EXACT = 10**22  # up to here a float's digits are its own
_READERS = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}

Values = dict[tuple[int, int], object]


def read_values(path: Path, seconds: float = SECONDS) -> dict[str, Values]:
    """Return the filled cells of each worksheet by (row, column) from 0, in the order of the tabs.

    Whole numbers come as ``int``, like in pandas.

    Raises
    ------
    WorkbookError
        If calamine cannot read the file, or not within the limits.
    """
    if path.stat().st_size > MAX_FILE:
        raise too_large(path)
    try:
        with path.open("rb") as workbook:
            child = subprocess.run(  # noqa: S603 - giakit's own script; the workbook is only its input
                _command(), stdin=workbook, capture_output=True, timeout=seconds, check=False
            )
    except subprocess.TimeoutExpired:
        raise _beyond_limits(path) from None
    if child.returncode:
        raise _beyond_limits(path)
    return _values(path, json.loads(child.stdout))


def _command() -> list[str]:
    found = importlib.util.find_spec("python_calamine")
    if found is None or found.origin is None:
        raise PrerequisiteError(Text("python-calamine is not installed."))
    limits = (MEMORY, SECONDS, MAX_SHEETS, MAX_CELLS, MAX_CHARACTERS)
    folder = Path(found.origin).parents[1]
    return [
        sys.executable,
        "-I",
        "-S",
        "-X",
        f"utf8={sys.flags.utf8_mode}",
        str(_CHILD),
        str(folder),
        *map(str, limits),
    ]


def _beyond_limits(path: Path) -> WorkbookError:
    return WorkbookError(
        Text(
            "{file}: reading it takes more memory or time than a statistics workbook may ({memory} MB, {seconds} s). "
            "Open it in the spreadsheet program, delete what does not belong to the form, and save it as .xlsx.",
            file=path.name,
            memory=MEMORY // 2**20,
            seconds=SECONDS,
        )
    )


def _values(path: Path, answer: Any) -> dict[str, Values]:  # noqa: ANN401 - JSON
    if isinstance(answer, dict):
        raise _refused(path, answer)
    return {name: {(row, column): _value(value) for row, column, value in cells} for name, cells in answer}


def _refused(path: Path, answer: dict[str, Any]) -> WorkbookError:
    match answer["refused"]:
        case "sheets":
            return too_many_sheets(path, answer["count"])
        case "size":
            return too_large(path)
        case "MemoryError":
            return _beyond_limits(path)
        case reason:
            return damaged(path, reason)


def _value(value: Any) -> object:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return dt.timedelta(seconds=text) if kind == "timedelta" else _READERS[kind](text)
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value
