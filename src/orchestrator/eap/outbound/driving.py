"""Drives one piece of work of an A2A agent: sends it, follows the task there, and hands in what came of it.

Beside it a watch says that this process lives, renews the lease as long as the agent is heard of, and ends the work when
nobody needs it any more, here and there.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from a2a.client.client import Client
from a2a.types import CancelTaskRequest, Message, SendMessageRequest, Task
from a2a.utils.errors import (
    ContentTypeNotSupportedError,
    ExtensionSupportRequiredError,
    InvalidParamsError,
    InvalidRequestError,
    UnsupportedOperationError,
    VersionNotSupportedError,
)

from orchestrator.eap import results
from orchestrator.eap.errors import LeaseStale
from orchestrator.eap.handing import Handing
from orchestrator.eap.messages import Result
from orchestrator.eap.models import ExternalAgent, RemoteCard
from orchestrator.eap.news import AssignmentNews, woken
from orchestrator.eap.outbound.beating import beat
from orchestrator.eap.outbound.downloads import DOWNLOAD_PATH, digest_of, new_token
from orchestrator.eap.outbound.enrolling import card_of
from orchestrator.eap.outbound.following import Follower, Pace, Unheard, Unknown, Wrong, name_of, text_of, words_of
from orchestrator.eap.outbound.results import Taking
from orchestrator.eap.outbound.runs import Keeping, NotOurs, Stand
from orchestrator.eap.outbound.sending import request_of
from orchestrator.eap.outbound.states import Comes, meaning_of
from orchestrator.eap.outbound.wire import MISBEHAVED, connected, credential_headers, pinned
from orchestrator.kit.artifacts import ArtifactStore
from orchestrator.kit.db import Database, IndustrialRepository
from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.logging import get_logger
from orchestrator.kit.printable import printable
from orchestrator.kit.sealing import Sealed, Sealer
from orchestrator.kit.settings import Settings
from orchestrator.webhooks.guard import Guard

log = get_logger(__name__)

_WATCH_SECONDS, _CANCEL_SECONDS = 2.0, 20.0
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 5.0, 300.0
_MOST_SAID = 5_000
_REFUSALS = (
    ContentTypeNotSupportedError,
    ExtensionSupportRequiredError,
    InvalidParamsError,
    InvalidRequestError,
    UnsupportedOperationError,
    VersionNotSupportedError,
)
"""Of a message: the same one would be refused again."""


class Dropped(Exception):
    """The work is not ours any more."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(stand.value)
        self.stand = stand


