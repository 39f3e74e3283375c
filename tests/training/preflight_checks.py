"""Run in the training environment: what the preflight finds, as JSON; the tests say what it has to be."""

import json
import sys

sys.path.insert(0, sys.argv[2])

from orchestrator_trainer.models import load_tokenizer
from orchestrator_trainer.preflight import Renderer
from orchestrator_trainer.problems import Problem
from orchestrator_trainer.rows import Row
from orchestrator_trainer.templates import training_template, with_weights

ARGUMENTS = {"city": "Oslo", "day": "Monday", "note": 'say "hi"'}
CALL = {"id": "1", "type": "function", "function": {"name": "get_weather", "arguments": ARGUMENTS}}
TOOL = {"type": "function", "function": {"name": "get_weather", "description": "", "parameters": {}}}
MESSAGES = [
    {"role": "user", "content": "Weather in Oslo?"},
    {"role": "assistant", "content": "FAILED", "weight": 0, "tool_calls": [CALL]},
    {"role": "tool", "content": "no", "tool_call_id": "1"},
    {"role": "assistant", "content": "", "tool_calls": [CALL]},
    {"role": "tool", "content": "17", "tool_call_id": "1"},
    {"role": "assistant", "content": "It is 17."},
]
ROW = Row("train.jsonl, line 3", {"messages": MESSAGES, "tools": [TOOL]})

tokenizer = load_tokenizer(sys.argv[1])
own = training_template(tokenizer)


def code(template, row=ROW, max_length=1024, context=1024):
    try:
        Renderer(tokenizer, template, max_length, context).chats([row])
    except Problem as problem:
        return [problem.code, str(problem.fields.get("place"))]
    return None


(rendered,) = Renderer(tokenizer, own, 1024, 1024).chats([ROW])
plain = tokenizer.apply_chat_template(MESSAGES, tools=[TOOL], tokenize=True, return_dict=True)["input_ids"]
strings = own.replace(
    "{{- tool_call.function.arguments | tojson }}", "{{- tool_call.function.arguments | tojson | tojson }}"
)
dropped = with_weights(tokenizer.chat_template.replace("message.tool_calls or []", "[]"))
found = {
    "same_tokens": rendered.tokens == plain,
    "learnt": tokenizer.decode([t for t, on in zip(rendered.tokens, rendered.trained, strict=True) if on]),
    "own": code(own),
    "dropped": code(dropped),
    "twice": code(strings),
    "too_long": code(own, max_length=40),
    "beyond_context": code(own, context=40),
    "without_marks": None,
}
tokenizer.chat_template = "{% for message in messages %}{{ message.content }}{% endfor %}"
try:
    training_template(tokenizer)
except Problem as problem:
    found["without_marks"] = problem.code
print(json.dumps(found))
