"""Why the gateway answers a call itself, and the shape in which each format's clients understand it."""

from dataclasses import dataclass
from typing import Any

from orchestrator.gateway.routing import ApiFormat
from orchestrator.kit.errors import OrchestratorError


class KeyInvalid(OrchestratorError):
    """The gateway does not know this key."""

    status = 401
    code = "virtual_key_invalid"
    hint = "Send a runtime's virtual key or a person's API key as `Authorization: Bearer` or `x-api-key`."


class SessionRequired(OrchestratorError):
    """A runtime's call must name its conversation."""

    status = 403
    code = "session_required"
    hint = "OpenCode sends `x-session-id` with every call; a person calls with an API key of their own."


class SessionUnknown(OrchestratorError):
    """No running session of this runtime has that conversation."""

    status = 403
    code = "session_unknown"
    hint = "The session has ended, or belongs to another runtime or tenant."


class SessionLeaves(OrchestratorError):
    """The session is about to leave its node, which drains."""

    status = 503
    code = "session_leaves"
    hint = "Nothing to do: it goes on by itself on another node, or on this one when it does not drain any more."


class PathUnknown(OrchestratorError):
    """The gateway has no such path."""

    status = 404
    code = "path_unknown"
    hint = "POST /chat/completions, /responses, /messages, /messages/count_tokens or GET /models below /gateway/v1."


class RequestTooLarge(OrchestratorError):
    """A request to a model may have {most} bytes at most."""

    status = 413
    code = "request_too_large"
    hint = "Send less of the conversation, or smaller pictures."


class GatewayFull(OrchestratorError):
    """The gateway has no room for another request at this moment."""

    status = 503
    code = "gateway_full"
    hint = "Wait as long as Retry-After says; an operator can add gateways, or raise ORCHESTRATOR_GATEWAY_BODY_BYTES."


class RateLimited(OrchestratorError):
    """The tenant makes more requests to models than its {limit} a minute."""

    status = 429
    code = "rate_limited"
    hint = "Wait as long as Retry-After says; an operator can raise the quota requests_per_minute."


class ProviderRateLimited(OrchestratorError):
    """The provider {provider} takes no further call for {retry_after_seconds} seconds, longer than the gateway holds one."""

    status = 429
    code = "provider_at_limit"
    hint = "Wait as long as Retry-After says."


class ProviderTooSmall(OrchestratorError):
    """The request is larger than what the provider {provider} takes of its key in a whole minute."""

    status = 413
    code = "provider_limit_too_small"
    hint = "Send less of the conversation or ask for less output, or raise the key's limit at the provider."


class ProviderExhausted(OrchestratorError):
    """The quota of the model's provider is used up."""

    status = 402
    code = "provider_exhausted"
    hint = "Sessions go on by themselves when it begins anew. Raise the limit at the provider, or use another model."


class ProviderUnreachable(OrchestratorError):
    """The model provider {provider} could not be reached: {problem}."""

    status = 502
    code = "provider_unreachable"
    hint = "Check its address, and that something listens there; the gateway calls it, not the sandbox."


class ProviderRefusedKey(OrchestratorError):
    """The provider {provider} does not accept the key that the gateway has for it."""

    # Not 502: clients ask again after that, OpenCode for minutes, and the key does not mend itself.
    status = 403
    code = "upstream_auth"
    hint = "Set the provider's key anew: `orchestrator providers set`, or what the settings name."


class ProviderAnsweredPage(OrchestratorError):
    """The provider {provider} answered with a web page, as no API of models does."""

    status = 404
    code = "provider_answered_page"
    hint = (
        "Check its address (ORCHESTRATOR_PROVIDER_BASE_URL, or its base_url): mostly the /v1 at its end is missing, "
        "or a proxy on the way wants a log-in."
    )


class ProviderErrorTooLong(OrchestratorError):
    """The provider {provider} answered {answered} with an error too long to be passed on."""

    status = 502
    code = "provider_error_too_long"
    hint = "The provider's own log tells more."


class CallAbandoned(OrchestratorError):
    """The caller left before there was an answer."""

    status = 408
    code = "call_abandoned"
    hint = "Nothing was used."


class GatewayStopping(OrchestratorError):
    """This gateway is about to stop."""

    status = 503
    code = "gateway_stopping"
    hint = "Send the request again: another gateway, or this one's next start, takes it."


_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
}
_NO_MONEY = {ApiFormat.MESSAGES: "billing_error"}


@dataclass(frozen=True)
class Refusal:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]


def refusal(error: OrchestratorError, format_: ApiFormat) -> Refusal:
    """In the provider's own shape; `code` is ours, and stands in the error of either shape."""
    kind = _NO_MONEY.get(format_, "insufficient_quota") if error.status == 402 else _TYPES.get(error.status, "api_error")
    told: dict[str, Any] = {"type": kind, "code": error.code, "message": f"{error.message} {error.hint_text}"}
    # The clients of models know no 422: what cannot be understood is 400 to them.
    status = 400 if error.status == 422 else error.status
    if format_ is ApiFormat.MESSAGES:
        return Refusal(status, _headers(error), {"type": "error", "error": told})
    return Refusal(status, _headers(error), {"error": told | {"param": None}})


def _headers(error: OrchestratorError) -> dict[str, str]:
    """A refusal that stands is not to be asked for again: clients would do so by themselves, some without an end."""
    wait = error.fields.get("retry_after_seconds")
    if error.status in (429, 503) and isinstance(wait, int | float):
        seconds = {"retry-after": str(max(1, -int(-wait // 1)))}
        return seconds | {"x-should-retry": "true"} if error.status == 503 else seconds
    if error.status == 402:
        return {"x-should-retry": "false", **_figures(error)}
    return {}


def _figures(error: OrchestratorError) -> dict[str, str]:
    """What a refusal stands on. Not in its text: OpenCode takes an error for a passing one when its body has a number
    like 500 or 429 anywhere in it, in an amount as well, and would ask again for minutes.
    """
    kind = "provider" if isinstance(error, ProviderExhausted) else "budget"
    return {f"x-{kind}-{name.replace('_', '-')}": _ascii(value) for name, value in error.fields.items()}


def _ascii(value: object) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in str(value))[:200]
