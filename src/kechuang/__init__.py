"""Kechuang (科创台): the working system of a regional science-and-technology bureau."""

from typing import Final

__version__: Final = "0.1.0"
