"""Serving a version: its model is put together and written for llama.cpp, what the trainer would render is told, and an
OpenAI-compatible endpoint answers at loopback until this process ends.

In `serve.json` of the folder: `engine`, `base` (a folder or an id of the hub), `alias`, `port`, `context`, `threads`; beside
it `adapter/` or `merged/`, or neither for the base itself. The key that callers send is in the environment.
"""

import json
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import gguf_file

KEY = "ORCHESTRATOR_ENDPOINT_KEY"
READY = "endpoint.json"
RENDERED = "rendered.json"
_ENDS = {signal.SIGTERM, signal.SIGINT}


def prepare(folder: Path) -> None:
    """`model.gguf`, and `rendered.json`: chats with the token ids that the trainer makes of them. Once is enough."""
    said = json.loads((folder / "serve.json").read_text())
    model = _whole(folder, said)
    if said["engine"] == "xllamacpp":
        gguf_file.write(model, folder / "model.gguf")
    draft = folder / f".{RENDERED}"
    draft.write_text(json.dumps(rendered(model)))
    draft.replace(folder / RENDERED)
    if model == folder / "whole":
        shutil.rmtree(model)


def _whole(folder: Path, said: dict[str, Any]) -> Path:
    """A folder with the model's whole weights and its tokenizer."""
    if (folder / "merged").is_dir():
        return folder / "merged"
    if not (folder / "adapter").is_dir() and Path(said["base"], "model.safetensors").exists():
        return Path(said["base"])
    model = _loaded(said["base"])
    if (folder / "adapter").is_dir():
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(folder / "adapter")).merge_and_unload()
    shutil.rmtree(folder / "whole", ignore_errors=True)
    fresh = type(model)(model.config)  # A model that was loaded from GGUF refuses to be stored.
    fresh.load_state_dict(model.state_dict())
    fresh.save_pretrained(str(folder / "whole"))
    _tokenizer(said["base"]).save_pretrained(str(folder / "whole"))
    return folder / "whole"


def _loaded(base: str) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32, **_gguf(base))


def _tokenizer(base: str) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(base, **_gguf(base))


def _gguf(base: str) -> dict[str, str]:
    """A folder whose only weights are one file of llama.cpp's."""
    files = sorted(Path(base).glob("*.gguf")) if Path(base).is_dir() and not Path(base, "config.json").exists() else []
    return {"gguf_file": files[0].name} if files else {}


def rendered(model: Path) -> list[dict[str, Any]]:
    """By the tokenizer and the template that it was trained with."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model))
    made: list[dict[str, Any]] = []
    for chat in PROBES:
        options = {"tools": chat["tools"]} if chat.get("tools") else {}
        text = tokenizer.apply_chat_template(chat["messages"], add_generation_prompt=True, tokenize=False, **options)
        made.append({**chat, "text": text, "tokens": tokenizer(text, add_special_tokens=False)["input_ids"]})
    return made


_TOOL = {
    "type": "function",
    "function": {
        "name": "find_file",
        "description": "Finds a file by a part of its name.",
        "parameters": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "depth": {"type": "integer"}},
            "required": ["name"],
        },
    },
}
_BARE = {
    "type": "function",
    "function": {"name": "now", "description": "", "parameters": {"type": "object", "properties": {}}},
}
_CALL = {"id": "call_1", "type": "function", "function": {"name": "find_file", "arguments": {"name": "a b.py", "depth": 2}}}
_ASKED = {"role": "user", "content": 'Where is ünïcödé "a b.py"?\n  1234567 <tag>'}
PROBES: list[dict[str, Any]] = [
    {"messages": [_ASKED]},
    {"messages": [{"role": "system", "content": "You help."}, _ASKED]},
    {"messages": [_ASKED], "tools": [_TOOL, _BARE]},
    {
        "messages": [
            _ASKED,
            {"role": "assistant", "content": "", "tool_calls": [_CALL]},
            {"role": "tool", "content": '{"path": "src/a b.py"}', "tool_call_id": "call_1"},
        ],
        "tools": [_TOOL],
    },
    {"messages": [_ASKED, {"role": "assistant", "content": "There."}, {"role": "user", "content": "Thanks. And now?"}]},
]
"""What differs between renderers: systems, tools with and without a description, calls, results, several turns."""


def serve(folder: Path) -> None:
    """Until SIGTERM. `endpoint.json` says where, once it answers."""
    import xllamacpp

    said = json.loads((folder / "serve.json").read_text())
    params = xllamacpp.CommonParams()
    params.model.path = str(folder / "model.gguf")
    params.model_alias = {said["alias"]}
    params.hostnames = ["127.0.0.1"]
    params.port = said["port"]
    params.n_ctx = said["context"]
    params.n_parallel = 1
    params.use_jinja = True
    params.api_keys = [os.environ[KEY]]
    params.cpuparams.n_threads = said["threads"]
    params.cpuparams_batch.n_threads = said["threads"]
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDS)
    server = xllamacpp.Server(params)
    draft = folder / f".{READY}"
    draft.write_text(json.dumps({"address": server.listening_address, "pid": os.getpid()}))
    draft.replace(folder / READY)
    print(f"serves {said['alias']} at {server.listening_address}", flush=True)
    signal.sigwait(_ENDS)
    os._exit(0)  # The server's own threads wait for calls for ever.
