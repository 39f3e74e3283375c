"""The programs that serve a model: llama.cpp by xllamacpp on the CPU, vLLM on a GPU. Both from the training environment."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestrator.finetuning.serving_errors import EngineMissing
from orchestrator.kit.settings import Settings

SERVER = Path(__file__).resolve().parents[2] / "orchestrator_server"
"""A package that lies beside ours and is run where it lies, by the training environment's Python."""
_PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
    "HF_HOME",
    "HF_TOKEN",
    "HF_ENDPOINT",
)
XLLAMACPP, VLLM = "xllamacpp", "vllm"
KEY_VARIABLES = {XLLAMACPP: "ORCHESTRATOR_ENDPOINT_KEY", VLLM: "VLLM_API_KEY"}
_LORA_RANK = 64


@dataclass(frozen=True)
class ServingEnv:
    """The training environment, as `orchestrator finetune setup` makes it."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> "ServingEnv":
        return cls(settings.training_env or settings.data_dir / "training-env")

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def is_ready(self) -> bool:
        return self.python.exists() and (self.folder / "READY").exists()

    def command(self, *words: str) -> list[str]:
        """Raises EngineMissing."""
        if not self.is_ready:
            raise EngineMissing(engine=XLLAMACPP, problem=f"{self.folder} is no finished training environment")
        return [str(self.python), str(SERVER), *words]

    def variables(self, threads: int) -> dict[str, str]:
        """No key of the orchestrator and no address of its database."""
        own = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        bounds = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        return own | bounds | {"TOKENIZERS_PARALLELISM": "false", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass(frozen=True)
class Spot:
    """Where an endpoint runs: its folder on this node, the base's folder or id, and its port at loopback."""

    folder: Path
    base: str
    alias: str
    port: int
    context: int


def fits(engine: str, env: ServingEnv) -> bool:
    """Whether this node can run it."""
    if not env.is_ready:
        return False
    return engine == XLLAMACPP or (shutil.which("nvidia-smi") is not None and (env.folder / "bin" / "vllm").exists())


def prepare_command(env: ServingEnv, spot: Spot) -> list[str]:
    """Raises EngineMissing."""
    return env.command("prepare", str(spot.folder))


def serve_command(engine: str, env: ServingEnv, spot: Spot) -> list[str]:
    """Raises EngineMissing."""
    if engine == XLLAMACPP:
        return env.command("serve", str(spot.folder))
    if not fits(engine, env):
        raise EngineMissing(engine=engine, problem="it has no GPU, or no vLLM in its training environment")
    return vllm_command(env.folder / "bin" / "vllm", spot)


def vllm_command(program: Path, spot: Spot) -> list[str]:
    """The base once, and the adapter over it; tool calls are parsed as Qwen's and Hermes' templates write them."""
    merged, adapter = spot.folder / "merged", spot.folder / "adapter"
    words = [str(program), "serve", str(merged) if merged.is_dir() else spot.base]
    words += ["--host", "127.0.0.1", "--port", str(spot.port), "--max-model-len", str(spot.context)]
    words += ["--enable-auto-tool-choice", "--tool-call-parser", "hermes"]
    if adapter.is_dir() and not merged.is_dir():
        lora = ["--enable-lora", "--max-lora-rank", str(_LORA_RANK), "--lora-modules", f"{spot.alias}={adapter}"]
        return [*words, *lora]
    return [*words, "--served-model-name", spot.alias]


def variables(engine: str, env: ServingEnv, key: str, threads: int) -> Mapping[str, str]:
    return {**env.variables(threads), KEY_VARIABLES[engine]: key}


def needed(engine: str) -> Sequence[str]:
    """Files that say that the folder is prepared."""
    return ("rendered.json", "model.gguf") if engine == XLLAMACPP else ("rendered.json",)
