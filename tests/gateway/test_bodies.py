"""Where a request has to differ on its way to the provider, the rest of its text stays as it was written."""

import json
import random

import pytest

from orchestrator.gateway.bodies import BodyInvalid, parse_object
from orchestrator.gateway.requests import parse_request
from orchestrator.gateway.routing import PLATFORM, ApiFormat, Endpoint, ProviderKind, Route
from orchestrator.kit.ids import new_id

CHAT, RESPONSES, MESSAGES = ApiFormat.CHAT, ApiFormat.RESPONSES, ApiFormat.MESSAGES


def route_to(model: str, kind: ProviderKind = ProviderKind.OPENAI_COMPATIBLE) -> Route:
    endpoint = Endpoint(PLATFORM, new_id(), "p", kind, "http://127.0.0.1:9/v1", (CHAT,))
    return Route("m", CHAT, endpoint, model, 8_000, 1_000)


def sent(format_: ApiFormat, body: str, model: str = "m", limit: int | None = None, **route: ProviderKind) -> str:
    return parse_request(format_, body.encode()).to_send(route_to(model, **route), limit).decode()


def test_what_needs_no_change_has_none() -> None:
    for body in (
        '{"model":"m"}',
        ' \r\n{ "b" :1.0E0,"model"\t:"m" , "é":"\\u00e9\u2028" }\n',
        '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
        '{"stream":false,"model":"m","x":[1e400,-0.0,12345678901234567890123]}',
    ):
        assert sent(CHAT, body) == body
    assert sent(MESSAGES, '{"model":"m","stream":true}') == '{"model":"m","stream":true}'
    assert sent(RESPONSES, '{"model":"m","stream":true}') == '{"model":"m","stream":true}'


def test_the_model_is_the_targets() -> None:
    assert sent(CHAT, '{"a": 1.50, "model" : "m" ,"z":{"model":"m"}}', 'é"') == (
        '{"a": 1.50, "model" : "\\u00e9\\"" ,"z":{"model":"m"}}'
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"model":"m","stream":true}', '{"model":"m","stream":true,"stream_options":{"include_usage":true}}'),
        ('{"model":"m","stream":true }\n', '{"model":"m","stream":true ,"stream_options":{"include_usage":true}}\n'),
        (
            '{"stream_options":{"x" : 1.0},"model":"m","stream":true}',
            '{"stream_options":{"x" : 1.0,"include_usage":true},"model":"m","stream":true}',
        ),
        (
            '{"stream_options":{"include_usage":false,"x":2},"model":"m","stream":true}',
            '{"stream_options":{"include_usage":true,"x":2},"model":"m","stream":true}',
        ),
        (
            '{"stream_options":null,"model":"m","stream":true}',
            '{"stream_options":{"include_usage":true},"model":"m","stream":true}',
        ),
    ],
)
def test_a_stream_of_chat_is_asked_for_its_usage(body: str, expected: str) -> None:
    assert sent(CHAT, body) == expected


def test_a_smaller_output_stands_where_the_caller_wrote_one() -> None:
    assert sent(CHAT, '{"max_tokens":99,"model":"m"}', limit=7) == '{"max_tokens":7,"model":"m"}'
    both = '{"max_tokens":99,"max_completion_tokens":98,"model":"m"}'
    assert sent(CHAT, both, limit=7) == '{"max_tokens":7,"max_completion_tokens":7,"model":"m"}'
    assert sent(CHAT, '{"model":"m"}', limit=7) == '{"model":"m","max_tokens":7}'
    assert sent(CHAT, '{"model":"m"}', limit=7, kind=ProviderKind.OPENAI) == '{"model":"m","max_completion_tokens":7}'
    assert sent(RESPONSES, '{"model":"m"}', limit=7) == '{"model":"m","max_output_tokens":7}'
    assert sent(MESSAGES, '{"max_tokens":null,"model":"m"}', limit=7) == '{"max_tokens":7,"model":"m"}'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b'"model"',
        b"{",
        b'{"model":"m"',
        b'{"model":"m",}',
        b'{"model":"m"}x',
        b'{"model":"m"}{}',
        b'{"model" "m"}',
        b'{1:"m"}',
        b'{"model":"m","a":\xff}',
        b'\xff\xfe{\x00"\x00',
        b'{"model":"cheap","model":"dear"}',
        b'{"model":"cheap","Model":"dear"}',
        b'{"model":"m","max_tokens":5,"\\u006dax_tokens":6}',
        b'{"model":7}',
        b'{"model":""}',
        b"{}",
        b'{"model":"m","stream":"yes"}',
        b'{"model":"m","max_tokens":-1}',
        b'{"model":"m","max_tokens":1e3}',
        b'{"model":"m","max_tokens":true}',
        b'{"model":"m","n":0}',
        b'{"model":"m","a":' + b"[" * 100_000,
        b'{"model":"m","a":' + b"9" * 5_000 + b"}",
    ],
)
def test_what_cannot_be_understood_goes_nowhere(body: bytes) -> None:
    with pytest.raises(BodyInvalid):
        parse_request(CHAT, body)


def test_a_call_in_the_background_cannot_be_billed() -> None:
    with pytest.raises(BodyInvalid):
        parse_request(RESPONSES, b'{"model":"m","background":true}')


def test_any_object_reads_as_json_does_and_is_put_together_again() -> None:
    random.seed(3)
    for _ in range(300):
        value = {random_text(): random_value(3) for _ in range(random.randrange(6))}
        if len({name.casefold() for name in value}) < len(value):
            continue
        text = json.dumps(value, indent=random.choice([None, 1]), ensure_ascii=random.random() < 0.5)
        parsed = parse_object(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode())
        assert parsed.with_members({}) == parsed.text
        changed = json.loads(parsed.with_members({name: "1" for name in parsed.members} | {"new": "2"}))
        assert changed == dict.fromkeys(parsed.members, 1) | {"new": 2}


def random_text() -> str:
    return "".join(chr(random.choice([34, 92, 97, 233, 8232, 128512, 0, 125, 44])) for _ in range(random.randrange(5)))


def random_value(depth: int) -> object:
    plain: list[object] = [None, True, 1, -0.5, 1e30, random_text(), {}, []]
    if depth and random.random() < 0.4:
        return [random_value(depth - 1) for _ in range(3)]
    return random.choice(plain)
