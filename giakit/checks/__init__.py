"""Checks of figures against the rules of the format file; each broken rule is a finding with its cells."""

from giakit.checks.arithmetic import check_arithmetic

__all__ = ["check_arithmetic"]
