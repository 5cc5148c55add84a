"""How sure ranks are and what moves them, as tables under Chinese headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from kechuang.evaluation.changes import Change
from kechuang.evaluation.choices import AGGREGATION, LEFT_OUT, WEIGHTS
from kechuang.evaluation.evaluating import Evaluation
from kechuang.evaluation.improving import Improvements, step_told
from kechuang.evaluation.levers import Lever
from kechuang.evaluation.outputs import order_of
from kechuang.evaluation.problems import IMPUTATION, NORMALISATION, TREATMENT
from kechuang.evaluation.sensitivity import Indices, Share
from kechuang.evaluation.uncertainty import Simulation

CHOICES: Final = {
    IMPUTATION: "补缺办法",
    TREATMENT: "异常值处理",
    NORMALISATION: "正规化办法",
    AGGREGATION: "平均办法",
    WEIGHTS: "权重",
    LEFT_OUT: "去掉一项指标",
}
CAUSES: Final = (
    ("本单位的数据", "own"),
    ("其他单位的数据", "peers_data"),
    ("单位增减", "peers_units"),
    ("测算办法", "method"),
    ("合计", "whole"),
)
"""The causes of a change and the names of their parts."""


def interval_frame(found: Evaluation, simulation: Simulation, confidence: float) -> pl.DataFrame:
    """One row a unit by rank: its rank, and the mean, median and interval over the draws.

    Where all draws have one scale of scores, also the share of draws in which it has each class.
    """
    order, told = order_of(found), simulation.intervals(confidence)
    low, high = f"{(1 - confidence) / 2:.0%}", f"{(1 + confidence) / 2:.0%}"
    columns = {
        "名次": [int(told.place[row]) or None for row in order],
        "单位": [found.names[row] for row in order],
        "平均名次": told.mean[order],
        "中位名次": told.median[order],
        f"{low} 名次": told.low[order],
        f"{high} 名次": told.high[order],
    }
    frame = pl.DataFrame(columns, schema_overrides={"名次": pl.Int64})
    if found.scheme.bands and not found.scheme.alternatives.normalisations:
        shares = simulation.class_shares(found.scheme.bands)
        falling = sorted(found.scheme.bands, key=lambda band: -band.least)
        frame = frame.with_columns(
            pl.Series(f"{band.name} 档（%）", shares[at][order] * 100)
            for at, band in enumerate(falling)
        )
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


def choice_frame(indices: Indices) -> pl.DataFrame:
    """One row a choice: its share in the shift of ranks, by itself and with its interplay."""
    return pl.DataFrame(
        {
            "选择": [_choice(name) for name in indices.total],
            "单独的影响": [each.value for each in indices.first.values()],
            "单独的影响（95% 区间）": [_interval(each) for each in indices.first.values()],
            "连同相互作用": [each.value for each in indices.total.values()],
            "连同相互作用（95% 区间）": [_interval(each) for each in indices.total.values()],
        }
    ).sort("连同相互作用", descending=True)


def _interval(share: Share) -> str:
    return f"{share.low:.2f} 至 {share.high:.2f}"


def _choice(name: str) -> str:
    if name in CHOICES:
        return CHOICES[name]
    return f"{CHOICES[AGGREGATION]}（第 {int(name.removeprefix(AGGREGATION)) + 1} 级）"


def change_frame(change: Change) -> pl.DataFrame:
    """One row a cause: places gained and change of score."""
    return pl.DataFrame(
        {
            "原因": [name for name, _ in CAUSES],
            "名次上升": [float(getattr(change.places, part)) for _, part in CAUSES],
            "得分增加": [float(getattr(change.score, part)) for _, part in CAUSES],
        }
    )


def change_told(name: str, change: Change) -> str:
    """The change of a unit in a sentence."""
    moved = change.rank_before - change.rank_after
    how = f"上升 {moved} 位" if moved > 0 else f"下降 {-moved} 位" if moved < 0 else "名次不变"
    return f"{name}由第 {change.rank_before} 名到第 {change.rank_after} 名，{how}"


def gain_frame(found: Evaluation, improvements: Improvements) -> pl.DataFrame:
    """One row an indicator: what a step brings, and how many gain a place or a class."""
    indicators, gains = found.scheme.indicators, improvements.gains
    return pl.DataFrame(
        {
            "指标": [indicators[gain.lever.indicator].name for gain in gains],
            "改进一步": [
                step_told(indicators[gain.lever.indicator], gain.lever.step) for gain in gains
            ],
            "得分增加": [gain.score for gain in gains],
            "名次上升": [gain.places for gain in gains],
            "名次上升要几步": [gain.steps_to_rank for gain in gains],
            "升档要几步": [gain.steps_to_class for gain in gains],
        },
        schema_overrides={"名次上升要几步": pl.Int64, "升档要几步": pl.Int64},
    )


def bundle_frame(found: Evaluation, improvements: Improvements) -> pl.DataFrame:
    """One row an indicator of the cheapest bundle: how far it moves and what that costs."""
    bundle = improvements.bundle
    taken = [] if bundle is None else _taken(improvements, bundle.steps)
    indicators = found.scheme.indicators
    return pl.DataFrame(
        {
            "指标": [indicators[lever.indicator].name for lever, _ in taken],
            "步数": [steps for _, steps in taken],
            "共改进": [
                step_told(indicators[lever.indicator], lever.step * steps) for lever, steps in taken
            ],
            "成本": [lever.cost * steps for lever, steps in taken],
        },
        schema_overrides={"步数": pl.Int64, "成本": pl.Float64},
    )


def _taken(improvements: Improvements, steps: Sequence[int]) -> list[tuple[Lever, int]]:
    pairs = zip(improvements.levers, steps, strict=True)
    return [(lever, count) for lever, count in pairs if count]


def bundle_told(improvements: Improvements) -> str:
    """What the cheapest bundle comes to, in a sentence; empty where none was looked for."""
    bundle, target = improvements.bundle, improvements.target
    if bundle is None or target is None:
        return ""
    if bundle.reaches:
        return f"升到 {target.name} 档最省的办法：共需 {bundle.cost:g}，得分 {bundle.score:.2f}"
    return (
        f"成本表里的办法全用上也升不到 {target.name} 档（{target.least:g} 分）："
        f"最高 {bundle.score:.2f} 分，需 {bundle.cost:g}"
    )
