"""What somebody sends who means harm, or whose disk has rotted: each is refused with its reason, and nothing changes."""

import hashlib
import io
import struct
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.api import Api, code_of
from tests.sessions.handed import FIRST, TALK, Handed, archive, bundle_of, handed, message, whole
from tests.workspaces.desk import Repository

from orchestrator.sessions.states import Status


@pytest.fixture
async def paused(api: Api) -> Handed:
    return await handed(api)


@pytest.fixture
async def bundle(paused: Handed, tmp_path: Path) -> bytes:
    """A further commit upon the checkpoint."""
    mirror = Repository(paused.mirror)
    tree = mirror.git("rev-parse", f"{paused.commits[0]}^{{tree}}")
    commit = mirror.git("commit-tree", tree, "-p", paused.commits[0], "-m", "Mine")
    return bundle_of(mirror, paused.session["branch"], commit, paused.commits[0], tmp_path)


def member(name: bytes, kind: bytes, content: bytes, size: int | None = None) -> bytes:
    """One entry as it stands in a tar file, whatever it says about itself."""
    entry = tarfile.TarInfo(name.decode("utf-8", "surrogateescape"))
    entry.type, entry.size = kind, len(content) if size is None else size
    return entry.tobuf(tarfile.GNU_FORMAT) + content + b"\0" * (-len(content) % 512)


def pax(**records: str) -> bytes:
    lines = b""
    for key, value in records.items():
        line = f" {key.replace('_', '.')}={value}\n".encode()
        size = len(line) + len(str(len(line) + 3))
        lines += str(size).encode() + line
    return member(b"p", tarfile.XHDTYPE, lines)


EMPTY = member(b"x", tarfile.REGTYPE, b"")
END = b"\0" * 1024
TARS = {
    "long-names-without-end": member(b"x", tarfile.GNUTYPE_LONGNAME, b"x\0") * 5_000 + EMPTY + END,
    "pax-without-end": pax(path="x") * 5_000 + EMPTY + END,
    "a-name-in-no-alphabet": member(b"children/\xff.json", tarfile.REGTYPE, b"", size=2**31) + END,
    "sparse-map": pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_realsize="9")
    + member(b"x", tarfile.REGTYPE, b"z\n")
    + END,
    "sparse-numbers": pax(GNU_sparse_map="a,b", GNU_sparse_size="1") + EMPTY + END,
    "sparse-size": pax(GNU_sparse_size="x", GNU_sparse_map="1,1") + EMPTY + END,
    "pax-size": pax(size="x") + EMPTY + END,
    "pax-negative": pax(size="-5") + EMPTY + END,
    "pax-huge": pax(size="9" * 40) + EMPTY + END,
    "pax-time": pax(mtime="inf", uid="9" * 500) + EMPTY + END,
    "pax-nul": pax(path="children/\0x") + EMPTY + END,
    "negative": member(b"children/1.json", tarfile.REGTYPE, b"", size=-512) + END,
    "huge": member(b"commits.bundle", tarfile.REGTYPE, b"", size=2**62) + END,
}


@pytest.mark.parametrize("name", TARS)
async def test_archives_that_no_program_makes(paused: Handed, name: str) -> None:
    assert code_of(await paused.send(TARS[name])) == (422, "handoff_unreadable")


FACTS: dict[str, str] = {
    "checkpoint-huge": '{"checkpoint": 99999999999999999999999}',
    "checkpoint-digits": '{"checkpoint": ' + "9" * 5000 + "}",
    "checkpoint-real": '{"checkpoint": 1e400}',
    "checkpoint-nan": '{"checkpoint": NaN}',
    "text-surrogate": '{"checkpoint": 1, "text": "\\ud800"}',
    "text-nul": '{"checkpoint": 1, "text": "a\\u0000"}',
    "deep": '{"checkpoint": ' + "[" * 100_000,
}


@pytest.mark.parametrize("name", FACTS)
async def test_facts_that_are_none(paused: Handed, bundle: bytes, name: str) -> None:
    target = io.BytesIO()
    target.write(member(b"handoff.json", tarfile.REGTYPE, FACTS[name].encode()))
    target.write(member(b"commits.bundle", tarfile.REGTYPE, bundle) + END)
    assert code_of(await paused.send(target.getvalue())) == (422, "handoff_unreadable")


