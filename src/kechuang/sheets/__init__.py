"""Workbooks as forms: opened, filled and written back with all else left as it was."""
