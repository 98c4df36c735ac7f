"""Sign-off: reports are sealed when somebody releases them, and corrected by versions beside them."""

from giakit.release.clock import now
from giakit.release.sealing import Sealing, seal_reports

__all__ = ["Sealing", "now", "seal_reports"]
