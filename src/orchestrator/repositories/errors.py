"""What can be wrong with a git credential."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class PatternInvalid(OrchestratorError):
    """{pattern} does not say which repositories the credential is for."""

    status = 422
    code = "git_pattern_invalid"
    hint = "Name a host and, if you like, the beginning of a path, such as github.com/acme or git.example.com:8443."


class GitSecretInvalid(OrchestratorError):
    """The secret cannot be used: {problem}."""

    status = 422
    code = "git_secret_invalid"
    hint = (
        "A token is one line; an SSH key is a private key without a passphrase, in PEM or OpenSSH form; "
        "a GitHub App's is the RSA private key that GitHub gave, in PEM."
    )


class GitCredentialOptions(OrchestratorError):
    """A credential of the kind {kind} {problem}."""

    status = 422
    code = "git_credential_options"
    hint = "docs/howto/private-repositories.md tells what each kind needs."


class GitCredentialNameTaken(Conflict):
    """There is a git credential called {name} already."""

    code = "git_credential_name_taken"
    hint = "Choose another name; of two for the same repositories the newer one is used. Then remove the older."


class GitHubApiRefused(OrchestratorError):
    """{host} is, or may lead, inside the orchestrator's own network, where a tenant's GitHub may not be."""

    status = 403
    code = "github_api_refused"
    hint = "Name a public address, ask an operator to add the credential, or set ORCHESTRATOR_PRIVATE_PROVIDERS."


class GitHubTokenRefused(OrchestratorError):
    """GitHub gave no token to the app of the git credential {credential}: {problem}"""

    status = 502
    code = "repository_github_token"
    hint = "Check the app's id, its installation's id and its private key, and that the app is still installed."
