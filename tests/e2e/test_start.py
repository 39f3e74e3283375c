"""What a person meets at the start when something is wrong: one clear error, no traceback, nothing changed."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.e2e.tree import Tree, git


def up(tree: Tree, **env: str) -> tuple[int, str]:
    (tree.root / "home").mkdir(exist_ok=True)
    orchestrator = str(Path(sys.executable).with_name("orchestrator"))
    done = subprocess.run(
        [orchestrator, "up", "--no-demo"],
        env=tree.environment() | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout + done.stderr


def refused(answer: tuple[int, str], code: str) -> None:
    status, text = answer
    assert status != 0
    assert code in text
    assert "hint" in text
    assert "Traceback" not in text


def test_port_taken(own_tree: Tree) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        own_tree.port = taken.getsockname()[1]
        refused(up(own_tree), "port_taken")


def test_opencode_missing(own_tree: Tree) -> None:
    refused(up(own_tree, ORCHESTRATOR_OPENCODE_BINARY="/nowhere/opencode"), "opencode_missing")


def test_opencode_of_another_version(own_tree: Tree) -> None:
    fake = own_tree.root / "opencode"
    fake.write_text("#!/bin/sh\necho 0.1.2\n")
    fake.chmod(0o755)
    refused(up(own_tree, ORCHESTRATOR_OPENCODE_BINARY=str(fake)), "opencode_wrong_version")


def test_database_unreachable(own_tree: Tree) -> None:
    refused(up(own_tree, DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing"), "database_unreachable")


def test_setting_invalid(own_tree: Tree) -> None:
    refused(up(own_tree, ORCHESTRATOR_PORT="many"), "setting_invalid")


def test_data_directory_not_writable(own_tree: Tree) -> None:
    """A file where the folder should be: refused even for root, whom modes do not stop."""
    own_tree.data.write_text("")
    refused(up(own_tree), "data_dir_unwritable")


def test_data_directory_in_use(tree: Tree) -> None:
    refused(up(tree, ORCHESTRATOR_PORT="0"), "data_dir_in_use")


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/api/v1/openapi.json", "/api/nothing", "/metrics"])
def test_nothing_but_health_answers_without_a_key(tree: Tree, path: str) -> None:
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as refusal:
        opener.open(f"{tree.url}{path}", timeout=5)
    assert refusal.value.code == 401
    refusal.value.close()


def test_the_admins_key_is_the_owners_alone(tree: Tree) -> None:
    assert os.stat(tree.data / "admin.key").st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def with_demo() -> Iterator[Tree]:
    """As `make run` starts it."""
    with tempfile.TemporaryDirectory(prefix="orchestrator-demo-") as folder:
        tree = Tree(Path(folder).resolve(), arguments=()).start()
        try:
            yield tree
        finally:
            left = tree.stop()
            assert not left, f"processes left behind: {left}"


def test_the_link_that_is_printed_signs_the_admin_in_once(with_demo: Tree) -> None:
    with_demo.until_said("sign in")
    (link,) = re.findall(r"sign in +(http://\S+/sign-in#token=\S+) \(works once", with_demo.log.read_text())
    address, _, token = link.partition("#token=")
    assert address == f"{with_demo.url}/sign-in"
    with httpx.Client(base_url=with_demo.url, trust_env=False, timeout=20) as browser:
        assert browser.post("/auth/sign-in", json={"token": token}).status_code == 204
        me = browser.get("/api/v1/me").json()
        assert (me["role"], me["is_operator"]) == ("ADMIN", True)
        assert browser.post("/auth/sign-in", json={"token": token}).status_code == 401


@pytest.mark.timeout(240)
def test_the_demo_works_three_sessions_shows_what_came_of_them_and_stays_up(with_demo: Tree) -> None:
    with_demo.until_said("or:   orchestrator sessions show", seconds=180)
    said = with_demo.log.read_text()
    for words in (
        f"URL      {with_demo.url}",
        f"key      {with_demo.key}",
        "scripted-model (scripted, no real model)",
        "Ctrl-C",
    ):
        assert words in said
    sessions = {one["title"]: one for one in with_demo.request("GET", "/sessions")[1]["items"]}
    titles = ("Mend the volume discount", "List what runs low", "Write amounts of money correctly")
    assert set(sessions) == set(titles)
    meanwhile = said[: said.index("Results of the demo")]
    assert [title for title in titles if f"  {title}: completed" not in meanwhile] == []
    assert {(one["status"], one["verification"]) for one in sessions.values()} == {("completed", "verified")}
    bug, feature, mended = (exit_codes(with_demo, sessions[title]) for title in titles)
    assert (bug, feature, mended) == ([0], [0, 0], [1, 0]), "the last one fails first, and is mended in a feedback turn"
    repository = Path(sessions[titles[0]]["repository"])
    branches = git(repository, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    assert set(branches) == {"main", *(one["branch"] for one in sessions.values())}
    assert with_demo.request("GET", "/me")[0] == 200


def exit_codes(tree: Tree, session: dict[str, Any]) -> list[int]:
    items = tree.request("GET", f"/sessions/{session['id']}/evidence")[1]["items"]
    return [one["exit_code"] for one in items]


def test_it_stops_at_once_and_quietly_while_somebody_follows_what_happens(own_tree: Tree) -> None:
    own_tree.start()
    headers = {"Authorization": f"Bearer {own_tree.key}"}
    with (
        httpx.Client(base_url=own_tree.url, headers=headers, timeout=60, trust_env=False) as client,
        client.stream("GET", "/api/v1/events") as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        assert own_tree.process is not None
        own_tree.process.send_signal(signal.SIGINT)
        for _ in lines:
            pass
        assert own_tree.stop() == set()
    assert "Traceback" not in own_tree.log.read_text()
    assert "[error" not in own_tree.log.read_text()
