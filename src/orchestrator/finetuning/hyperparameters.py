"""How a job is trained. What is not given is as it suits its method and its adaptation."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from orchestrator.finetuning.job_errors import HyperparametersInvalid
from orchestrator.finetuning.job_models import Adaptation, Method
from orchestrator.kit.db import Json

_ModuleName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.]{1,100}$")]
_LORA_ALONE = ("lora_rank", "lora_alpha", "lora_dropout", "target_modules")
_DPO_ALONE = ("beta",)
_RATES = {Adaptation.LORA: 2e-4, Adaptation.QLORA: 2e-4, Adaptation.FULL: 1e-5}
_RATES_OF_DPO = {Adaptation.LORA: 5e-6, Adaptation.QLORA: 5e-6, Adaptation.FULL: 5e-7}


class Hyperparameters(BaseModel):
    """Lengths are in tokens of the base's own tokenizer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"epochs": 3, "batch_size": 8, "learning_rate": 2e-4}]}
    )

    epochs: float | None = Field(None, gt=0, le=100, description="Passes over the data. Unset, with max_steps unset: 3.")
    max_steps: int | None = Field(None, ge=1, le=1_000_000, description="Steps, in place of epochs.")
    batch_size: int = Field(8, ge=1, le=1024, description="Rows of one forward pass.")
    gradient_accumulation: int = Field(1, ge=1, le=1024, description="Forward passes of one step.")
    learning_rate: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Unset: 2e-4 of an adapter and 1e-5 of all weights; with DPO 5e-6 and 5e-7.",
    )
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup_steps: int = Field(5, ge=0, le=100_000)
    weight_decay: float = Field(0.0, ge=0, le=1)
    max_grad_norm: float = Field(1.0, gt=0, le=1000)
    max_length: int = Field(4096, ge=16, le=1_000_000, description="A row that is longer fails the job: nothing is cut off.")
    seed: int = Field(42, ge=0, le=2**31 - 1)
    checkpoint_steps: int = Field(50, ge=1, le=1_000_000, description="Steps between two checkpoints.")
    keep_checkpoints: int = Field(3, ge=2, le=100, description="Checkpoints that are kept, the newest.")
    evaluate_steps: int = Field(50, ge=1, le=1_000_000, description="Steps between two looks at the held-out rows.")
    lora_rank: int = Field(16, ge=1, le=1024)
    lora_alpha: int = Field(32, ge=1, le=4096)
    lora_dropout: float = Field(0.05, ge=0, lt=1)
    target_modules: Literal["all-linear"] | list[_ModuleName] = Field(
        "all-linear", description="Which layers get an adapter."
    )
    beta: float = Field(0.1, gt=0, le=10, description="DPO: how close it stays to the base.")
    merge: bool = Field(True, description="Also store the base with the adapter merged into it, which serving needs.")

    @model_validator(mode="after")
    def _one_length(self) -> "Hyperparameters":
        if self.epochs is not None and self.max_steps is not None:
            raise ValueError("epochs and max_steps exclude each other")
        return self


def checked(given: Mapping[str, Any], method: Method, adaptation: Adaptation) -> Json:
    """All of them, those that were not given as well, as the trainer reads them. Raises HyperparametersInvalid."""
    try:
        values = Hyperparameters.model_validate(dict(given))
    except ValidationError as error:
        problem = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in problem["loc"])
        said = problem["msg"].removeprefix("Value error, ")
        raise HyperparametersInvalid(problem=f"{where}: {said}" if where else said) from error
    _check_fits(values, method, adaptation)
    rates = _RATES_OF_DPO if method is Method.DPO else _RATES
    rate = rates[adaptation] if values.learning_rate is None else values.learning_rate
    epochs = 3.0 if values.epochs is None and values.max_steps is None else values.epochs
    return values.model_dump() | {"learning_rate": rate, "epochs": epochs}


def _check_fits(values: Hyperparameters, method: Method, adaptation: Adaptation) -> None:
    """What would have no effect is a misunderstanding, and told."""
    if adaptation is Adaptation.FULL and (named := [one for one in _LORA_ALONE if one in values.model_fields_set]):
        raise HyperparametersInvalid(problem=f"{named[0]}: all weights are trained, so there is no adapter")
    if method is not Method.DPO and (named := [one for one in _DPO_ALONE if one in values.model_fields_set]):
        raise HyperparametersInvalid(problem=f"{named[0]}: it belongs to DPO")
