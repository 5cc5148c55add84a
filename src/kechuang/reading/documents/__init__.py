"""Reports in: finding them, opening them in any format, saying why one cannot be read."""

from __future__ import annotations

from kechuang.reading.documents.about import AboutError, AboutTable, load_about, parse_about
from kechuang.reading.documents.discover import discover
from kechuang.reading.documents.load import decoded, document_of, load
from kechuang.reading.documents.model import Document, DocumentError, Skipped, error_table

__all__ = [
    "AboutError",
    "AboutTable",
    "Document",
    "DocumentError",
    "Skipped",
    "decoded",
    "discover",
    "document_of",
    "error_table",
    "load",
    "load_about",
    "parse_about",
]
