"""What ends a training job: the class, with what to do about it. The trainer names them by their codes."""

from collections.abc import Mapping
from typing import Any

from orchestrator.kit.errors import OrchestratorError


class TrainingFailed(OrchestratorError):
    """The training failed."""

    code = "training_failed"


class TrainerMissing(TrainingFailed):
    """There is no training environment in {folder} on this node: {problem}."""

    status = 503
    code = "trainer_missing"
    hint = "Run `orchestrator finetune setup` on the node, then resume the job."


class TrainingDataMalformed(TrainingFailed):
    """The training data cannot be used: {place}: {problem}."""

    status = 422
    code = "training_data_malformed"
    hint = "Correct that line and send the file again; docs/reference/fine-tuning.md shows what a row looks like."


class TrainingRowsMissing(TrainingFailed):
    """There is nothing to train on: {what} has no {rows}."""

    status = 422
    code = "training_rows_missing"
    hint = "SFT is trained on chats, DPO on preferences."


class TrainingFileDamaged(TrainingFailed):
    """The file {file} in the artifact store is not what was sent: {problem}."""

    status = 409
    code = "training_file_damaged"
    hint = "Send the file again and make a new job."


class TrainingBaseUnusable(TrainingFailed):
    """The base model cannot be trained: {problem}."""

    status = 422
    code = "training_base_unusable"
    hint = "The operator looks at what ORCHESTRATOR_TRAINING_BASES says of it, and whether its files are on this node."


class TrainingTemplateUnusable(TrainingFailed):
    """The base's chat template cannot be trained with: {problem}."""

    status = 422
    code = "training_template_unusable"
    hint = "Use a base whose template marks what the assistant says with `{{% generation %}}`, or one that TRL knows."


class TrainingLabelsMissing(TrainingFailed):
    """The base's chat template leaves out what is to be learnt: {place}: {problem}."""

    status = 422
    code = "training_labels_missing"
    hint = "Look at how the template writes that message, and use another base or another form of the row."


class TrainingCallMissing(TrainingFailed):
    """The base's chat template leaves out a tool call: {place}: {function} would not be learnt."""

    status = 422
    code = "training_call_missing"
    hint = "Use a base whose template writes tool calls; trained on this one, the model would unlearn them."


class TrainingCallEncodedTwice(TrainingFailed):
    """The base's chat template encodes arguments twice: {place}: those of {function}."""

    status = 422
    code = "training_call_encoded_twice"
    hint = "Use a base whose template takes arguments as objects; trained on this one, the model would call with strings."


class TrainingRowTooLong(TrainingFailed):
    """{place} has {tokens} tokens, and at most {most} are trained: it would be cut off."""

    status = 422
    code = "training_row_too_long"
    hint = "Raise the hyperparameter max_length, or leave the row out."


class TrainingRowBeyondContext(TrainingFailed):
    """{place} has {tokens} tokens, and the base reads at most {most}."""

    status = 422
    code = "training_row_beyond_context"
    hint = "Use a base with a longer context, or leave the row out."


class TrainingDiskFull(TrainingFailed):
    """The disk was full while the job was trained: {problem}."""

    status = 503
    code = "training_disk_full"
    hint = "Free space on the node's data directory, then resume the job: it goes on from its newest checkpoint."


class TrainingOutOfMemory(TrainingFailed):
    """The training needs more memory than it may have: {problem}."""

    status = 503
    code = "training_out_of_memory"
    hint = "Use a smaller batch_size or max_length, or LoRA; the operator may raise ORCHESTRATOR_TRAINING_MEMORY_BYTES."


class TrainingCrashed(TrainingFailed):
    """The trainer ended by itself: {problem}."""

    code = "training_crashed"
    hint = "The job's notes have the end of its log. Resumed, it goes on from its newest checkpoint."


_CLASSES = {one.code: one for one in TrainingFailed.__subclasses__()}


def problem_from(said: Mapping[str, Any]) -> TrainingFailed:
    """Of what the trainer wrote: `code` and `fields`."""
    kind = _CLASSES.get(str(said.get("code")), TrainingCrashed)
    fields: Mapping[str, Any] = said.get("fields") or {}
    return kind(**fields)


def stored(problem: OrchestratorError) -> dict[str, str]:
    """As the job's row keeps it."""
    return {"code": problem.code, "message": problem.message, "hint": problem.hint_text}
