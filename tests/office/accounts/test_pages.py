"""Pages about people and roles: who sees what, what they say, and that nothing leaks."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from kechuang.office.accounts import queries, services
from kechuang.office.accounts.models import ApiToken, Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.accounts.queries import who_can_help
from kechuang.office.ground.actors import Actor
from kechuang.office.ground.models import AuditEvent
from kechuang.office.ground.slots import SourceRef, open_source
from kechuang.office.regions.models import Installation, Region

Act = Callable[..., Actor]
Person = Callable[..., Membership]
SignedIn = Callable[..., Client]


def text(answer: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", answer.content.decode()))  # type: ignore[attr-defined]


@pytest.fixture
def county(person: Person) -> User:
    """An officer of 甲县 with a telephone."""
    user = person("officer", "990101", name="赵六").user
    user.phone = "13800001234"
    user.save()
    return user


# --- reading


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("system_administrator", "990100", 200),
        ("system_administrator", "990101", 200),
        ("security_administrator", "990101", 200),
        ("audit_administrator", "990101", 200),
        ("system_administrator", "990102", 404),
        ("officer", "990101", 403),
        ("leader", "990100", 403),
    ],
)
def test_record_opens_within_reach(
    signed_in: SignedIn, county: User, role: str, place: str, status: int
) -> None:
    answer = signed_in(role, place).get(f"/account/people/{county.username}/")
    assert answer.status_code == status


def test_list_shows_who_is_within_reach(signed_in: SignedIn, county: User, person: Person) -> None:
    person("officer", "990102", name="钱七")
    shown = signed_in("system_administrator", "990101").get("/account/people/")
    assert ("赵六" in text(shown), "钱七" in text(shown)) == (True, False)


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ("role=officer", ["赵六"]),
        ("role=none", ["孙八"]),
        ("region=990102", ["钱七"]),
        ("state=stopped", ["孙八"]),
        ("q=赵", ["赵六"]),
    ],
)
def test_list_is_narrowed(
    signed_in: SignedIn, county: User, person: Person, condition: str, names: list[str]
) -> None:
    person("leader", "990102", name="钱七")
    User.objects.create(username="sunba", name="孙八", region=county.region, is_active=False)
    shown = text(signed_in("system_administrator").get(f"/account/people/?{condition}"))
    assert [name for name in ("赵六", "钱七", "孙八") if name in shown] == names


def test_list_costs_the_same_for_many(
    signed_in: SignedIn,
    person: Person,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = signed_in("system_administrator")
    client.get("/account/people/")
    for _each in range(30):
        person("officer", "990101")
    with django_assert_max_num_queries(20):
        client.get("/account/people/")


def test_telephone_is_masked(signed_in: SignedIn, county: User) -> None:
    page = text(signed_in("system_administrator").get(f"/account/people/{county.username}/"))
    assert ("138****1234" in page, "13800001234" in page) == (True, False)


def test_record_tells_what_was_changed(signed_in: SignedIn, county: User, actor: Act) -> None:
    who = actor("security_administrator", name="李四")
    region = county.region
    assert region is not None
    services.grant_membership(who, county, "leader", region)
    page = text(signed_in("system_administrator").get(f"/account/people/{county.username}/"))
    assert "授予角色" in page[page.index("变更记录") :]
    assert "李四" in page[page.index("变更记录") :]


def test_everybody_reads_who_may_do_what(signed_in: SignedIn) -> None:
    page = text(signed_in("expert").get("/account/roles/"))
    names = [verb.name for verb in matrix().verbs.values()]
    assert [name for name in names if name not in page] == []
    assert "复核资金与支付资金的人分开" in page


# --- doing


def test_new_user_by_the_page(signed_in: SignedIn, city: Region) -> None:
    client = signed_in("system_administrator")
    form = {"name": "赵六", "username": "Zhao.Liu", "phone": "", "region": city.pk}
    answer = client.post("/account/people/new/", form)
    password = re.findall(r'<code class="once">([^<]+)</code>', answer.content.decode())[0]
    assert User.objects.get(username="zhao.liu").check_password(password)
    assert "no-store" in answer["Cache-Control"]
    again = client.post("/account/people/new/", form)
    assert "账号“zhao.liu”已有人用" in text(again)
    assert 'value="赵六"' in again.content.decode()


def test_role_by_the_page(signed_in: SignedIn, county: User) -> None:
    client = signed_in("security_administrator")
    address = f"/account/people/{county.username}/role/"
    assert client.get(address).status_code == 200
    region = county.region
    assert region is not None
    answer = client.post(address, {"role": "leader", "region": region.pk})
    assert answer["Location"] == f"/account/people/{county.username}/"
    assert "已授予赵六“领导”（甲县）" in text(client.get(answer["Location"]))


def test_mistake_is_said_beside_its_field(signed_in: SignedIn, county: User) -> None:
    client = signed_in("security_administrator")
    region = county.region
    assert region is not None
    form = {"role": "enterprise_user", "region": region.pk}
    answer = client.post(f"/account/people/{county.username}/role/", form)
    assert answer.context["form"].errors == {"party": ["“企业”代表一个单位，请选择企业。"]}


def test_roles_that_are_apart_are_refused_with_the_rule(signed_in: SignedIn, county: User) -> None:
    client = signed_in("security_administrator")
    region = county.region
    assert region is not None
    form = {"role": "finance_officer", "region": region.pk}
    answer = client.post(f"/account/people/{county.username}/role/", form)
    assert answer.status_code == 403
    line = AuditEvent.objects.get(outcome="refused")
    assert (line.action, line.reason) == ("membership.grant", "separation")


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("security_administrator", "people/{}/stop/"),
        ("security_administrator", "people/{}/password/"),
        ("security_administrator", "people/{}/change/"),
        ("security_administrator", "people/new/"),
        ("system_administrator", "people/{}/role/"),
        ("system_administrator", "people/{}/lock/"),
        ("system_administrator", "people/{}/factor/"),
        ("system_administrator", "people/{}/sessions/end/"),
        ("audit_administrator", "people/{}/role/"),
        ("audit_administrator", "people/{}/stop/"),
    ],
)
def test_each_administrator_keeps_to_the_own_third(
    signed_in: SignedIn, county: User, role: str, path: str
) -> None:
    answer = signed_in(role).post(
        f"/account/{path.format(county.username)}", {"reason": "理由在此"}
    )
    assert answer.status_code == 403
    county.refresh_from_db()
    assert (county.is_active, county.memberships.count()) == (True, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("role", "path", "form", "said"),
    [
        ("system_administrator", "people/{}/stop/", {"reason": "调离本局"}, "已停用赵六的账号"),
        ("system_administrator", "people/{}/change/", {"name": "赵七"}, "已修改赵七的资料"),
        ("system_administrator", "people/{}/identity/", {"subject": "x1"}, "已关联"),
        ("security_administrator", "people/{}/lock/", {}, "已解除锁定"),
        (
            "security_administrator",
            "people/{}/factor/",
            {"reason": "手机丢失"},
            "已解除赵六的第二重验证",
        ),
        ("security_administrator", "people/{}/sessions/end/", {}, "已结束赵六的0处登录"),
    ],
)
def test_acts_say_what_happened(
    signed_in: SignedIn, county: User, role: str, path: str, form: dict[str, str], said: str
) -> None:
    client = signed_in(role)
    region = county.region
    assert region is not None
    address = f"/account/{path.format(county.username)}"
    answer = client.post(address, {"region": str(region.pk), **form})
    assert said in text(client.get(answer["Location"]))


@pytest.mark.parametrize("path", ["password/", "start/"])
def test_new_passwords_are_shown_once(signed_in: SignedIn, county: User, path: str) -> None:
    client = signed_in("system_administrator")
    address = f"/account/people/{county.username}/{path}"
    assert client.get(address).status_code == 200
    answer = client.post(address)
    password = re.findall(r'<code class="once">([^<]+)</code>', answer.content.decode())[0]
    county.refresh_from_db()
    assert county.check_password(password)
    assert password not in text(client.get(f"/account/people/{county.username}/"))


def test_role_is_taken_back_by_the_page(signed_in: SignedIn, county: User) -> None:
    client = signed_in("security_administrator")
    own = Membership.objects.get(user=county)
    assert client.get(f"/account/roles/{own.pk}/revoke/").status_code == 200
    client.post(f"/account/roles/{own.pk}/revoke/", {"reason": "调离本局"})
    own.refresh_from_db()
    assert own.revoked_at is not None
    assert client.get(f"/account/roles/{own.pk}/revoke/").status_code == 404


# --- oneself


def test_role_is_switched(client: Client, person: Person, city: Region) -> None:
    own = person("officer")
    other = Membership.objects.create(
        user=own.user, role="leader", region=city, since=own.since, granted_by="x"
    )
    client.force_login(own.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/account/").wsgi_request.actor.role == "officer"  # type: ignore[attr-defined]
    assert client.post("/account/switch/", {"membership": other.pk})["Location"] == "/"
    assert client.get("/account/").wsgi_request.actor.role == "leader"  # type: ignore[attr-defined]
    assert AuditEvent.objects.get(action="role.switched").changes == {"role": ["经办", "领导"]}


@pytest.mark.parametrize("asked", ["theirs", "0", "", "x"])
def test_only_the_own_roles_are_used(signed_in: SignedIn, person: Person, asked: str) -> None:
    client = signed_in("officer")
    theirs = person("system_administrator")
    asked = str(theirs.pk) if asked == "theirs" else asked
    assert client.post("/account/switch/", {"membership": asked}).status_code == 404
    assert client.get("/account/").wsgi_request.actor.role == "officer"  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", list(matrix().roles))
def test_own_account_opens_for_every_role(signed_in: SignedIn, role: str) -> None:
    assert signed_in(role).get("/account/").status_code == 200


def test_own_account_opens_without_a_role(client: Client, city: Region) -> None:
    user = User.objects.create(username="sunba", name="孙八", must_change_password=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "您还没有角色" in text(client.get("/account/"))


@pytest.mark.parametrize(
    ("path", "open_"),
    [
        ("/", False),
        ("/account/roles/", False),
        ("/account/people/", False),
        ("/account/", True),
        ("/account/factor/", True),
        ("/account/sign-out/", True),
    ],
)
def test_enterprise_pages_are_off_until_switched_on(
    signed_in: SignedIn, path: str, open_: bool
) -> None:
    client = signed_in("enterprise_user")
    Installation.objects.update(enterprise_pages=False)
    assert client.get(path).status_code == (200 if open_ else 403)
    refused = [line.reason for line in AuditEvent.objects.filter(outcome="refused")]
    assert refused == ([] if open_ else ["switched_off"])


def test_other_outsiders_are_let_in(signed_in: SignedIn) -> None:
    client = signed_in("expert")
    Installation.objects.update(enterprise_pages=False)
    assert client.get("/").status_code == 200


# --- who can help


def test_help_is_who_grants_here_and_which_roles_may(actor: Act, person: Person) -> None:
    person("security_administrator", "990100", name="李四")
    person("security_administrator", "990101", name="王五")
    person("security_administrator", "990102", name="周九")
    stopped = person("security_administrator", "990101", name="吴十").user
    User.objects.filter(pk=stopped.pk).update(is_active=False)
    found = who_can_help(actor("leader", "990101"), "report.review")
    assert found.granters == ("王五（甲县）", "李四（示例市）")
    assert [role.name for role in found.roles] == ["经办", "复核"]


# --- tokens, search, the first page


def test_token_is_shown_once_and_revoked(signed_in: SignedIn) -> None:
    client = signed_in("officer")
    form = {"name": "每日取数", "days": "30", "verbs": ["region.view"]}
    page = client.post("/account/tokens/", form).content.decode()
    found = re.findall(r'<code class="once">(kc_[^<]+)</code>', page)[0]
    caller = {"Authorization": f"Bearer {found}"}
    assert Client().get("/api/v1/me", headers=caller).status_code == 200
    assert found not in client.get("/account/tokens/").content.decode()
    token = ApiToken.objects.get()
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/me", headers=caller).status_code == 401


def test_tokens_of_others_are_not_there(signed_in: SignedIn) -> None:
    signed_in("officer").post(
        "/account/tokens/", {"name": "每日取数", "days": "30", "verbs": ["region.view"]}
    )
    client = signed_in("officer")
    token = ApiToken.objects.get()
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert "每日取数" not in text(client.get("/account/tokens/"))


@pytest.mark.parametrize(
    ("role", "place", "found"),
    [
        ("system_administrator", "990100", ["赵六"]),
        ("system_administrator", "990102", []),
        ("officer", "990101", []),
    ],
)
def test_search_finds_people_within_reach(
    actor: Act, county: User, role: str, place: str, found: list[str]
) -> None:
    assert [hit.name for hit in queries.find(actor(role, place), "赵", 5)] == found


def test_source_opens_for_who_may_see_it(actor: Act, county: User) -> None:
    source = SourceRef("user", county.username)
    assert (
        open_source(actor("audit_administrator"), source) == f"/account/people/{county.username}/"
    )
    assert open_source(actor("officer"), source) is None


def test_first_page_tells_of_people_without_a_role_and_of_locks(
    actor: Act, county: User, sign_in: Callable[..., int]
) -> None:
    User.objects.create(username="sunba", name="孙八", region=county.region)
    for _each in range(5):
        sign_in(county, "Wrong-password-1")
    found = [(item.text, item.state) for item in queries.morning(actor("security_administrator"))]
    assert found == [
        ("1个账号还没有角色，等着授予", "todo"), ("赵六的账号因多次输错已锁定", "late"),
    ]  # fmt: skip
    assert list(queries.morning(actor("officer"))) == []
