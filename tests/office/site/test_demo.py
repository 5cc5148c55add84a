"""The made-up city: the same each time, in an empty installation only, quickly."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import Count

from kechuang.eligibility.data import prepare
from kechuang.office.accounts.models import Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.ground.models import AuditEvent
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Region
from kechuang.office.regions.services import InUse
from kechuang.office.registry import models as registry_models
from kechuang.office.registry.made_up import FRAMES, blocks, make
from kechuang.office.registry.made_up.city import write
from kechuang.office.registry.names import initials, name_key
from kechuang.office.registry.queries import counting
from kechuang.office.registry.queries import frames as registry_frames
from kechuang.office.registry.queries.facts import YEARLY
from kechuang.office.registry.queries.proposals import current_of
from kechuang.office.site.demo import Built, build, stories
from kechuang.reference import load_dictionary
from kechuang.reference.credit_codes import is_credit_code

pytestmark = pytest.mark.django_db

FEW = 60
DAY = date(2026, 7, 1)
NOT_IN_THE_CITY = {"Document", "HeaderChoice", "ImportBatch", "ImportChange", "Merge", "Unlike"}
"""What comes about only by somebody's acts: files, imports, pairs that somebody looked at."""
SECONDS = 120  # ten times what it takes: the benchmarks measure it


class _TakenBack(Exception):  # noqa: N818 - it only ends the transaction
    pass


REGISTRY = tuple(
    model for model in apps.get_app_config("registry").get_models(include_auto_created=True)
)
NEITHER = {"changed_at", "created_at", "found_at", "proposed_at", "settled_at", "added_at"}


def registry() -> list[list[tuple[object, ...]]]:
    """Every row of the registry: what it refers to by its words, without keys and times."""
    return [
        sorted(
            model.objects.values_list(
                *(
                    f"{field.name}__code" if field.related_model in {Party, Region} else field.name
                    for field in model._meta.concrete_fields
                    if field.name not in NEITHER
                    and not (field.primary_key and not field.is_relation)
                    and (not field.is_relation or field.related_model in {Party, Region})
                )
            ),
            key=str,
        )
        for model in REGISTRY
    ]


def everything() -> list[list[tuple[object, ...]]]:
    """What was built, without passwords, keys and times."""
    return [
        *registry(),
        list(Region.objects.values_list("code", "name", "level", "path")),
        list(Party.objects.values_list("code", "name", "kind", "region__code")),
        list(User.objects.values_list("username", "name", "region__code")),
        sorted(
            Membership.objects.values_list("user__username", "role", "region__code", "party__code"),
            key=str,
        ),
    ]


@pytest.mark.both_databases
def test_whole_city_is_built_in_time() -> None:
    begin = time.perf_counter()
    built = build()
    assert time.perf_counter() - begin < SECONDS
    assert Party.objects.filter(kind="enterprise").count() == 3_000
    assert (built.regions, built.parties) == (Region.objects.count(), Party.objects.count())


def test_city_has_the_nine_counties_and_everybody_of_the_matrix() -> None:
    build(FEW)
    counties = Region.objects.filter(parent__code="990100", level="county")
    assert "".join(region.name[0] for region in counties) == "甲乙丙丁戊己庚辛壬"
    assert set(Membership.objects.values_list("role", flat=True)) == set(matrix().roles)


def test_same_seed_builds_the_same_city() -> None:
    cities: list[list[list[tuple[object, ...]]]] = []
    for _ in range(2):
        with suppress(_TakenBack), transaction.atomic():
            build(FEW)
            cities.append(everything())
            raise _TakenBack
    assert cities[0] == cities[1]
    assert Party.objects.count() == 0


def test_codes_of_firms_are_right_in_shape_and_lie_in_no_real_region() -> None:
    build(FEW)
    codes = list(Party.objects.filter(kind="enterprise").values_list("code", flat=True))
    assert [code for code in codes if not is_credit_code(code)] == []
    assert {code[2:6] for code in codes} == {"9901"}
    assert len(codes) == len(set(codes)) == FEW


def test_passwords_differ_and_are_kept_nowhere_in_words() -> None:
    built = build(FEW)
    passwords = [person.password for person in built.people]
    assert len(set(passwords)) == len(passwords) == User.objects.count()
    trail = " ".join(str(event.changes) for event in AuditEvent.objects.all())
    assert [password for password in passwords if password in trail] == []
    kept = " ".join(User.objects.values_list("password", flat=True))
    assert [password for password in passwords if password in kept] == []
    assert all(
        User.objects.get(username=each.username).check_password(each.password)
        for each in built.people
    )


def test_city_is_built_once() -> None:
    build(FEW)
    before = everything()
    with pytest.raises(InUse):
        build(FEW)
    assert everything() == before


def test_names_of_firms_are_made_up_and_differ() -> None:
    build(FEW)
    names = list(Party.objects.filter(kind="enterprise").values_list("name", flat=True))
    assert len(set(names)) == FEW
    assert [name for name in names if not re.search(r"公司|厂|合作社|集团", name)] == []


# --- the registry


@pytest.fixture
def city(db: None) -> Built:
    return build(600, DAY)


def test_city_has_some_of_everything(city: Built) -> None:
    empty = {model.__name__ for model in REGISTRY if not model.objects.exists()}
    assert empty == NOT_IN_THE_CITY


