"""Receivers written for Node verify the signatures with the library that Standard Webhooks has for it."""

import asyncio
import json
import shutil
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from orchestrator.kit.clock import now
from orchestrator.webhooks.signing import headers, new_secret

ROOT = Path(__file__).resolve().parents[2]
VERIFY = """
const { Webhook } = require("standardwebhooks");
let text = "";
process.stdin.on("data", (more) => (text += more)).on("end", () => {
  const { secret, body, headers } = JSON.parse(text);
  process.stdout.write(JSON.stringify(new Webhook(secret).verify(body, headers)));
});
"""


async def verified(secret: str, body: str, signed: dict[str, str]) -> object:
    """What the library read, or None when it refuses."""
    node = shutil.which("node")
    assert node, "the tests need Node"
    process = await asyncio.create_subprocess_exec(node, "-e", VERIFY, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE)
    given = json.dumps({"secret": secret, "body": body, "headers": signed}).encode()
    async with asyncio.timeout(60):
        said, complaint = await process.communicate(given)
    assert process.returncode == 0 or b"WebhookVerificationError" in complaint, complaint
    return json.loads(said) if said else None


@pytest.mark.parametrize(
    "body", ['{"type":"a","data":{"title":"Größe, 大小 😀"}}', '{"type":"a","data":{"text":"\\u0000\\n"}}']
)
async def test_both_libraries_take_the_same(body: str) -> None:
    new, former = new_secret(), new_secret()
    signed = headers((new, former), "0190aaaa-0000-7000-8000-000000000001", now(), body)
    for secret in (new, former):
        assert await verified(secret, body, signed) == Webhook(secret).verify(body, signed) == json.loads(body)
    assert await verified(new, body + " ", signed) is None
    assert await verified(new_secret(), body, signed) is None
