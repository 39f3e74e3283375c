"""Every actor at every route of the application, computed from what the routes declare: a new route is tried by itself."""

import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.routing import iter_route_contexts
from tests.actors import Actor, make_actor, make_operator, make_user
from tests.api import RANDOM_ID, Api, code_of, without_request_id
from tests.eap.joined import assign, join
from tests.finetuning.datasets import make_dataset
from tests.finetuning.jobs import make_job
from tests.finetuning.registered import judged, trained
from tests.finetuning.test_openai_files import form
from tests.finetuning.training_lines import chat, lines
from tests.gateway.calls import call
from tests.gateway.test_catalog_api import make_both
from tests.gateway.test_trajectories_api import record
from tests.marketplace.shop import Publisher, install
from tests.sessions.asked import asks

from orchestrator.finetuning.version_models import EvaluationStatus
from orchestrator.kit.clock import now
from orchestrator.kit.sealing import make_master_key
from orchestrator.main import routes_of
from orchestrator.tenancy.declarations import (
    AnyCaller,
    DeclaredRoute,
    NeedsOperator,
    NeedsPermission,
    NeedsRole,
    Public,
    RouteUndeclared,
    declared_routes,
)
from orchestrator.tenancy.dependencies import public, require_role
from orchestrator.tenancy.models import Role

REFUSALS = {"permission_required", "role_required", "operator_required", "agents_alone"}
STREAMS = {"/api/v1/events"}
"""They answer without end; their refusals come before."""
NOBODYS = {"node_id", "number"}
"""What routes name that belongs to no tenant: a machine, and a place in a list."""


@dataclass(frozen=True)
class Cast:
    """`mine` and `theirs` are the roles of two tenants, `objects` the ids of what belongs to the second."""

    mine: dict[Role, Actor]
    theirs: dict[Role, Actor]
    operator: Actor
    revoked: Actor
    objects: dict[str, UUID | str]

    @property
    def everybody(self) -> Iterator[tuple[Role, bool, Actor]]:
        for role, actor in itertools.chain(self.mine.items(), self.theirs.items()):
            yield role, False, actor
        yield Role.VIEWER, True, self.operator


@pytest.fixture
async def cast(api: Api) -> Cast:
    a, b = api.actors.admin, api.actors.other
    mine = {role: await make_actor(api.database, a.tenant_id, a.slug, role) for role in Role}
    theirs = {role: await make_actor(api.database, b.tenant_id, b.slug, role) for role in Role}
    session = await api.create(theirs[Role.ADMIN], start=False)
    user_id = await make_user(api.database, b.tenant_id, Role.ADMIN)
    await make_user(api.database, b.tenant_id, Role.ADMIN)
    objects = {
        "tenant_id": b.tenant_id,
        "session_id": session["id"],
        "user_id": user_id,
        "key_id": theirs[Role.MEMBER].key_id,
        **await belongings(api, b, UUID(session["id"])),
    }
    revoked = await make_actor(api.database, a.tenant_id, a.slug, Role.ADMIN, revoked_at=now())
    return Cast(mine, theirs, await make_operator(api.database, a.tenant_id, a.slug, Role.VIEWER), revoked, objects)


