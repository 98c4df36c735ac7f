"""What a report is made from besides its notebook: the organ's form, last year's statistics, the names of the others.

A workbook is read form by form; where a report's own lies among them, `giakit.source_plan` tells.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

from giakit.findings import Finding
from giakit.forms.read import Form, Workbook, read_workbook
from giakit.parameters import ReportParameters
from giakit.source_plan import Forms, FormSummary, PackedSource, SourcePlan, plan_source
from giakit.statistics import Record, Statistics

Reader = Callable[[Path], Workbook]


class Source(Record):
    """Everything one report is made from besides its parameters and its notebook.

    Attributes
    ----------
    form
        The organ's form of the year.
    previous_form
        Last year's, ``None`` where not given or not found; `findings` then say why.
    other_organs
        What the other organs of the same workbooks are called, sorted.
    """

    form: Form
    previous_form: Form | None = None
    other_organs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def statistics(self) -> Statistics:
        """The statistics of the year."""
        assert self.form.statistics is not None  # noqa: S101 - `Forms.find` refuses a form without
        return self.form.statistics

    @property
    def previous(self) -> Statistics | None:
        """Last year's statistics."""
        return self.previous_form.statistics if self.previous_form else None


def unpack_form(packed: bytes) -> Form:
    """Return the form that was packed."""
    return Form.model_validate_json(zlib.decompress(packed))


def unpack_source(packed: PackedSource) -> Source:
    """Return the source that was packed."""
    return Source(
        form=unpack_form(packed.form),
        previous_form=unpack_form(packed.previous_form) if packed.previous_form else None,
        other_organs=packed.other_organs,
        findings=packed.findings,
    )


# What a process was handed beforehand, by parameters: a batch reads every workbook once, not once a report.
_supplied: dict[str, Source] = {}


def supply_source(parameters: ReportParameters, source: PackedSource) -> None:
    """Let `read_source` answer with `source` for these parameters in this process, without reading workbooks."""
    _supplied[_identity(parameters)] = unpack_source(source)


def read_source(parameters: ReportParameters, read: Reader = read_workbook) -> Source:
    """Return what the town's report is made from: what was supplied, else read from the workbooks.

    Parameters
    ----------
    read
        Reads a workbook, or knows it already.

    Raises
    ------
    ParameterError
        If no form or several answer to the town, or the only one is of another year.
    WorkbookError
        If a workbook cannot be read, or the town's sheet says not even its year.
    """
    supplied = _supplied.get(_identity(parameters))
    if supplied:
        return supplied
    plan, forms = find_source(parameters, read)
    return Source(
        form=forms[plan.form.digest],
        previous_form=forms[plan.previous.digest] if plan.previous else None,
        other_organs=plan.other_organs,
        findings=plan.findings,
    )


def find_source(parameters: ReportParameters, read: Reader = read_workbook) -> tuple[SourcePlan, dict[str, Form]]:
    """Read the workbooks that the parameters name; return where the town's source lies, and its forms.

    Raises
    ------
    ParameterError, WorkbookError
        As `read_source`.
    """
    forms = [form for path in parameters.workbook_paths for form in read(path).forms]
    before = [form for path in parameters.previous_paths for form in read(path).forms]
    summaries = {id(form): FormSummary.of(form) for form in (*forms, *before)}
    plan = plan_source(
        parameters.town,
        parameters.year,
        Forms(summaries[id(form)] for form in forms),
        Forms(summaries[id(form)] for form in before) if parameters.previous_paths else None,
    )
    mine = {each.digest for each in (plan.form, plan.previous) if each}
    return plan, {digest: form for form in (*forms, *before) if (digest := summaries[id(form)].digest) in mine}


def _identity(parameters: ReportParameters) -> str:
    """Return parameters as they are compared: where the project lies is not what a report is about."""
    return parameters.model_dump_json(exclude={"root"})
