"""A report's figures as open data: JSON with its schema, CSV that spreadsheets open safely, a county's in one table.

Nothing here names a cell, a path, or a remark of the office.
"""

from giakit.opendata.county import county_files
from giakit.opendata.files import data_files
from giakit.opendata.report import PublicReport, build_public_report

__all__ = ["PublicReport", "build_public_report", "county_files", "data_files"]
