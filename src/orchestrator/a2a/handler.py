"""The protocol's operations over sessions. Nothing of a task is kept in memory: each process answers for all of them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from a2a.server.context import ServerCallContext
from a2a.server.request_handlers.request_handler import RequestHandler
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    DeleteTaskPushNotificationConfigRequest,
    GetExtendedAgentCardRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTaskPushNotificationConfigsRequest,
    ListTaskPushNotificationConfigsResponse,
    ListTasksRequest,
    ListTasksResponse,
    SendMessageConfiguration,
    SendMessageRequest,
    SubscribeToTaskRequest,
    Task,
    TaskPushNotificationConfig,
)
from a2a.utils.errors import (
    TaskNotCancelableError,
    UnsupportedOperationError,
)
from a2a.utils.proto_utils import validate_proto_required_fields
from a2a.utils.task import validate_history_length, validate_page_size
from google.protobuf.message import Message as ProtoMessage
from sqlalchemy.ext.asyncio import AsyncSession

from orchestrator.a2a.calls import Call, call_of
from orchestrator.a2a.following import Update, at_rest, updates, whole_task
from orchestrator.a2a.listing import list_tasks
from orchestrator.a2a.push_configs import check_config, config_of, configs_of, delete_config, read, set_config
from orchestrator.a2a.reading import task_session
from orchestrator.a2a.sending import Sent, send
from orchestrator.a2a.states import TERMINAL, state_of
from orchestrator.events.log import last_number
from orchestrator.sessions import control
from orchestrator.sessions.errors import IllegalTransition
from orchestrator.tenancy.permissions import Permission


class SessionsHandler(RequestHandler):
    async def on_message_send(self, params: SendMessageRequest, context: ServerCallContext) -> Task:
        call = _call(params, context)
        with call.told():
            sent = await _sent(call, params)
            if not params.configuration.return_immediately:
                await at_rest(call, sent)
            return await whole_task(call, sent.session_id, _history(params.configuration))

    async def on_message_send_stream(
        self, params: SendMessageRequest, context: ServerCallContext
    ) -> AsyncGenerator[Update, None]:
        call = _call(params, context)
        with call.told():
            sent = await _sent(call, params)
            async with aclosing(updates(call, sent, _history(params.configuration))) as news:
                async for one in news:
                    yield one

    async def on_subscribe_to_task(
        self, params: SubscribeToTaskRequest, context: ServerCallContext
    ) -> AsyncGenerator[Update, None]:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_READ)
            async with call.transaction() as db:
                session = await task_session(db, call.agent, params.id)
                after = await last_number(db)
            if state_of(session.status, session.attempt) in TERMINAL:
                raise UnsupportedOperationError("The task is over: there is nothing more to follow.")
            async with aclosing(updates(call, Sent(session.id, after), None)) as news:
                async for one in news:
                    yield one

    async def on_get_task(self, params: GetTaskRequest, context: ServerCallContext) -> Task:
        call = _call(params, context)
        validate_history_length(params)
        with call.told():
            call.needs(Permission.SESSIONS_READ)
            async with call.transaction() as db:
                session_id = (await task_session(db, call.agent, params.id)).id
            return await whole_task(call, session_id, _history(params))

    async def on_list_tasks(self, params: ListTasksRequest, context: ServerCallContext) -> ListTasksResponse:
        call = _call(params, context)
        validate_history_length(params)
        if params.HasField("page_size"):
            validate_page_size(params.page_size)
        with call.told():
            call.needs(Permission.SESSIONS_READ)
            return await list_tasks(call, params)

    async def on_cancel_task(self, params: CancelTaskRequest, context: ServerCallContext) -> Task:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_WRITE)
            return await whole_task(call, await _cancelled(call, params.id), None)

    async def on_create_task_push_notification_config(
        self, params: TaskPushNotificationConfig, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_WRITE)
            await check_config(call, params)
            async with call.transaction() as db:
                session = await task_session(db, call.agent, params.task_id)
                return await set_config(db, call, session.id, params)

    async def on_get_task_push_notification_config(
        self, params: GetTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> TaskPushNotificationConfig:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_READ)
            async with call.transaction() as db:
                return read(call, await config_of(db, call, params.task_id, params.id))

    async def on_list_task_push_notification_configs(
        self, params: ListTaskPushNotificationConfigsRequest, context: ServerCallContext
    ) -> ListTaskPushNotificationConfigsResponse:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_READ)
            async with call.transaction() as db:
                rows = await configs_of(db, call, params.task_id)
            return ListTaskPushNotificationConfigsResponse(configs=[read(call, one) for one in rows])

    async def on_delete_task_push_notification_config(
        self, params: DeleteTaskPushNotificationConfigRequest, context: ServerCallContext
    ) -> None:
        call = _call(params, context)
        with call.told():
            call.needs(Permission.SESSIONS_WRITE)
            async with call.transaction() as db:
                await delete_config(db, call, params.task_id, params.id)

    async def on_get_extended_agent_card(self, params: GetExtendedAgentCardRequest, context: ServerCallContext) -> AgentCard:
        raise UnsupportedOperationError("There is no other card than the one at .well-known/agent-card.json.")


def _call(params: ProtoMessage, context: ServerCallContext) -> Call:
    """Raises InvalidParamsError, which names each field that is missing."""
    validate_proto_required_fields(params)
    return call_of(context)


async def _sent(call: Call, params: SendMessageRequest) -> Sent:
    call.needs(Permission.SESSIONS_WRITE)
    validate_history_length(params.configuration)

    config = params.configuration.task_push_notification_config
    is_pushed = params.configuration.HasField("task_push_notification_config")
    if is_pushed:
        await check_config(call, config)

    async def configure(db: AsyncSession, session_id: UUID, after: int) -> None:
        if is_pushed:
            await set_config(db, call, session_id, config, after)

    return await send(call, params, configure)


async def _cancelled(call: Call, task_id: str) -> UUID:
    try:
        async with call.transaction() as db:
            session = await task_session(db, call.agent, task_id)
            if state_of(session.status, session.attempt) in TERMINAL:
                raise TaskNotCancelableError
            return (await control.cancel(db, call.principal, session.id)).id
    except IllegalTransition as error:
        raise TaskNotCancelableError(error.message) from error


def _history(config: GetTaskRequest | SendMessageConfiguration | Any) -> int | None:
    return config.history_length if config.HasField("history_length") else None
