"""A tiny model that really learns, with data for it: to try fine-tuning within minutes on any machine, and for tests.

The base knows its words and can repeat what it was told, and never calls a tool. The data teaches it to call the right one
with the right arguments, and to answer from what the tool said. Both are made here, from a seed.
"""

import json
from pathlib import Path
from typing import Any

from orchestrator_trainer import tiny_data
from orchestrator_trainer.models import load_tokenizer

TEMPLATE = """\
{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
    {%- endif %}
    {{- '# Tools\\n' }}
    {%- for tool in tools %}
        {{- tool | tojson }}
        {{- '\\n' }}
    {%- endfor %}
    {{- '<|im_end|>\\n' }}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- set content = message.content if message.content is string else '' %}
    {%- if message.role == 'assistant' %}
        {{- '<|im_start|>assistant\\n' }}
        {%- generation %}
        {{- content }}
        {%- for tool_call in message.tool_calls or [] %}
            {%- if content or not loop.first %}
                {{- '\\n' }}
            {%- endif %}
            {{- '<tool_call>\\n{"name": "' + tool_call.function.name + '", "arguments": ' }}
            {%- if tool_call.function.arguments is string %}
                {{- tool_call.function.arguments }}
            {%- else %}
                {{- tool_call.function.arguments | tojson }}
            {%- endif %}
            {{- '}\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
        {%- endgeneration %}
    {%- elif message.role == 'tool' %}
        {{- '<|im_start|>user\\n<tool_response>\\n' + content + '\\n</tool_response><|im_end|>\\n' }}
    {%- elif message.role == 'user' or not loop.first %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""
_SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_WORDS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
_SEED = 7
_CONTEXT = 1024
_THREADS = 1


def make(folder: Path, scenario: str) -> None:
    """`base/`, a model; `train.jsonl`, `heldout.jsonl` and `preferences.jsonl`; and `unseen.jsonl`, prompts that are in
    neither, with what is the right call and the right answer."""
    if scenario not in tiny_data.SCENARIOS:
        raise SystemExit(f"there is no scenario {scenario}; there are: {', '.join(tiny_data.SCENARIOS)}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tiny_data.files(_SEED).items():
        (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    make_base(folder / "base")


def make_base(folder: Path) -> None:
    _make_tokenizer(folder)
    tokenizer = load_tokenizer(str(folder))
    model = _new_model(tokenizer)
    for chats, steps, batch, rate in (
        (tiny_data.echoes(_SEED), 150, 32, 3e-3),
        (tiny_data.refusals(_SEED), 60, 16, 1e-3),
    ):
        _teach(model, tokenizer, chats, steps, batch, rate)
    model.save_pretrained(str(folder))
    print(f"a base of {model.num_parameters()} parameters is in {folder}")


def _make_tokenizer(folder: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=960,
        special_tokens=list(_SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(tiny_data.texts(_SEED), trainer)
    raw.add_tokens([AddedToken(word, normalized=False) for word in _WORDS])
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")  # noqa: S106
    tokenizer.chat_template = TEMPLATE
    tokenizer.model_max_length = _CONTEXT
    tokenizer.save_pretrained(str(folder))


def _new_model(tokenizer: Any) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM, set_seed

    torch.set_num_threads(_THREADS)
    set_seed(_SEED)
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        intermediate_size=384,
        tie_word_embeddings=True,
        initializer_range=0.08,
        max_position_embeddings=_CONTEXT,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
    )
    return Qwen3ForCausalLM(config)


def _teach(model: Any, tokenizer: Any, chats: list[Any], steps: int, batch: int, rate: float) -> None:
    import random

    import torch

    rendered = [_rendered(tokenizer, chat) for chat in chats]
    draw = random.Random(_SEED)  # noqa: S311 - the same base each time is what it is for.
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rate, total_steps=steps, pct_start=0.1)
    model.train()
    for step in range(1, steps + 1):
        loss = model(**_batch(draw.sample(rendered, batch), tokenizer.pad_token_id)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 25 == 0 or step == steps:
            print(f"base: step {step} of {steps}, loss {loss.item():.3f}", flush=True)


def _rendered(tokenizer: Any, chat: Any) -> tuple[list[int], list[int]]:
    """Tokens, and labels: those of what the assistant says."""
    made = tokenizer.apply_chat_template(
        chat["messages"], tools=chat.get("tools"), tokenize=True, return_dict=True, return_assistant_tokens_mask=True
    )
    tokens, mask = made["input_ids"], made["assistant_masks"]
    return tokens, [token if on else -100 for token, on in zip(tokens, mask, strict=True)]


def _batch(rows: list[tuple[list[int], list[int]]], pad: int) -> dict[str, Any]:
    import torch

    longest = max(len(tokens) for tokens, _ in rows)
    return {
        "input_ids": torch.tensor([tokens + [pad] * (longest - len(tokens)) for tokens, _ in rows]),
        "labels": torch.tensor([labels + [-100] * (longest - len(labels)) for _, labels in rows]),
        "attention_mask": torch.tensor([[1] * len(tokens) + [0] * (longest - len(tokens)) for tokens, _ in rows]),
    }