@dataclass
class Driving:
    database: Database
    settings: Settings
    news: AssignmentNews
    keeping: Keeping
    pace: Pace = field(default_factory=Pace)
    _is_sending: bool = False
    _was_heard: bool = False

    async def drive(self) -> None:
        """Whatever comes of it is written down. Raises errors of the database, and OrchestratorError for a credential that
        does not open; then another process tries again."""
        async with self._connected() as (client, card):
            try:
                async with asyncio.TaskGroup() as group:
                    watch = group.create_task(self._watch())
                    await self._work(client, card)
                    watch.cancel()
            except* Dropped as dropped:
                await self._drop(client, dropped)
            except* (NotOurs, LeaseStale):
                pass  # Whoever has it now goes on.

    async def _drop(self, client: Client, group: BaseExceptionGroup[Dropped]) -> None:
        stands = [one.stand for one in group.exceptions if isinstance(one, Dropped)]
        if Stand.OVER in stands:
            await self._cancel(client)
            await self.keeping.close()

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[tuple[Client, RemoteCard]]:
        remote = self.keeping.remote
        async with self.database.transaction() as db:
            card = await card_of(db, remote.external_agent_id)
            member = await IndustrialRepository(db).get(ExternalAgent, remote.external_agent_id)
        credential = None
        if member.secret_sealed is not None:
            credential = Sealer(self.settings).open(Sealed(member.tenant_id, member.id), member.secret_sealed)
        headers = credential_headers(card.auth, card.auth_header, credential)
        async with connected(Guard(self.settings), pinned(card), headers) as client:
            yield client, card

    async def _work(self, client: Client, card: RemoteCard) -> None:
        follower = Follower(client, self.keeping, self._heard, self.pace, streaming=card.streaming)
        try:
            answer = await follower.to_rest(self._request)
        except Wrong as error:
            await self._fail(f"the agent does not keep to A2A: {error}")
            await self._cancel(client)
        except Unknown as error:
            await self.keeping.give_back(str(error), wait_seconds=0, counts=True, is_over=True)
        except _REFUSALS as error:
            await self._fail(f"the agent refuses the message: {words_of(error)}")
        except (Unheard, *MISBEHAVED) as error:
            await self._not_sent(words_of(error))
        else:
            await self._come(client, answer)

    async def _come(self, client: Client, answer: Task | Message) -> None:
        if isinstance(answer, Task):
            meaning = meaning_of(name_of(answer.status.state))
            if meaning.comes is Comes.FAILURE:
                said = text_of(answer.status.message, _MOST_SAID) if answer.status.HasField("message") else ""
                await self._fail(f"{meaning.says}: {said}" if said else meaning.says)
                if meaning.cancel:
                    await self._cancel(client)
                return
        taking = Taking(self.database, self.settings, Guard(self.settings), self.keeping)
        try:
            told = await taking.result_of(answer)
            await taking.finish(told)
        except LeaseStale:
            raise
        except OrchestratorError as error:
            await self._fail(f"what the agent hands in cannot be taken: {error.message}")

    async def _fail(self, reason: str) -> None:
        remote = self.keeping.remote
        error = printable(reason)[: 4 * _MOST_SAID]
        told = Result.model_validate({"lease_epoch": remote.lease_epoch, "status": "failed", "error": error})
        async with self.database.transaction() as db:
            await self.keeping.end(db)
            await results.finish(db, remote.external_agent_id, remote.assignment_id, told)

    async def _not_sent(self, problem: str) -> None:
        """It was not the work's fault: a try that nobody began does not count."""
        await self.keeping.trouble(f"work could not be sent: {problem}")
        failures = self.keeping.remote.lease_epoch - self.keeping.run.assignment.tries
        wait = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** min(max(0, failures), 10))
        reason = f"its agent could not be reached: {problem}"
        await self.keeping.give_back(reason, wait_seconds=wait, counts=False, is_over=False)

    async def _request(self) -> SendMessageRequest:
        """Its tokens are new whenever it goes out; its id is the same."""
        remote, row = self.keeping.remote, self.keeping.run.assignment
        base = (self.settings.public_url or f"http://{self.settings.host}:{self.settings.port}").rstrip("/")
        async with self.database.transaction() as db:
            handing = Handing(self.database, self.settings, self.news, base)
            work = handing.message(db, remote.external_agent_id, row)
        token = new_token(remote.id)
        await self.keeping.goes_out(digest_of(token))
        bundle = None
        if row.bundle_path is not None and work.repository.bytes <= self.settings.eap_inline_bundle_bytes:
            store = ArtifactStore(self.settings.artifact_store_url)
            bundle = await asyncio.to_thread(store.read, row.bundle_path)
        self._is_sending = True
        download = f"{base}{DOWNLOAD_PATH}", token
        return request_of(work, remote.message_id, bundle, download, self.keeping.run.conversation)

    async def _heard(self) -> None:
        self._was_heard, self._is_sending = True, False

    async def _watch(self) -> None:
        """Raises Dropped."""
        remote = self.keeping.remote
        renewed = 0.0
        with self.news.of(remote.assignment_id) as news:
            while True:
                stand = await self.keeping.keep()
                if stand is not Stand.OURS:
                    raise Dropped(stand)
                moment = asyncio.get_running_loop().time()
                if moment - renewed > self._renewal_seconds and (self._was_heard or self._is_sending):
                    self._was_heard, renewed = False, moment
                    await beat(
                        self.database, self.settings, remote.external_agent_id, remote.assignment_id, remote.lease_epoch
                    )
                await woken(news, _WATCH_SECONDS)

    @property
    def _renewal_seconds(self) -> float:
        return min(self.settings.eap_heartbeat_seconds, self.settings.eap_lease_seconds / 4)

    async def _cancel(self, client: Client) -> None:
        """As far as the agent lets it: the work here does not wait for it."""
        task_id = self.keeping.remote.remote_task_id
        if task_id is None:
            return
        try:
            async with asyncio.timeout(_CANCEL_SECONDS):
                await client.cancel_task(CancelTaskRequest(id=task_id))
        except (*MISBEHAVED, TimeoutError) as error:
            log.info("a2a_task_not_cancelled", assignment_id=str(self.keeping.remote.assignment_id), problem=words_of(error))
