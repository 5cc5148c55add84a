"""One record of every model, all in one place: what the generated tests ask for and reach for.

A model that is not here, and a route whose arguments cannot be built from here, fail a test, so
that whoever adds one says how a record of it is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar

from desk_world import ARGUMENTS as DESK_ARGUMENTS
from desk_world import BODIES as DESK_BODIES
from desk_world import FACTORIES as DESK_FACTORIES
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from filings_world import ARGUMENTS as FILINGS_ARGUMENTS
from filings_world import BODIES as FILINGS_BODIES
from filings_world import FACTORIES as FILINGS_FACTORIES
from policies_world import ARGUMENTS as POLICIES_ARGUMENTS
from policies_world import BODIES as POLICIES_BODIES
from policies_world import FACTORIES as POLICIES_FACTORIES
from registry_world import ARGUMENTS as REGISTRY_ARGUMENTS
from registry_world import BODIES as REGISTRY_BODIES
from registry_world import FACTORIES as REGISTRY_FACTORIES

from kechuang.office.accounts.models import ApiToken, FormerPassword, Membership, User
from kechuang.office.accounts.permissions import matrix
from kechuang.office.ground import audit
from kechuang.office.ground.actors import SYSTEM, Actor, Place
from kechuang.office.ground.files import store
from kechuang.office.ground.models import (
    AuditEvent,
    AuditHead,
    Job,
    Notice,
    SavedView,
    StoredFile,
)
from kechuang.office.ground.slots import SourceRef
from kechuang.office.parties.models import Party
from kechuang.office.regions.models import Installation, Region
from kechuang.office.reports.models import Report, ReportFigure, ReportFinding
from kechuang.office.site.access import PUBLIC, SIGNED_IN, access_table

M = TypeVar("M", bound=Model)
NOW = datetime(2026, 1, 2, 8, tzinfo=UTC)

# A row that there is once for the whole installation, or that every role may see everywhere:
# nothing of it can be outside anybody's reach.
SHARED = frozenset({AuditHead, Installation, Region})


@dataclass
class World:
    """Records of every model in one region, of one organisation, made by one person.

    `canary` stands in their texts: a page that shows it shows the record.
    """

    place: Region
    party: Party
    owner: Membership
    canary: str
    made: dict[type[Model], Model] = field(default_factory=dict)
    number: int = 0

    def of(self, model: type[M]) -> M:
        """The record of a model, made when it is first asked for."""
        if model not in self.made:
            self.made[model] = FACTORIES[model](self)
        return self.made[model]  # type: ignore[return-value]

    def everything(self) -> World:
        """Make a record of every model."""
        for model in FACTORIES:
            self.of(model)
        return self

    def another(self) -> World:
        """A world beside this one: the same place, organisation and person, new records."""
        beside = World(self.place, self.party, self.owner, self.canary, number=self.number + 1)
        return beside.everything()

    def kept(self) -> dict[str, Any]:
        """What stands in the database of these records now."""
        return {
            model.__name__: model._default_manager.filter(pk=record.pk).values().first()
            for model, record in self.made.items()
            if model not in SHARED
        }

    @property
    def code(self) -> str:
        """What is unlike in each world: names must not clash."""
        return hashlib.sha256(f"{self.canary}{self.place.code}{self.number}".encode()).hexdigest()

    @property
    def ownership(self) -> dict[str, str]:
        """Where a record of the ground floor belongs."""
        return {
            "region": self.place.path,
            "party": self.party.code,
            "owner": self.owner.user.username,
        }


def _user(world: World) -> User:
    user = User(
        username=f"x{world.code[:20]}",
        name=f"员{world.canary}",
        region=world.place,
        phone="13800001234",
    )
    user.set_unusable_password()
    user.save()
    Membership.objects.create(
        user=user,
        role="expert",
        region=world.place,
        party=world.party,
        since=date(2026, 1, 1),
        granted_by=world.canary,
    )
    return user


def _membership(world: World) -> Membership:
    return Membership.objects.select_related("user", "region", "party").get(user=world.of(User))


def _former_password(world: World) -> FormerPassword:
    return FormerPassword.objects.create(user=world.owner.user, encoded=world.canary)


def _token(world: World) -> ApiToken:
    return ApiToken.objects.create(
        membership=world.owner,
        name=f"令牌{world.canary}",
        digest=world.code,
        verbs=["region.view"],
        expires_at=NOW + timedelta(days=36500),
    )


def _event(world: World) -> AuditEvent:
    owner = world.owner.user
    actor = Actor(owner.username, owner.name, world.owner.role, world.place.path, world.party.code)
    line = audit.Line(
        "test.made",
        SourceRef("test", world.code[:20]),
        f"事{world.canary}",
        Place(world.place.path, world.party.code),
    )
    return audit.record(actor, line)


def _job(world: World) -> Job:
    return Job.objects.create(
        kind="test",
        name=f"任务{world.canary}",
        state=Job.State.DONE,
        owner_name="张三",
        owner_role=world.owner.role,
        owner_region=world.place.path,
        owner_party=world.party.code,
        **world.ownership,
    )


def _file(world: World) -> StoredFile:
    content = BytesIO(f"{world.canary}{world.code}".encode())
    place = Place(world.place.path, world.party.code, world.owner.user.username)
    return store(SYSTEM, f"文件{world.canary}.txt", content, "text/plain", place)


def _notice(world: World) -> Notice:
    return Notice.objects.create(to=world.owner.user.username, text=f"通知{world.canary}", url="/")


def _view(world: World) -> SavedView:
    return SavedView.objects.create(
        owner=world.owner.user.username,
        listing="parties",
        name=f"视图{world.canary}{world.number}",
        query="",
    )


def _party(world: World) -> Party:
    # The organisation of the owner is the one that a reach of the kind "party" reaches.
    if world.number == 0:
        return world.party
    return Party.objects.create(
        code=f"p-{world.code[:20]}", name=f"主体{world.canary}", kind="park", region=world.place
    )


def _report(world: World) -> Report:
    return Report.objects.create(
        name=f"报告{world.canary}",
        region=world.place,
        year=2025,
        file=world.of(StoredFile),
        digest=world.of(StoredFile).digest,
        text=f"{world.canary}增长5%。",
        state=Report.State.REVIEW,
        owner=world.owner.user.username,
        owner_name="张三",
        read_at=NOW,
    )


def _figure(world: World) -> ReportFigure:
    text = world.of(Report).text
    start = text.index("5%")
    return ReportFigure.objects.create(
        report=world.of(Report),
        position=0,
        quote="5%",
        occurrence=1,
        start=start,
        end=start + 2,
        sentence_start=0,
        sentence_end=len(text),
        sentence=text,
        place=world.place,
        value=5,
        unit="%",
        bound="exact",
        kind="percent",
        measure=f"指{world.canary}",
        confidence=1,
    )


def _finding(world: World) -> ReportFinding:
    finding = ReportFinding.objects.create(
        report=world.of(Report),
        check_name="growth",
        expected="6%",
        found="5%",
        confidence=1,
        message=f"查{world.canary}",
    )
    finding.figures.set([world.of(ReportFigure)])
    return finding


FACTORIES: Mapping[type[Model], Callable[[World], Model]] = {
    Region: lambda world: world.place,
    Installation: lambda _world: Installation.objects.get(),
    AuditHead: lambda _world: AuditHead.objects.get(),
    Party: _party,
    User: _user,
    Membership: _membership,
    FormerPassword: _former_password,
    ApiToken: _token,
    AuditEvent: _event,
    Job: _job,
    StoredFile: _file,
    Notice: _notice,
    SavedView: _view,
    Report: _report,
    ReportFigure: _figure,
    ReportFinding: _finding,
    **REGISTRY_FACTORIES,
    **FILINGS_FACTORIES,
    **POLICIES_FACTORIES,
    **DESK_FACTORIES,
}


def office_models() -> list[type[Model]]:
    """Every table of the office."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith("kechuang.office.")
        for model in config.get_models()
    ]


