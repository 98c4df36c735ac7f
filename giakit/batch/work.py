"""What a worker does, in another process or on another machine: render one order and put the result in its place."""

from __future__ import annotations

import errno
import time
import traceback
from dataclasses import dataclass

from giakit.errors import GiakitError, OutputsBusy, PrerequisiteError, ReportSealed
from giakit.findings import frozen
from giakit.language import Text
from giakit.notebook import Engine, Limits
from giakit.orders import Order
from giakit.outputs import ReportRecord, open_outputs
from giakit.render import Built, build_report, failed_build

TRACEBACK = "traceback.txt"

_FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Finished:
    """What became of an order: the file of its record as it stands in the outputs, and the seconds each step took."""

    file: bytes
    seconds: dict[str, float]

    @property
    def record(self) -> ReportRecord:
        """The record, which is kept as a file to the end of a batch: it takes a fifth of the memory."""
        return ReportRecord.model_validate_json(self.file)


def render_order(order: Order, address: str, engine: Engine, limits: Limits) -> Finished:
    """Render an order into the outputs behind an address.

    Whatever is wrong with this one report is in its record; no other report is touched by it.

    Raises
    ------
    GiakitError
        If no report could be rendered or written: something is not installed, the disk is full.
    """
    try:
        built = build_report(order, engine=engine, limits=limits)
    except GiakitError:
        raise
    except Exception as error:  # noqa: BLE001 - a bug that one organ's figures bring out stops no other
        built = _broken(order, error)
    return publish(built, address)


def publish(built: Built, address: str) -> Finished:
    """Put what was built in its place.

    Raises
    ------
    PrerequisiteError
        If the disk is full.
    """
    start = time.perf_counter()
    record = built.record
    try:
        open_outputs(address).publish(record, built.files)
    except (OutputsBusy, ReportSealed) as error:  # a report may be sealed while its batch runs
        problems = tuple(frozen(problem) for problem in error.problems)
        record = record.model_copy(update={"outcome": "failed", "outputs": (), "problems": problems})
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise PrerequisiteError(
            Text("the disk of {folder} is full; make room and start again, what is done stays", folder=address)
        ) from error
    return Finished(record.file, {**built.seconds, "write": round(time.perf_counter() - start, 4)})


def _broken(order: Order, error: Exception) -> Built:
    """Keep the traceback of a bug for whoever mends it."""
    problem = Text("giakit itself failed: {kind}: {reason}", kind=type(error).__name__, reason=error)
    files = {TRACEBACK: "".join(traceback.format_exception(error)).encode()}
    return failed_build(order, problem, files)
