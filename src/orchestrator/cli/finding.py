"""Which one a person means who gives the beginning or the end of an id."""

from collections.abc import Sequence
from typing import TypeVar

from orchestrator.client.errors import ApiError
from orchestrator.client.types import Approval, Session, Webhook, WebhookDelivery
from orchestrator.client.types.external_agents import Enrolment, ExternalAgent
from orchestrator.client.types.plans import PlanListed

_WHOLE = 32
Item = TypeVar("Item", Session, Approval, PlanListed, Webhook, WebhookDelivery, ExternalAgent, Enrolment)


class IdUnclear(ApiError):
    """Part of an id belongs to nothing, or to several."""


def is_part(wanted: str) -> bool:
    """A whole id goes straight to the server."""
    return len(wanted) < _WHOLE


def only_one(items: Sequence[Item], wanted: str, command: str) -> Item:
    """`items` are the newest; `command` lists them."""
    found = [one for one in items if wanted and (one["id"].endswith(wanted) or one["id"].startswith(wanted))]
    if len(found) == 1:
        return found[0]
    if found:
        problem = f"{len(found)} ids begin or end with {wanted!r}."
        raise IdUnclear(0, "id_ambiguous", problem, "Give more of the id; its end says more than its beginning.")
    problem = f"Among the newest {len(items)} no id begins or ends with {wanted!r}."
    raise IdUnclear(0, "not_found", problem, f"`{command}` shows the ids; of an older one give the whole id.")
