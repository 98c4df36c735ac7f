"""Where reports are published: whole, recoverable at any instant, each with a record of what was written."""

from giakit.outputs.place import Outputs, Standing, open_outputs
from giakit.outputs.record import RESERVED, Inputs, Outcome, OutputFile, ReportRecord, count_findings
from giakit.outputs.seal import Seal, altered_files

__all__ = [
    "RESERVED",
    "Inputs",
    "Outcome",
    "OutputFile",
    "Outputs",
    "ReportRecord",
    "Seal",
    "Standing",
    "altered_files",
    "count_findings",
    "open_outputs",
]
