"""A training run, from a job's folder to an adapter, a model and a result; the same data and seed give the same bytes."""

import json
import math
from pathlib import Path
from typing import Any

from orchestrator_trainer import checkpoints, models
from orchestrator_trainer.digests import digest_of_folder
from orchestrator_trainer.job import Fields, Job
from orchestrator_trainer.metrics import Metrics
from orchestrator_trainer.preflight import Rendered, Renderer
from orchestrator_trainer.rows import Row, read_chats, read_preferences
from orchestrator_trainer.templates import training_template

_MOST_HELDOUT = 512
"""Rows that are looked at while it is trained."""


def train(job: Job) -> bool:
    """Whether it came to its end; it was asked to pause otherwise. Raises Problem, and whatever the libraries raise."""
    chats, heldout, preferences = _read(job)
    _settle(job)
    tokenizer = models.load_tokenizer(job.base)
    model = models.load_model(job)
    template = training_template(tokenizer)
    renderer = Renderer(tokenizer, template, job.hyperparameters["max_length"], models.context_of(model))
    digest = models.base_digest(job.base, model)
    rows = _prepare_preferences(renderer, preferences) if job.method == "dpo" else _prepared(renderer, chats)
    held = [] if job.method == "dpo" else _prepared(renderer, heldout[:_MOST_HELDOUT])
    trainer, watcher = _trainer(job, model, tokenizer, template, rows, held)
    checkpoints.clear_drafts(job.checkpoints)
    newest = checkpoints.newest_whole(job.checkpoints)
    Metrics(job.metrics).keep_until(int(newest.name) if newest else 0)
    trainer.train(resume_from_checkpoint=str(newest) if newest else None)
    if watcher.paused:
        return False
    _finish(job, trainer, tokenizer, digest, heldout_rows=len(held), rows=len(rows))
    return True


def _read(job: Job) -> tuple[list[Row], list[Row], list[Row]]:
    """What is wrong with the data is told before anything large is loaded."""
    if job.method == "dpo":
        return [], [], read_preferences(job.folder / "preferences.jsonl")
    file = job.folder / "heldout.jsonl"
    heldout = read_chats(file) if file.exists() and file.stat().st_size else []
    return read_chats(job.folder / "train.jsonl"), heldout, []


