"""Planted among honest conversations: near duplicates, secrets, held-out tasks. None comes through, nothing honest goes."""

import json
import random
import string
from pathlib import Path

from tests.finetuning.conversing import WORDS, Talk, curate, facts, session_of, talk

from orchestrator.finetuning.redaction import redact
from orchestrator.kit.artifacts import ArtifactStore

LETTERS = string.ascii_letters + string.digits


def _some(dice: random.Random, count: int, letters: str = LETTERS) -> str:
    return "".join(dice.choices(letters, k=count))


def secrets(dice: random.Random) -> dict[str, tuple[str, str]]:
    """Of each kind the secret itself and how it stands in a text; made anew for each test, so that no scanner finds them
    here."""
    hexadecimal, digits, upper = "0123456789abcdef", string.digits, string.ascii_uppercase + string.digits
    key = "\n".join(_some(dice, 64) for _ in range(8))
    made = {
        "aws-access-key": ("AKIA" + _some(dice, 16, string.ascii_uppercase + "234567"), "AWS_ACCESS_KEY_ID={}"),
        "aws-secret-key": (_some(dice, 40), 'aws_secret_access_key = "{}"'),
        "github": ("ghp_" + _some(dice, 36), "token: {}"),
        "gitlab": ("glpat-" + _some(dice, 20), "git clone https://oauth2:{}@gitlab.com/x/y"),
        "slack": (f"xoxb-{_some(dice, 12, digits)}-{_some(dice, 12, digits)}-{_some(dice, 24)}", "{}"),
        "slack-hook": (
            f"/T{_some(dice, 8, upper)}/B{_some(dice, 8, upper)}/{_some(dice, 24)}",
            "https://hooks.slack.com/services{}",
        ),
        "stripe": ("sk_live_" + _some(dice, 24), "STRIPE={}"),
        "google": ("AIza" + _some(dice, 35), "key={}"),
        "openai": (f"sk-{_some(dice, 20)}T3BlbkFJ{_some(dice, 20)}", "OPENAI_API_KEY={}"),
        "anthropic": (f"sk-ant-api03-{_some(dice, 93)}AA", "export KEY={}"),
        "npm": ("npm_" + _some(dice, 36), "//registry.npmjs.org/:_authToken={}"),
        "pypi": ("pypi-AgEIcHlwaS5vcmc" + _some(dice, 70), "password = {}"),
        "sendgrid": (f"SG.{_some(dice, 22)}.{_some(dice, 43)}", "{}"),
        "twilio": ("SK" + _some(dice, 32, hexadecimal), "twilio {}"),
        "private-key": (key, "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----"),
        "password-in-url": (_some(dice, 14), "postgres://admin:{}@db.internal:5432/app"),
        "password": (_some(dice, 14) + "7a", 'password = "{}"'),
        "telegram": (f"{_some(dice, 9, '123456789')}:AA{_some(dice, 33)}", "bot {}"),
        "azure": (_some(dice, 86) + "==", "AccountKey={}"),
        "client-secret": (f"{_some(dice, 3)}8Q~{_some(dice, 34)}", "AZURE_CLIENT_SECRET={}"),
    }
    return {kind: (secret, text.format(secret)) for kind, (secret, text) in made.items()}


PERSONAL = {
    "email": "jane.doe@acme-corp.de",
    "phone": "+49 170 1234567",
    "iban": "DE89 3704 0044 0532 0130 00",
    "card": "4111 1111 1111 1111",
}


def test_of_400_near_duplicates_none_is_left_and_nothing_else_is_taken(store: ArtifactStore, tmp_path: Path) -> None:
    dice = random.Random(5)
    honest = [talk(number) for number in range(420)]
    copies: list[Talk] = []
    for number in range(400):
        one = talk(number)
        one.number = 10_000 + number
        for message in one.messages[1:]:
            words = (message["content"] or "").split(" ")
            words[dice.randrange(len(words))] = dice.choice(WORDS)
            message["content"] = " ".join(words)
        copies.append(one)
    made = curate(store, tmp_path, [facts(store, one) for one in (*honest, *copies)])
    kept = made.sessions()
    left = sum(str(session_of(one.number)) in kept for one in copies)
    assert left <= 20, made.dropped
    assert {str(session_of(one.number)) for one in honest} <= kept
    assert made.dropped == {"duplicates": {"near_duplicate": 400 - left}}