# --- routes

Argument = Callable[[World], Any]

# By route, or by the name of its room; the record whose address it is.
ARGUMENTS: Mapping[str, Mapping[str, Argument]] = {
    "accounts": {"username": lambda world: world.of(User).username},
    "accounts:revoke": {"pk": lambda world: world.of(Membership).pk},
    "accounts:revoke_token": {"pk": lambda world: world.of(ApiToken).pk},
    "ground:audit_event": {"sequence": lambda world: world.of(AuditEvent).pk},
    "ground:file": {"pk": lambda world: world.of(StoredFile).pk},
    "ground:job": {"pk": lambda world: world.of(Job).pk},
    "ground:job_cancel": {"pk": lambda world: world.of(Job).pk},
    "ground:job_rerun": {"pk": lambda world: world.of(Job).pk},
    "ground:notice": {"pk": lambda world: world.of(Notice).pk},
    "ground:reveal": {
        "code": lambda _world: "user-phone",
        "key": lambda world: world.of(User).username,
    },
    "ground:view_delete": {"pk": lambda world: world.of(SavedView).pk},
    "reports": {"key": lambda world: world.of(Report).pk},
    "reports:decide": {"key": lambda world: world.of(ReportFigure).pk},
    "reports:finding": {"key": lambda world: world.of(ReportFinding).pk},
    "regions": {"code": lambda world: world.of(Region).code},
    "parties": {"code": lambda world: world.of(Party).code},
    "openid_connect_login": {"provider_id": lambda _world: "oidc"},
    "openid_connect_callback": {"provider_id": lambda _world: "oidc"},
    "api:region": {"code": lambda world: world.of(Region).code},
    "api:party": {"code": lambda world: world.of(Party).code},
    "api:user": {"username": lambda world: world.of(User).username},
    "api:job": {"key": lambda world: world.of(Job).pk},
    "api:job_cancel": {"key": lambda world: world.of(Job).pk},
    "api:job_rerun": {"key": lambda world: world.of(Job).pk},
    "api:file": {"key": lambda world: world.of(StoredFile).pk},
    "api:report": {"key": lambda world: world.of(Report).pk},
    "api:report_confirm": {"key": lambda world: world.of(Report).pk},
    "api:figure": {"key": lambda world: world.of(ReportFigure).pk},
    "api:figure_accept": {"key": lambda world: world.of(ReportFigure).pk},
    "api:figure_reject": {"key": lambda world: world.of(ReportFigure).pk},
    "api:figure_correct": {"key": lambda world: world.of(ReportFigure).pk},
    **REGISTRY_ARGUMENTS,
    **FILINGS_ARGUMENTS,
    **POLICIES_ARGUMENTS,
    **DESK_ARGUMENTS,
}


