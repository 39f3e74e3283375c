"""Starts a command in the bubblewrap sandbox as whoever runs this script, so that tests can be an ordinary user.

Arguments: `exec` or `spawn`, and a JSON object. `exec` ends as the sandbox does, `spawn` well in any case.
"""

import json
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
    done = subprocess.run(launch.argv, env=dict(launch.env), pass_fds=launch.pass_fds, check=False)
    if what == "exec":
        sys.exit(done.returncode if done.returncode >= 0 else 128 - done.returncode)


if __name__ == "__main__":
    main()
