"""An external agent in Python, with the client of the package: joins, takes tasks, hands in patches.

python agent.py URL TOKEN NAME

Put the work of your own into `change`.
"""

import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from orchestrator.client.external_agent import ExternalAgent, Task


def change(clone: Path, task: Task, name: str) -> None:
    """The work of this agent: a line in its notes with what it was asked for."""
    with (clone / f"notes-{name}.md").open("a") as notes:
        notes.write(f"- {task.prompt.splitlines()[0]}\n")


def work(task: Task, name: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        clone = task.clone(Path(folder) / "repository")
        task.tell("I write it into the notes.")
        change(clone, task, name)
        return task.result(patch=task.patch_of(clone), summary="Noted.")


def main() -> None:
    url, token, name = sys.argv[1:]
    agent = ExternalAgent.join(url, token, name=name, agent_type="python-example")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: agent.stopping.set())
    print(f"{agent.identity.agent_id} waits for tasks", flush=True)
    agent.work(lambda task: work(task, name), wait=5)
    agent.close()


if __name__ == "__main__":
    main()
