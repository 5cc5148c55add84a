"""Charts as SVG: a text that is a file, a part of a page, or both, and needs nothing beside it."""

from __future__ import annotations

from kechuang.evaluation.charts.flow import flow_chart
from kechuang.evaluation.charts.intervals import interval_chart
from kechuang.evaluation.charts.moving import change_chart, gain_chart
from kechuang.evaluation.charts.scores import score_chart

__all__ = ["change_chart", "flow_chart", "gain_chart", "interval_chart", "score_chart"]
