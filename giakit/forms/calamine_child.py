"""The child process of `giakit.forms.sandboxed`: calamine behind limits, its answer as JSON on standard output.

Run as a script by a bare interpreter, so it imports neither giakit nor pandas. The workbook is its standard input.
Arguments: the folder python_calamine is installed in, limits of memory (bytes) and of processor time (seconds), and of
what may be answered (sheets, filled cells, characters).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any


def main() -> None:
    """Answer ``[[sheet name, [[row, column, value], …]], …]`` or ``{"refused": "<what>"}``."""
    folder, *limits = sys.argv[1:]
    memory, seconds, *answer = (int(limit) for limit in limits)
    _limit(memory, seconds)
    sys.path.append(folder)
    import python_calamine as calamine

    try:
        result: object = _read(calamine, *answer)
    except (calamine.CalamineError, MemoryError, ValueError, LookupError, OverflowError, OSError) as error:
        result = {"refused": type(error).__name__}
    sys.stdout.write(json.dumps(result))


def _limit(memory: int, seconds: int) -> None:
    """Take the limits where the platform has them; Windows has none, and macOS ignores that of memory."""
    try:
        import resource
    except ImportError:
        return
    for kind, limit in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError):
            continue


def _read(calamine: Any, sheets: int, cells: int, characters: int) -> object:  # noqa: ANN401 - a module
    book = calamine.CalamineWorkbook.from_filelike(sys.stdin.buffer)
    names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    if len(names) > sheets:
        return {"refused": "sheets", "count": len(names)}
    answer = []
    for name in names:
        found = [
            [row, column, _plain(value)]
            for row, values in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for column, value in enumerate(values)
            if value != "" and value is not None
        ]
        cells -= len(found)
        characters -= sum(len(value) for _, _, value in found if isinstance(value, str))
        if cells < 0 or characters < 0:
            return {"refused": "size"}
        answer.append([name, found])
    return answer


def _plain(value: object) -> object:
    """Return what JSON can hold: a date or time as its kind and its text, a duration in seconds."""
    if isinstance(value, dt.timedelta):
        return {"timedelta": value.total_seconds()}
    if isinstance(value, dt.date | dt.time):
        return {type(value).__name__: value.isoformat()}
    return value


if __name__ == "__main__":
    main()
