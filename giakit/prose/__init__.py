"""Finished prose held against the statistics: what it says of figures, and what a published text must not hold.

The rules are data: ``claims.toml`` and ``hygiene.toml`` in this folder.
"""

from giakit.prose.check import check_prose, check_report_prose

__all__ = ["check_prose", "check_report_prose"]
