"""A trainer that keeps to the files of a job's folder and learns nothing, for tests of the nodes that run one.

What it is to do is in the file that its base is: steps, seconds of each, and what goes wrong at which step. Its "weights"
are a hash over all steps, so that one that was gone on from wrongly is another one.
"""

import hashlib
import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from orchestrator_trainer import checkpoints
from orchestrator_trainer.job import Job, read_job
from orchestrator_trainer.metrics import Metrics
from orchestrator_trainer.problems import Problem, problem_of

asked = False


def main(folder: Path) -> int:
    signal.signal(signal.SIGTERM, ask)
    job = read_job(folder)
    job.problem.unlink(missing_ok=True)
    try:
        return train(job, json.loads(Path(job.base).read_text()))
    except (Problem, OSError, MemoryError) as error:
        problem_of(error).write(job.problem)
        return 1


def ask(*_: object) -> None:
    global asked
    asked = True


def train(job: Job, plan: dict) -> int:
    newest = checkpoints.newest_whole(job.checkpoints)
    state = (newest / "state").read_text() if newest else "base"
    first = int(newest.name) if newest else 0
    metrics = Metrics(job.metrics)
    metrics.keep_until(first)
    metrics.write(first, "begin", total_steps=plan["steps"])
    for step in range(first + 1, plan["steps"] + 1):
        time.sleep(plan.get("seconds", 0.0))
        go_wrong(plan, step, first)
        state = hashlib.sha256(f"{state}:{step}".encode()).hexdigest()
        metrics.write(step, "train", loss=1 / step, num_tokens=step * 10)
        stops = asked and step < plan["steps"]
        if step % plan.get("every", 10) == 0 or stops:
            draft = job.checkpoints / f"{checkpoints.DRAFT}{step}"
            draft.mkdir(parents=True)
            (draft / "state").write_text(state)
            checkpoints.seal(job.checkpoints, step, 3, metrics)
        if stops:
            return 75
    job.adapter.mkdir(exist_ok=True)
    (job.adapter / "weights").write_text(state)
    said = {"base_digest": "f" * 64, "artifacts": {"adapter": {}}, "steps": plan["steps"], "metrics": {"rows": 1}}
    job.result.write_text(json.dumps(said))
    return 0


def go_wrong(plan: dict, step: int, first: int) -> None:
    """Once: who went on from a checkpoint after that step is not hit again."""
    wrong = plan.get("wrong", {}).get(str(step))
    if wrong == "kill" and first == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if wrong == "crash":
        print("it broke")
        os._exit(3)
    if wrong == "full":
        Path("/dev/full").write_text("x")
    if wrong == "memory":
        plan["held"] = bytearray(400_000_000)
        plan["held"][::4096] = b"x" * len(plan["held"][::4096])
        time.sleep(60)
    if wrong == "problem":
        raise Problem("training_call_missing", place="train.jsonl, line 2", function="get_weather")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[-1])))
