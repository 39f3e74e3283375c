"""What a person meets at the start when something is wrong: one clear error, no traceback, nothing changed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.tree import Tree


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


def test_data_directory_in_use_and_an_older_database(tree: Tree, postgres: str) -> None:
    refused(up(tree, ORCHESTRATOR_PORT="0"), "data_dir_in_use")


@pytest.mark.parametrize("path", ["/api/v1/sessions", "/api/v1/openapi.json", "/nothing", "/metrics"])
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