def _settle(job: Job) -> None:
    import torch
    from transformers import set_seed

    torch.set_num_threads(job.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    set_seed(job.hyperparameters["seed"])


def _prepared(renderer: Renderer, rows: list[Row]) -> list[Fields]:
    return [_labelled(one) for one in renderer.chats(rows)]


def _labelled(rendered: Rendered) -> Fields:
    labels = [token if on else -100 for token, on in zip(rendered.tokens, rendered.trained, strict=True)]
    return {"input_ids": rendered.tokens, "labels": labels}


def _prepare_preferences(renderer: Renderer, rows: list[Row]) -> list[Fields]:
    renderer.check_preferences(rows)
    names = ("prompt", "chosen", "rejected", "tools")
    return [{name: row.content[name] for name in names if row.content.get(name)} for row in rows]


def _trainer(job: Job, model: Any, tokenizer: Any, template: str, rows: list[Fields], held: list[Fields]) -> tuple[Any, Any]:
    from orchestrator_trainer.watching import Watcher

    watcher = Watcher(job, Metrics(job.metrics))
    make = _dpo if job.method == "dpo" else _sft
    lora = models.lora_of(job.hyperparameters) if job.has_adapter else None
    return make(job, model, tokenizer, template, rows, held, {"peft_config": lora, "callbacks": [watcher]}), watcher


def _sft(job: Job, model: Any, tokenizer: Any, template: str, rows: list[Fields], held: list[Fields], more: Fields) -> Any:
    """The rows are tokens and labels already, the very ones that were checked: nothing is rendered or cut off again."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    settings = SFTConfig(
        max_length=job.hyperparameters["max_length"], packing=False, **_arguments(job, len(rows), bool(held))
    )
    data = Dataset.from_list(rows)
    evaluation = Dataset.from_list(held) if held else None
    return SFTTrainer(
        model=model, args=settings, train_dataset=data, eval_dataset=evaluation, processing_class=tokenizer, **more
    )


def _dpo(job: Job, model: Any, tokenizer: Any, template: str, rows: list[Fields], held: list[Fields], more: Fields) -> Any:
    """Arguments of tool calls keep their own names in each row: a table would fill in those of the others with nulls."""
    from datasets import Dataset, Features, Json, List
    from trl import DPOConfig, DPOTrainer

    names = [name for name in ("prompt", "chosen", "rejected", "tools") if any(name in row for row in rows)]
    features = Features({name: List(Json()) for name in names})
    data = Dataset.from_list([{name: row.get(name, []) for name in names} for row in rows], features=features)
    tokenizer.chat_template = template
    hyperparameters = job.hyperparameters
    settings = DPOConfig(
        max_length=hyperparameters["max_length"], beta=hyperparameters["beta"], **_arguments(job, len(rows), False)
    )
    return DPOTrainer(model=model, args=settings, train_dataset=data, processing_class=tokenizer, **more)


def _arguments(job: Job, rows: int, evaluates: bool) -> Fields:
    import torch

    given = job.hyperparameters
    length = {"max_steps": given["max_steps"]} if given["max_steps"] else {"num_train_epochs": given["epochs"]}
    looks: Fields = {"eval_strategy": "steps", "eval_steps": given["evaluate_steps"]} if evaluates else {}
    on_gpu = torch.cuda.is_available()
    return {
        "output_dir": str(job.checkpoints),
        "per_device_train_batch_size": given["batch_size"],
        "per_device_eval_batch_size": given["batch_size"],
        "gradient_accumulation_steps": given["gradient_accumulation"],
        "learning_rate": given["learning_rate"],
        "lr_scheduler_type": given["schedule"],
        "warmup_steps": min(given["warmup_steps"], _steps(given, rows)),
        "weight_decay": given["weight_decay"],
        "max_grad_norm": given["max_grad_norm"],
        "seed": given["seed"],
        "data_seed": given["seed"],
        "save_strategy": "steps",
        "save_steps": given["checkpoint_steps"],
        "logging_strategy": "steps",
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "report_to": "none",
        "disable_tqdm": True,
        "use_cpu": not on_gpu,
        "bf16": on_gpu,
        "gradient_checkpointing": on_gpu,
        "dataloader_num_workers": 0,
        **length,
        **looks,
    }


def _steps(given: Fields, rows: int) -> int:
    if given["max_steps"]:
        return int(given["max_steps"])
    return max(1, math.ceil(given["epochs"] * rows / (given["batch_size"] * given["gradient_accumulation"])))


def _finish(job: Job, trainer: Any, tokenizer: Any, digest: str, **facts: Any) -> None:
    """The result is written last: with it, the job is done."""
    artifacts: Fields = {}
    if job.has_adapter:
        models.store_adapter(trainer.model, job.adapter)
        artifacts["adapter"] = {"sha256": digest_of_folder(job.adapter)}
    if job.hyperparameters["merge"] or not job.has_adapter:
        models.store_merged(job, trainer.model, models.load_tokenizer(job.base), job.merged)
        artifacts["merged"] = {"sha256": digest_of_folder(job.merged)}
    last = {name: value for name, value in _last_measures(job.metrics).items()}
    said = {"base_digest": digest, "artifacts": artifacts, "steps": trainer.state.global_step, "metrics": last, **facts}
    draft = job.result.with_suffix(".draft")
    draft.write_text(json.dumps(said))
    draft.replace(job.result)


def _last_measures(file: Path) -> Fields:
    """By kind: what was measured last, and for the loss also at first."""
    seen: dict[str, list[Fields]] = {"train": [], "heldout": []}
    for line in file.read_text().splitlines():
        said = json.loads(line)
        if said["kind"] in seen:
            seen[said["kind"]].append(said)
    found: Fields = {}
    for kind, points in seen.items():
        if points:
            found[kind] = {"loss": points[-1].get("loss"), "first_loss": points[0].get("loss"), "points": len(points)}
    return found


def check_parts() -> Fields:
    """The versions of what trains; raises ImportError where something is missing."""
    import accelerate
    import datasets
    import peft
    import torch
    import transformers
    import trl

    parts = (torch, transformers, trl, peft, datasets, accelerate)
    return {part.__name__: part.__version__ for part in parts} | {"cuda": torch.cuda.is_available()}