async def belongings(api: Api, owner: Actor, session_id: UUID) -> dict[str, UUID | str]:
    """One of each thing that a tenant has besides."""
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    make_master_key(api.app.state.settings)
    models = await make_both(api, owner)
    budget = {"scope": "repository", "subject": "https://git.example.com/shop.git", "tokens_per_month": 5000}
    credential = {"name": "acme", "kind": "token", "pattern": "github.com/acme", "secret": "x"}
    answers = [
        await api.call(method, path, owner, json=body)
        for method, path, body in (("PUT", "/budgets", budget), ("POST", "/git-credentials", credential))
    ]
    await api.call("PUT", "/agent-secrets", owner, json={"name": "THEIRS", "value": "x"})
    routed = (await api.call("POST", "/sessions", owner, json={"prompt": "x", "capabilities": ["testing"]})).json()
    agents = (await api.call("GET", "/agents", owner)).json()["items"]
    conflict = await collided(api, owner)
    task = {"key": "build", "prompt": "Build it."}
    plan = {"goal": "Build it", "tasks": [task], "require_approval": True}
    planned = (await api.call("POST", "/plans", owner, json=plan)).json()
    template = f"name: theirs\ndescription: Theirs\ntasks: [{{key: {task['key']}, prompt: Build it.}}]\n"
    added = (await api.call("POST", "/plans/templates", owner, json={"document": template})).json()
    hook = {"url": "https://1.1.1.1/hook", "events": ["session.status"]}
    webhook = (await api.call("POST", "/webhooks", owner, json=hook)).json()
    sent = (await api.call("POST", f"/webhooks/{webhook['id']}/test", owner)).json()
    market = await offers(api, owner)
    tuned = await trained(api, owner)
    evaluation = await judged(api, tuned, EvaluationStatus.PASSED)
    recorded = call(owner.tenant_id)
    await record(api, recorded)
    training = await api.client.post("/v1/files", headers=owner.headers, **form(lines(chat())))
    return {
        "provider_id": models["id"],
        "model_id": models["model"],
        "budget_id": answers[0].json()["id"],
        "credential_id": answers[1].json()["id"],
        "approval_id": (await asks(api.database, owner.tenant_id, session_id)).id,
        "request_id": recorded.request_id,
        "agent_id": agents[0]["id"],
        "decision_id": routed["routing_id"],
        "context_id": conflict["context_id"],
        "conflict_id": conflict["id"],
        "plan_id": planned["id"],
        "key": task["key"],
        "template_name": added["name"],
        "webhook_id": webhook["id"],
        "delivery_id": sent["id"],
        "secret_name": "THEIRS",
        "file_id": training.json()["id"],
        "model_name": tuned.name,
        "model_version": tuned.version,
        "artifact": "adapter",
        "evaluation_id": evaluation,
        "job_id": (await make_job(api, owner))["id"],
        **await make_dataset(api, owner),
        **market,
        **await of_an_external_agent(api, owner),
    }


async def of_an_external_agent(api: Api, owner: Actor) -> dict[str, UUID | str]:
    """One that has joined and done a task, with a file."""
    theirs = replace(api, actors=replace(api.actors, admin=owner, member=owner))
    one = await join(theirs)
    made = await assign(theirs, one)
    task = await one.lease()
    assert task is not None
    body = {"lease_epoch": 1, "name": "report.txt", "size": 0, "sha256": hashlib.sha256().hexdigest()}
    declared = (await one.call("POST", f"/tasks/{made.id}/artifacts", json=body)).json()
    await one.call("PUT", f"/tasks/{made.id}/artifacts/{declared['artifact_id']}", content=b"")
    assert (await one.result(task, artifacts=["report.txt"])).status_code == 200
    enrolments = (await theirs.call("GET", "/agents/external/enrolments")).json()["items"]
    return {
        "external_agent_id": one.id,
        "task_id": str(made.id),
        "assignment_id": str(made.id),
        "artifact_id": declared["artifact_id"],
        "enrolment_id": enrolments[0]["id"],
    }


async def offers(api: Api, owner: Actor) -> dict[str, str]:
    """A listing for its own tenant alone, which has installed it."""
    publisher = Publisher(api, owner)
    await publisher.claim()
    made = await publisher.publish(visibility="tenant")
    installed = await install(api, owner, publisher)
    (key,) = await publisher.keys()
    named = {"namespace": publisher.namespace, "agent": "reader", "version": made["version"]}
    manifest = {"kind": "external", "description": "Helps", "asks": {}, "licence": "MIT"}
    card = {"card.json": '{"name": "Helper"}'}
    await publisher.publish(agent="helper", files=card, manifest=manifest, visibility="tenant")
    check = await api.call("POST", f"{publisher.path('helper')}/versions/1.0.0/checks", owner)
    return named | {"signing_key_id": key["id"], "install_id": installed["id"], "check_id": check.json()["id"]}


async def collided(api: Api, owner: Actor) -> dict[str, Any]:
    """A shared entry, and a write of it that was refused."""
    for value, read in ((0, {}), (1, {"If-Match": '"1"'}), (2, {"If-Match": '"1"'})):
        body = {"scope": "GLOBAL", "key": "k", "value": value}
        await api.call("PUT", "/contexts", owner, json=body, headers=read)
    (conflict,) = (await api.call("GET", "/contexts/conflicts", owner)).json()["items"]
    return conflict


def guarded(api: Api) -> list[tuple[str, DeclaredRoute]]:
    """Each method of each route that is the API's own and wants a key."""
    return [
        (method, route)
        for route in routes_of(api.app)
        for method in route.methods
        if not any(isinstance(one, Public) for one in route.declared)
    ]


def filled(path: str, values: dict[str, Any]) -> str:
    """A parameter that nobody knows gets an id that nothing has; a checkpoint's number is no id."""
    values = {"number": 1} | values
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: str(values.get(found[1], RANDOM_ID)), path)


