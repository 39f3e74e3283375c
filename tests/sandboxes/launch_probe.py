"""Starts a command in the bubblewrap sandbox as whoever runs this script, so that tests can be an ordinary user.

Arguments: `exec` or `spawn`, and a JSON object. `exec` becomes the sandbox; `spawn` starts it as a child and stays.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from orchestrator.sandboxes import BubblewrapSandbox, Identity, Mount, SandboxNetwork, SandboxSpec


def _network(given: dict[str, Any] | None) -> SandboxNetwork | None:
    return given and SandboxNetwork(given["folder"] and Path(given["folder"]), given["server"])


def main() -> None:
    what, given = sys.argv[1], json.loads(sys.argv[2])
    spec = SandboxSpec(
        mounts=tuple(Mount(Path(m["source"]), m["target"], m["writable"]) for m in given["mounts"]),
        cwd=given["cwd"],
        env=given["env"],
        identity=Identity(**given["identity"]) if given["identity"] else None,
        nested=given["nested"],
        network=_network(given["network"]),
    )
    launch = BubblewrapSandbox().launch(spec, given["argv"])
    if what == "exec":
        os.execve(launch.argv[0], launch.argv, dict(launch.env))  # noqa: S606
    subprocess.run(launch.argv, env=dict(launch.env), check=False)


if __name__ == "__main__":
    main()
