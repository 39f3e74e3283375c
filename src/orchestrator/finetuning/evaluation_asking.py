"""One task put to one arm through the gateway, as any caller would."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from orchestrator.finetuning.evaluation_errors import ArmUnreachable
from orchestrator.finetuning.gate import Answered
from orchestrator.finetuning.suites import Scored, SuiteTask, request_of, score

_TIMEOUT = httpx.Timeout(600.0, connect=10.0)
_TRIES = 5
_LONGEST_WAIT_SECONDS = 30.0
_TOLD_CHARACTERS = 500


def client_of(gateway_url: str, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=gateway_url, headers={"Authorization": f"Bearer {key}"}, timeout=_TIMEOUT)


async def ask(client: httpx.AsyncClient, task: SuiteTask, model: str, max_tokens: int) -> Scored:
    """What the model answers, or that it refused the task, which is a wrong answer. Raises ArmUnreachable.

    Only what passes by itself is tried again: an answer is never asked for twice.
    """
    body, problem = request_of(task, model, max_tokens), ""
    for attempt in range(1, _TRIES + 1):
        began = time.monotonic()
        try:
            answer = await client.post("/chat/completions", json=body)
        except httpx.TransportError as error:
            problem, wait = f"{type(error).__name__}", float(attempt)
        else:
            if answer.status_code == 200:
                return _scored(task, answer.json(), time.monotonic() - began)
            problem, wait = _refusal(answer), float(answer.headers.get("retry-after", attempt))
            if not _passes(answer.status_code):
                if _is_the_tasks(answer):
                    return Scored(Answered(False, seconds=time.monotonic() - began), {"refused": problem})
                break
        await asyncio.sleep(min(wait, _LONGEST_WAIT_SECONDS))
    raise ArmUnreachable(model=model, problem=problem)


def _passes(status: int) -> bool:
    return status in (429, 502, 503, 504)


def _is_the_tasks(answer: httpx.Response) -> bool:
    """A refusal of this prompt, too long a one say; budgets, keys and names of models are no fault of the model's."""
    return answer.status_code in (400, 413, 500)


def _refusal(answer: httpx.Response) -> str:
    return f"HTTP {answer.status_code}: {answer.text[:_TOLD_CHARACTERS]}"


def _scored(task: SuiteTask, body: Mapping[str, Any], seconds: float) -> Scored:
    message: Mapping[str, Any] = body["choices"][0]["message"]
    usage: Mapping[str, Any] = body.get("usage") or {}
    found, tokens = score(task, message), int(usage.get("completion_tokens") or 0)
    return replace(found, answered=replace(found.answered, seconds=seconds, output_tokens=tokens))
