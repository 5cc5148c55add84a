"""What cannot be done with a workbook, as a code and a sentence."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


class SheetError(Exception):
    """A workbook that cannot be used as asked: `code` is stable and stands in `errors.toml`.

    `name` is the file, `detail` the particulars in Chinese.

    >>> SheetError("encrypted", "汇总表.xlsx").message
    '“汇总表.xlsx”设有打开密码。请输入密码打开，另存一份不加密的再上传。'
    """

    def __init__(self, code: str, name: str, detail: str = "") -> None:
        self.code, self.name, self.detail = code, name, detail
        super().__init__(code, name, detail)

    @property
    def message(self) -> str:
        """What is wrong and what to do, in Chinese."""
        return self.sentence("zh")

    def sentence(self, language: str) -> str:
        """The message in `zh` or `en`."""
        return _table()[self.code][language].format(name=self.name, detail=self.detail)

    def __str__(self) -> str:
        return self.message


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("kechuang.sheets").joinpath("errors.toml").read_text("utf-8"))