def test_secrets_of_all_kinds_are_gone_from_output_and_arguments(store: ArtifactStore, tmp_path: Path) -> None:
    kinds = secrets(random.Random(7))
    talks: list[Talk] = []
    for number, (_, text) in enumerate([*kinds.values(), *(("", one) for one in PERSONAL.values())]):
        in_output = Talk(2 * number).asks().does("read", f"one\n{text}\ntwo", filePath="a.env").says()
        in_arguments = Talk(2 * number + 1).asks().does("write", "ok", filePath="a.env", content=f"x\n{text}\n").says()
        talks += [in_output, in_arguments]
    made = curate(store, tmp_path, [facts(store, one) for one in talks], near_duplicate_similarity=1)
    written = "".join(json.dumps(row, ensure_ascii=False) for row in made.rows)
    found = {kind for kind, (secret, _) in kinds.items() if json.dumps(secret)[1:-1] in written}
    found |= {kind for kind, value in PERSONAL.items() if value in written}
    assert found == set()
    assert len(made.rows) == len(talks), made.dropped
    assert sum(made.done.counters["redactions"].values()) >= len(talks)
    assert all(entry["redactions"] for name in made.files.manifest["files"].values() for entry in name["rows"])


def test_what_is_no_secret_stays() -> None:
    texts = [
        "password = os.environ['PASSWORD']",
        "def token(self): return self._token",
        "git@github.com:acme/shop.git at 9b1f0c4a2f6d8e7b5c3a1f0e9d8c7b6a5f4e3d2c",
        'raise ValueError("secret is required")',
        "@pytest.fixture\n@app.route('/x')",
        "write to ada@example.com or x@y.invalid",
        "+12345 lines, 2026-11-27T21:40:17Z, 127.0.0.1:8080, 3.14159265358979",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        'API_KEY = get_secret("api-key")',
        "uuid 01990000-0000-7000-8000-00000000000a",
    ]
    assert [dict(redact({"text": one}).kinds) for one in texts] == [{}] * len(texts)


def test_what_is_found_once_is_gone_everywhere_and_names_of_arguments_count() -> None:
    secret = _some(random.Random(3), 20) + "1a"
    function = {"name": "write", "arguments": {"password": secret, "id": secret, f"x{secret}": [1, {"y": secret}]}}
    messages = [
        {
            "role": "assistant",
            "content": f"I use {secret}",
            "tool_calls": [{"id": "c1", "type": "function", "function": function}],
        }
    ]
    clean = redact({"messages": messages, "tools": []})
    assert secret not in json.dumps(clean.content)
    assert (sum(clean.kinds.values()), clean.left) == (5, {})


def test_an_engine_is_not_talked_out_of_looking() -> None:
    secret = "ghp_" + _some(random.Random(4), 36)
    for comment in ("gitleaks:allow", "betterleaks:allow", "pragma: allowlist secret"):
        text = redact({"text": f"t = '{secret}' # {comment}"}).content["text"]
        assert secret not in text
    assert secret not in redact({"text": f"before \0 {secret} \ud800"}).content["text"]


def test_fifty_held_out_tasks_are_not_told(store: ArtifactStore, tmp_path: Path) -> None:
    heldout = [Talk(1000 + number).some(40) for number in range(25)]
    patches = [Talk(2000 + number).some(40) for number in range(25)]
    tasks = [{"name": f"p{n}", "prompt": text} for n, text in enumerate(heldout)]
    tasks += [
        {"name": f"s{n}", "prompt": Talk(3000 + n).some(40), "patch": f"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+{text}\n"}
        for n, text in enumerate(patches)
    ]
    told = [Talk(n).asks(f"Please: {text}. Thanks!").does("read", filePath="a").says() for n, text in enumerate(heldout)]
    told += [
        Talk(100 + n).asks().does("write", "ok", filePath="a.py", content=f"# {text[: len(text) * 3 // 4]}").says()
        for n, text in enumerate(patches)
    ]
    honest = [talk(500 + number) for number in range(50)]
    made = curate(store, tmp_path, [facts(store, one) for one in (*told, *honest)], heldout_tasks=tasks)
    assert made.sessions() == {str(session_of(one.number)) for one in honest}
    assert made.dropped == {"contamination": {"heldout_task": 50}}
