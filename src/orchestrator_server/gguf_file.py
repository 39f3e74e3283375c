"""A model's folder as one file of llama.cpp's: weights, tokenizer and chat template, of the architectures qwen3 and llama.

The names of llama.cpp's metadata and tensors are those of the package `gguf`, which llama.cpp publishes; what each
architecture needs is as in its `convert_hf_to_gguf.py`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class Unfit(Exception):
    """No GGUF file can be made of the model; the argument says why."""


ARCHITECTURES = {"Qwen3ForCausalLM": "qwen3", "LlamaForCausalLM": "llama"}
_GENERATION = re.compile(r"\{%(-?)\s*(?:end)?generation\s*(-?)%\}")
_NORMAL, _CONTROL, _USER_DEFINED = 1, 3, 4


def write(model: Path, file: Path) -> None:
    """Raises Unfit."""
    import gguf

    config = json.loads((model / "config.json").read_text())
    architecture = ARCHITECTURES.get((config.get("architectures") or [""])[0])
    if architecture is None:
        known = ", ".join(sorted(ARCHITECTURES))
        raise Unfit(f"a GGUF file is made of {known}, and the model is {config.get('architectures')}")
    draft = file.with_suffix(".draft")
    writer = gguf.GGUFWriter(str(draft), architecture)
    _write_sizes(writer, config)
    _write_tokenizer(writer, model, config)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[architecture.upper()], config["num_hidden_layers"])
    for name, data in _tensors(model, config, architecture):
        kept = names.get_name(name, try_suffixes=(".weight", ".bias"))
        if kept is None:
            raise Unfit(f"llama.cpp has no place for the weights {name}")
        writer.add_tensor(kept, data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    draft.replace(file)


def _write_sizes(writer: Any, config: dict[str, Any]) -> None:
    import gguf

    heads = config["num_attention_heads"]
    head = config.get("head_dim") or config["hidden_size"] // heads
    rope = config.get("rope_parameters") or {}
    writer.add_name(config.get("_name_or_path") or "model")
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.get("num_key_value_heads") or heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    writer.add_rope_dimension_count(head)
    writer.add_rope_freq_base(float(config.get("rope_theta") or rope.get("rope_theta") or 10_000.0))
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    scaling = rope.get("rope_type") or (config.get("rope_scaling") or {}).get("rope_type")
    if scaling not in (None, "default"):
        raise Unfit(f"its positions are scaled by {scaling}, which is not written here")


def _write_tokenizer(writer: Any, model: Path, config: dict[str, Any]) -> None:
    """Byte-level BPE alone, which is what both architectures have today; the split before it as llama.cpp knows it."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model))
    raw = json.loads(tokenizer.backend_tokenizer.to_str())
    if raw["model"]["type"] != "BPE":
        raise Unfit(f"its tokenizer is {raw['model']['type']}, and byte-level BPE is needed")
    tokens, kinds = _tokens(raw, config["vocab_size"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(_split(raw))
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([one if isinstance(one, str) else " ".join(one) for one in raw["model"]["merges"]])
    writer.add_add_bos_token(False)
    for add, token in (
        (writer.add_bos_token_id, tokenizer.bos_token_id),
        (writer.add_eos_token_id, tokenizer.eos_token_id),
        (writer.add_pad_token_id, tokenizer.pad_token_id),
    ):
        if token is not None:
            add(token)
    if isinstance(tokenizer.chat_template, str):
        writer.add_chat_template(served_template(tokenizer.chat_template))


def served_template(template: str) -> str:
    """Without the marks around what the assistant says: they are for training, and llama.cpp does not know them."""
    return _GENERATION.sub(lambda found: f"{{%{found[1]} if true {found[2]}%}}{{%{found[1]} endif {found[2]}%}}", template)


def _tokens(raw: dict[str, Any], size: int) -> tuple[list[str], list[int]]:
    tokens = [f"[unused{number}]" for number in range(size)]
    kinds = [_USER_DEFINED] * size
    for token, number in raw["model"]["vocab"].items():
        tokens[number], kinds[number] = token, _NORMAL
    for added in raw["added_tokens"]:
        tokens[added["id"]] = added["content"]
        kinds[added["id"]] = _CONTROL if added["special"] else _USER_DEFINED
    return tokens, kinds


def _split(raw: dict[str, Any]) -> str:
    """By the pattern that text is split with before pairs are merged."""
    told = json.dumps(raw.get("pre_tokenizer"))
    if "\\\\p{N}{1,3}" in told:
        return "llama-bpe"
    if "(?i:'s|'t" in told:
        return "qwen2"
    if '"Digits"' in told:
        return "smollm"
    return "gpt-2"


def _tensors(model: Path, config: dict[str, Any], architecture: str) -> Iterator[tuple[str, Any]]:
    import numpy
    from safetensors import safe_open

    heads = config["num_attention_heads"]
    permuted = {"q_proj": heads, "k_proj": config.get("num_key_value_heads") or heads} if architecture == "llama" else {}
    for file in sorted(model.glob("*.safetensors")):
        with safe_open(str(file), framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - it is no dict.
                if name == "lm_head.weight" and config.get("tie_word_embeddings"):
                    continue
                data = weights.get_tensor(name).float().numpy()
                count = next((n for part, n in permuted.items() if f".{part}." in name), None)
                yield name, numpy.ascontiguousarray(data if count is None else _permute(data, count))


def _permute(data: Any, heads: int) -> Any:
    """llama.cpp turns neighbouring values of a head together, Transformers those of its two halves."""
    rows = data.shape[0]
    halves = data.reshape(heads, 2, rows // heads // 2, *data.shape[1:])
    return halves.swapaxes(1, 2).reshape(data.shape)
