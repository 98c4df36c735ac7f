"""Correcting a released report: the new version is made beside it and says what it changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from giakit.batch.listing import write_lists
from giakit.batch.staleness import compare_released
from giakit.content.correction import Correction, DeclaredCorrection
from giakit.corrections import read_baseline
from giakit.errors import ParameterError, ReportRefused
from giakit.findings import Finding
from giakit.language import Text
from giakit.notebook import Engine
from giakit.orders import Order
from giakit.outputs import Outputs, ReportRecord, Seal, Standing
from giakit.parameters import ReportParameters
from giakit.render import open_builder, read_order


@dataclass(frozen=True)
class Corrected:
    """An open correction: its record, what stands in which folder of the year, what it changes, what was found."""

    record: ReportRecord
    folder: str
    changes: DeclaredCorrection
    findings: tuple[Finding, ...]


def correct_report(
    parameters: ReportParameters,
    outputs: Outputs,
    reason: str,
    day: date,
    *,
    kinds: tuple[str, ...] = (),
    engine: Engine = "giakit",
) -> Corrected:
    """Render the next version of a released report beside it; an open correction is replaced.

    Nothing is released by this: look at it, then seal it.

    Parameters
    ----------
    parameters
        Those of the report, already checked.
    reason
        Why it is corrected; printed.
    day
        The day that the correction bears.
    kinds
        What to publish; what was published before if not given.

    Raises
    ------
    ParameterError
        If the report has not been released, there is no reason, or the day is before the release.
    ReportRefused
        If the figures or the report hold an error, or nothing differs from what was released.
    NotebookFailed
        If a cell of the notebook raises.
    OutputsBusy
        If another giakit is writing into the outputs.
    """
    with open_builder(engine) as build:
        order = read_order(parameters, kinds)
        with outputs.lock():
            seal = _last_seal(outputs, order)
            _check_day(day, seal)
            correction = Correction(
                version=seal.version + 1, day=day.isoformat(), reason=_checked_reason(reason), replaces=seal.day
            )
            order = replace(
                order,
                kinds=kinds or seal.record.kinds,
                correction=correction,
                baseline=read_baseline(outputs, seal),
            )
            built = build(order)
            if built.changes and built.changes.changes_nothing:
                raise ReportRefused(
                    Text("no figure and no word differs from what was released: there is nothing to correct")
                )
            outputs.publish(built.record, built.files)
            _write_lists(outputs, order, seal)
    if built.error:
        raise built.error
    assert built.changes is not None  # noqa: S101 - a correction that came out was compared
    return Corrected(built.record, outputs.folder(built.record), built.changes, built.findings)


def withdraw_correction(parameters: ReportParameters, outputs: Outputs) -> bool:
    """Drop the open correction of a report; return whether there was one."""
    order = read_order(parameters, ())
    with outputs.lock():
        seal = _last_seal(outputs, order)
        standing = outputs.standing(parameters.year).get(order.organ, Standing())
        if standing.correction:
            outputs.forget_correction(standing.correction)
        if standing.failure:
            outputs.forget_failure(standing.failure)
        _write_lists(outputs, order, seal)
    return bool(standing.correction or standing.failure)


def _last_seal(outputs: Outputs, order: Order) -> Seal:
    seals = outputs.seals(order.parameters.year).get(order.organ)
    if not seals:
        raise ParameterError(
            Text(
                "{organ}'s report of {year} has not been released, so there is nothing to correct; render it",
                organ=order.organ,
                year=order.parameters.year,
            )
        )
    return seals[-1]


def _check_day(day: date, seal: Seal) -> None:
    if day < seal.at.date():
        raise ParameterError(
            Text("--date: {day} is before {released}, when the report was released", day=day, released=seal.day)
        )


def _checked_reason(reason: str) -> str:
    words = reason.strip()
    if not words or not words.isprintable():
        raise ParameterError(
            Text("--reason: {found} is no reason; write one sentence, which is printed", found=repr(reason))
        )
    return words


def _write_lists(outputs: Outputs, order: Order, seal: Seal) -> None:
    correction = outputs.corrections(order.parameters.year).get(order.organ)
    released = compare_released(order.inputs, seal, correction, outputs)
    write_lists(outputs, order.parameters.year, {order.organ: released.advice})
