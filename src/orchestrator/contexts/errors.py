"""What can be wrong with a context, and with the wish to change it."""

from collections.abc import Mapping

from orchestrator.kit.errors import Conflict, OrchestratorError


class ContextKeyInvalid(OrchestratorError):
    """The key {key} cannot be used."""

    status = 422
    code = "context_key_invalid"
    hint = "Up to 128 letters, digits and . _ - /, beginning with a letter or digit: such as `decisions/database`."


class ContextScopeInvalid(OrchestratorError):
    """{problem}"""

    status = 422
    code = "context_scope_invalid"
    hint = "GLOBAL takes no scope_id; SESSION, AGENT and TEMPORARY take the id of a session, of an agent, of a plan."


class ContextValueInvalid(OrchestratorError):
    """The value cannot be stored: {problem}."""

    status = 422
    code = "context_value_invalid"
    hint = "Store a shorter value: long material belongs into the repository, with its path as the value."


class ContextsFull(Conflict):
    """There are {most} entries in {where} already."""

    code = "contexts_full"
    hint = "Delete those that nobody needs: `orchestrator contexts list`. One entry may hold an object of many facts."


class ContextVersionRequired(OrchestratorError):
    """There is an entry {key} already, at version {version}, and the request does not say which version it changes."""

    status = 428
    code = "context_version_required"
    hint = (
        "Read the entry, make your change to its value, and send it with the version you read: as If-Match, "
        "or as --version on the command line."
    )


class ContextConflicted(Conflict):
    """{key} was changed at {paths} since version {base}, as you changed it; nothing is overwritten, and yours is kept as the
    conflict {conflict_id}."""

    code = "context_conflict"
    hint = (
        "Read version {current}, bring both together and write that with If-Match, or resolve the conflict: "
        "`orchestrator contexts resolve {conflict_id} --take mine|theirs`."
    )

    @property
    def headers(self) -> Mapping[str, str]:
        return {
            "ETag": f'"{self.fields["current"]}"',
            "Location": f"/api/v1/contexts/conflicts/{self.fields['conflict_id']}",
        }


class ContextConflictsFull(Conflict):
    """{most} writes of {key} wait to be resolved already; this one was refused and is not kept."""

    code = "context_conflicts_full"
    hint = "Resolve some: `orchestrator contexts conflicts`. Then read the entry and write again."


class ContextConflictResolved(Conflict):
    """The conflict was resolved already, by {by}."""

    code = "context_conflict_resolved"
    hint = "Read the entry as it is now; to change it, write it."
