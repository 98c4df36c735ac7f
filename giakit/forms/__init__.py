"""The spreadsheet seam: statistics workbooks read and written. No other part of giakit knows a spreadsheet library."""