async def ask(api: Api, method: str, path: str, actor: Actor | None, **options: Any) -> httpx.Response:
    return await api.client.request(method, path, headers=actor.headers if actor else {}, timeout=20, **options)


def test_the_walk_sees_every_route(api: Api) -> None:
    documented = {path for path in api.app.openapi()["paths"]}
    assert documented <= {route.path for route in routes_of(api.app)}
    assert len(routes_of(api.app)) == len(list(iter_route_contexts(api.app.routes)))


async def test_nobody_without_a_working_key_gets_anywhere(api: Api, cast: Cast) -> None:
    tried = 0
    for method, route in guarded(api):
        answers = [await ask(api, method, filled(route.path, cast.objects), actor) for actor in (None, cast.revoked)]
        assert [code_of(one) for one in answers] == [(401, "unauthenticated")] * 2, (method, route.path)
        assert without_request_id(answers[0]) == without_request_id(answers[1])
        tried += 1
    assert tried > 20


async def test_each_role_passes_exactly_the_routes_that_its_permissions_open(api: Api, cast: Cast) -> None:
    """With ids that nothing has, so that nothing is changed: past the gate comes 404, 422 or a list."""
    for method, route in guarded(api):
        for role, is_operator, actor in cast.everybody:
            if route.path in STREAMS and route.allows(role, is_operator=is_operator):
                continue
            answer = await ask(api, method, filled(route.path, {}), actor)
            refused = answer.status_code == 403 and answer.json()["error"]["code"] in REFUSALS
            assert refused is not route.allows(role, is_operator=is_operator), (method, route.path, role, answer.text)
            assert answer.status_code < 500, (method, route.path, role, answer.text)


async def test_what_is_another_tenants_looks_like_what_never_was(api: Api, cast: Cast) -> None:
    """For every role, and for an operator wherever the route does not name operators."""
    named = {name for _, route in guarded(api) for name in re.findall(r"{(\w+)", route.path)}
    assert named <= set(cast.objects) | NOBODYS, "give the second tenant one of each"
    tried = 0
    for method, route in guarded(api):
        if "{" not in route.path:
            continue
        for role, is_operator, actor in cast.everybody:
            if actor in cast.theirs.values() or (is_operator and names_operators(route)):
                continue
            body = example_of(api, method, route.path)
            foreign = await ask(api, method, filled(route.path, cast.objects), actor, json=body)
            nobodys = await ask(api, method, filled(route.path, {}), actor, json=body)
            assert foreign.status_code == nobodys.status_code, (method, route.path, role, foreign.text)
            assert without_request_id(foreign) == without_request_id(nobodys), (method, route.path)
            assert same_headers(foreign) == same_headers(nobodys)
            if route.allows(role, is_operator=is_operator):
                assert foreign.status_code == 404, (method, route.path, role, foreign.text)
                tried += 1
    assert tried > 30


def example_of(api: Api, method: str, path: str) -> Any:
    """What the route's description gives as an example of its body, so that the check of the body is passed."""
    document = api.app.openapi()
    operation = document["paths"].get(path, {}).get(method.lower(), {})
    schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    names = re.findall(r"'#/components/schemas/(\w+)'", str(schema))
    examples = document["components"]["schemas"][names[0]].get("examples", [{}]) if names else [{}]
    return examples[0]


def names_operators(route: DeclaredRoute) -> bool:
    return any(isinstance(one, NeedsOperator) or getattr(one, "or_operator", False) for one in route.declared)


def same_headers(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in ("x-request-id", "date")}


async def test_a_route_that_declares_nothing_keeps_the_application_from_starting(api: Api) -> None:
    app, router = FastAPI(openapi_url=None), APIRouter()

    @router.get("/mine", dependencies=[public("a test")])
    async def mine() -> None: ...

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    app.include_router(router, prefix="/x")
    with pytest.raises(RouteUndeclared, match=r"GET /x/forgotten"):
        declared_routes(app.routes, {"/x/forgotten": AnyCaller()})


async def test_a_declaration_on_the_router_counts_for_its_routes() -> None:
    app, router = FastAPI(openapi_url=None), APIRouter(dependencies=[Depends(require_role(Role.LEAD))])

    @router.get("/mine")
    async def mine() -> None: ...

    app.include_router(router)
    (route,) = declared_routes(app.routes, {})
    assert [route.allows(role) for role in Role] == [True, True, False, False]
    assert isinstance(route.declared[0], NeedsRole)
    assert not isinstance(route.declared[0], NeedsPermission)
