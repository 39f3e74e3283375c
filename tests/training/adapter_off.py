"""Run by the training environment's Python: an adapter changes what its base says, and switched off it changes no bit."""

import json
import sys
from pathlib import Path

import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tuned = Path(sys.argv[1])
base = str(tuned / "base")
tokenizer = AutoTokenizer.from_pretrained(base)
prompts = [json.loads(line) for line in (tuned / "unseen.jsonl").read_text().splitlines()[:5]]
batches = [
    tokenizer.apply_chat_template(
        [{"role": "user", "content": one["prompt"]}],
        tools=one["tools"],
        add_generation_prompt=True,
        return_tensors="pt",
        return_dict=True,
    )
    for one in prompts
]
torch.set_num_threads(1)


def logits(model: torch.nn.Module) -> list[torch.Tensor]:
    with torch.no_grad():
        return [model.eval()(**batch).logits for batch in batches]


def compared(one: list[torch.Tensor], other: list[torch.Tensor]) -> str:
    return "the same" if all(torch.equal(a, b) for a, b in zip(one, other, strict=True)) else "another"


plain = logits(AutoModelForCausalLM.from_pretrained(base))
adapted = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), str(tuned / "adapter"))
told = {"on": compared(plain, logits(adapted))}
with adapted.disable_adapter():
    told["off"] = compared(plain, logits(adapted))
print(json.dumps(told))
