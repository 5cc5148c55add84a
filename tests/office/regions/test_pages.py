"""Pages of regions and of the settings."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kechuang.office.accounts.passwords import profile_of
from kechuang.office.ground.actors import SYSTEM
from kechuang.office.regions import services
from kechuang.office.regions.forms import InstallationForm
from kechuang.office.regions.models import Installation, Region
from kechuang.reference.divisions import load_divisions
from tracked import ROOT

pytestmark = pytest.mark.django_db
OWN = {("regions", name) for name in ("api.py", "forms.py", "models.py", "services.py", "views.py")}


def test_record_shows_what_lies_above_and_below(signed_in: Callable[..., Client]) -> None:
    page = signed_in("officer").get("/regions/990100/").content.decode()
    assert all(name in page for name in ("示例省", "甲县", "乙区"))


def test_township_is_added_and_then_chosen(signed_in: Callable[..., Client]) -> None:
    client = signed_in("system_administrator")
    typed = {"parent": "990101", "level": "township", "code": "990101001", "name": "城关镇"}
    response = client.post("/regions/add/", typed, follow=True)
    assert response.redirect_chain == [("/regions/990101001/", 302)]
    assert Region.objects.get(code="990101001").path == "/990000/990100/990101/990101001/"


def test_administrator_of_a_county_cannot_choose_another(signed_in: Callable[..., Client]) -> None:
    client = signed_in("system_administrator", "990101")
    typed = {"parent": "990102", "level": "township", "code": "990102001", "name": "城关镇"}
    assert client.post("/regions/add/", typed).status_code == 200
    assert not Region.objects.filter(code="990102001").exists()


def test_renaming_keeps_the_former_name(signed_in: Callable[..., Client]) -> None:
    client = signed_in("system_administrator")
    page = client.post("/regions/990101/rename/", {"name": "甲区"}, follow=True).content.decode()
    assert "“甲县”已改名为“甲区”" in page
    assert Region.objects.get(code="990101").former_names == ["甲县"]


def test_settings_say_what_was_changed(signed_in: Callable[..., Client]) -> None:
    client = signed_in("system_administrator")
    typed = {
        "name": "示例市科技局",
        "size": "small",
        "password_profile": "mlps3",
        "second_factor": "nobody",
    }
    page = client.post("/regions/installation/", typed, follow=True).content.decode()
    assert "已修改：规模" in page
    assert "标准：岗位分设 → 小型局（3–5人）：除资金外可兼岗" in page
    assert Installation.objects.get().size == "small"


@pytest.mark.parametrize("role", ["officer", "security_administrator", "leader"])
def test_settings_are_the_system_administrators(
    signed_in: Callable[..., Client], role: str
) -> None:
    client = signed_in(role)
    assert client.get("/regions/installation/").status_code == 403
    assert client.get("/regions/load/").status_code == 403


def test_made_up_root_has_nothing_to_compare(signed_in: Callable[..., Client]) -> None:
    page = signed_in("system_administrator").get("/regions/load/").content.decode()
    assert "不在随本版附带的区划表里" in page


def test_differences_are_shown_before_they_are_taken_over(
    city: Region, signed_in: Callable[..., Client]
) -> None:
    services.load(SYSTEM, load_divisions(), "130400")
    client = signed_in("system_administrator", "130400")
    Installation.objects.update(root=Region.objects.get(code="130400"))
    Region.objects.filter(code="130435").update(name="曲周老县")
    page = client.get("/regions/load/").content.decode()
    assert ("曲周老县" in page, Region.objects.get(code="130435").name) == (True, "曲周老县")
    client.post("/regions/load/")
    region = Region.objects.get(code="130435")
    assert (region.name, region.former_names) == ("曲周县", ["曲周老县"])


def test_administrator_of_a_part_does_not_load_the_whole(signed_in: Callable[..., Client]) -> None:
    assert signed_in("system_administrator", "990101").get("/regions/load/").status_code == 403


@pytest.mark.parametrize("setting", InstallationForm.Meta.fields)
def test_every_setting_is_read_by_something_beyond_the_page_that_sets_it(setting: str) -> None:
    office = ROOT / "src" / "kechuang" / "office"
    sources = [
        path
        for path in office.rglob("*.py")
        if path.relative_to(office).parts[:2] not in OWN and "migrations" not in path.parts
    ]
    assert [path for path in sources if re.search(rf"\.{setting}\b", path.read_text("utf-8"))]


def test_help_on_passwords_says_what_the_profiles_ask() -> None:
    told = str(InstallationForm().fields["password_profile"].help_text)
    mlps3, asvs2 = profile_of("mlps3"), profile_of("asvs2")
    assert (mlps3.classes, mlps3.days, asvs2.days) == (3, 90, 0)
    lengths = re.findall(r"口令至少(\d+)位", told)
    assert lengths == [str(mlps3.length), str(asvs2.length)]
