"""Weights of the parts of one branch: equal, found from their scores, or from comparing pairs.

Every function gives weights of shape (parts,) that are not negative and sum to 1. Those found
from data take scores of shape (units, parts), more being better; a unit that lacks a part is left
out. Sources: OECD/JRC Handbook (2008), chapter 6; CRITIC: Diakoulaki and others, 1995; pairwise
comparisons: T. L. Saaty.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from kechuang.evaluation.arrays import Array, deviation, mean, same_everywhere
from kechuang.evaluation.errors import EvaluationError

Weighting: TypeAlias = Literal[
    "given", "equal", "entropy", "variation", "critic", "pca", "pca_squared", "ahp"
]
NAMES: Final[Mapping[Weighting, str]] = {
    "given": "给定",
    "equal": "等权",
    "entropy": "熵权法",
    "variation": "变异系数法",
    "critic": "CRITIC 法",
    "pca": "主成分法",
    "pca_squared": "主成分法（载荷平方）",
    "ahp": "层次分析法",
}
LEAST_UNITS: Final = 2


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Weights from a matrix of pairwise comparisons, and how consistent it is.

    `largest` is the principal eigenvalue, `index` (largest - n) / (n - 1), `ratio` the index over
    the random one; the matrix holds together where the ratio is below the limit.
    """

    weights: Array
    largest: float
    index: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Components:
    """Principal components of standardised scores, the one of greatest variance first.

    `variances` (components,) sum to the number of parts, `shares` to 1; `loadings` is
    (parts, components), each column of length 1 and with its largest entry positive.
    """

    variances: Array
    shares: Array
    loadings: Array


def equal_weights(parts: int) -> Array:
    """1/n each."""
    return np.full(parts, 1 / parts)


def entropy_weights(scores: Array) -> Array:
    """Weights by how unevenly the units share each indicator; the same everywhere counts nothing.

    Raises:
        EvaluationError: negative scores, too few units, or no indicator that differs.
    """
    used = _complete(scores, "熵权法")
    if (used < 0).any():
        why = "熵权法把得分看作份额，不能小于 0"
        raise EvaluationError("not_positive", "熵权法算不出", why, "正规化改用 0—100 或 1—100")
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = used / used.sum(axis=0)
        terms = np.where(shares > 0, shares * np.log(shares), 0.0)
    entropy = -terms.sum(axis=0) / np.log(used.shape[0])
    return _scaled(np.where(same_everywhere(used), 0.0, 1 - entropy), "熵权法")


def variation_weights(scores: Array) -> Array:
    """Weights by the coefficient of variation, standard deviation over mean.

    Raises:
        EvaluationError: a mean that is not positive, too few units, or no indicator that differs.
    """
    used = _complete(scores, "变异系数法")
    centre = mean(used)
    if (centre <= 0).any():
        why = "有的指标平均分不大于 0，变异系数没有意义"
        raise EvaluationError("not_positive", "变异系数法算不出", why, "正规化改用 0—100 或 1—100")
    spread = np.where(same_everywhere(used), 0.0, deviation(used))
    return _scaled(spread / centre, "变异系数法")


def critic_weights(scores: Array) -> Array:
    """Weights by spread and by how little an indicator goes along with the others.

    Raises:
        EvaluationError: too few units, no indicator that differs, or all of them in step.
    """
    used = _complete(scores, "CRITIC 法")
    spread = np.where(same_everywhere(used), 0.0, deviation(used))
    return _scaled(spread * (1 - _correlations(used)).sum(axis=1), "CRITIC 法")


def principal_components(scores: Array) -> Components:
    """Principal components of the standardised scores.

    Raises:
        EvaluationError: too few units, or an indicator that is the same everywhere.
    """
    used = _complete(scores, "主成分法")
    if same_everywhere(used).any():
        why = "有的指标各单位都一样，不能标准化"
        raise EvaluationError("no_spread", "主成分法算不出", why, "去掉这些指标，或换一种定权办法")
    variances, loadings = np.linalg.eigh(_correlations(used))
    variances, loadings = variances[::-1], loadings[:, ::-1]
    greatest = np.argmax(np.abs(loadings), axis=0)
    loadings = loadings * np.sign(loadings[greatest, np.arange(loadings.shape[1])])
    return Components(variances, variances / variances.sum(), loadings)


