"""What a reader of an evaluation must know beside its figures, as Chinese sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from kechuang.evaluation.arrays import Array, same_everywhere
from kechuang.evaluation.normalisation import PERCENT, RELATIVE, Normalisation
from kechuang.evaluation.scheme import Indicator, Scheme
from kechuang.evaluation.treatment import Treated

SHARES: Final = frozenset(
    {
        "distance_to_target",
        "distance_to_best",
        "distance_to_unit",
        "share_of_best",
        "percentile_rank",
    }
)
"""Methods whose scores lie around 0 to 1."""
APART: Final = 10.0
"""How many times as wide one scale may be as another before the narrow one hardly counts."""


def notes_of_indicators(
    scheme: Scheme,
    before: Array,
    after: Array,
    treatments: Sequence[Treated | None],
    normalised: Array,
) -> Iterator[str]:
    """What was put in, treated and passed over; arrays are (units, indicators)."""
    added = (np.isnan(before) & np.isfinite(after)).sum(axis=0)
    names = [each.name for each in scheme.indicators]
    put_in = [
        f"{name}（{count} 个单位）" for name, count in zip(names, added, strict=True) if count
    ]
    if put_in:
        yield f"补了缺的数据：{'、'.join(put_in)}。"
    treated = [
        f"{name}（{_done(each)}）"
        for name, each in zip(names, treatments, strict=True)
        if each is not None and each.is_changed
    ]
    if treated:
        yield f"处理了极端值：{'、'.join(treated)}。"
    lacking = np.isnan(normalised).sum(axis=0)
    flat = [
        each.name
        for column, each in enumerate(scheme.indicators)
        if lacking[column] == len(normalised) and _is_flat(each, after[:, column])
    ]
    if flat:
        yield f"各单位都一样，分不出高下，权重摊给同级其他指标：{'、'.join(flat)}。"
    gaps = [
        f"{name}（{count} 个单位）"
        for name, count in zip(names, lacking, strict=True)
        if count and name not in flat
    ]
    if gaps:
        yield f"缺数据，权重摊给同级其他指标：{'、'.join(gaps)}。"
    yield from _scales(scheme, len(normalised))


def _done(treated: Treated) -> str:
    count = int(treated.high.sum() + treated.low.sum())
    parts = [f"{count} 个单位"] if count else []
    return "，".join([*parts, *(["取对数"] if treated.logged else [])])


def _is_flat(indicator: Indicator, values: Array) -> bool:
    return (
        indicator.normalisation.method in RELATIVE
        and bool(np.isfinite(values).any())
        and bool(same_everywhere(values))
    )


def _scales(scheme: Scheme, units: int) -> Iterator[str]:
    """A warning where scores of very different scales are averaged, once for a branch."""
    for branch in scheme.branches:
        if branch.aggregation.method == "copeland":
            continue
        widths = {
            each.name: width
            for each in scheme.parts(branch.code)
            if isinstance(each, Indicator) and (width := _width(each.normalisation, units))
        }
        if not widths:
            continue
        narrow, wide = min(widths, key=widths.__getitem__), max(widths, key=widths.__getitem__)
        if widths[wide] >= APART * widths[narrow]:
            yield (
                f"“{branch.name}”下面的分数宽窄悬殊：“{narrow}”约 {widths[narrow]:g} 分宽，"
                f"“{wide}”约 {widths[wide]:g} 分宽，前者几乎不起作用；请统一正规化办法。"
            )


def _width(method: Normalisation, units: int) -> float | None:
    """About how wide a method's scores spread; None where nothing can be said."""
    if method.method in SHARES:
        return 1.0
    if method.method in {"min_max", "goalposts"}:
        return method.high - method.low
    if method.method == "yardstick":
        return method.cap or PERCENT
    if method.method in {"rank", "borda"}:
        return float(max(units - 1, 1))
    if method.method == "z_score":
        return 4 * method.spread  # most units lie within two deviations of the mean
    if method.method == "level_growth" and method.level is not None:
        return _width(method.level, units)
    return None
