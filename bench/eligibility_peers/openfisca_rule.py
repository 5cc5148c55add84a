"""The technology SME rule as a tax-benefit system without a country, as OpenFisca writes it.

Units are those of the frame, 分 and ten-thousandths of a person, so that 64 bits would be exact.
They are floats, because 分 do not fit OpenFisca's 32-bit integers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import add, mul
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.model_api import max_, select
from openfisca_core.periods import DateUnit
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable, config

PERIOD = "2025"
Enterprise = build_entity(
    key="enterprise", plural="enterprises", label="enterprise", is_person=True
)
STAFF_BANDS = ((0.30, 20), (0.25, 16), (0.20, 12), (0.15, 8), (0.10, 4))
REVENUE_BANDS = ((0.06, 50), (0.05, 40), (0.04, 30), (0.03, 20), (0.02, 10))
COST_BANDS = ((0.30, 50), (0.25, 40), (0.20, 30), (0.15, 20), (0.10, 10))
CLEAR = (
    "resident_enterprise",
    "books_assessed",
    "rd_collected",
    "industry_allowed",
    "accident_free",
    "environment_clean",
    "integrity_clean",
    "not_listed_abnormal",
)
NUMBERS = (
    "staff_total_quarterly__y0",
    "technical_staff_quarterly__y0",
    "revenue__y0",
    "total_assets__y0",
    "total_cost__y0",
    "rd_expense_deduction__y0",
)
DIRECT = ("hnte", "honours_led", "institutions_upper", "standards_led")
COUNTS = ("ip_i", "ip_ii", *DIRECT)


def ratio(above: Any, below: Any) -> Any:
    """A share; zero where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def banded(share: Any, bands: tuple[tuple[float, int], ...]) -> Any:
    """The points of the first band that is reached."""
    return select([share >= least for least, _ in bands], [points for _, points in bands])


def staff_score(enterprise: Any, period: Any) -> Any:
    """Technical staff, article 7 (1)."""
    technical = enterprise("technical_staff_quarterly__y0", period)
    return banded(ratio(technical, enterprise("staff_total_quarterly__y0", period)), STAFF_BANDS)


def rd_score(enterprise: Any, period: Any) -> Any:
    """R&D expense by revenue or by cost, article 7 (2)."""
    spent = enterprise("rd_expense_deduction__y0", period)
    by_revenue = banded(ratio(spent, enterprise("revenue__y0", period)), REVENUE_BANDS)
    by_cost = banded(ratio(spent, enterprise("total_cost__y0", period)), COST_BANDS)
    return max_(by_revenue, by_cost)


def ip_score(enterprise: Any, period: Any) -> Any:
    """Results, article 7 (3)."""
    first, second = enterprise("ip_i", period), enterprise("ip_ii", period)
    return select([first >= 1] + [second >= least for least in (4, 3, 2, 1)], [30, 24, 18, 12, 6])


def score(enterprise: Any, period: Any) -> Any:
    """The sum of the three, article 7."""
    parts = ("staff_score", "rd_score", "ip_score")
    return sum(enterprise(part, period) for part in parts)


def clear(enterprise: Any, period: Any) -> Any:
    """What is answered with yes or no, article 6 (1), (3) and (4)."""
    return reduce(mul, (enterprise(flag, period) for flag in CLEAR))


def scale(enterprise: Any, period: Any) -> Any:
    """Size, article 6 (2)."""
    return (
        (enterprise("staff_total_quarterly__y0", period) <= 5_000_000)
        * (enterprise("revenue__y0", period) <= 20_000_000_000)
        * (enterprise("total_assets__y0", period) <= 20_000_000_000)
    )


def by_score(enterprise: Any, period: Any) -> Any:
    """Points, article 6 (5)."""
    return (enterprise("score", period) >= 60) * (enterprise("staff_score", period) > 0)


def direct(enterprise: Any, period: Any) -> Any:
    """Confirmation without points, article 8."""
    return reduce(add, (enterprise(count, period) >= 1 for count in DIRECT))


def eligible(enterprise: Any, period: Any) -> Any:
    """Articles 6 and 8."""
    merit = enterprise("by_score", period) + enterprise("direct", period)
    return enterprise("clear", period) * enterprise("scale", period) * merit


def system(*, double: bool = False) -> TaxBenefitSystem:
    """The system; `double` changes its types to 64 bits, which OpenFisca does not offer."""
    if double:
        config.VALUE_TYPES[float]["dtype"] = np.float64
        config.VALUE_TYPES[int]["dtype"] = np.int64
    made = TaxBenefitSystem([Enterprise])
    kinds = dict.fromkeys(CLEAR, bool) | dict.fromkeys(NUMBERS, float) | dict.fromkeys(COUNTS, int)
    for name, kind in kinds.items():
        made.add_variable(_variable(name, kind))
    for formula in (staff_score, rd_score, ip_score, score):
        made.add_variable(_variable(formula.__name__, int, formula))
    for formula in (clear, scale, by_score, direct, eligible):
        made.add_variable(_variable(formula.__name__, bool, formula))
    return made


def _variable(name: str, kind: type, formula: Callable[..., Any] | None = None) -> type[Variable]:
    body: dict[str, Any] = {
        "value_type": kind,
        "entity": Enterprise,
        "definition_period": DateUnit.YEAR,
        "label": name,
    }
    if formula:
        body["formula"] = formula
    return type(name, (Variable,), body)