def pca_weights(scores: Array, *, squared: bool = False) -> Array:
    """Weights by the loadings of the first principal component, or by their squares.

    Raises:
        EvaluationError: loadings of both signs (a weight would be negative), where not squared; or
            what `principal_components` raises.
    """
    first = principal_components(scores).loadings[:, 0]
    if squared:
        return first**2
    against = np.flatnonzero(first < 0)
    if against.size:
        places = "、".join(f"第 {at + 1} 项" for at in against.tolist())
        why = f"{places}与其余各项此消彼长，权重会是负的"
        remedy = "核对指标方向，或改用 pca_squared、equal"
        raise EvaluationError("weights", "主成分法定不出权重", why, remedy)
    return _scaled(first, "主成分法")


def ahp_weights(matrix: Array) -> Comparisons:
    """Weights from pairwise comparisons: entry (i, j) says how many times i matters more than j.

    Raises:
        EvaluationError: the matrix is not square, positive and reciprocal, is too large, or
            contradicts itself beyond the limit; the message names the worst three.
    """
    size = _checked_size(matrix)
    values, vectors = (np.real(np.asarray(each)) for each in np.linalg.eig(matrix))
    at = int(np.argmax(values))
    principal = np.abs(vectors[:, at])
    weights = principal / principal.sum()
    largest = float(values[at])
    index = (largest - size) / (size - 1) if size > 1 else 0.0
    random = float(_numbers()["random_index"][str(size)])
    found = Comparisons(weights, largest, index, index / random if random else 0.0)
    if found.ratio >= _numbers()["consistency_limit"]:
        raise _inconsistent(matrix, found)
    return found


@cache
def _numbers() -> Mapping[str, Any]:
    return tomllib.loads(files("kechuang.evaluation").joinpath("weighting.toml").read_text("utf-8"))


def _checked_size(matrix: Array) -> int:
    size = matrix.shape[0]
    if matrix.shape != (size, size) or not (matrix > 0).all():
        why = "两两比较要写成方阵，每一格都大于 0"
        raise EvaluationError("schema", "比较矩阵不能用", why, "每行每列各对应一项，补齐空格")
    if str(size) not in _numbers()["random_index"]:
        most = max(map(int, _numbers()["random_index"]))
        why = f"有 {size} 项，一致性只能检验到 {most} 项"
        raise EvaluationError("schema", "比较矩阵太大", why, "分成几组再比较")
    wrong = np.argwhere(~np.isclose(matrix * matrix.T, 1.0, rtol=1e-3))
    if wrong.size:
        row, column = (int(at) + 1 for at in wrong[0])
        why = f"第 {row} 行第 {column} 列与第 {column} 行第 {row} 列应互为倒数"
        raise EvaluationError("schema", "比较矩阵不能用", why, "改好其中一格")
    return size


def _inconsistent(matrix: Array, found: Comparisons) -> EvaluationError:
    def gap(three: Sequence[int]) -> float:
        one, two, other = three
        return abs(float(np.log(matrix[one, two] * matrix[two, other] / matrix[one, other])))

    worst = max(combinations(range(matrix.shape[0]), 3), key=gap)
    one, two, other = (at + 1 for at in worst)
    told = (
        f"一致性比率 {found.ratio:.3f}，应小于 {_numbers()['consistency_limit']:g}；"
        f"最矛盾的是第 {one}、{two}、{other} 项之间的比较"
    )
    return EvaluationError("inconsistent", "两两比较自相矛盾", told, "重新比较这三项")


def _complete(scores: Array, name: str) -> Array:
    used = scores[np.isfinite(scores).all(axis=1)]
    if used.shape[0] < LEAST_UNITS:
        why = f"数据齐全的单位只有 {used.shape[0]} 个，至少要 {LEAST_UNITS} 个"
        raise EvaluationError("no_spread", f"{name}算不出", why, "先补缺，或改用给定权重")
    return used


def _correlations(scores: Array) -> Array:
    """Correlations; 0 with an indicator that is the same everywhere, and 1 with itself."""
    spread = deviation(scores)
    away = (scores - mean(scores)) / np.where(spread > 0, spread, 1.0)
    found = away.T @ away / (scores.shape[0] - 1)
    np.fill_diagonal(found, 1.0)
    return found


def _scaled(raw: Array, name: str) -> Array:
    total = raw.sum()
    if not total > 0:
        why = "各指标的得分都没有差别" if raw.size else "没有指标"
        raise EvaluationError("no_spread", f"{name}算不出", why, "改用给定权重或等权")
    return np.maximum(raw, 0.0) / total
