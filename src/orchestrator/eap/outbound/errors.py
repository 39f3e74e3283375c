"""What can be wrong with an A2A agent of others."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class CardUnreachable(OrchestratorError):
    """The agent card at {url} could not be read: {problem}."""

    status = 422
    code = "a2a_card_unreachable"
    hint = (
        "Give the card's own address, or that of the host which serves /.well-known/agent-card.json. It has to be public "
        "and https, or in a network of ORCHESTRATOR_WEBHOOK_PRIVATE_NETWORKS, and answer itself: no redirect is followed."
    )


class CardInvalid(OrchestratorError):
    """What {url} answers is no agent card: {problem}."""

    status = 422
    code = "a2a_card_invalid"
    hint = "An agent card is JSON as A2A 1.0 or 0.3 describes it, with name, version, skills and where the agent is reached."


class TransportUnsupported(OrchestratorError):
    """The agent offers none of the transports that are spoken here, only {offered}."""

    status = 422
    code = "a2a_transport_unsupported"
    hint = "It has to offer JSONRPC or HTTP+JSON. gRPC is not spoken."


class VersionUnsupported(OrchestratorError):
    """The agent speaks the A2A version {offered}, which is not spoken here."""

    status = 422
    code = "a2a_version_unsupported"
    hint = "A2A 1.0 and 0.3 are spoken."


class SchemeUnsupported(OrchestratorError):
    """The agent asks for a way to log in that is not there: {offered}."""

    status = 422
    code = "a2a_scheme_unsupported"
    hint = "HTTP bearer, HTTP basic, and an API key in a header can be sent; OAuth, OpenID Connect and mutual TLS cannot."


class CredentialNeeded(OrchestratorError):
    """The agent asks for a credential ({scheme}), and none was given."""

    status = 422
    code = "a2a_credential_needed"
    hint = "Give it: --credential-env names an environment variable that has it. Of HTTP basic it is `user:password`."


class CredentialInvalid(OrchestratorError):
    """The credential cannot be sent in a header."""

    status = 422
    code = "a2a_credential_invalid"
    hint = "Give visible ASCII characters, without line breaks; of HTTP basic `user:password`."


class OriginChanged(Conflict):
    """The agent is reached at {now} now, and its credential is for {before}."""

    code = "a2a_origin_changed"
    hint = "If the agent has moved, give its credential again with the request: it is not sent to another host by itself."


class NoA2aAgent(Conflict):
    """This external agent does not speak A2A: it has no card."""

    code = "not_an_a2a_agent"
    hint = "`orchestrator external list` shows which agents were added by a card."
