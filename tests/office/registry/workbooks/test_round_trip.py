"""What is exported and sent back changes nothing, in every format and with every character."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.eligibility.data.errors import Place
from kechuang.eligibility.data.raw import RawTable
from kechuang.office.ground.actors import Actor
from kechuang.office.registry import models as registry
from kechuang.office.registry.imports.contents import Selection
from kechuang.office.registry.imports.exports import FORMATS, Form, write
from kechuang.office.registry.imports.ours import without_ours
from kechuang.office.registry.imports.plans import Import
from kechuang.office.registry.imports.previewing import preview
from kechuang.office.registry.imports.purposes import PURPOSES
from kechuang.office.registry.imports.reading import FileRefused
from kechuang.office.registry.imports.templates import template
from kechuang.office.registry.sources import load_sources

RARE = "𠮷𫍽䶮㼆𰻝\U00030000é·"  # four bytes in GB 18030, some of level 3


def importing(code: str, year: int | None, region: Any) -> Import:
    return Import(
        batch=0,
        purpose=PURPOSES[code],
        source=load_sources()["firm_statement"],
        as_of=date(2025, 12, 31),
        document="",
        region=region.pk,
        region_path=region.path,
        region_level=region.level,
        year=year,
        confirmed_by="officer",
        confirmed_name="张三",
        now=timezone.now(),
    )


def counts_of(path: Path, code: str, year: int | None, region: Any) -> dict[str, Any]:
    """What an import of the file would do, and what is wrong with it."""
    found = preview(path, importing(code, year, region), {})
    told = [cell["text"] for each in found.findings.told() for cell in each["cells"]]
    changed = [row["changes"] for row in found.samples.get("changed", [])]
    return {**{name: count for name, count in found.counts.items() if count}, "?": told + changed}


def sent_back(actor: Actor, form: Form, region: Any) -> dict[str, Any]:
    """Export and look at what an import of the very file would do."""
    chosen = form.selection
    with TemporaryDirectory() as folder:
        path = Path(folder) / form.file_name
        with path.open("wb") as file:
            write(actor, form, file)
        return counts_of(path, chosen.purpose, chosen.year, region)


def form_of(code: str, wanted: str) -> Form:
    year = 2025 if PURPOSES[code].needs_year else None
    return Form(Selection(code, year, "firm_statement", whole=True), wanted)


@pytest.mark.both_databases
@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("code", PURPOSES)
def test_export_sent_back_changes_nothing(
    officer: Actor, county: Any, records: SimpleNamespace, code: str, wanted: str
) -> None:
    assert sent_back(officer, form_of(code, wanted), county) == {"same": 1, "?": []}


def test_short_form_sent_back_changes_nothing(
    officer: Actor, county: Any, records: SimpleNamespace
) -> None:
    for code in ("organisations", "platforms"):
        form = form_of(code, "xlsx")
        short = replace(form, selection=replace(form.selection, whole=False, year=None))
        assert sent_back(officer, short, county) == {"same": 1, "?": []}


TEXT = st.text(
    st.one_of(
        st.sampled_from(RARE + "=+-@'\"“，,;\t 甲0A"),
        st.characters(min_codepoint=0x20, exclude_categories=("C", "Zl", "Zp")),
    ),
    max_size=30,
)
MONEY = st.one_of(st.none(), st.integers(-(10**15), 10**15))
COUNT = st.one_of(st.none(), st.integers(0, 10**9))
DAY = st.one_of(st.none(), st.dates(date(1900, 1, 2), date(2100, 12, 31)))


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    texts=st.lists(TEXT, min_size=4, max_size=4),
    money=MONEY,
    staff=st.one_of(st.none(), st.integers(0, 10**12)),
    count=COUNT,
    day=DAY,
    wanted=st.sampled_from(list(FORMATS)),
)
def test_any_values_sent_back_change_nothing(
    officer: Actor,
    county: Any,
    records: SimpleNamespace,
    texts: list[str],
    money: int | None,
    staff: int | None,
    count: int | None,
    day: date | None,
    wanted: str,
) -> None:
    plain = [" ".join(text.split()) for text in texts]
    registry.Organisation.objects.filter(pk=records.firm.pk).update(
        address=plain[0], main_business=plain[1], registered_capital=money, founded_on=day
    )
    registry.YearlyFact.objects.filter(pk=records.facts.pk).update(
        revenue=money, staff_total_quarterly=staff, rd_staff=count
    )
    registry.Qualification.objects.filter(pk=records.title.pk).update(note=plain[2], expires_on=day)
    registry.IntellectualProperty.objects.filter(pk=records.right.pk).update(
        name=plain[3], granted_on=day
    )
    for code in ("organisations", "yearly_facts", "qualifications", "rights"):
        assert sent_back(officer, form_of(code, wanted), county) == {"same": 1, "?": []}


@pytest.mark.parametrize("wanted", FORMATS)
def test_rare_characters_survive(
    officer: Actor,
    county: Any,
    enterprise: Callable[..., registry.Organisation],
    wanted: str,
) -> None:
    enterprise(7, name=f"甲县{RARE}有限公司", address=RARE, contact_name=RARE[:4])
    assert sent_back(officer, form_of("organisations", wanted), county) == {"same": 1, "?": []}


@pytest.mark.parametrize("code", PURPOSES)
def test_template_as_it_is_holds_no_rows(county: Any, tmp_path: Path, code: str) -> None:
    year = 2025 if PURPOSES[code].needs_year else None
    path = tmp_path / "模板.xlsx"
    path.write_bytes(template(code, year))
    assert counts_of(path, code, year, county) == {"?": []}


def test_template_of_another_purpose_is_refused_with_a_sentence(
    county: Any, tmp_path: Path
) -> None:
    path = tmp_path / "人才.xlsx"
    path.write_bytes(template("people"))
    with pytest.raises(FileRefused, match="这是“人才”的填报模板，不能当作“企业和其他单位”导入"):
        counts_of(path, "organisations", None, county)


@pytest.mark.parametrize(
    ("row", "stays"),
    [
        (["示例：91990101MA0000001X", "示例：示例轴承有限公司", None], False),
        ([None, "示例：示例轴承有限公司", "甲县"], False),
        (["导出人：张三（zhang）　时间：2026-01-02 08:00", None, None], False),
        ([None, "甲县示例：有限公司", None], True),
        (["91990101MA0000001X", "甲", "示例：一"], True),
        ([None, None, None], True),
    ],
)
def test_rows_that_are_no_data_are_left_out(row: list[str | None], stays: bool) -> None:
    schema = {str(at): pl.String for at in range(3)}
    table = RawTable(
        Place("表.xlsx", "填报"),
        ("统一社会信用代码", "企业名称", "地址"),
        pl.DataFrame([row], schema=schema, orient="row"),
        pl.Series([2]),
        header_row=1,
    )
    assert without_ours(table, PURPOSES["organisations"]).cells.height == int(stays)