def test_figures_of_three_years_move_sensibly(city: Built) -> None:
    values = counting.yearly([YEARLY["revenue"]])
    assert set(values["year"]) == {DAY.year - 1, DAY.year - 2, DAY.year - 3}
    later = values.with_columns(values["year"] + 1)
    both = values.join(later, on=["party_id", "year"], suffix="_before").drop_nulls()
    growth = (both["revenue"] / both["revenue_before"]).sort()
    middle, usual = growth.median(), growth.is_between(0.5, 2.0).mean()
    assert middle is not None
    assert 1.0 < float(str(middle)) < 1.2
    assert usual is not None
    assert float(str(usual)) > 0.95


def test_city_has_the_mistakes_that_people_make(city: Built) -> None:
    assert registry_models.Standing.objects.filter(not_listed_abnormal=False).count() == 1
    assert set(registry_models.Doubt.objects.values_list("state", flat=True)) >= {"open"}
    keys = registry_models.Organisation.objects.filter(kind="enterprise")
    alike = keys.values("name_key").annotate(number=Count("pk")).filter(number__gt=1)
    assert alike.count() == stories.TWINS
    with_last = registry_models.YearlyFact.objects.filter(year=DAY.year - 1)
    said = with_last.values("party").distinct().count()
    assert 0.6 < said / 600 < 0.95


def test_sources_differ_and_some_cells_are_corrected() -> None:
    build(3_000, DAY)
    rows = registry_models.YearlyFact.objects.filter(revenue__isnull=False)
    several = rows.values("party", "year").annotate(number=Count("revenue", distinct=True))
    assert several.filter(number__gt=1).count() > 50
    assert registry_models.CellCorrection.objects.count() > 0
    explained = registry_models.Doubt.objects.filter(state="gone")
    assert explained.exists()


def test_certificates_expire_soon_or_wait_for_the_next(city: Built) -> None:
    rows = registry_models.Qualification.objects
    soon = DAY + timedelta(days=180)
    assert rows.filter(status="valid", expires_on__range=(DAY, soon)).exists()
    assert not rows.filter(status="valid", expires_on__lt=DAY).exists()
    assert rows.filter(status="awaiting").exclude(awaiting_document="").exists()
    titles = set(rows.values_list("title", flat=True))
    assert {"hnte", "tech_sme_national", "tech_sme_provincial", "srdi_sme"} <= titles


def test_platforms_are_of_every_kind_and_hand_firms_on(city: Built) -> None:
    kinds = set(registry_models.Platform.objects.values_list("kind", flat=True))
    assert kinds == set(load_dictionary().field("platforms", "platform_kind").options)
    chain = registry_models.Platform.objects.filter(
        kind="makerspace", next_stage__kind="incubator", next_stage__next_stage__kind="accelerator"
    )
    assert chain.exists()
    outcomes = set(registry_models.Incubation.objects.values_list("outcome", flat=True))
    assert outcomes == {"stays", "graduated", "handed_on", "left"}


def test_firm_of_the_enterprise_user_is_well_filled(city: Built) -> None:
    party = Membership.objects.get(role="enterprise_user").party
    assert party is not None
    facts = registry_models.YearlyFact.objects.filter(party=party)
    assert facts.values("year").distinct().count() == 3
    assert facts.values("source").distinct().count() >= 3
    proposed = registry_models.Proposal.objects.filter(party=party, state="proposed")
    assert proposed.count() == 3
    for each in proposed:
        now = current_of(each)
        assert (now.text, now.is_official) == (each.before, False), each.field
    assert registry_models.Qualification.objects.filter(party=party).exists()


@pytest.mark.both_databases
def test_values_of_the_city_are_values_that_may_be_recorded() -> None:
    build(200, DAY)
    frames = registry_frames.frames(SYSTEM, DAY)
    prepare(frames, subject="enterprises", as_of=DAY)  # raises where anything is wrong
    for row in registry_models.Organisation.objects.select_related("party"):
        assert (row.initials, row.name_key) == (initials(row.party.name), name_key(row.party.name))


def test_firms_of_a_large_city_are_those_of_a_small_one() -> None:
    few, many = make(50, seed=1, today=DAY), make(500, seed=1, today=DAY)
    codes = few["firms"]["code"].implode()
    for name in FRAMES:
        both = [frame.sort(frame.columns[:3]) for frame in (few[name], _of(many[name], codes))]
        assert both[0].equals(both[1]), name
    assert make(50, seed=2, today=DAY)["firms"]["name"].to_list() != few["firms"]["name"].to_list()


def test_blocks_together_are_the_whole_and_can_be_written(tmp_path: Path) -> None:
    whole = make(250, seed=1, today=DAY)
    parts = list(blocks(250, seed=1, today=DAY, size=100))
    rows = sum(block["yearly"].height for block in parts)
    assert ([block["firms"].height for block in parts], rows) == (
        [100, 100, 50], whole["yearly"].height,
    )  # fmt: skip
    total = write(tmp_path, 250, seed=1, today=DAY)
    assert total == sum(frame.height for frame in whole.values())
    assert pl.read_parquet(tmp_path / "firms" / "*.parquet").height == 250


def _of(frame: pl.DataFrame, codes: pl.Series) -> pl.DataFrame:
    return frame.filter(pl.col("code").is_in(codes))
