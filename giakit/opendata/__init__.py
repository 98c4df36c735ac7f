"""A report's figures as open data: JSON with its schema, CSV that spreadsheets open safely, a county's in one table.

Nothing here names a cell, a path, or a remark of the office.
"""
