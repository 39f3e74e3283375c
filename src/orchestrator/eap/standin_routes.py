"""What a stand-in answers at which address, whoever listens."""

import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from orchestrator.eap.standin import Broken, Refusal, Standin

PREFIX = "/api/v1/agents/external/"
_NOTHING_SECONDS = 0.2


@dataclass(frozen=True)
class Call:
    """`address` with its query, from the stand-in's own address on."""

    method: str
    address: str
    bearer: str
    body: bytes


def answered(standin: Standin, call: Call) -> tuple[int, bytes] | None:
    """Status and body; None when the connection is to be closed instead. It may wait for seconds."""
    try:
        return _reply(_answer(standin, call.method, call.address, call.bearer, call.body))
    except Refusal as refusal:
        return refusal.status, json.dumps(refusal.body).encode()
    except Broken:
        return None


def _reply(answer: dict[str, Any] | bytes | None) -> tuple[int, bytes]:
    if answer is None:
        return 204, b""
    if isinstance(answer, bytes):
        return 200, answer
    return (201 if "challenge" in answer else 200), json.dumps(answer).encode()


def _answer(standin: Standin, method: str, address: str, bearer: str, body: bytes) -> dict[str, Any] | bytes | None:
    url = urlsplit(address)
    words = url.path.removeprefix(PREFIX).split("/")
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    with standin.lock:
        if words == ["register"]:
            return standin.register(body, bearer)
        if words == ["token"]:
            return standin.token(body)
        standin.authorise(bearer)
        if words[0] != standin.agent_id:
            raise Refusal(404, "not_found", "There is no such agent.")
        if words[3:] != ["repository"]:
            answer = _of_agent(standin, method, words[1:], query, body)
            held = None
        else:
            answer, held = None, standin.held(words[2], int(query.get("lease_epoch", "0")))
    if held is not None:
        return standin.repository(held)
    if answer is None:
        time.sleep(_NOTHING_SECONDS)
    return answer


def _of_agent(standin: Standin, method: str, words: list[str], query: dict[str, str], body: bytes) -> dict[str, Any] | None:
    match (method, *words):
        case ("POST", "prove"):
            return standin.prove(body)
        case ("POST", "heartbeat"):
            return standin.heartbeat(body)
        case ("POST", "tasks", "lease"):
            return standin.lease()
        case ("POST", "tasks", task, "events"):
            return standin.events(task, body)
        case ("POST", "tasks", task, "artifacts"):
            return standin.declare(task, body)
        case ("PUT", "tasks", task, "artifacts", artifact):
            return standin.piece(task, artifact, int(query.get("offset", "0")), body)
        case ("PUT", "tasks", task, "result"):
            return standin.result(task, body)
        case _:
            raise Refusal(404, "not_found", "There is no such address.")
