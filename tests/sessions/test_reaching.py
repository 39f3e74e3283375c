"""Refused calls that reached for another session's worktree."""

from pathlib import PurePosixPath
from typing import Any

import pytest

from orchestrator.sessions.reaching import reaching

OWN = PurePosixPath("/workspaces/w4")


@pytest.mark.parametrize(
    ("given", "error", "expected"),
    [
        ({"filePath": "/workspaces/w2/a.py", "content": "x"}, "refused", ["/workspaces/w2/a.py"]),
        ({"filePath": "../w3/a.py"}, 'goes up with ".."', ["/workspaces/w3/a.py"]),
        ({"filePath": "link/a.py"}, "link/a.py leads to /workspaces/w1/a.py, which is outside.", ["/workspaces/w1/a.py"]),
        (
            {"command": "cat /workspaces/w2/a.py > b; ls ../w2/", "timeout": 5},
            "refused",
            ["/workspaces/w2/a.py", "/workspaces/w2"],
        ),
        ({"filePath": "/etc/hostname"}, "refused", []),
        ({"filePath": "/workspaces/w4/a.py"}, "there is no such file. Work inside /workspaces/w4.", []),
        ({"command": "ls /workspaces ..", "nested": {"a": 1}}, None, []),
    ],
)
def test_what_was_reached_for(given: dict[str, Any], error: str | None, expected: list[str]) -> None:
    assert reaching([{"status": "error", "input": given, "error": error}], OWN) == expected
