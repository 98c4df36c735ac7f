"""Checks of figures against the rules of the format file; each broken rule is a finding with its cells."""

from giakit.checks.aggregate import check_aggregate
from giakit.checks.answers import answer_findings, check_remarks
from giakit.checks.arithmetic import check_arithmetic
from giakit.checks.report import check_statistics

__all__ = ["answer_findings", "check_aggregate", "check_arithmetic", "check_remarks", "check_statistics"]
