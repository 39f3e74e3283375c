"""What can be wrong with a provider or a model's name."""

from orchestrator.kit.errors import OrchestratorError


class NameTaken(OrchestratorError):
    """There is a {what} called {name} already."""

    status = 409
    code = "name_taken"
    hint = "Change the one that is there, or choose another name."


class ProviderInUse(OrchestratorError):
    """Models lead to this provider: {models}."""

    status = 409
    code = "provider_in_use"
    hint = "Delete those models or point them elsewhere first; `enabled: false` switches the provider off at once."


class ProviderUnknown(OrchestratorError):
    """There is no provider called {name} that a model of yours could lead to."""

    status = 422
    code = "provider_unknown"
    hint = "`orchestrator providers list` shows yours; what the settings name is a provider that no alias leads to."


class FormatNotOffered(OrchestratorError):
    """The provider {provider} does not speak the format {format}, and nothing is translated."""

    status = 422
    code = "format_not_offered"
    hint = "It speaks {formats}. The option `formats` of an openai_compatible provider says what it speaks."


class ModelNotShared(OrchestratorError):
    """The platform does not offer the model {model} of its provider {provider}."""

    status = 422
    code = "model_not_shared"
    hint = "A name of yours may lead to what the platform's own names lead to; ask an operator to offer it."


class PricesNotYours(OrchestratorError):
    """What a model of the platform's provider {provider} costs is the platform's to say."""

    status = 422
    code = "prices_not_yours"
    hint = "Leave the prices and limits of that target out: they are those of the platform."


class ApiKeyNeeded(OrchestratorError):
    """The provider's key is sent to its address, so a new address needs the key with it."""

    status = 422
    code = "api_key_needed"
    hint = "Send `api_key` together with the new `base_url` or `kind`; `null` removes the key."


class BaseUrlNeeded(OrchestratorError):
    """A provider of the kind {kind} needs a `base_url`."""

    status = 422
    code = "base_url_needed"
    hint = "docs/howto/providers.md tells what it looks like for each kind."


class ApiKeyInvalid(OrchestratorError):
    """A key that goes into a header has printable ASCII characters alone."""

    status = 422
    code = "api_key_invalid"
    hint = "Send the key as the provider shows it, without line breaks around it."
