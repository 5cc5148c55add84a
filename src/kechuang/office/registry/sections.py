"""The names of the sections of industries (GB/T 4754-2017)."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

SECTION_NAMES: Final = {
    "A": _("A 农、林、牧、渔业"),
    "B": _("B 采矿业"),
    "C": _("C 制造业"),
    "D": _("D 电力、热力、燃气及水生产和供应业"),
    "E": _("E 建筑业"),
    "F": _("F 批发和零售业"),
    "G": _("G 交通运输、仓储和邮政业"),
    "H": _("H 住宿和餐饮业"),
    "I": _("I 信息传输、软件和信息技术服务业"),
    "J": _("J 金融业"),
    "K": _("K 房地产业"),
    "L": _("L 租赁和商务服务业"),
    "M": _("M 科学研究和技术服务业"),
    "N": _("N 水利、环境和公共设施管理业"),
    "O": _("O 居民服务、修理和其他服务业"),
    "P": _("P 教育"),
    "Q": _("Q 卫生和社会工作"),
    "R": _("R 文化、体育和娱乐业"),
    "S": _("S 公共管理、社会保障和社会组织"),
    "T": _("T 国际组织"),
}
