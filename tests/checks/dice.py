"""What made-up texts are drawn from: numbers, misprints, measures and idle sentences.

All levels are drawn with more decimals than are printed and every growth, share and difference is
reckoned before rounding, as an office does.
"""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

YEAR = 2023


Pair = tuple[str, str]
"""A marked sentence without the error and with it."""


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


class Dice(random.Random):
    """Draws the numbers and words of a text."""

    def number(self, low: str, high: str, places: int = 4) -> Decimal:
        scale = 10**places
        drawn = self.randint(int(Decimal(low) * scale), int(Decimal(high) * scale))
        return Decimal(drawn) / scale

    def misprint(self, value: Decimal, places: int, far: Decimal) -> Decimal:
        """The printed number with a digit wrong or two exchanged, at least `far` away."""
        printed = str(rounded(value, places))
        for _ in range(1000):
            digits = list(printed)
            spots = [spot for spot, digit in enumerate(digits) if digit.isdigit()]
            if len(spots) > 1 and self.random() < 0.5:
                first = self.choice(range(len(spots) - 1))
                one, other = spots[first], spots[first + 1]
                digits[one], digits[other] = digits[other], digits[one]
            else:
                digits[self.choice(spots)] = self.choice("123456789")
            candidate = Decimal("".join(digits))
            if abs(candidate - value) >= far and digits[0] != "0" or (
                printed[0] == "0" and abs(candidate - value) >= far and candidate != 0
            ):
                return candidate
        return rounded(value * 2 + far, places)

    def money(self, yuan: Decimal) -> str:
        """Money as printed: 亿元 with two places or 万元 with none."""
        if yuan >= 10**8:
            return f"{rounded(yuan / 10**8, 2)}亿元"
        return f"{rounded(yuan / 10**4, 0)}万元"


MONEY = ["技术合同成交额", "全社会研发经费", "吸纳技术合同成交额", "高新技术产业产值", "规上工业企业研发费用",
         "高新技术企业营业收入", "财政科技支出", "输出技术合同成交额", "知识产权质押融资额", "科技贷款余额"]
COUNTS = [("高新技术企业", "家"), ("科技型中小企业", "家"), ("有效发明专利", "件"), ("科技特派员", "名"),
          ("省级创新平台", "个"), ("众创空间", "家"), ("专利授权量", "件"), ("技术合同登记数", "项"),
          ("研发机构", "个"), ("农业科技示范基地", "个")]
SHARES = ["研发投入强度", "科技进步贡献率", "高新技术产业增加值占规上工业增加值比重", "规上工业企业研发机构覆盖率",
          "公民具备科学素质比例", "成果就地转化率"]
FILLERS = [
    "科技部门深入企业走访，帮助解决难题。", "我们坚持把创新摆在发展全局的核心位置。", "全县上下抓创新、促发展的氛围日益浓厚。",
    "科技特派员深入田间地头开展服务。", "部门联动、县乡配合的工作机制不断完善。", "县里出台了支持企业创新的若干措施。",
    "科技活动周期间开展了丰富多彩的科普活动。", "下一步将继续优化创新生态。",
    "先后组织银企对接活动{6场|flow|银企对接活动}。", "全年举办政策培训班{4期|flow|政策培训班}，覆盖各乡镇。",
    "走访企业{57家次|flow|走访企业}，收集技术需求{83项|flow|技术需求}。", "选派专家{26名|flow|选派专家}驻点服务。",
]


