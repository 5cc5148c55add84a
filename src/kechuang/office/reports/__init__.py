"""Narrative reports read in: documents, their figures, and what was decided on each."""