# What a form must hold so that the record it names is found at all.
BODIES: Mapping[str, Mapping[str, Argument]] = {
    "accounts:switch": {"membership": lambda world: world.owner.pk},
    "api:party": {"name": lambda _world: "改"},
    "api:figure_accept": {"version": lambda _world: 1},
    "api:figure_reject": {"version": lambda _world: 1, "reason": lambda _world: "重复"},
    "api:figure_correct": {
        "version": lambda _world: 1,
        "value": lambda _world: "6",
        "bound": lambda _world: "exact",
        "kind": lambda _world: "percent",
        "measure": lambda _world: "改",
    },
    **REGISTRY_BODIES,
    **FILINGS_BODIES,
    **POLICIES_BODIES,
    **DESK_BODIES,
}


# Operations that take a form with files; all others take JSON.
TAKES_FILES = frozenset({"api:reports", "api:imports", "api:fillings", "api:collection_returns"})


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the office: its name, and the parameters that stand in it."""

    name: str
    parameters: tuple[str, ...]

    @property
    def room(self) -> str:
        """What stands before the colon."""
        return self.name.partition(":")[0]

    @property
    def of_api(self) -> bool:
        """Whether programs call it."""
        return self.room == "api"

    def arguments(self, world: World) -> dict[str, Any]:
        """The parameters that lead to the records of a world; KeyError where nobody said how."""
        known = {**ARGUMENTS.get(self.room, {}), **ARGUMENTS.get(self.name, {})}
        return {parameter: known[parameter](world) for parameter in self.parameters}

    def body(self, world: World) -> dict[str, Any]:
        """What a form at this address names."""
        return {name: value(world) for name, value in BODIES.get(self.name, {}).items()}

    def send(self, client: Client, method: str, world: World, query: str = "") -> Any:
        """Ask this address of a world by a method, with a form or JSON where one is sent.

        The answer's bytes are in `whole`.
        """
        address = reverse(self.name, kwargs=self.arguments(world))
        body = self.body(world)
        if method in {"GET", "DELETE"}:
            response = client.generic(method, address, QUERY_STRING=query)
        elif self.of_api and self.name not in TAKES_FILES:
            response = client.generic(method, address, json.dumps(body), "application/json")
        elif method == "POST":
            response = client.post(address, body)
        else:
            response = client.generic(method, address)
        response.whole = content_of(response)  # type: ignore[attr-defined]
        return response


def routes() -> list[Route]:
    """Every route, once, in the order of its name."""
    found = dict(_named(get_resolver(), (), ()))
    return [Route(name, parameters) for name, parameters in sorted(found.items())]


def _named(
    resolver: URLResolver, namespaces: tuple[str, ...], before: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    for each in resolver.url_patterns:
        parameters = (*before, *each.pattern.converters)
        if isinstance(each, URLPattern):
            yield ":".join((*namespaces, each.name or f"({each.pattern})")), parameters
        else:
            inner = (each.namespace,) if each.namespace else ()
            yield from _named(each, (*namespaces, *inner), parameters)


def may(role: str, need: str) -> bool:
    """Whether the access table serves a role where this is needed."""
    return need in {PUBLIC, SIGNED_IN} or role in matrix().verbs[need].who


def first_asked_by(
    role: str, roles: Sequence[str], asked: Iterable[Route]
) -> list[tuple[Route, str]]:
    """Routes and methods that no role before this one is served; the first asks for everything."""
    before = roles[: roles.index(role)]
    return [
        (route, method)
        for route in asked
        for method, need in access_table()[route.name].items()
        if not before or (may(role, need) and not any(may(other, need) for other in before))
    ]


def content_of(response: Any) -> bytes:
    """All bytes of an answer; a file that is handed out piece by piece is closed by reading it."""
    return b"".join(response.streaming_content) if response.streaming else response.content


def fresh(client: Client) -> Client:
    """The same browser or program as it was: signing out takes a browser's cookie away."""
    again = Client(raise_request_exception=False)
    again.defaults = dict(client.defaults)
    again.cookies.load(client.cookies.output(header="", sep=";"))
    return again
