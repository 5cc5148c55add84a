"""From a scheme file to a `Scheme`, or to everything that is wrong with the file.

A scheme is YAML; docs/evaluation.md says what each key means. `load_scheme` takes a path or the
code of a scheme that is shipped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, cast, get_args

from kechuang.evaluation.aggregation import Aggregation, Averaging
from kechuang.evaluation.alternatives import Alternatives
from kechuang.evaluation.errors import SchemeError
from kechuang.evaluation.missing import IMPUTING, Imputing
from kechuang.evaluation.normalisation import Direction, Normalisation, NormalisingMethod
from kechuang.evaluation.ranking import Band
from kechuang.evaluation.scheme import (
    Branch,
    ClassReward,
    Columns,
    Indicator,
    Marks,
    RankReward,
    Scheme,
    WeightForm,
)
from kechuang.evaluation.scheme_checks import check_classes, check_tree, check_weights, check_years
from kechuang.evaluation.scheme_parts import Part, SchemeFile
from kechuang.evaluation.treatment import Transform, Treatment
from kechuang.evaluation.weighting import Weighting
from kechuang.reference.yaml_lines import read_yaml

COLUMNS: Final = Columns(
    unit=("unit", "单位代码", "区划代码", "代码"),
    name=("name", "单位", "名称", "县区"),
    group=("group", "分组", "组", "类别"),
    year=("year", "年份", "年度"),
)
"""The headers of data whose scheme names none."""
FEN_PER_WAN: Final = 1_000_000
_WAN: Final = "万元"
_DIRECTIONS: Final[dict[str, Direction]] = {"higher": 1, "lower": -1}


def shipped_schemes() -> tuple[str, ...]:
    """The codes of the schemes that are shipped."""
    folder = files("kechuang.evaluation").joinpath("schemes")
    return tuple(sorted(each.name[:-5] for each in folder.iterdir() if each.name.endswith(".yaml")))


def load_scheme(named: str | Path) -> Scheme:
    """The scheme of a file, or the shipped one of this code or name.

    Raises:
        SchemeError: the file cannot be read, or something in it is wrong; every problem with its
            line.
    """
    for code in shipped_schemes():
        with as_file(files("kechuang.evaluation").joinpath(f"schemes/{code}.yaml")) as path:
            scheme = read_scheme(path)
        if str(named) in {scheme.code, scheme.name}:
            return scheme
    return read_scheme(Path(named))


def read_scheme(path: Path) -> Scheme:
    """The scheme of a file.

    Raises:
        SchemeError: the file cannot be read, or something in it is wrong; every problem with its
            line.
    """
    data, lines, problems = read_yaml(path)
    if problems:
        raise SchemeError(problems)
    file = SchemeFile(path, lines)
    builder = _Builder(Part(file, (), data))
    branches, indicators = builder.branches(), builder.indicators()
    check_tree(file, branches, indicators)
    if file.problems:
        # What else is wrong in the file is told all the same.
        builder.scheme([], [])
    else:
        scheme = builder.scheme(branches, indicators)
        check_weights(file, scheme)
        check_classes(file, scheme)
        check_years(file, scheme)
        if not file.problems:
            return scheme
    raise SchemeError(sorted(file.problems, key=lambda problem: (problem.line, problem.what)))


class _Builder:
    """Takes the file apart; whatever is wrong is noted in the file, and reading goes on."""

    def __init__(self, top: Part) -> None:
        self.top = top
        self.weights: WeightForm = top.choice("weights", get_args(WeightForm), "relative")
        self.unwritten = 1.0 if self.weights == "relative" else float("nan")
        defaults = top.part("defaults")
        self.imputation: Imputing = defaults.choice("missing", IMPUTING, "none")
        self.treatment = _treatment(defaults, None)
        self.normalisation = _normalisation(defaults, "normalisation", Normalisation())
        self.aggregation = _aggregation(defaults, Aggregation())
        self.weighting: Weighting = defaults.choice("weighting", get_args(Weighting), "given")
        defaults.finish()

    def branches(self) -> list[Branch]:
        return [self._branch(part) for part in self.top.parts("branches")]

    def _branch(self, part: Part) -> Branch:
        parent = part.optional("parent")
        whole = {"points": 100.0, "percents": 100.0}.get(self.weights, 1.0)
        matrix = part.matrix("comparisons")
        weighting: Weighting = part.choice(
            "weighting", get_args(Weighting), "ahp" if matrix is not None else self.weighting
        )
        branch = Branch(
            code=part.text("code"),
            name=part.text("name"),
            parent=parent,
            weight=self._weight(part, whole if parent is None else self.unwritten),
            weighting=weighting,
            aggregation=_aggregation(part, self.aggregation),
            comparisons=matrix,
        )
        if (matrix is not None) != (weighting == "ahp"):
            why = "层次分析法要有比较矩阵，别的办法不用"
            part.wrong("weighting 与 comparisons 对不上", why, "两项一起写，或一起去掉")
        part.finish()
        return branch

    def _weight(self, part: Part, given: float) -> float:
        """The weight as written; NaN where there must be one and is none."""
        return part.number("weight", given, least=0.0)

    def indicators(self) -> list[Indicator]:
        return [self._indicator(part) for part in self.top.parts("indicators")]

    def _indicator(self, part: Part) -> Indicator:
        marks = _marks(part)
        default = self.normalisation
        if marks is not None:
            default = Normalisation(method="goalposts", posts=(0.0, marks.most))
        normalisation = _normalisation(part, "normalisation", default)
        indicator = Indicator(
            code=part.text("code"),
            name=part.text("name"),
            parent=part.text("parent"),
            weight=self._weight(part, self.unwritten),
            unit=part.text("unit", ""),
            direction=_DIRECTIONS[part.choice("direction", tuple(_DIRECTIONS), "higher")],
            denominator=part.optional("denominator"),
            scale=part.number("scale", 1.0),
            imputation=part.choice(
                "missing", IMPUTING, "none" if marks is not None else self.imputation
            ),
            treatment=_treatment(part, None if marks is not None else self.treatment),
            normalisation=normalisation,
            marks=marks,
            also=part.texts("also"),
            reference_unit=part.optional("reference_unit"),
        )
        if (normalisation.method == "distance_to_unit") != (indicator.reference_unit is not None):
            why = "distance_to_unit 要写明同哪个单位比，别的办法不用"
            part.wrong("normalisation 与 reference_unit 对不上", why, "两项一起写，或一起去掉")
        part.finish()
        return indicator

    def scheme(self, branches: list[Branch], indicators: list[Indicator]) -> Scheme:
        top = self.top
        rewards, available = top.part("rewards"), top.part("availability")
        scheme = Scheme(
            code=top.text("scheme"),
            name=top.text("name"),
            version=top.text("version", ""),
            remark=top.text("remark", ""),
            weights=self.weights,
            branches=_from_the_top(branches),
            indicators=tuple(indicators),
            bands=tuple(_band(part) for part in top.parts("classes")),
            class_rewards=tuple(_class_reward(part) for part in rewards.parts("class_rise")),
            rank_rewards=tuple(_rank_reward(part) for part in rewards.parts("rank_rise")),
            columns=_columns(top.part("columns")),
            least_available=available.number("least", 0.0, least=0.0, most=1.0),
            counts_imputed=available.choice("counted", ("given", "imputed"), "given") == "imputed",
            over_years=top.choice("normalise_over", ("year", "all_years"), "year") == "all_years",
            decimals=top.whole("decimals", 9, most=12),
            alternatives=_alternatives(top),
        )
        rewards.finish()
        available.finish()
        top.finish()
        return scheme


def _from_the_top(branches: list[Branch]) -> tuple[Branch, ...]:
    """The branches with the total first and each before what is under it."""
    ordered = [each for each in branches if each.parent is None]
    for branch in ordered:
        ordered += [each for each in branches if each.parent == branch.code]
    return tuple(ordered)


def _treatment(part: Part, default: Treatment | None) -> Treatment | None:
    if "treatment" not in part:
        return default
    if part.is_word("treatment"):
        part.choice("treatment", ("none",), "none")
        return None
    inner, base = part.part("treatment"), default or Treatment()
    found = Treatment(
        skewness=inner.number("skewness", base.skewness, least=0.0),
        kurtosis=inner.number("kurtosis", base.kurtosis),
        points=inner.whole("points", base.points),
        transform=inner.choice("transform", get_args(Transform), base.transform),
        combined=inner.choice("combined", ("yes", "no"), "yes" if base.combined else "no") == "yes",
    )
    inner.finish()
    return found


def _normalisation(part: Part, key: str, default: Normalisation) -> Normalisation:
    options: tuple[NormalisingMethod, ...] = get_args(NormalisingMethod)
    if key not in part:
        return default
    if part.is_word(key):
        return Normalisation(method=part.choice(key, options, "min_max"))
    return _normalisation_of(part.part(key), default.method)


def _normalisation_of(inner: Part, default: NormalisingMethod) -> Normalisation:
    method: NormalisingMethod = inner.choice("method", get_args(NormalisingMethod), default)
    base = Normalisation(method=method, cap=1.0 if method == "distance_to_target" else 100.0)
    found = _NUMBERS.get(method, _nothing)(inner, base)
    inner.finish()
    return found


def _nothing(_: Part, base: Normalisation) -> Normalisation:
    return base


def _scale(inner: Part, base: Normalisation) -> Normalisation:
    found = replace(base, low=inner.number("low", base.low), high=inner.number("high", base.high))
    if not found.low < found.high:
        inner.wrong("low 不小于 high", f"{found.low:g} 到 {found.high:g} 不成范围", "换一下")
    return found


def _posts(inner: Part, base: Normalisation) -> Normalisation:
    found = replace(_scale(inner, base), posts=(inner.number("from"), inner.number("to")))
    if {"from", "to"} <= set(inner) and not found.posts[0] < found.posts[1]:
        told = f"{found.posts[0]:g} 到 {found.posts[1]:g} 不成范围"
        remedy = "from 写小的、to 写大的；越小越好的指标也这样写，方向看 direction"
        inner.wrong("from 不小于 to", told, remedy)
    return found


def _z_score(inner: Part, base: Normalisation) -> Normalisation:
    return replace(
        base,
        centre=inner.number("centre", base.centre),
        spread=inner.number("spread", base.spread, least=0.0),
    )


def _standard(inner: Part, base: Normalisation) -> Normalisation:
    cap = None if inner.text("cap", "") == "none" else inner.number("cap", base.cap, least=0.0)
    found = replace(base, standard=inner.number("standard"), cap=cap)
    if base.method == "yardstick" and not found.standard > 0:
        inner.wrong("监测标准不大于 0", f"写成 {found.standard:g}", "写一个正数", "standard")
    return found


def _level_growth(inner: Part, base: Normalisation) -> Normalisation:
    share = inner.number("level_share", base.level_share, least=0.0, most=1.0)
    level = _normalisation(inner, "level", Normalisation())
    growth = _normalisation(inner, "growth", Normalisation())
    if "level_growth" in {level.method, growth.method}:
        inner.wrong("level_growth 里又套了 level_growth", "水平和增长各用一种简单办法", "改一种")
    return replace(base, level=level, growth=growth, level_share=share)


_NUMBERS: Final = {
    "min_max": _scale,
    "goalposts": _posts,
    "z_score": _z_score,
    "yardstick": _standard,
    "distance_to_target": _standard,
    "level_growth": _level_growth,
}


def _aggregation(part: Part, default: Aggregation) -> Aggregation:
    options: tuple[Averaging, ...] = get_args(Averaging)
    if "aggregation" not in part:
        return default
    if part.is_word("aggregation"):
        return replace(default, method=part.choice("aggregation", options, "arithmetic"))
    return _aggregation_of(part.part("aggregation"), default)


def _aggregation_of(inner: Part, default: Aggregation) -> Aggregation:
    method: Averaging = inner.choice("method", get_args(Averaging), default.method)
    power = inner.number("power") if method == "generalised" else default.power
    if method == "generalised" and not power:
        inner.wrong("power 写成 0", "幂为 0 的极限是几何平均", "改用 geometric，或换一个幂")
    least = inner.number("least", default.least, least=0.0, most=1.0)
    inner.finish()
    return Aggregation(method, power, least)


def _alternatives(top: Part) -> Alternatives:
    """What the scheme says could be chosen otherwise; without a word of it, what is usual."""
    if "uncertainty" not in top:
        usual = files("kechuang.evaluation").joinpath("uncertainty.toml").read_text("utf-8")
        return Alternatives(**tomllib.loads(usual))
    part = top.part("uncertainty")
    imputations: list[Imputing] = []
    for written in part.texts("missing"):
        if written in {*IMPUTING}:
            imputations.append(cast("Imputing", written))
        else:
            why = f"可选 {'、'.join(IMPUTING)}"
            part.wrong(f"“missing”里写成“{written}”", why, "改成其中的词", "missing")
    found = Alternatives(
        imputations=tuple(imputations),
        points=tuple(_points(part)),
        normalisations=tuple(
            _normalisation_of(each, "min_max") for each in part.parts("normalisation")
        ),
        aggregations=tuple(
            _aggregation_of(each, Aggregation()) for each in part.parts("aggregation")
        ),
        by_level=part.choice("by_level", ("yes", "no"), "no") == "yes",
        noise=part.number("weights", 0.0, least=0.0, most=1.0),
        leave_one_out=part.choice("leave_one_out", ("yes", "no"), "no") == "yes",
    )
    part.finish()
    return found


def _points(part: Part) -> Iterator[int]:
    for written in part.texts("winsorise"):
        if written.isdecimal():
            yield int(written)
        else:
            part.wrong(f"“winsorise”里写成“{written}”", "应为整数", "写成 [1, 2, 5]", "winsorise")


def _marks(part: Part) -> Marks | None:
    if "marks" not in part:
        return None
    inner = part.part("marks")
    found = Marks(inner.number("most", least=0.0), inner.whole("trim", 0, most=10))
    if not found.most > 0:
        inner.wrong("满分不大于 0", f"most 写成 {found.most:g}", "写专家打分的满分，如 100")
    inner.finish()
    return found


def _band(part: Part) -> Band:
    band = Band(part.text("name"), part.number("least"))
    part.finish()
    return band


def _class_reward(part: Part) -> ClassReward:
    reward = ClassReward(part.text("from"), part.text("to"), _amount(part))
    part.finish()
    return reward


def _rank_reward(part: Part) -> RankReward:
    reward = RankReward(
        part.whole("places", 1, least=1),
        part.choice("against", ("previous", "best"), "previous"),
        _amount(part),
    )
    part.finish()
    return reward


def _amount(part: Part) -> int:
    text = part.text("amount").replace(" ", "")
    try:
        amount = Decimal(text.removesuffix(_WAN)) * FEN_PER_WAN
    except InvalidOperation:
        amount = Decimal(-1)
    if not text.endswith(_WAN) or not amount.is_finite() or amount < 0 or amount % 1:
        part.wrong(f"金额写成“{text}”", "应为万元，精确到分", "写成 300万元", "amount")
        return 0
    return int(amount)


def _columns(part: Part) -> Columns:
    found = Columns(
        unit=part.texts("unit") or COLUMNS.unit,
        name=part.texts("name") or COLUMNS.name,
        group=part.texts("group") or COLUMNS.group,
        year=part.texts("year") or COLUMNS.year,
    )
    part.finish()
    return found
