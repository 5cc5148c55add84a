"""Related rows: counted and added up, and what is left open where little is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from made_rules import DAY, conditions, made, text_of

from kechuang.eligibility.batch import run
from kechuang.eligibility.frames import Subject, frames_of
from kechuang.eligibility.lower_rule import lower_rule
from kechuang.eligibility.single import Single
from kechuang.rulebook.errors import RuleError

FIRST_CLASS = "count(ip where class = I) >= 1"
VALID = "count(ip where valid on as_of) >= 1"
PAID = "sum(amount of financings where paid_on within 3 年) >= 100 万元"
FIRST, SECOND, NAMELESS = "{class: I}", "{class: II}", "{class: 缺}"
VALID_ROW = "{{status: {0}, granted_on: {1}, expires_on: {2}}}"
NOW, LONG_AGO = "paid_on: 2026-01-01", "paid_on: 2020-01-01"


@pytest.mark.parametrize(
    ("when", "rows", "expected"),
    [
        pytest.param(FIRST_CLASS, f"ip: [{FIRST}]", True, id="one"),
        pytest.param(FIRST_CLASS, f"ip: [{SECOND}]", False, id="none of them"),
        pytest.param(FIRST_CLASS, "ip: []", False, id="no rows"),
        pytest.param(FIRST_CLASS, "", None, id="rows not known"),
        pytest.param(FIRST_CLASS, f"ip: [{NAMELESS}]", None, id="class not known"),
        pytest.param(FIRST_CLASS, f"ip: [{FIRST}, {NAMELESS}]", True, id="one is enough"),
        pytest.param("count(ip) >= 0", "", True, id="none is enough"),
        pytest.param("count(ip) >= 2 件", f"ip: [{FIRST}, {NAMELESS}]", True, id="every row"),
        pytest.param("count(ip where class = I) <= 1", f"ip: [{NAMELESS}]", True, id="at most"),
        pytest.param(
            "count(ip where class = I) <= 1", f"ip: [{FIRST}, {NAMELESS}]", None, id="at most, open"
        ),
        pytest.param(
            "count(ip where class = I) <= 1",
            f"ip: [{FIRST}, {FIRST}, {NAMELESS}]",
            False,
            id="already more",
        ),
        pytest.param(
            "count(ip where class = I) + count(ip where class = II) >= 2",
            f"ip: [{FIRST}, {SECOND}]",
            True,
            id="two counts",
        ),
        pytest.param(
            "count(ip where class = I) - count(ip where class = II) >= 1",
            f"ip: [{FIRST}, {NAMELESS}]",
            None,
            id="one count less another",
        ),
        pytest.param(
            VALID,
            f"ip: [{VALID_ROW.format('valid', '2026-07-01', '2026-07-01')}]",
            True,
            id="today",
        ),
        pytest.param(
            VALID,
            f"ip: [{VALID_ROW.format('valid', '2026-07-02', '2030-01-01')}]",
            False,
            id="not granted yet",
        ),
        pytest.param(
            VALID,
            f"ip: [{VALID_ROW.format('valid', '2020-01-01', '2026-06-30')}]",
            False,
            id="expired",
        ),
        pytest.param(
            VALID,
            f"ip: [{VALID_ROW.format('lapsed', '2020-01-01', '2030-01-01')}]",
            False,
            id="lapsed",
        ),
        pytest.param(
            VALID,
            f"ip: [{VALID_ROW.format('valid', '2020-01-01', '缺')}]",
            None,
            id="end not known",
        ),
        pytest.param(
            PAID,
            f"financings: [{{amount: 60 万元, {NOW}}}, {{amount: 40 万元, {NOW}}}]",
            True,
            id="added up",
        ),
        pytest.param(
            PAID,
            f"financings: [{{amount: 60 万元, {NOW}}}, {{amount: 40 万元, {LONG_AGO}}}]",
            False,
            id="too long ago",
        ),
        pytest.param(
            PAID,
            f"financings: [{{amount: 100 万元, {NOW}}}, {{amount: 缺, {NOW}}}]",
            None,
            id="amount not known",
        ),
        pytest.param(
            PAID,
            f"financings: [{{amount: 100 万元, {NOW}}}, {{amount: 缺, {LONG_AGO}}}]",
            True,
            id="amount of another row not known",
        ),
        pytest.param(
            PAID, "financings: [{amount: 100 万元, paid_on: 缺}]", None, id="date not known"
        ),
        pytest.param(PAID, "financings: []", False, id="nothing to add up"),
        pytest.param(PAID, "", None, id="sum of rows not known"),
    ],
)
def test_related_rows(tmp_path: Path, when: str, rows: str, expected: bool | None) -> None:
    assert made(tmp_path, text_of(conditions(c=when), rows=rows)).outcome().verdict is expected


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ("revenue / count(ip) >= 1 万元 / 1 件", "不能作除数"),
        ("revenue * count(ip) >= 1 万元 * 1 件", "不能这样相乘"),
    ],
)
def test_what_would_need_the_exact_number_of_rows_is_refused(
    tmp_path: Path, tree: str, message: str
) -> None:
    rule = made(tmp_path, text_of(conditions(c=tree)))

    with pytest.raises(RuleError, match=message):
        lower_rule(rule.rule, rule.book, DAY)


Facts = Mapping[str, str | None]


def verdicts(
    folder: Path, when: str, own: Mapping[str, pl.Series], ip: Sequence[Facts] | None
) -> list[bool | None]:
    """The verdicts by Polars on the firms E1, E2 … with these columns and these rows of `ip`."""
    rule = made(folder, text_of(conditions(c=when)))
    count = max((len(column) for column in own.values()), default=1)
    keys = [f"E{number}" for number in range(1, count + 1)]
    frames = {"enterprises": pl.DataFrame({"enterprise_code": keys, **own})}
    if ip is not None:
        schema = {"enterprise_code": pl.String, "ip_class": pl.String}
        frames["ip"] = pl.DataFrame(ip, schema=schema)
    return run(rule.rule, rule.book, frames, DAY)["verdict"].to_list()


def one(owner: str, code: str | None) -> Facts:
    return {"enterprise_code": owner, "ip_class": code}


@pytest.mark.parametrize(
    ("when", "listed", "rows", "expected"),
    [
        pytest.param(FIRST_CLASS, [True], [], False, id="all are listed"),
        pytest.param(FIRST_CLASS, [False], [], None, id="not all are listed"),
        pytest.param(FIRST_CLASS, [None], [], None, id="nobody knows whether all are listed"),
        pytest.param(FIRST_CLASS, [False], [one("E1", "I")], True, id="those listed are enough"),
        pytest.param(FIRST_CLASS, [False], [one("E1", "II")], None, id="others can be of it"),
        pytest.param("count(ip) <= 0", [False], [one("E1", "II")], False, id="already too many"),
        pytest.param("count(ip) <= 1", [False], [one("E1", "II")], None, id="others can follow"),
    ],
)
def test_list_that_is_not_complete(
    tmp_path: Path,
    when: str,
    listed: list[bool | None],
    rows: list[Facts],
    *,
    expected: bool | None,
) -> None:
    columns = {"ip_listed": pl.Series(listed, dtype=pl.Boolean)}

    assert verdicts(tmp_path, when, columns, rows) == [expected]


@pytest.mark.parametrize(
    ("when", "rows", "expected"),
    [
        pytest.param(FIRST_CLASS, None, None, id="frame not given"),
        pytest.param("count(ip) >= 0", None, True, id="frame not given, none is enough"),
        pytest.param(FIRST_CLASS, [], False, id="no rows"),
        pytest.param(FIRST_CLASS, [one("E1", "I")], True, id="one"),
        pytest.param(FIRST_CLASS, [one("E2", "I")], False, id="one of another firm"),
        pytest.param(FIRST_CLASS, [one("E1", None)], None, id="class not known"),
    ],
)
def test_rows_of_a_frame(
    tmp_path: Path, when: str, rows: list[Facts] | None, *, expected: bool | None
) -> None:
    assert verdicts(tmp_path, when, {}, rows) == [expected]


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("revenue >= 1 万元", None),
        ("revenue >= 1 万元 or 是", True),
        ("region_code in [130000]", None),
        ("region_code in ['000000']", True),
        ("count(ip where granted_on within 3 年) >= 1", None),
    ],
)
def test_column_that_the_data_has_not_is_not_known(
    tmp_path: Path, when: str, *, expected: bool | None
) -> None:
    assert verdicts(tmp_path, when, {}, [one("E1", "I")]) == [expected]


def test_some_firms_with_and_some_without_rows(tmp_path: Path) -> None:
    rule = made(tmp_path, text_of(conditions(c=FIRST_CLASS)))
    lowered = lower_rule(rule.rule, rule.book, DAY)
    rows = [{"ip_class": "I"}]
    subjects = [Subject({}, {"ip": rows}), Subject({}, {}), Subject({}, {"ip": []})]
    frames = frames_of(lowered, "enterprise_code", subjects)
    single = Single(rule.rule, rule.book, DAY)

    assert run(rule.rule, rule.book, frames, DAY)["verdict"].to_list() == [True, None, False]
    assert [single.outcome(each.facts, each.rows).verdict for each in subjects] == [
        True, None, False,
    ]  # fmt: skip


def test_regions_are_told_by_the_subject_even_within_rows(tmp_path: Path) -> None:
    body = """
parameters:
  window:
    name: 下限
    article: 办法 附件
    values:
      - {from: 2020-01-01, value: 2 件}
      - {from: 2020-01-01, region: "130000", value: 1 件}
"""
    text = text_of(
        body + conditions(c="count(ip where class = I) >= window"),
        given="region_code: '130402'",
        rows=f"ip: [{FIRST}]",
    )

    assert made(tmp_path, text).outcome().verdict is True
