"""Loading a base, from weights of any kind, and storing what became of it."""

import shutil
from pathlib import Path
from typing import Any

from orchestrator_trainer.digests import digest_of_folder
from orchestrator_trainer.job import Job
from orchestrator_trainer.problems import Problem

Fields = dict[str, Any]
_NOT_SHIPPED = ("README.md", "training_args.bin")
"""The library's own words about a model, and settings of the run: neither is a part of the model."""


def load_tokenizer(base: str) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(base, **_gguf(base))
    except (OSError, ValueError) as error:
        raise Problem("training_base_unusable", problem=str(error)[:400]) from error
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(job: Job) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    options: Fields = {"dtype": torch.bfloat16 if torch.cuda.is_available() else torch.float32, **_gguf(job.base)}
    if job.adaptation == "qlora":
        options["quantization_config"] = _four_bits(options["dtype"])
    try:
        return AutoModelForCausalLM.from_pretrained(job.base, **options)
    except (OSError, ValueError, KeyError) as error:
        raise Problem("training_base_unusable", problem=str(error)[:400]) from error


def context_of(model: Any) -> int | None:
    """Most tokens that it reads."""
    most = getattr(model.config, "max_position_embeddings", None)
    return most if isinstance(most, int) and most > 0 else None


def base_digest(base: str, model: Any) -> str:
    """Over all files of a folder; of one of the hub the commit says as much."""
    folder = Path(base)
    return digest_of_folder(folder) if folder.is_dir() else f"hub:{getattr(model.config, '_commit_hash', None)}"


def lora_of(hyperparameters: Fields) -> Any:
    from peft import LoraConfig

    return LoraConfig(
        r=hyperparameters["lora_rank"],
        lora_alpha=hyperparameters["lora_alpha"],
        lora_dropout=hyperparameters["lora_dropout"],
        target_modules=hyperparameters["target_modules"],
        bias="none",
        task_type="CAUSAL_LM",
    )


def store_adapter(model: Any, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(str(folder))
    for name in _NOT_SHIPPED:
        (folder / name).unlink(missing_ok=True)
    _put_in_order(folder / "adapter_config.json")


def store_merged(job: Job, model: Any, tokenizer: Any, folder: Path) -> None:
    """Whole weights. Of one that was trained on 4 bits, the adapter is merged into the base as it was before."""
    shutil.rmtree(folder, ignore_errors=True)
    if job.adaptation == "qlora":
        model = _anew_with_adapter(job)
    merged = model.merge_and_unload() if job.has_adapter else model
    if getattr(merged.config, "quantization_config", None) is not None or _gguf(job.base):
        merged = _plain(merged)
    merged.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))


def _anew_with_adapter(job: Job) -> Any:
    from dataclasses import replace

    from peft import PeftModel

    return PeftModel.from_pretrained(load_model(replace(job, adaptation="lora")), str(job.adapter))


def _plain(model: Any) -> Any:
    """A model that was loaded from GGUF refuses to be stored: its weights go into a fresh one."""
    config = type(model.config).from_dict({k: v for k, v in model.config.to_dict().items() if k != "quantization_config"})
    fresh = type(model)(config)
    fresh.load_state_dict(model.state_dict())
    return fresh.to(model.dtype)


def _four_bits(dtype: Any) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=dtype
    )


def _gguf(base: str) -> Fields:
    """A folder whose only weights are one file of llama.cpp's."""
    folder = Path(base)
    files = sorted(folder.glob("*.gguf")) if folder.is_dir() and not (folder / "config.json").exists() else []
    return {"gguf_file": files[0].name} if len(files) == 1 else {}


def _put_in_order(file: Path) -> None:
    """The library writes sets, whose order is another one in each process; the same adapter has the same digest."""
    import json

    said = json.loads(file.read_text())
    ordered = {name: sorted(value) if _is_set(name, value) else value for name, value in said.items()}
    file.write_text(json.dumps(ordered, indent=2, sort_keys=True))


def _is_set(name: str, value: Any) -> bool:
    return name in ("target_modules", "exclude_modules") and isinstance(value, list)
