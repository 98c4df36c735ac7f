"""giakit: annual reports on open government information from one notebook and one spreadsheet."""
