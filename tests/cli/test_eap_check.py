"""The conformance check finds nothing wrong with the package's client, and each thing that wrong agents do."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from orchestrator.cli.eap_http import listening
from orchestrator.client import external_agent
from orchestrator.client.external_agent import ExternalAgent, Refused, Task
from orchestrator.eap.findings import Findings

Spoil = Callable[[pytest.MonkeyPatch], None]


def do(task: Task, folder: Path) -> dict[str, Any]:
    clone = task.clone(folder / task.id)
    task.tell("I write the line.")
    task.tell("And a file.")
    (clone / "check.txt").write_text("checked\n")
    task.upload("notes.txt", b"What I did.\n")
    return task.result(patch=task.patch_of(clone))


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, seconds: float = 25) -> Findings:
    monkeypatch.setattr(external_agent, "_AGAIN_SECONDS", 0.05)
    with listening("127.0.0.1", 0) as standin:
        agents: list[ExternalAgent] = []

        def work() -> None:
            with suppress(Refused, httpx.TransportError):
                agents.append(ExternalAgent.join(standin.url, standin.enrolment, name="checked"))
                agents[0].work(lambda task: do(task, folder), wait=0)

        thread = threading.Thread(target=work)
        thread.start()
        end = time.monotonic() + seconds
        while not standin.findings.is_complete() and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.05)
        for agent in agents:
            agent.stopping.set()
        thread.join(20)
        for agent in agents:
            agent.close()
    return standin.findings


def test_the_packages_client_does_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    findings = checked(tmp_path, monkeypatch)
    assert {line["check"]: line["outcome"] for line in findings.report() if line["outcome"] != "passed"} == {}, findings
    assert not findings.failed


def a_gap(patch: pytest.MonkeyPatch) -> None:
    def tell(self: Task, text: str, **_: Any) -> None:
        events = [{"seq": number, "kind": "log", "text": text, "data": {}} for number in (1, 3)]
        self.call("POST", "/events", json={"lease_epoch": self.epoch, "events": events})

    patch.setattr(Task, "tell", tell)


def another_result(patch: pytest.MonkeyPatch) -> None:
    def finish(self: Task, **told: Any) -> None:
        for number in range(2):
            with suppress(httpx.TransportError):
                self.call("PUT", "/result", json={"lease_epoch": self.epoch, "status": "completed", "summary": str(number)})
        self.agent.forget(self)

    patch.setattr(Task, "finish", finish)


def no_second_result(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(external_agent, "_MOST_TRIES", 1)


def names_nothing(patch: pytest.MonkeyPatch) -> None:
    def heartbeat(self: ExternalAgent, status: str = "healthy", last_error: str | None = None) -> None:
        self.call("POST", "/heartbeat", json={"status": status})

    patch.setattr(ExternalAgent, "heartbeat", heartbeat)


def goes_on(patch: pytest.MonkeyPatch) -> None:
    def tell(self: Task, text: str, **_: Any) -> None:
        for _number in range(9):
            with suppress(Refused):
                self.call("POST", "/events", json={"lease_epoch": self.epoch, "events": [{"seq": 1, "kind": "log"}]})

    patch.setattr(Task, "tell", tell)


def wrong_hash(patch: pytest.MonkeyPatch) -> None:
    def upload(self: Task, name: str, content: bytes, *_: Any) -> str:
        about = {"lease_epoch": self.epoch, "name": name, "size": len(content), "sha256": "0" * 64}
        declared = self.call("POST", "/artifacts", json=about).json()
        self.call("PUT", f"/artifacts/{declared['artifact_id']}", content=content)
        return name

    patch.setattr(Task, "upload", upload)


@pytest.mark.walks
@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (a_gap, "events"),
        (another_result, "result"),
        (no_second_result, "result"),
        (names_nothing, "heartbeat"),
        (goes_on, "stale"),
        (wrong_hash, "artifacts"),
    ],
)
def test_each_wrong_thing_is_found(spoil: Spoil, check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(monkeypatch)
    findings = checked(tmp_path, monkeypatch)
    [line] = [one for one in findings.report() if one["check"] == check]
    assert line["outcome"] == "failed", findings
    assert findings.failed


def test_nobody_who_comes_is_a_failure_told_as_json() -> None:
    words = [str(Path(sys.executable).with_name("orchestrator")), "eap", "check", "--seconds", "5", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["passed"] is False
    assert "token  oen_" in done.stderr
