"""What can be wrong with an evaluation."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class SuiteInvalid(OrchestratorError):
    """The suite cannot be asked: {problem}."""

    status = 422
    code = "suite_invalid"
    hint = "docs/reference/model-versions.md tells what a suite is made of."


class EvaluationOfRetired(Conflict):
    """{version} is retired and is not evaluated any more."""

    code = "evaluation_of_retired"
    hint = "Evaluate a candidate: `orchestrator models versions` lists them."


class ArmUnreachable(OrchestratorError):
    """The {arm} arm, the model {model}, gave no answer: {problem}."""

    status = 502
    code = "evaluation_arm_unreachable"
    hint = "Serve both arms first: `orchestrator models serve {version} --arm both`; then evaluate again."


class SuiteChanged(OrchestratorError):
    """The tasks of the evaluation in the artifact store are not those that it began with."""

    status = 409
    code = "suite_changed"
    hint = "Evaluate again, and look at who can write to the artifact store."
