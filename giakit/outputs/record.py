"""What is known of a rendered report: what it was made from, what was written, how it ended."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from giakit.content.correction import Correction
from giakit.digests import digest_of
from giakit.findings import SEVERITIES, Finding, Message
from giakit.statistics import Record

Outcome = Literal["done", "refused", "failed", "timed_out"]

NAME = "record.json"
FAILED = "failed"  # the last attempt, where it did not come to a report
SEAL = "seal.json"  # beside the record of a report that was released
CORRECTION = "correction"  # a corrected report that has not been released yet
VERSIONS = "versions"  # what was released before, each under its number

# Names beside or inside a report's folder that no organ can have
RESERVED = frozenset(
    {
        NAME,
        FAILED,
        SEAL,
        CORRECTION,
        VERSIONS,
        "public",
        "internal",
        "manifest.json",
        "likeness.json",
        "timings.json",
        "index.html",
    }
)


class Inputs(Record):
    """Everything that decides a report's bytes, so that it is rendered again exactly when one of these changes.

    Attributes
    ----------
    notebook
        SHA-256 of the notebook that was run.
    source
        SHA-256 of the figures, facts and texts it was given, see `giakit.source_plan.SourcePlan`.
    parameters
        The parameters, without the folder that the project lies in.
    environment
        Versions of giakit, of the form, of Python, of libraries and fonts, see `giakit.provenance`.
    """

    notebook: str
    source: str
    parameters: dict[str, Any]
    environment: dict[str, str]


class OutputFile(Record):
    """A written file: its path from the report's folder, the SHA-256 of its content, its size in bytes."""

    path: str
    sha256: str
    size: int

    @classmethod
    def of(cls, path: str, content: bytes) -> OutputFile:
        """Describe a file by its content."""
        return cls(path=path, sha256=digest_of(content), size=len(content))


class ReportRecord(Record):
    """One report of one organ and year.

    Attributes
    ----------
    organ, name, title
        The organ's key and its name; the title is empty where the report failed before it had one.
    outcome
        ``done``; ``refused`` for errors in the figures; ``failed`` for a cell of the notebook; ``timed_out``.
    kinds
        What was asked for, e.g. ``html`` and ``pdf``.
    draft
        The reason for which errors were overridden; empty for a report fit to be published.
    correction
        Which version of a released report this is to be, and why; ``None`` for the first.
    outputs
        Every file beside this record.
    findings
        How many of each severity.
    problems
        Why there is no report, one sentence each; for a finding with its cell.
    """

    organ: str
    year: int
    name: str
    title: str = ""
    outcome: Outcome
    kinds: tuple[str, ...]
    draft: str = ""
    correction: Correction | None = None
    inputs: Inputs
    outputs: tuple[OutputFile, ...] = ()
    findings: dict[str, int] = Field(default_factory=dict)
    problems: tuple[Finding | Message, ...] = ()

    @property
    def version(self) -> int:
        """1, or what number a correction is released as, see `giakit.outputs.seal`."""
        return self.correction.version if self.correction else 1

    @property
    def file(self) -> bytes:
        """The record as it is written."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def count_findings(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Return how many findings there are of each severity."""
    return {severity: sum(each.severity == severity for each in findings) for severity in SEVERITIES}
