"""What can be wrong with a model version, its steps and its files."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class JobUnfinished(Conflict):
    """The job {job} has trained no model: it is {status}."""

    code = "job_unfinished"
    hint = "Wait until it has succeeded: `orchestrator finetune show {job}`."


class VersionNameUnknown(OrchestratorError):
    """There is no model version {version} here."""

    status = 422
    code = "model_version_unknown"
    hint = "Name one as name@1.2.3; `orchestrator models versions` lists them."


class PromotionUnproven(Conflict):
    """{version} has passed no evaluation, so it is not promoted: {state}."""

    code = "promotion_unproven"
    hint = (
        "Evaluate it: `orchestrator models evaluate {version}`. An ADMIN may promote it all the same with "
        "`override` and a reason, which is audited."
    )


class StageWrong(Conflict):
    """{version} is {stage}, and cannot become {wanted}."""

    code = "stage_wrong"
    hint = "A candidate can be promoted, and what is not retired can be retired: `orchestrator models version {version}`."


class VersionInUse(Conflict):
    """{version} is still at work: {use}."""

    code = "model_version_in_use"
    hint = "End that first: `orchestrator models unserve {version}`, or `orchestrator models split <alias> --end`."


class ArtifactDamaged(OrchestratorError):
    """The file {kind} of {version} in the artifact store is not what was trained: it has the digest {found}."""

    code = "artifact_damaged"
    hint = "Restore the artifact store, or train the version again; nothing was served from the damaged file."


class OverrideNeedsReason(OrchestratorError):
    """A promotion without a passed evaluation needs a reason."""

    status = 422
    code = "override_needs_reason"
    hint = "Say in `reason` why the gate is overridden; the audit log keeps it."
