"""Runs inside a sandbox that has a network of its own, before the command: the only ways out of it, and in.

    python3 -I -S forwarder.py 61128=/network/proxy.sock fd:10=61096 -- command …

`61128=/network/proxy.sock` carries each connection to the loopback port 61128 to the unix socket; `fd:10=61096` carries
each connection to the listening socket with that descriptor, made outside, to the loopback port 61096. The command
takes this process's place; a grandchild carries, and ends with the sandbox. A script by itself: in the sandbox there is
nothing but the standard library.
"""

import contextlib
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence

_STACK_BYTES = 256 * 1024
_PIECE_BYTES = 64 * 1024

Route = tuple[socket.socket, Callable[[], socket.socket]]


def main(words: Sequence[str]) -> None:
    cut = words.index("--")
    routes = [_route(word) for word in words[:cut]]
    if routes and os.fork() == 0:
        # The command must not find a child that it never started: it becomes one of the sandbox's first process.
        if os.fork() == 0:
            _carry_for_ever(routes)
        os._exit(0)
    if routes:
        os.wait()
    for listener, _ in routes:
        listener.close()
    command = list(words[cut + 1 :])
    try:
        os.execvp(command[0], command)  # noqa: S606 - the command of the sandbox, no shell.
    except OSError as problem:
        sys.exit(f"sandbox: {command[0]}: {problem.strerror}")


def _route(word: str) -> Route:
    from_, _, to = word.partition("=")
    if from_.startswith("fd:"):
        return socket.socket(fileno=int(from_[3:])), lambda: socket.create_connection(("127.0.0.1", int(to)))
    listener = socket.create_server(("127.0.0.1", int(from_)), backlog=128)
    return listener, lambda: _unix(to)


def _unix(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _carry_for_ever(routes: Sequence[Route]) -> None:
    # A session of its own: a signal to the command's process group must not cut its connections first.
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    threading.stack_size(_STACK_BYTES)
    for route in routes[1:]:
        threading.Thread(target=_accept, args=route).start()
    _accept(*routes[0])


def _accept(listener: socket.socket, connect: Callable[[], socket.socket]) -> None:
    while True:
        try:
            near = listener.accept()[0]
        except OSError:
            # Out of descriptors, most likely; some connection will end.
            time.sleep(0.05)
            continue
        try:
            threading.Thread(target=_carry, args=(near, connect), daemon=True).start()
        except RuntimeError:
            # No further thread may be made here; whoever connected sees the connection close.
            near.close()


def _carry(near: socket.socket, connect: Callable[[], socket.socket]) -> None:
    with near:
        try:
            far = connect()
        except OSError:
            return
        with far:
            back = threading.Thread(target=_pump, args=(far, near), daemon=True)
            try:
                back.start()
            except RuntimeError:
                return
            _pump(near, far)
            back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(_PIECE_BYTES):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main(sys.argv[1:])
