"""What can be wrong with a listing, and with the wish to have one."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class NamespaceTaken(Conflict):
    """The namespace {namespace} is taken."""

    code = "namespace_taken"
    hint = "Choose another one."


class TooManyNamespaces(Conflict):
    """The tenant has {most} namespaces already."""

    code = "too_many_namespaces"
    hint = "Publish below one of those: a namespace holds any number of agents."


class SigningKeyInvalid(OrchestratorError):
    """The key cannot be taken: {problem}."""

    status = 422
    code = "signing_key_invalid"
    hint = "Send 32 bytes of an Ed25519 public key in base64, signed by itself; `orchestrator market claim` does."


class SigningKeyKnown(Conflict):
    """The namespace has that key already."""

    code = "signing_key_known"
    hint = "Make another one: `orchestrator market keys add`."


class ListingInvalid(OrchestratorError):
    """The listing cannot be published: {problem}."""

    status = 422
    code = "listing_invalid"
    hint = "docs/howto/marketplace.md tells what a listing is made of."


class SignatureInvalid(OrchestratorError):
    """The listing's signature does not hold: {problem}."""

    status = 422
    code = "signature_invalid"
    hint = "Sign it with a key of its namespace that is neither retired nor revoked: `orchestrator market publish` does."


class VersionTaken(Conflict):
    """{listing} {version} is published already, and a version never changes."""

    code = "version_taken"
    hint = "Publish it under a higher version."


class TooManyVersions(Conflict):
    """{listing} has {most} versions already."""

    code = "too_many_versions"
    hint = "Publish it under another name."


class VersionDeleted(Conflict):
    """{listing} {version} is deleted: {reason}."""

    code = "version_deleted"
    hint = "Choose another version: `orchestrator market show {listing}`."


class ListingUntrusted(Conflict):
    """{listing} {version} is not installed, since it cannot be trusted: {problem}."""

    code = "listing_untrusted"
    hint = "Install nothing of it until its publisher and your operator have looked into it."


class DigestDiffers(Conflict):
    """{listing} {version} has the digest {digest}, which is not the one that you looked at."""

    code = "digest_differs"
    hint = "Look at it again, and consent to what you see then."


class ConsentDiffers(Conflict):
    """{listing} {version} asks for something else than was consented to: {difference}."""

    code = "consent_differs"
    hint = "Look at what it asks for, and send exactly that as the consent: `orchestrator market show {listing}`."


class AlreadyInstalled(Conflict):
    """{listing} is installed already, in version {version}."""

    code = "already_installed"
    hint = "Update it: `orchestrator market update {listing}`."


class NotInstalled(Conflict):
    """{listing} is uninstalled."""

    code = "not_installed"
    hint = "Install it again: `orchestrator market install {listing}`."


class EnrolmentNeeded(Conflict):
    """{listing} is an external agent: it runs at its owner's, and joins the tenant by enrolment."""

    code = "enrolment_needed"
    hint = (
        "Have a LEAD make an enrolment with `agent_name` {agent} and the capabilities {capabilities} (POST "
        "/api/v1/agents/external/enrolments), and give its token to whoever runs the agent: docs/reference/eap.md."
    )


class NotCheckable(Conflict):
    """{listing} cannot be checked against the External Agent Protocol: {why}."""

    code = "not_checkable"
    hint = "What joins by enrolment alone is checked; publish it with a card.json that has no address to call."


class ChecksBusy(Conflict):
    """{listing} is checked already, or as many others are as this process checks at once."""

    code = "checks_busy"
    hint = "Wait until a check has ended; each takes three minutes at most."


class Trouble(OrchestratorError):
    """The server is in trouble, as it may be at any moment."""

    status = 503
    code = "trouble"
    hint = "Send the same again, word for word, after as many seconds as Retry-After says."
