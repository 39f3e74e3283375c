"""The other side of `orchestrator eap check`: an agent that does right and wrong things to a server.

Here is how it joins; what it does with its task is in `eap_server_tasks`.
"""

import time
from collections.abc import Callable
from uuid import uuid4

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestrator.cli.eap_calls import Caller, Member, Off, public_text, signed
from orchestrator.cli.eap_server_tasks import TaskChecks
from orchestrator.client.agent_identity import Identity
from orchestrator.eap.findings import OF_SERVERS, Findings
from orchestrator.eap.messages import MESSAGES, AssignmentMessage, HeartbeatAnswer, Proven, Token

_FIRST_WAIT_SECONDS, _WAIT_SECONDS = 2, 10
_PEOPLES = (("GET", ""), ("GET", "/enrolments"), ("POST", "/enrolments"), ("GET", "/assignments"))


class ServerCheck:
    """`other_token` lets a second agent join, which tries what is the first one's."""

    def __init__(self, http: httpx.Client, name: str, token: str, other_token: str | None = None) -> None:
        self.findings = Findings(OF_SERVERS)
        self._calls = Caller(http, self.findings)
        self._name, self._enrolment, self._other_enrolment = name, token, other_token
        self._me: Member | None = None
        self._other: Member | None = None

    def run(self, seconds: float, tell: Callable[[str], None]) -> Findings:
        """`tell` is called with the agent's name as soon as work can be handed in for it."""
        end = time.monotonic() + seconds
        self._try("schemas", self._schemas)
        if not self._try("register", self._register):
            return self.findings
        tell(self._name)
        joining = {
            "prove": self._prove,
            "token": self._buy,
            "keys": self._rotate,
            "heartbeat": self._beat,
            "borders": self._borders,
        }
        for name, step in joining.items():
            self._try(name, step)
        self._try("lease", lambda: self._lease(end))
        return self.findings

    def _try(self, name: str, step: Callable[[], None]) -> bool:
        """Whether what follows has anything to stand on."""
        try:
            step()
        except Off as off:
            self.findings.wrong(name, str(off))
        except httpx.HTTPError as error:
            self.findings.wrong(name, f"The connection broke: {error or type(error).__name__}")
        else:
            self.findings.ok(name)
            return True
        return False

    @property
    def _agent(self) -> Member:
        if self._me is None:
            raise Off("There is no agent, since it could not register.")
        return self._me

    def _schemas(self) -> None:
        published = self._calls.json(self._calls.ask("GET", "/schemas"))
        missing = [one.__name__ for one in MESSAGES if one.__name__ not in published]
        if missing:
            raise Off(f"There is no schema of {', '.join(missing)}.")

    def _register(self) -> None:
        nobody, _ = self._calls.join("oen_aaaaaaaaaaaa_none", self._name)
        self._calls.refused("register", nobody, 401, "enrolment_invalid")
        self._me = self._calls.joined(self._enrolment, self._name)
        again, _ = self._calls.join(self._enrolment, f"{self._name}-2")
        self._calls.refused("register", again, 401, "enrolment_invalid")
        if self._other_enrolment is not None:
            self._other = self._calls.joined(self._other_enrolment, f"{self._name}-other")

    def _prove(self) -> None:
        me, challenge = self._agent, self._agent.told.challenge
        self._calls.refused("prove", me.call("POST", "/tasks/lease"), 403, "key_not_proven")
        for wrong in (signed(Ed25519PrivateKey.generate(), challenge), signed(me.identity.key, f"{challenge}.")):
            self._calls.refused("prove", me.call("POST", "/prove", json={"signature": wrong}), 403, "proof_invalid")
        for one in filter(None, (me, self._other)):
            proof = {"signature": signed(one.identity.key, one.told.challenge)}
            self._calls.good(Proven, one.call("POST", "/prove", json=proof))

    def _buy(self) -> None:
        me = self._agent
        words = me.identity.assertion()
        for wrong in (
            _by(me, Ed25519PrivateKey.generate()),
            Identity("", str(uuid4()), me.identity.key).assertion(),
            "x.y.z",
        ):
            self._calls.refused("token", self._exchanged(wrong), 401, "assertion_invalid")
        me.token = self._calls.good(Token, self._exchanged(words)).auth_token
        self._calls.refused("token", self._exchanged(words), 401, "assertion_invalid")
        self._heartbeat(me)

    def _exchanged(self, assertion: str) -> httpx.Response:
        return self._calls.ask("POST", "/token", json={"assertion": assertion})

    def _rotate(self) -> None:
        me, new = self._agent, Ed25519PrivateKey.generate()
        words = f"eap-v1:rotate:{me.id}:{public_text(new)}"
        body = {"public_key": public_text(new), "new_signature": signed(new, words)}
        forged = me.call("POST", "/keys", json={**body, "old_signature": signed(new, words)})
        self._calls.refused("keys", forged, 403, "proof_invalid")
        right = me.call("POST", "/keys", json={**body, "old_signature": signed(me.identity.key, words)})
        self._calls.good(Proven, right)
        former, me.identity.key = me.identity.key, new
        self._heartbeat(me)
        self._calls.refused("keys", self._exchanged(_by(me, former)), 401, "assertion_invalid")
        me.token = self._calls.good(Token, self._exchanged(me.identity.assertion())).auth_token

    def _heartbeat(self, me: Member) -> HeartbeatAnswer:
        return self._calls.good(HeartbeatAnswer, me.call("POST", "/heartbeat", json={"status": "healthy"}))

    def _beat(self) -> None:
        stranger = str(uuid4())
        body = {"status": "healthy", "tasks_in_progress": [{"task_id": stranger, "lease_epoch": 1}]}
        told = self._calls.good(HeartbeatAnswer, self._agent.call("POST", "/heartbeat", json=body))
        if [str(one) for one in told.cancel] != [stranger]:
            raise Off("A task that is not the agent's is not in `cancel`.")
        wrong = self._agent.call("POST", "/heartbeat", json={"status": "splendid"})
        self._calls.refused("heartbeat", wrong, 422, None)

    def _borders(self) -> None:
        me, refused = self._agent, self._calls.refused
        for token in (None, "nobody"):
            refused("borders", self._calls.ask("POST", f"/{me.id}/heartbeat", token, json={}), 401, None)
        for method, path in _PEOPLES:
            refused(
                "borders", self._calls.ask(method, path, me.token, **({"json": {}} if method == "POST" else {})), 403, None
            )
        other = self._other.id if self._other else str(uuid4())
        refused("borders", self._calls.ask("POST", f"/{other}/heartbeat", me.token, json={}), 404, "not_found")
        nothing = me.call("POST", f"/tasks/{uuid4()}/renew", json={"lease_epoch": 1})
        refused("borders", nothing, 404, "not_found")

    def _lease(self, end: float) -> None:
        told = self._first(end)
        TaskChecks(self._calls, self._agent, self._other, told).run(self._try)

    def _first(self, end: float) -> AssignmentMessage:
        wait = _FIRST_WAIT_SECONDS
        while (left := end - time.monotonic()) > 0:
            began, wait = time.monotonic(), min(wait, max(1, round(left)))
            answer = self._agent.call("POST", "/tasks/lease", params={"wait": wait})
            if answer.status_code != 204:
                return self._calls.good(AssignmentMessage, answer)
            if time.monotonic() - began < wait / 2:
                raise Off(f"It says that there is no task after {time.monotonic() - began:.1f} s, asked to wait {wait} s.")
            wait = _WAIT_SECONDS
            self._heartbeat(self._agent)
        raise Off(f"No task came. Hand one in for the agent {self._name} while it is checked.")


def _by(me: Member, key: Ed25519PrivateKey) -> str:
    return Identity("", me.id, key).assertion()
