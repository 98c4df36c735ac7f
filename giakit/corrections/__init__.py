"""What a correction changes: the new report held against the released one's own files."""

from giakit.corrections.baseline import Baseline, read_baseline
from giakit.corrections.compare import compare_reports, declare_correction
from giakit.corrections.files import change_files

__all__ = ["Baseline", "change_files", "compare_reports", "declare_correction", "read_baseline"]
