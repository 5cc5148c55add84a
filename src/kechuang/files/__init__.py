"""Files for everyone: text decoded strictly, output that appears whole, text made harmless."""

from __future__ import annotations

from kechuang.files.atomic import whole_path, whole_text
from kechuang.files.decode import UndecodableError, decode

__all__ = ["UndecodableError", "decode", "whole_path", "whole_text"]
