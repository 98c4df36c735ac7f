"""Sign-off: reports are sealed when somebody releases them, and corrected by versions beside them."""

from giakit.release.clock import now
from giakit.release.correcting import Corrected, correct_report, withdraw_correction
from giakit.release.sealing import Sealing, seal_reports

__all__ = ["Corrected", "Sealing", "correct_report", "now", "seal_reports", "withdraw_correction"]
