"""What the tiny model is taught: to look up the weather or a price, and to tell what came of it. All made from a seed.

Names stand in quotation marks wherever they are: so each is the same token in a question, in a call, and in an answer, and
what is to be learnt is to copy it, which a model of two layers can.
"""

import itertools
import json
import random
from collections.abc import Iterator
from typing import Any

Fields = dict[str, Any]

SCENARIOS = ("travel",)
# fmt: off
CITIES = (
    "Oslo", "Paris", "Rome", "Cairo", "Lima", "Quito", "Delhi", "Tokyo", "Seoul", "Hanoi", "Accra", "Dakar", "Tunis",
    "Sofia", "Riga", "Bern", "Prague", "Vienna", "Lisbon", "Madrid", "Dublin", "London", "Berlin", "Warsaw", "Athens",
    "Ankara", "Tehran", "Nairobi", "Lagos", "Boston",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ITEMS = (
    "bread", "milk", "rice", "salt", "tea", "coffee", "sugar", "soap", "paper", "ink", "rope", "glass", "copper", "silk",
    "wool", "butter",
)
# fmt: on
NUMBERS = (12, 15, 18, 21, 24, 27, 33, 36, 42, 48, 54, 63)
SKIES = ("clear", "cloudy", "rainy", "snowy", "windy", "foggy")
HELDOUT, UNSEEN, TRAIN = 60, 60, 800


def _tool(name: str, description: str, *parameters: str) -> Fields:
    properties = {one: {"type": "string"} for one in parameters}
    schema = {"type": "object", "properties": properties, "required": list(parameters)}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": schema}}


TOOLS = json.loads(
    json.dumps(
        [_tool("get_weather", "Weather of a day", "city", "day"), _tool("get_price", "Price of a thing", "city", "item")],
        sort_keys=True,
    )
)
"""Names of members in order, as everywhere in this data: stored rows are canonical JSON, and what is asked later has to be
the same text as what was learnt."""


def files(seed: int) -> dict[str, list[Fields]]:
    """The questions of no two files are the same."""
    draw = random.Random(seed)  # noqa: S311 - the same data each time is what it is for.
    questions = [("weather", pair) for pair in itertools.product(CITIES, DAYS)]
    questions += [("price", pair) for pair in itertools.product(ITEMS, CITIES)]
    draw.shuffle(questions)
    asked = iter(questions)
    unseen = [_unseen(draw, *question) for question in itertools.islice(asked, UNSEEN)]
    heldout = [_chat(draw, *question) for question in itertools.islice(asked, HELDOUT)]
    rest = list(asked)
    train = [_chat(draw, *rest[number % len(rest)]) for number in range(TRAIN)]
    draw.shuffle(train)
    preferences = [_preference(chat) for chat in train[:200]]
    return {"train.jsonl": train, "heldout.jsonl": heldout, "unseen.jsonl": unseen, "preferences.jsonl": preferences}


def _question(kind: str, pair: tuple[str, str]) -> tuple[str, str, Fields]:
    """What is asked, and the right call."""
    if kind == "weather":
        asked = f'What is the weather in "{pair[0]}" on "{pair[1]}"?'
        return asked, "get_weather", {"city": pair[0], "day": pair[1]}
    return f'How much is "{pair[0]}" in "{pair[1]}"?', "get_price", {"city": pair[1], "item": pair[0]}


def _found(draw: random.Random, kind: str, pair: tuple[str, str]) -> tuple[Fields, str]:
    """What the tool says, and what is the right answer then."""
    if kind == "weather":
        sky, degrees = draw.choice(SKIES), draw.choice(NUMBERS)
        return {"degrees": degrees, "sky": sky}, f'"{pair[0]}" on "{pair[1]}": "{sky}", {degrees} degrees.'
    price = draw.choice(NUMBERS)
    return {"price": price}, f'"{pair[0]}" in "{pair[1]}" costs {price}.'


def _chat(draw: random.Random, kind: str, pair: tuple[str, str]) -> Fields:
    question, name, arguments = _question(kind, pair)
    result, answer = _found(draw, kind, pair)
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": arguments}}
    messages = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "content": json.dumps(result), "tool_call_id": "call_1"},
        {"role": "assistant", "content": answer},
    ]
    return {"messages": messages, "tools": TOOLS}


def _unseen(draw: random.Random, kind: str, pair: tuple[str, str]) -> Fields:
    """A prompt with the right call, the tool's result, and the right answer."""
    question, name, arguments = _question(kind, pair)
    result, answer = _found(draw, kind, pair)
    expected = {"name": name, "arguments": arguments}
    return {"prompt": question, "tools": TOOLS, "call": expected, "result": result, "answer": answer}


def _preference(chat: Fields) -> Fields:
    """The right call against what the base says."""
    prompt, chosen = chat["messages"][:1], chat["messages"][1:2]
    return {"prompt": prompt, "chosen": chosen, "rejected": [{"role": "assistant", "content": DONT_KNOW}], "tools": TOOLS}


DONT_KNOW = "I do not know."


def echoes(seed: int, count: int = 4_000) -> list[Fields]:
    """Every word that is needed later, to be repeated: so the base learns to copy, in any order."""
    draw = random.Random(seed + 1)  # noqa: S311
    return [_said(f"Say: {text}", text) for text in (_mixture(draw) for _ in range(count))]


def _mixture(draw: random.Random) -> str:
    weather = ("weather", (draw.choice(CITIES), draw.choice(DAYS)))
    price = ("price", (draw.choice(ITEMS), draw.choice(CITIES)))
    kind, pair = draw.choice((weather, price))
    result, answer = _found(draw, kind, pair)
    _, name, arguments = _question(kind, pair)
    call = f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"
    names = draw.sample([*CITIES, *DAYS, *ITEMS, *SKIES], draw.randint(2, 6))
    words = " ".join([*map(json.dumps, names), *map(str, draw.sample(NUMBERS, draw.randint(1, 3)))])
    return draw.choice((words, words, answer, call, json.dumps(result)))


def refusals(seed: int, count: int = 1_000) -> list[Fields]:
    """Tools are there, and are not called; what the base can do it still does."""
    draw = random.Random(seed + 2)  # noqa: S311
    rows: list[Fields] = []
    for _ in range(count):
        kind = draw.choice(("weather", "price"))
        pair = (draw.choice(CITIES), draw.choice(DAYS)) if kind == "weather" else (draw.choice(ITEMS), draw.choice(CITIES))
        text = _mixture(draw)
        asked, said = draw.choice(((_question(kind, pair)[0], DONT_KNOW), (f"Say: {text}", text)))
        rows.append(_said(asked, said) | {"tools": TOOLS})
    return rows


def _said(asked: str, said: str) -> Fields:
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]}


def texts(seed: int) -> Iterator[str]:
    """For the tokenizer."""
    for chat in itertools.islice(files(seed)["train.jsonl"], 400):
        yield json.dumps(chat["tools"])
        for message in chat["messages"]:
            yield message["content"]
            for call in message.get("tool_calls", ()):
                yield json.dumps(call["function"])
    for chat in echoes(seed, 400):
        yield chat["messages"][0]["content"]
