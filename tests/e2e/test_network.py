"""Sessions under a network policy on the running product: what an agent and a verification command reach."""

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.e2e.tree import Tree, git, make_repository
from tests.processes import words_at

SCENARIOS = """
- name: probe
  match: "Look at the network"
  steps:
    - tool: {name: bash, arguments: {command: "python3 probe.py > seen.json", description: Looks}}
    - tool: {name: orchestrator_context_put, arguments: {key: network, value: looked}}
    - text: I looked.
"""
# What each connection and request comes to, as lines of JSON.
PROBE = """
import json, os, socket, urllib.request

wanted = json.load(open("targets.json"))
seen = {}
for where in wanted["tcp"]:
    host, port = where.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 3).close()
        seen[where] = "connected"
    except OSError as error:
        seen[where] = type(error).__name__
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.9"
for url in wanted["urls"]:
    proxies = {} if ":61097/" in url else None
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
        seen[url] = opener.open(url, timeout=10).read().decode()
    except urllib.error.HTTPError as error:
        seen[url] = f"{error.code} {error.reason}"
    except OSError as error:
        seen[url] = str(error)
for path in wanted["paths"]:
    seen[path] = os.path.exists(path)
print(json.dumps(seen))
"""
METADATA, PUBLIC = "169.254.169.254:80", "1.1.1.1:443"
GATEWAY = "http://127.0.0.1:61097/v1/no-such-path"


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def listed() -> Iterator[int]:
    """A server on this machine's loopback that the operator lets sandboxes reach."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def environment(folder: Path, **more: str) -> dict[str, str]:
    (folder / "scenarios.yml").write_text(SCENARIOS)
    return {"ORCHESTRATOR_SCRIPTED_SCENARIOS": str(folder / "scenarios.yml"), **more}


@pytest.fixture(scope="module")
def tree(listed: int) -> Iterator[Tree]:
    with tempfile.TemporaryDirectory(prefix="orchestrator-network-") as name:
        folder = Path(name).resolve()
        folder.chmod(0o755)
        env = environment(folder, ORCHESTRATOR_NETWORK_PRIVATE_HOSTS=f"127.0.0.1:{listed}")
        tree = Tree(folder, env).start()
        try:
            yield tree
        finally:
            left = tree.stop()
            assert not left, f"processes left behind: {left}"


def own_id(tree: Tree) -> str:
    return tree.request("GET", "/tenants")[1]["items"][0]["id"]


def set_network(tree: Tree, **wanted: Any) -> None:
    status, answer = tree.request("PUT", f"/tenants/{own_id(tree)}/network", wanted)
    assert status == 200, answer


def servers(tree: Tree, *, own_network: bool) -> set[int]:
    """The OpenCode servers that have a network of their own, or the host's."""
    found = {pid for pid in tree.members() if is_server(words_at(pid))}
    return {pid for pid in found if own_network == (network_of(pid) != network_of(os.getpid()))}


def is_server(words: list[str]) -> bool:
    return words[1:2] == ["serve"] and words[0].endswith("opencode")


def network_of(pid: int) -> int:
    return Path(f"/proc/{pid}/ns/net").stat().st_ino


def another_tenants_runtime(tree: Tree) -> int:
    """Started with the host's network; its port."""
    status, made = tree.request("POST", "/tenants", {"slug": "other", "name": "Other"})
    assert status == 201, made
    session = tree.request("POST", "/sessions", {"prompt": "Look at the network"}, key=made["admin_key"])[1]
    tree.wait(session["id"], key=made["admin_key"])
    (pid,) = servers(tree, own_network=False)
    listening = [one for one in psutil.Process(pid).net_connections("tcp") if one.status == psutil.CONN_LISTEN]
    return listening[0].laddr.port


def look(tree: Tree, name: str, targets: dict[str, list[str]], **wanted: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The session, and what its agent saw."""
    files = {"probe.py": PROBE, "targets.json": json.dumps(targets)}
    repository = make_repository(tree.root / "repositories" / name, files)
    session = tree.wait(tree.create(prompt="Look at the network", repository=str(repository), **wanted)["id"])
    assert session["status"] == "completed", session
    return session, json.loads(git(repository, "show", f"{session['branch']}:seen.json"))


@pytest.mark.timeout(300)
def test_a_session_under_an_allowlist_reaches_what_is_allowed_and_completes(tree: Tree, listed: int) -> None:
    runtime = another_tenants_runtime(tree)
    set_network(tree, mode="allowlist", allowed_hosts=[f"127.0.0.1:{listed}", "allowed.invalid"])
    direct = [f"127.0.0.1:{tree.port}", f"127.0.0.1:{runtime}", f"127.0.0.1:{listed}", METADATA, PUBLIC]
    allowed, refused = f"http://127.0.0.1:{listed}/", f"http://127.0.0.1:{runtime}/"
    others = [refused, f"http://{METADATA}/", "http://pypi.invalid/", "http://allowed.invalid/"]
    targets = {"tcp": direct, "urls": [allowed, GATEWAY, *others], "paths": [str(tree.data), "/network/server.sock"]}
    verify = f'python3 probe.py | tee seen.txt; grep -q \'"{allowed}": "hello"\' seen.txt && ! grep -q connected seen.txt'
    session, seen = look(tree, "allowlist", targets, verify=[verify])
    assert session["verification"] == "verified", session
    assert [where for where in direct if seen[where] == "connected"] == []
    assert seen[allowed] == "hello"
    assert seen[GATEWAY] == "404 Not Found"
    assert all(seen[url].startswith("403") and "orchestrator network allow" in seen[url] for url in others[:3])
    assert seen["http://allowed.invalid/"].startswith("502")
    assert [path for path in targets["paths"] if seen[path]] == []
    assert len(servers(tree, own_network=True)) == 1
    shared = tree.request("GET", f"/contexts?scope_id={session['id']}")[1]["items"]
    assert [one["key"] for one in shared] == ["network"], "its tools go the way of its model calls"
    assert refused_hosts(tree) >= {f"127.0.0.1:{runtime}", METADATA, "pypi.invalid:80"}


def refused_hosts(tree: Tree) -> set[str]:
    shown = tree.request("GET", f"/tenants/{own_id(tree)}/network")[1]["refused"]
    return {f"{one['host']}:{one['port']}" for one in shown}


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_change_ends_the_runtimes_of_the_policy_before(tree: Tree, listed: int) -> None:
    before = servers(tree, own_network=True)
    set_network(tree, mode="none", allowed_hosts=[f"127.0.0.1:{listed}"])
    targets = {"tcp": [f"127.0.0.1:{listed}", PUBLIC], "urls": [f"http://127.0.0.1:{listed}/", GATEWAY], "paths": []}
    _, seen = look(tree, "none", targets)
    assert "connected" not in seen.values()
    assert seen[f"http://127.0.0.1:{listed}/"].startswith("403")
    assert seen[GATEWAY] == "404 Not Found"
    assert servers(tree, own_network=True).isdisjoint(before)


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_without_isolation_the_session_fails_rather_than_have_the_hosts_network(tmp_path: Path) -> None:
    env = environment(tmp_path, ORCHESTRATOR_SANDBOX="process", ORCHESTRATOR_NETWORK="none")
    tree = Tree(tmp_path.resolve(), env).start()
    try:
        session = tree.wait(tree.create(prompt="Look at the network")["id"])
    finally:
        tree.stop()
    assert session["status"] == "failed"
    assert session["failure"]["class"] == "runtime_start"
    assert "network of their own" in session["failure"]["message"]
    assert (session["failure"]["retryable"], session["failure"]["retries"]) == (False, 0)
