"""Workbooks in: what a file says, what it would change, and the change itself."""