def nested(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def tool(**state: Any) -> dict[str, Any]:
    one = message(TALK, 3, "", "assistant")
    one["parts"][0] = one["parts"][0] | {
        "type": "tool",
        "tool": "bash",
        "callID": "c",
        "state": {"status": "completed"} | state,
    }
    return one


TALKS: dict[str, Callable[[], dict[str, Any]]] = {
    "not-a-number": lambda: whole(messages=[FIRST, tool(input={"x": float("nan")})]),
    "infinite": lambda: whole(messages=[FIRST, tool(input={"x": float("inf")})], cost=float("inf")),
    "deep": lambda: whole(messages=[FIRST, tool(input={"x": nested(900)})]),
    "time": lambda: whole(messages=[FIRST | {"info": FIRST["info"] | {"time": {"created": 10**400}}}]),
    "directory-empty": lambda: whole(directory=""),
    "directory-word": lambda: whole(directory="a"),
    "directory-root": lambda: whole(directory="/"),
    "directory-nul": lambda: whole(directory="/a\0b"),
    "no-directory": lambda: {"info": {k: v for k, v in whole()["info"].items() if k != "directory"}, "messages": []},
    "part-without-id": lambda: whole(messages=[FIRST | {"parts": [{}]}]),
    "messages-are-words": lambda: whole() | {"messages": "info parts"},
    "message-is-word": lambda: whole() | {"messages": ["infoparts"]},
    "title": lambda: whole(title={"a": 1}),
}  # fmt: skip


@pytest.mark.parametrize("name", TALKS)
async def test_conversations_that_are_none(paused: Handed, bundle: bytes, name: str) -> None:
    answer = await paused.send(archive({"checkpoint": 1}, bundle, TALKS[name]()))
    assert code_of(answer) == (422, "handoff_unreadable")
    assert len(await paused.rows()) == 1


async def test_the_name_of_a_model_that_no_database_holds(paused: Handed, bundle: bytes) -> None:
    answered = message(TALK, 4, "x", "assistant")
    answered["info"]["modelID"] = "a\0\ud800b"
    answer = await paused.send(archive({"checkpoint": 1}, bundle, whole(messages=[FIRST, answered])))
    assert answer.status_code == 200, answer.text


async def test_a_conversation_with_more_parts_than_one_statement_takes(paused: Handed, bundle: bytes) -> None:
    long = [message(TALK, 1000 + n, "x") for n in range(9_000)]
    answer = await paused.send(archive({"checkpoint": 1}, bundle, whole(messages=[FIRST, *long])))
    assert answer.status_code == 200, answer.text


def packed(kind: int, size: int, content: bytes, base: bytes = b"") -> bytes:
    """One object of a pack: its kind and size, seven bits at a time after the first four, and its content."""
    head = bytearray([kind << 4 | size & 15])
    size >>= 4
    while size:
        head[-1] |= 128
        head.append(size & 127)
        size >>= 7
    return bytes(head) + base + zlib.compress(content)


def number(value: int) -> bytes:
    out = bytearray([value & 127])
    while value := value >> 7:
        out[-1] |= 128
        out.append(value & 127)
    return bytes(out)


def bomb(copies: int) -> bytes:
    """A blob of 64 KiB, and one that is as many times the same: to say `all of it once more` takes one byte."""
    blob = b"x" * 0x10000
    name = hashlib.sha1(b"blob 65536\0" + blob).digest()  # noqa: S324 - git's name for it.
    delta = number(len(blob)) + number(len(blob) * copies) + b"\x80" * copies
    whole = b"PACK" + struct.pack(">II", 2, 2) + packed(3, len(blob), blob) + packed(7, len(delta), delta, name)
    return whole + hashlib.sha1(whole).digest()  # noqa: S324 - git's checksum.


async def test_two_kilobytes_that_become_gigabytes(paused: Handed) -> None:
    """Git would take as much memory as the object says, and with it all that other tenants need on this machine."""
    heading = f"# v2 git bundle\n{paused.commits[0]} refs/heads/{paused.session['branch']}\n\n".encode()
    small, large = heading + bomb(16), heading + bomb(0x8000)
    assert len(large) < 4_000
    assert (await paused.send(archive({"checkpoint": 1}, small))).status_code == 200
    paused.session = (await paused.api.call("GET", paused.path)).json()
    await paused.set(status=Status.PAUSED)
    answer = await paused.send(archive({"checkpoint": 2}, large))
    assert code_of(answer) == (422, "commits_refused")
    assert "limit" in answer.text
