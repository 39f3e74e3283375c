"""Recorded conversations for curation: of random words, so that no two tasks are alike, and stored as the gateway does."""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from tests.gateway.calls import call

from orchestrator.finetuning.curating import finish, prepare
from orchestrator.finetuning.curation_folder import CurationFolder, Done, Order, pack_sources, sources_in
from orchestrator.finetuning.curation_policy import CurationPolicy
from orchestrator.finetuning.curation_records import Recording, SessionFacts
from orchestrator.finetuning.dataset_files import DatasetFiles, WrittenDataset, open_dataset
from orchestrator.gateway.trajectory_codec import RecordedCall, pack
from orchestrator.gateway.trajectory_files import path_of
from orchestrator.gateway.trajectory_reading import Stored
from orchestrator.kit.artifacts import ArtifactStore

Fields = dict[str, Any]

TENANT = UUID("01990000-0000-7000-8000-00000000000a")
_NAMES = UUID("01990000-0000-7000-8000-0000000000ff")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS = ["".join(random.Random(n).choices(_LETTERS, k=3 + n % 6)) for n in range(4000)]


def _described(name: str, *properties: str) -> Fields:
    schema = {"type": "object", "properties": {one: {"type": "string"} for one in properties}, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": f"{name} it", "parameters": schema}}


TOOLS = [
    _described("read", "filePath"),
    _described("write", "filePath", "content"),
    _described("edit", "filePath", "oldString", "newString"),
    _described("bash", "command"),
]
SYSTEM = {"role": "system", "content": "You write code.\nWorking directory: /data/tenants/t/slots/s-17"}


@dataclass
class Talk:
    """A conversation as it grows. `number` decides every word of it."""

    number: int
    words: int = 60
    messages: list[Fields] = field(default_factory=list[Fields])
    calls: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(f"talk {self.number}")
        self.messages = [SYSTEM]

    def some(self, count: int | None = None) -> str:
        return " ".join(self.dice.choices(WORDS, k=count or self.words))

    def asks(self, text: str | None = None) -> "Talk":
        self.messages.append({"role": "user", "content": text or f"Task {self.number}: {self.some(25)}"})
        return self

    def does(self, tool: str, result: str | None = None, **arguments: Any) -> "Talk":
        self.calls += 1
        call_id = f"toolu_{self.number}_{self.calls}"
        function = {"name": tool, "arguments": json.dumps(arguments)}
        self.messages.append(
            {"role": "assistant", "content": None, "tool_calls": [{"id": call_id, "type": "function", "function": function}]}
        )
        self.messages.append({"role": "tool", "tool_call_id": call_id, "content": self.some() if result is None else result})
        return self

    def says(self, text: str | None = None) -> "Talk":
        self.messages.append({"role": "assistant", "content": text or f"Done {self.number}. {self.some(15)}"})
        return self


def talk(number: int) -> Talk:
    """Reads a file, changes it, and says so."""
    one = Talk(number).asks()
    name = f"src/{one.dice.choice(WORDS)}.py"
    one.does("read", filePath=name).does("edit", filePath=name, oldString=one.some(8), newString=one.some(12))
    return one.says()


def recorded(one: Talk, session_id: UUID, tenant: UUID = TENANT, **changes: Any) -> RecordedCall:
    """Its last call: the last message is the answer."""
    *sent, answer = one.messages
    request = {"model": "coder", "messages": sent, "tools": TOOLS} | changes.pop("request", {})
    choice = {"index": 0, "message": answer, "finish_reason": "stop"}
    named = {
        "request_id": uuid5(_NAMES, f"{tenant} {one.number} {len(one.messages)}"),
        "session_id": session_id,
        "conversation": f"ses_{one.number}",
    }
    return call(tenant, request, response=json.dumps({"choices": [choice]}).encode(), **(named | changes))


def stored(store: ArtifactStore, one: RecordedCall) -> Recording:
    from hashlib import sha256

    data = pack(one, None, 20).data
    path = path_of(one)
    store.write(path, data)
    link = Stored(one.request_id, path, sha256(data).hexdigest())
    return Recording(request_id=str(one.request_id), model=one.alias, chain=[link])


def session_of(number: int) -> UUID:
    return uuid5(_NAMES, f"session {number}")


def facts(store: ArtifactStore, *talks: Talk, **changes: Any) -> SessionFacts:
    """A verified session that had these conversations."""
    session_id = session_of(talks[0].number)
    recordings = changes.pop("recordings", None) or [stored(store, recorded(one, session_id)) for one in talks]
    named: Fields = {
        "session_id": str(session_id),
        "group": str(session_id),
        "task": f"session {session_id}",
        "status": "completed",
        "verification": "verified",
        "verified": True,
        "agent": "build",
        "failed_calls": [],
        "rounds": [],
    }
    return SessionFacts(**(named | changes), recordings=recordings)


@dataclass(frozen=True)
class Curated:
    done: Done
    files: DatasetFiles

    @property
    def rows(self) -> list[Fields]:
        return [row for name in ("train.jsonl", "heldout.jsonl") for row in self.files.rows(name)]

    @property
    def pairs(self) -> list[Fields]:
        return list(self.files.rows("preferences.jsonl"))

    @property
    def dropped(self) -> dict[str, dict[str, int]]:
        return {one["stage"]: one["reasons"] for one in self.done.counters["stages"] if one["reasons"]}

    def sessions(self) -> set[str]:
        rows = self.files.manifest["files"]
        return {entry["session_id"] for name in ("train.jsonl", "heldout.jsonl") for entry in rows[name]["rows"]}


def begun(folder: Path, sessions: Iterable[SessionFacts], policy: CurationPolicy) -> CurationFolder:
    packed = pack_sources(sessions)
    made = CurationFolder(folder)
    digest, sessions = sources_in(packed)
    order = Order(tenant_id=str(TENANT), policy=policy, code_version="test", sources_sha256=digest, sessions=sessions)
    made.begin(order, packed)
    return made


def curate(store: ArtifactStore, folder: Path, sessions: Sequence[SessionFacts], **policy: Any) -> Curated:
    """All stages, in this process."""
    made = begun(folder / "run", sessions, CurationPolicy(**policy))
    prepare(made, store, 0, 1)
    done = finish(made, store)
    written = WrittenDataset(TENANT, done.dataset_id, done.path, {})
    return Curated(done, open_dataset(store, written, folder / "opened"))
