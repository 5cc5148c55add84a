"""What a bureau may write to a firm: facts are collected as they are, and each year by itself.

A closed year is never advised on; nothing of another firm stands in it. The words are Chinese, as
what goes out of the office. No database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

FOOTER: Final = (
    "以上按已归集的数据测算，不是认定结论，以主管部门受理和评审为准。请如实归集：只提供真实发生、"
    "有凭证的事实；已结账年度的数据不作改动；数据有误的，请告知我们更正。是否申报由贵单位自行决定。"
)
CLOSED: Final = "本年度：相关会计年度已结账，数据不作改动，本年度不具备条件。"
NEXT_RULES: Final = "下一年度：以届时生效的规则和届时的事实为准，另行测算。"


@dataclass(frozen=True, slots=True)
class Words:
    """What one firm is told of one cause: `cause` as a code, `title` in a line, `text`."""

    cause: str
    title: str
    text: str


def qualified(rung: str, name: str, as_of: date) -> Words:
    """It meets the rule of a rung and has not filed."""
    return Words(
        f"ladder:{rung}:qualified",
        f"“{name}”：按已归集的数据已符合，还没有申报记录",
        f"本年度：按截至{as_of.isoformat()}归集的数据，贵单位符合“{name}”现行规则列出的条件，"
        "申报台账里还没有贵单位在申报的记录。请核对这些数据是否属实、完整。"
        f"\n{NEXT_RULES}",
    )


def near(
    rung: str, name: str, as_of: date, lacks: str, *, this_year: bool, missing: int = 0
) -> Words:  # fmt: skip
    """One condition is not met; `lacks` is the sentence of the engine, for that year."""
    by = f"按截至{as_of.isoformat()}归集的数据，"
    still = f"另有{missing}项事实待如实归集。" if missing else ""
    told = _ended(lacks)
    if this_year:
        text = (
            f"本年度：{by}“{name}”现行规则的条件还有一项没有满足：{told}"
            f"已经发生而没有归集的，请如实补交凭证。{still}\n{NEXT_RULES}"
        )
    else:
        text = (
            f"{CLOSED}\n下一年度：以最近一个完整年度的水平为参照，“{name}”还有一项没有满足："
            f"{told}是否具备，以届时真实发生的事实为准。{still}"
        )
    return Words(f"ladder:{rung}:near", f"“{name}”：还有一项条件没有满足", text)


def open_facts(rung: str, name: str, as_of: date, missing: int) -> Words:
    """Facts are missing, and nothing stands against it."""
    return Words(
        f"ladder:{rung}:open",
        f"“{name}”：缺数据，还不能判断",
        f"本年度：截至{as_of.isoformat()}，没有发现不符合“{name}”条件的情况，尚缺{missing}项事实，"
        "不能判断。请如实提供已有凭证的事实；缺什么可以在企业端“政策诊断”里看，或向我们询问。"
        f"\n{NEXT_RULES}",
    )


def expiring(rung: str, name: str, number: str, ends: date) -> Words:
    """A certificate ends before long and none follows."""
    which = f"（编号{number}）" if number else ""
    return Words(
        f"ladder:{rung}:expiring:{ends.isoformat()}",
        f"“{name}”将于{ends.isoformat()}到期",
        f"本年度：贵单位的“{name}”{which}有效期至{ends.isoformat()}，还没有登记后续的证书。"
        "需要继续持有的，请按当年申报通知的时间办理，材料按已发生的事实准备。"
        f"\n{NEXT_RULES}",
    )


def changed(
    rule: str, name: str, as_of: date, before: str, after: str, facts: Iterable[str] = ()
) -> Words:  # fmt: skip
    """A verdict is another than before; `facts` are the firm's own that turned it, in words."""
    because = "；".join(facts)
    which = f"使结论变化的数据：{because}。" if because else ""
    return Words(
        f"changes:{rule}:{as_of.isoformat()}",
        f"“{name}”：测算结论由“{before}”变为“{after}”",
        f"本年度：按截至{as_of.isoformat()}归集的数据，“{name}”的测算结论由“{before}”变为“{after}”。"
        f"{which}请核对这些数据是否属实；属实的不作改动。\n{NEXT_RULES}",
    )


def whole(words: Iterable[Words], note: str = "") -> str:
    """Several causes as one text with what a bureau adds, and what always stands below."""
    parts = [f"{each.title}\n{each.text}" for each in words]
    return "\n".join([*parts, *([note] if note else []), FOOTER])


def forbidden(text: str, never: Iterable[str]) -> list[str]:
    """The words in a text that a bureau may not write to a firm.

    >>> forbidden("请包 装一下材料", ["包装", "补开"])
    ['包装']
    """
    bare = re.sub(r"[\s\W_]+", "", text)
    return [word for word in never if word in bare]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("。") else f"{sentence}。"
