"""What is wrong with a scheme as a whole: its tree, its weights, its classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isclose, isnan

from kechuang.evaluation.scheme import Branch, Indicator, Scheme
from kechuang.evaluation.scheme_parts import SchemeFile
from kechuang.reference.yaml_lines import Steps

TOLERANCE = 1e-9


def check_tree(
    file: SchemeFile, branches: Sequence[Branch], indicators: Sequence[Indicator]
) -> None:
    """One total, every parent a branch, every branch with something under it, and no circle."""
    at = file.places
    for key, nodes in (("branches", branches), ("indicators", indicators)):
        for position, node in enumerate(nodes):
            if node.code in at:
                why = f"第 {file.lines.of(at[node.code])} 行已经有了"
                what = f"代码“{node.code}”写了两次"
                file.add((key, position), "duplicate", what, why, "改一个代码")
            at.setdefault(node.code, (key, position))
    _check_headers(file, indicators)
    if not branches or not indicators:
        what = "没有 branches" if not branches else "没有 indicators"
        why = "方案至少要有总分（branches 的第一项）和一个指标"
        file.add((), "empty_branch", what, why, "照示例方案补上")
        return
    _check_total(file, branches)
    _check_parents(file, branches, indicators, at)
    _check_circles(file, branches, at)


def _check_headers(file: SchemeFile, indicators: Sequence[Indicator]) -> None:
    """Two indicators of one name would take the same column."""
    counts = Counter(each.name for each in indicators)
    for position, each in enumerate(indicators):
        if each.name and counts[each.name] > 1:
            what = f"指标名“{each.name}”写了两次"
            why = "数据列按指标名或代码认，重名分不清"
            file.add(("indicators", position), "duplicate", what, why, "改一个名称")


def _check_total(file: SchemeFile, branches: Sequence[Branch]) -> None:
    tops = [position for position, each in enumerate(branches) if each.parent is None]
    if not tops:
        why = "每个分支都写了 parent，找不到最上面的总分"
        file.add(("branches",), "cycle", "没有总分", why, "总分那一项不写 parent")
    for position in tops[1:]:
        what = f"“{branches[position].name}”没有写 parent"
        why = f"总分已经是“{branches[tops[0]].name}”"
        file.add(("branches", position), "unknown_parent", what, why, "补上 parent")


def _check_parents(
    file: SchemeFile,
    branches: Sequence[Branch],
    indicators: Sequence[Indicator],
    at: dict[str, Steps],
) -> None:
    codes = {each.code for each in branches}
    for node in (*branches, *indicators):
        if node.parent is None or node.parent in codes:
            continue
        why = f"branches 里有 {'、'.join(sorted(codes))}"
        what = f"“{node.name}”的 parent“{node.parent}”不是分支"
        file.add((*at[node.code], "parent"), "unknown_parent", what, why, "改成其中一个")
    used = {node.parent for node in (*branches, *indicators)}
    for branch in branches:
        if branch.code not in used:
            what = f"“{branch.name}”下面没有指标"
            why = "没有一项的 parent 是它"
            file.add(at[branch.code], "empty_branch", what, why, "在它下面加指标，或删去它")


def _check_circles(file: SchemeFile, branches: Sequence[Branch], at: dict[str, Steps]) -> None:
    parents = {each.code: each.parent for each in branches}
    told: set[str] = set()
    for branch in branches:
        way = [branch.code]
        above = branch.parent
        while above is not None and above in parents and above not in way:
            way.append(above)
            above = parents[above]
        if above == branch.code and branch.code not in told:
            told.update(way)
            circle = " → ".join([*way, branch.code])
            why = f"上级的上级又回到自己：{circle}"
            what = f"“{branch.name}”绕了回来"
            file.add((*at[branch.code], "parent"), "cycle", what, why, "改其中一项的 parent")


def check_weights(file: SchemeFile, scheme: Scheme) -> None:
    """Given weights sum to what the scheme says they do; a matrix has a row for each part."""
    for branch in scheme.branches:
        parts = scheme.parts(branch.code)
        if branch.weighting == "ahp":
            rows = len(branch.comparisons or ())
            if rows != len(parts):
                what = f"“{branch.name}”的比较矩阵有 {rows} 行"
                why = f"它下面有 {len(parts)} 项：{_listed(parts)}"
                file.add(file.places[branch.code], "weights", what, why, "每项一行，按这个顺序")
            continue
        if branch.weighting != "given":
            continue
        unwritten = [each for each in parts if isnan(each.weight)]
        if unwritten:
            what = f"“{branch.name}”下面有的项没有写权重"
            why = f"{_listed(unwritten)} 缺 weight，而它的权重是给定的"
            file.add(file.places[branch.code], "weights", what, why, "补上 weight，或换 weighting")
            continue
        total = sum(each.weight for each in parts)
        wanted = _wanted(scheme, branch)
        if wanted is None and not total > 0:
            why, remedy = "每项权重都是 0", "至少一项大于 0"
        elif wanted is not None and not isclose(total, wanted, rel_tol=TOLERANCE):
            weights = " + ".join(f"{each.weight:g}" for each in parts)
            why, remedy = f"{weights} = {total:g}，应为 {wanted:g}", "改权重，或改 weights 的写法"
        else:
            continue
        what = f"“{branch.name}”下面各项的权重加不起来"
        file.add(file.places[branch.code], "weights", what, why, remedy)


def _wanted(scheme: Scheme, branch: Branch) -> float | None:
    if scheme.weights == "points":
        return branch.weight
    return {"shares": 1.0, "percents": 100.0}.get(scheme.weights)


def _listed(parts: Sequence[Branch | Indicator]) -> str:
    return "、".join(each.name for each in parts)


def check_years(file: SchemeFile, scheme: Scheme) -> None:
    """What compares with one year or one unit is not spread over all years, and growth is that of
    the values as they are.
    """
    for each in scheme.indicators:
        if each.normalisation.method == "level_growth" and each.treatment is not None:
            what = f"“{each.name}”按水平加增长计分，又要处理极端值"
            why = "极端值收缩或取对数之后，增幅就不是原来的增幅了"
            file.add(file.places[each.code], "schema", what, why, "给它写上 treatment: none")
        if scheme.over_years and each.normalisation.method in {"level_growth", "distance_to_unit"}:
            what = f"“{each.name}”用 {each.normalisation.method}，又要同所有年份比"
            why = "这种办法只在一年之内（或同上一年）比"
            remedy = "换一种 normalisation，或去掉 normalise_over: all_years"
            file.add(file.places[each.code], "schema", what, why, remedy)


def check_classes(file: SchemeFile, scheme: Scheme) -> None:
    """Classes differ in name and mark, rewards speak of classes that are there."""
    for position, band in enumerate(scheme.bands):
        for other in scheme.bands[:position]:
            if band.name == other.name or band.least == other.least:
                what = f"档次“{band.name}”与“{other.name}”重了"
                why = "名称和起点分都要各不相同"
                file.add(("classes", position), "classes", what, why, "改其中一个")
    if scheme.bands and scheme.total.aggregation.method == "copeland":
        why = "Copeland 只排名次，没有分数可以同分数线比"
        file.add(
            ("classes",), "classes", "总分用 Copeland 时不能分档", why, "删去 classes，或换一种汇总"
        )
    known = {band.name for band in scheme.bands}
    for position, reward in enumerate(scheme.class_rewards):
        for name in (reward.origin, reward.into):
            if name not in known:
                what, why = f"没有档次“{name}”", f"classes 里有 {'、'.join(sorted(known)) or '空'}"
                steps: Steps = ("rewards", "class_rise", position)
                file.add(steps, "classes", what, why, "改成其中一个")
