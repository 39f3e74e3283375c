"""A session that a node has left with a real checkpoint: commits in a mirror, and a file in the artifact store."""

import io
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import update
from tests.api import Api
from tests.workspaces.desk import Repository

from orchestrator.kit.clock import now
from orchestrator.kit.db import IndustrialRepository
from orchestrator.kit.ids import new_id
from orchestrator.kit.tenant_scope import tenant_scope
from orchestrator.opencode.snapshots import Exported
from orchestrator.sessions.checkpoint_store import CheckpointStore, Owner
from orchestrator.sessions.models import Checkpoint, CheckpointKind, Session, SessionTurn
from orchestrator.sessions.states import Status, TurnKind
from orchestrator.workspaces import Base, RepositoryConfig, Workspace, Workspaces, checkpoint_ref
from orchestrator.workspaces.bundles import write_bundle

TALK = "ses_0a1b2c3d4e5fAAAAAAAAAAAAAA"
RULE = {"permission": "bash", "pattern": "rm *", "action": "deny"}


def message(talk: str, number: int, text: str, role: str = "user") -> dict[str, Any]:
    id_ = f"msg_0a1b2c3d4e5f{number:04d}aaaaaaaaaa"
    part = {
        "id": f"prt_0a1b2c3d4e5f{number:04d}aaaaaaaaaa",
        "sessionID": talk,
        "messageID": id_,
        "type": "text",
        "text": text,
    }
    time = {"created": 1_700_000_000_000 + number} | (
        {"completed": 1_700_000_000_000 + number} if role == "assistant" else {}
    )
    return {"info": {"id": id_, "sessionID": talk, "role": role, "time": time}, "parts": [part]}


def whole(talk: str = TALK, directory: str = "/workspaces/w1", messages: Any = (), **info: Any) -> dict[str, Any]:
    facts = {"id": talk, "projectID": "p", "directory": directory, "title": "T", "version": "1", "permission": [RULE]}
    facts |= {"time": {"created": 1, "updated": 1}, "cost": 0.5, "tokens": {"input": 7, "output": 3}}
    return {"info": facts | info, "messages": list(messages)}


FIRST = message(TALK, 1, "Do it.")
ANSWER = message(TALK, 2, "I have begun in /workspaces/w1/app.py.", "assistant")


