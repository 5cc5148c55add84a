"""What a place is held in: 全省第16位."""

from __future__ import annotations

import re

from kechuang.reading.drafts import Draft
from kechuang.reading.naming.borrowing import borrowed, judged, latest_place, spoken_of, topic
from kechuang.reading.phrases import scope_of_rank


def of_rank(draft: Draft) -> str:
    """What is ranked: named in the clause, judged before it, or measured by the figure before."""
    phrase = scope_of_rank(draft.lead)
    if re.search(r"增[幅速]|提升幅度", draft.before) and len(phrase) <= 4:
        base = borrowed(draft)
        return f"{base}{phrase or '增幅'}" if base else phrase or topic(draft)
    phrase = re.sub(r"(?:上升|前移|前进|下降|后退|提升|跃升|由|升|则|进位|比前|比)+$", "", phrase)
    if not re.fullmatch(r"总数|数量|总量|规模|增速|排名|得分|位次|总分|指标|", phrase):
        return phrase
    base = judged(draft) or spoken_of(draft) or borrowed(draft)
    if base.endswith("任务完成率"):
        base = base.removesuffix("率")
    base = base or latest_place(draft) or draft.theme or topic(draft)
    return base if base.endswith(phrase) else base + phrase
