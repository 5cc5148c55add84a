"""The words of made-up firms: counties, names, trades with their industries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Trade:
    """What a firm does: its industry (GB/T 4754), its products, how much it researches.

    `research` is the share of firms that do R&D, `head` the yearly income a head in 万元, `field`
    the field of high technology.
    """

    name: str
    industry: str
    products: str
    research: float
    head: int
    field: str


COUNTIES: Final = {
    "990101": "甲县", "990102": "乙区", "990103": "丙区", "990104": "丁县", "990105": "戊县",
    "990106": "己县", "990107": "庚市", "990108": "辛县", "990109": "壬区",
}  # fmt: skip
# More firms stand in the districts than in the counties, as anywhere.
SHARES: Final = {
    "990101": 9, "990102": 22, "990103": 16, "990104": 6, "990105": 7, "990106": 5, "990107": 12,
    "990108": 8, "990109": 15,
}  # fmt: skip
FIRST: Final = "示样例范本拟仿试"
SECOND: Final = "辰启恒鼎瑞泽博川岳霖屿澜朔桐砚谷舟野禾岚"
THIRD: Final = "光源达成远明通安泰元丰和新立兴嘉润盛华利"
FORMS: Final = {"有限公司": 7, "有限责任公司": 1, "股份有限公司": 1, "厂": 1}
AGAIN: Final = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
"""What tells two firms apart that would have the same name."""
TRADES: Final = (
    Trade("轴承", "3451", "滚动轴承、轴承座、精密滚珠", 0.45, 62, "manufacturing"),
    Trade("阀门", "3443", "闸阀、球阀、调节阀", 0.40, 58, "manufacturing"),
    Trade("仪表", "4011", "流量仪表、压力变送器", 0.65, 55, "manufacturing"),
    Trade("电缆", "3831", "电力电缆、控制电缆", 0.35, 110, "materials"),
    Trade("铸造", "3391", "灰铸铁件、球墨铸铁件", 0.22, 60, "manufacturing"),
    Trade("模具", "3525", "冲压模具、注塑模具", 0.40, 48, "manufacturing"),
    Trade("化工", "2661", "助剂、涂料、树脂", 0.38, 130, "materials"),
    Trade("制药", "2720", "片剂、胶囊、中药饮片", 0.70, 85, "biology"),
    Trade("食品", "1491", "调味品、速冻食品", 0.12, 70, "none"),
    Trade("种业", "0211", "小麦、玉米良种", 0.30, 40, "biology"),
    Trade("纺织", "1711", "棉纱、坯布、针织面料", 0.12, 45, "none"),
    Trade("新材料", "3985", "磁性材料、高分子材料", 0.75, 80, "materials"),
    Trade("装备制造", "3599", "成套设备、输送设备", 0.50, 72, "manufacturing"),
    Trade("自动化", "4012", "控制系统、工业机器人集成", 0.75, 60, "manufacturing"),
    Trade("电子", "3989", "电子元件、电路板", 0.60, 65, "electronics"),
    Trade("软件", "6513", "工业软件、管理软件", 0.85, 38, "electronics"),
    Trade("信息技术", "6531", "系统集成、运行维护", 0.70, 42, "electronics"),
    Trade("环保科技", "3591", "除尘设备、污水处理设备", 0.60, 66, "environment"),
    Trade("生物科技", "2761", "生物试剂、发酵制品", 0.80, 50, "biology"),
    Trade("检测技术", "7452", "材料检测、环境检测", 0.55, 30, "services"),
    Trade("农业科技", "0519", "农业技术服务、设施农业", 0.28, 32, "biology"),
    Trade("包装", "2231", "纸箱、塑料包装", 0.15, 55, "none"),
    Trade("管业", "2922", "塑料管材、复合管", 0.30, 78, "materials"),
    Trade("紧固件", "3482", "螺栓、螺母、铆钉", 0.25, 50, "manufacturing"),
    Trade("智能科技", "6520", "智能终端、数据平台", 0.80, 44, "electronics"),
)