@dataclass
class Handed:
    """Tenant `a`'s; its newest checkpoint has the number `checkpoints`."""

    api: Api
    workspaces: Workspaces
    base: Base
    session: dict[str, Any]
    place: Workspace
    repository: Repository
    checkpoints: int = 0
    commits: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/sessions/{self.session['id']}"

    @property
    def mirror(self) -> Path:
        return self.workspaces.mirror(str(self.api.actors.admin.tenant_id), self.base)

    async def set(self, **values: Any) -> None:
        with tenant_scope(self.api.actors.admin.tenant_id):
            async with self.api.database.transaction() as db:
                columns = {getattr(Session, name): value for name, value in values.items()}
                await db.execute(update(Session).where(Session.id == self.session["id"]).values(columns))

    async def row(self) -> Session:
        with tenant_scope(self.api.actors.admin.tenant_id):
            async with self.api.database.transaction() as db:
                return await IndustrialRepository(db).get(Session, self.session["id"])

    async def rows(self) -> list[Checkpoint]:
        with tenant_scope(self.api.actors.admin.tenant_id):
            async with self.api.database.transaction() as db:
                mine = Checkpoint.session_id == self.session["id"]
                return list(await IndustrialRepository(db).list(Checkpoint, mine, order=(Checkpoint.number,)))

    async def checkpoint(self, command: str, *, stored: bool = True) -> str:
        """The agent works on, and its node takes a checkpoint."""
        done = await self.workspaces.run(command, self.place, env={}, timeout_seconds=60)
        assert done.exit_code == 0, done.output
        tenant, store = self.api.actors.admin.tenant_id, self.store
        self.checkpoints += 1
        number, session_id = self.checkpoints, (await self.row()).id
        commit = (await self.workspaces.checkpoint(self.place, number, "Work")).commit
        exported = Exported(**whole(messages=[FIRST, ANSWER]))
        kept = await store.save(Owner(tenant, session_id, 1, number), self.base, commit, exported, None)
        row = Checkpoint(
            id=new_id(), session_id=session_id, number=number, attempt=1, turn=0, kind=CheckpointKind.PAUSE, commit=commit,
            ref=checkpoint_ref(session_id, number), base_commit=self.base.commit, changed=True,
            opencode_session_id=TALK, node_id=new_id(),
            path=kept.path if stored else None, sha256=kept.sha256 if stored else None, input_tokens=7, output_tokens=3,
            cost_micro_usd=0, created_at=now(),
        )  # fmt: skip
        with tenant_scope(tenant):
            async with self.api.database.transaction() as db:
                IndustrialRepository(db).add(row)
        await self.set(commit=commit)
        self.commits.append(commit)
        return commit

    @property
    def store(self) -> CheckpointStore:
        return self.api.app.state.checkpoints

    async def begin_turn(self) -> None:
        tenant = self.api.actors.admin.tenant_id
        with tenant_scope(tenant):
            async with self.api.database.transaction() as db:
                db.add(
                    SessionTurn(
                        tenant_id=tenant,
                        session_id=self.session["id"],
                        number=0,
                        attempt=1,
                        kind=TurnKind.PROMPT,
                        text="Do it.",
                        author="user:ada",
                        began_at=now(),
                    )
                )
        await self.set(turn=0)

    async def open(self, have: list[str] | None = None) -> httpx.Response:
        return await self.api.call("POST", f"{self.path}/open", json={"have": have or []})

    async def send(self, archive: bytes) -> httpx.Response:
        headers = {"content-type": "application/x-tar"}
        return await self.api.call("POST", f"{self.path}/send", content=archive, headers=headers)


async def handed(api: Api, status: Status = Status.PAUSED) -> Handed:
    """After its first checkpoint, in which `app.py` was changed; its first turn is not over."""
    repository = _shop(api)
    api.app.state.settings.data_dir.mkdir(exist_ok=True)
    workspaces: Workspaces = api.app.state.workspaces
    tenant = str(api.actors.admin.tenant_id)
    session = await api.create(repository=str(repository.path), start=False)
    base = await workspaces.prepare_mirror(tenant, str(repository.path))
    place = await workspaces.create(tenant, session["id"], base, session["branch"], None, RepositoryConfig())
    made = Handed(api, workspaces, base, session, place, repository)
    await made.set(base_commit=base.commit, base_ref=base.base_ref, repository_key=base.repository_key, attempt=1)
    await made.begin_turn()
    await made.checkpoint("echo 'print(1)' > app.py")
    await made.set(status=status, opencode_session_id=TALK, pause={"by": "person", "resumes": 0}, paused_at=now())
    return made


def _shop(api: Api) -> Repository:
    repository = Repository(api.roots / "shop")
    repository.path.mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit({"app.py": "print(0)\n"})
    return repository


def archive(facts: Any, bundle: bytes, *wholes: Any, **more: bytes) -> bytes:
    """What `orchestrator sessions send` makes: the session first and then its children."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        names = ["conversation.json", *(f"children/{n}.json" for n in range(1, len(wholes)))][: len(wholes)]
        contents = dict(zip(names, (json.dumps(one).encode() for one in wholes), strict=True))
        for name, content in {
            "handoff.json": json.dumps(facts).encode(),
            "commits.bundle": bundle,
            **contents,
            **more,
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def bundle_of(clone: Repository, branch: str, commit: str, without: str | None, folder: Path) -> bytes:
    file, pack = folder / "sent.bundle", folder / "sent.pack"
    revisions = f"{commit}\n" + (f"^{without}\n" if without else "")
    pack.write_bytes(clone.pipe(revisions.encode(), "pack-objects", "--revs", "--thin", "--stdout", "-q"))
    write_bundle(file, f"refs/heads/{branch}", commit, [without] if without else [], pack)
    return file.read_bytes()
