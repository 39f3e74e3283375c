"""What the files of a listing say: the agent that is made of them, and what it asks for. A manifest may say no less."""

import shlex
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from orchestrator.agents import documents
from orchestrator.agents.definitions import Definition
from orchestrator.agents.errors import AgentInvalid
from orchestrator.agents.servers import LocalServer, RemoteServer
from orchestrator.marketplace.cards import CARD_FILE, card_of
from orchestrator.marketplace.errors import ListingInvalid
from orchestrator.marketplace.manifest import Asks, Manifest, ServerAsk
from orchestrator.marketplace.models import ListingKind

AGENT_FILE, SKILLS = "agent.md", "skills/"
MOST_CHARS = 600_000
"""Of all files together."""


def parsed(raw: Mapping[str, Any]) -> Manifest:
    """Raises ListingInvalid."""
    try:
        return Manifest.model_validate(raw)
    except ValidationError as problem:
        raise ListingInvalid(problem=told(problem, "manifest")) from None


def told(problem: ValidationError, what: str) -> str:
    """The first thing that is wrong with it."""
    first = problem.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, (what, *first['loc'])))}: {first['msg']}"[:300]


def checked(manifest: Manifest, files: Mapping[str, str]) -> None:
    """The manifest says what the files do. Raises ListingInvalid."""
    if (size := sum(map(len, (*files.keys(), *files.values())))) > MOST_CHARS:
        raise ListingInvalid(problem=f"its files have {size} characters, {MOST_CHARS} is the most")
    if manifest.kind is ListingKind.OPENCODE:
        _check_agent(manifest, files)
    else:
        _check_card(manifest, files)


def _check_agent(manifest: Manifest, files: Mapping[str, str]) -> None:
    definition = definition_of(files)
    asked = asks_of(definition, manifest.asks.network, manifest.asks.price_micro_usd)
    if sorted(manifest.capabilities) != sorted(definition.capabilities):
        raise ListingInvalid(problem=f"{AGENT_FILE} has other capabilities than its manifest")
    for name in Asks.model_fields:
        if getattr(manifest.asks, name) != getattr(asked, name):
            raise ListingInvalid(problem=f"its manifest asks for other {name} than {AGENT_FILE} needs")


def definition_of(files: Mapping[str, str]) -> Definition:
    """Raises ListingInvalid."""
    if AGENT_FILE not in files:
        raise ListingInvalid(problem=f"it has no {AGENT_FILE}")
    skills: dict[str, dict[str, str]] = {}
    for path, text in files.items():
        if path == AGENT_FILE:
            continue
        name, _, rest = path.removeprefix(SKILLS).partition("/")
        if not path.startswith(SKILLS) or not rest:
            raise ListingInvalid(problem=f"{path[:200]} is neither {AGENT_FILE} nor a file of a skill")
        skills.setdefault(name, {})[rest] = text
    try:
        definition = documents.parse(files[AGENT_FILE], skills)
    except AgentInvalid as problem:
        raise ListingInvalid(problem=str(problem.fields["problem"])) from None
    if unused := sorted(skills.keys() - {one.name for one in definition.skills}):
        raise ListingInvalid(problem=f"{AGENT_FILE} does not name its skill {unused[0][:100]}")
    if definition.subagents:
        raise ListingInvalid(problem="it names subagents, which are other agents of the tenant and do not come with it")
    return definition


def asks_of(definition: Definition, network: Iterable[str] = (), price_micro_usd: int = 0) -> Asks:
    """`network`: hosts that its commands need, besides those of its servers. Raises ListingInvalid."""
    servers = [_server(name, one) for name, one in sorted(definition.mcp.items())]
    hosts = {*network, *(_host(one.url) for one in definition.mcp.values() if isinstance(one, RemoteServer))}
    rules = [{"permission": one.permission, "pattern": one.pattern, "action": one.action} for one in definition.permissions]
    wanted = {
        "permissions": rules,
        "network": sorted(hosts),
        "mcp_servers": servers,
        "secrets": sorted(definition.secrets),
        "models": [definition.model] if definition.model else [],
        "price_micro_usd": price_micro_usd,
    }
    try:
        return Asks.model_validate(wanted)
    except ValidationError as problem:
        raise ListingInvalid(problem=told(problem, "asks")) from None


def _server(name: str, one: RemoteServer | LocalServer) -> ServerAsk:
    if isinstance(one, RemoteServer):
        return ServerAsk(name=name, type="remote", where=one.url, given=one.headers)
    return ServerAsk(name=name, type="local", where=shlex.join(one.command), given=one.environment)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").lower()


def _check_card(manifest: Manifest, files: Mapping[str, str]) -> None:
    """Of an external agent there is the card that it shows of itself, a JSON object: how to reach it is said there."""
    if list(files) != [CARD_FILE]:
        raise ListingInvalid(problem=f"the one file of an external agent is {CARD_FILE}")
    try:
        card_of(files)
    except ValueError as problem:
        raise ListingInvalid(problem=str(problem)) from None
    if manifest.asks.permissions or manifest.asks.mcp_servers or manifest.asks.secrets:
        raise ListingInvalid(problem="an external agent runs elsewhere: it has no permissions, servers or secrets here")
