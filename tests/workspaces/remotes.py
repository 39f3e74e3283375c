"""Private remotes on this machine: git's own HTTP server behind a password, and a real sshd."""

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from orchestrator.workspaces.commands import free_port

GIT_USER, TOKEN = "git-user", "canary-7f3a9c-token"


@dataclass
class HttpRemote:
    """Serves the bare repositories below `folder` to whoever knows user and token. `seen` has what every request brought."""

    folder: Path
    port: int = 0
    token: str = TOKEN
    seen: list[tuple[str, str | None]] = field(default_factory=list)
    redirect: str | None = None
    public: str = "nothing"
    """What everybody may read: paths that begin so."""
    before_answer: Callable[[], None] = lambda: None
    echo: bool = False
    handlers: dict[str, Callable[[Any, bytes], tuple[int, dict[str, str], bytes]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def authorization(self) -> str:
        return "Basic " + base64.b64encode(f"{GIT_USER}:{self.token}".encode()).decode()


@contextlib.contextmanager
def http_remote(folder: Path) -> Iterator[HttpRemote]:
    remote = HttpRemote(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(remote))
    remote.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield remote
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(remote: HttpRemote) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        asked = remote

    return Handler


class _Handler(BaseHTTPRequestHandler):
    asked: HttpRemote
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        given = self.headers.get("Authorization")
        remote = self.asked
        remote.seen.append((self.path, given))
        body = self._body()
        remote.before_answer()
        path = urlsplit(self.path).path
        if remote.redirect is not None:
            self._answer(301, {"Location": remote.redirect + self.path}, b"")
        elif given != remote.authorization and not path.startswith(remote.public):
            said = f"You sent {given}".encode() if remote.echo else b"Who are you?"
            self._answer(401, {"WWW-Authenticate": 'Basic realm="x"', "Content-Type": "text/plain"}, said)
        elif (own := next((f for end, f in remote.handlers.items() if path.endswith(end)), None)) is not None:
            self._answer(*own(self, body))
        else:
            self._answer(*_backend(remote.folder, self, body))

    do_POST = do_PUT = do_GET

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().strip(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _backend(folder: Path, request: BaseHTTPRequestHandler, body: bytes) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(request.path)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "GIT_CONFIG_KEY_1": "http.receivepack",
        "GIT_CONFIG_VALUE_1": "true",
        "GIT_PROJECT_ROOT": str(folder),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        "REQUEST_METHOD": request.command,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
        "REMOTE_USER": GIT_USER,
        "REMOTE_ADDR": "127.0.0.1",
    }
    done = subprocess.run(["git", "http-backend"], input=body, env=env, capture_output=True, check=False, timeout=60)
    head, _, content = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
    status = int(headers.pop("Status", "200 OK").split()[0]) if head else 500
    return status, headers, content


@dataclass
class SshRemote:
    """A real sshd; `private_key` is the one that it lets in, `host_key` the public half of its own."""

    port: int
    private_key: str
    host_key: str

    def url(self, path: Path) -> str:
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True, timeout=10).stdout.strip()
        return f"ssh://{user}@127.0.0.1:{self.port}{path}"

    @property
    def known_hosts(self) -> str:
        return f"[127.0.0.1]:{self.port} {self.host_key}\n"


def make_key(file: Path) -> tuple[str, str]:
    """Private and public text of a fresh key."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", str(file)]
    subprocess.run(command, check=True, timeout=30, capture_output=True)
    public = file.with_name(f"{file.name}.pub").read_text()
    return file.read_text(), " ".join(public.split()[:2])


@contextlib.contextmanager
def ssh_remote(folder: Path) -> Iterator[SshRemote]:
    sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
    assert sshd, "install openssh-server: `make setup` does as root"
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    port = free_port()
    _, host_key = make_key(folder / "host_key")
    private_key, public_key = make_key(folder / "user_key")
    (folder / "authorized_keys").write_text(public_key + "\n")
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host_key\nAuthorizedKeysFile {folder}/authorized_keys\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\n"
        "PermitRootLogin prohibit-password\nAcceptEnv GIT_PROTOCOL\n"
    )
    command = [sshd, "-D", "-e", "-f", str(folder / "sshd_config")]
    with (folder / "sshd.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_for_port(port, server)
        yield SshRemote(port, private_key, host_key)
    finally:
        server.terminate()
        server.wait(10)


def _wait_for_port(port: int, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise AssertionError("sshd did not start")
