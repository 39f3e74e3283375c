"""What can be wrong with an endpoint or a delivery."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class WebhookAddressInvalid(OrchestratorError):
    """{url} is no address that can be called: {problem}."""

    status = 422
    code = "webhook_address_invalid"
    hint = "Name it as https://host[:port]/path, without user, password or fragment; ports are 80, 443, and 1024 and above."


class WebhookAddressRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where no webhook goes."""

    status = 403
    code = "webhook_address_refused"
    hint = "Name a public address, or ask the operator to add its network to ORCHESTRATOR_WEBHOOK_PRIVATE_NETWORKS."


class TooManyWebhooks(Conflict):
    """The tenant has {most} webhooks already."""

    code = "too_many_webhooks"
    hint = "Remove one that nobody needs, or let one endpoint take more kinds of events."


class EventPatternInvalid(OrchestratorError):
    """{pattern} is no kind of event."""

    status = 422
    code = "event_pattern_invalid"
    hint = "Name kinds as `session.status`, all below a word as `session.*`, or everything as `*`."


class DeliveryUnderWay(Conflict):
    """The delivery has not been given up: its next try is at {next_attempt_at}."""

    code = "delivery_under_way"
    hint = "Nothing needs to be done, or send it again once it is delivered or dead."
