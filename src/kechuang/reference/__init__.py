"""What is the same everywhere: indicators, fields of frames, administrative divisions.

>>> from kechuang.reference import load_catalogue, load_divisions
>>> load_catalogue()["rd_intensity"].unit
'%'
>>> load_divisions().find("曲周县").short_name
'曲周'
"""

from __future__ import annotations

from kechuang.reference.catalogue import Catalogue, Indicator, check_catalogue, load_catalogue
from kechuang.reference.divisions import Division, Divisions, check_divisions, load_divisions
from kechuang.reference.fields import Dictionary, Field, Frame, check_fields, load_dictionary
from kechuang.reference.problems import Problem, ReferenceDataError

__all__ = [
    "Catalogue",
    "Dictionary",
    "Division",
    "Divisions",
    "Field",
    "Frame",
    "Indicator",
    "Problem",
    "ReferenceDataError",
    "check_catalogue",
    "check_divisions",
    "check_fields",
    "load_catalogue",
    "load_dictionary",
    "load_divisions",
]
