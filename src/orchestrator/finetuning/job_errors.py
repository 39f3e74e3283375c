"""What can be wrong with a training job, and with the wish for one."""

from orchestrator.kit.errors import Conflict, OrchestratorError


class HyperparametersInvalid(OrchestratorError):
    """The hyperparameters cannot be used: {problem}."""

    status = 422
    code = "hyperparameters_invalid"
    hint = "docs/reference/fine-tuning.md lists them with their bounds."


class TrainingDataNotNamed(OrchestratorError):
    """A job is trained on a dataset or on a file: name exactly one of them."""

    status = 422
    code = "training_data_not_named"
    hint = "Send dataset_id or training_file_id; a validation file belongs to a training file."


class TrainingDataUnknown(OrchestratorError):
    """There is no {what} {name} in this tenant."""

    status = 422
    code = "training_data_unknown"
    hint = "`orchestrator datasets list` shows the datasets that can be trained on."


class TrainingDataEmpty(OrchestratorError):
    """There is nothing to train on: the {what} has no {rows}."""

    status = 422
    code = "training_data_empty"
    hint = "SFT is trained on chats, DPO on preferences. The counters of a curation say where its rows were left behind."


class BaseUnknown(OrchestratorError):
    """There is no base model called {name}."""

    status = 422
    code = "base_unknown"
    hint = "`orchestrator finetune bases` lists them; the operator adds others in ORCHESTRATOR_TRAINING_BASES."


class TrainerNotOffered(OrchestratorError):
    """Nobody here trains by {trainer}."""

    status = 422
    code = "trainer_not_offered"
    hint = "Use one of: {offered}."


class JobNotOpen(Conflict):
    """The job is {status}: {action} is not possible now."""

    code = "job_not_open"
    hint = "From here it can go to: {allowed}."


class TrainingBudgetSpent(Conflict):
    """The job has used {spent} of its {most} seconds."""

    code = "training_budget_spent"
    hint = "Resume it with a larger max_seconds."
