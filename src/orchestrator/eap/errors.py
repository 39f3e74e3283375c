"""What can be wrong with an external agent, and with what it asks for."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class EnrolmentInvalid(OrchestratorError):
    """This enrolment token opens nothing: it was used, has expired or been taken back, or never was."""

    status = 401
    code = "enrolment_invalid"
    hint = "Ask a LEAD for a new one: `orchestrator external enrol`. A token lets one agent join, within 15 minutes."


class ProtocolUnknown(OrchestratorError):
    """The protocol version {version} is not spoken here."""

    status = 400
    code = "protocol_unknown"
    hint = "Speak one of: {known}."


class CapabilityNotAllowed(OrchestratorError):
    """The enrolment does not allow {names}."""

    status = 403
    code = "capability_not_allowed"
    hint = "Say less, or ask for an enrolment with these capabilities. It allows: {allowed}."


class AgentNameOfOthers(Conflict):
    """There is an agent called {agent} already, and the enrolment is not for it."""

    code = "agent_name_of_others"
    hint = "Choose another name, or ask for an enrolment that names this agent: then several of you share its work."


class PublicKeyInvalid(OrchestratorError):
    """The public key cannot be used: {problem}."""

    status = 422
    code = "public_key_invalid"
    hint = "Send the 32 bytes of an Ed25519 public key in base64."


class ProofInvalid(OrchestratorError):
    """The signature does not prove the key: {problem}."""

    status = 403
    code = "proof_invalid"
    hint = "Sign the text with the private key that belongs to the registered public key, and send the 64 bytes in base64."


class KeyNotProven(OrchestratorError):
    """The agent has not proven its key yet."""

    status = 403
    code = "key_not_proven"
    hint = "Sign the challenge that the registration answered with and send it to /prove; `POST /challenge` gives a new one."


class AssertionInvalid(OrchestratorError):
    """The assertion buys no token: {problem}."""

    status = 401
    code = "assertion_invalid"
    hint = (
        "Send a JWT signed with EdDSA by the registered key: iss and sub the agent's id, aud `eap`, exp within 5 minutes, "
        "a fresh jti."
    )


class LeaseStale(Conflict):
    """The lease of epoch {epoch} is over; nothing was changed."""

    code = "stale_lease"
    hint = "Drop the work: the task is with somebody else, or nobody needs it any more."


class ResultConflict(Conflict):
    """Another result came for this lease before."""

    code = "result_conflict"
    hint = "The first result counts. Repeat a result with exactly the same body."


class ArtifactRefused(OrchestratorError):
    """The artifact is refused: {problem}."""

    status = 422
    code = "artifact_refused"
    hint = "Names are plain file names; limits are in the answer of the registration."


class ArtifactIncomplete(Conflict):
    """The artifact {name} is not here whole: {received} of {bytes} bytes."""

    code = "artifact_incomplete"
    hint = "Send the rest from the offset that the artifact's `received` names."


class ArtifactMismatch(Conflict):
    """The artifact {name} is not what was declared: {problem}. Nothing of it was kept."""

    code = "artifact_mismatch"
    hint = "Send it again from offset 0, or declare what it really is under another name."


class OffsetWrong(Conflict):
    """{received} bytes are here, and this piece begins at {offset}."""

    code = "offset_wrong"
    hint = "Go on at the offset that `received` names."
