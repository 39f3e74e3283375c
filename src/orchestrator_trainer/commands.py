"""`train <job folder>`, `check` and `tiny <folder>`: what nodes, the set-up and tests run."""

import argparse
import json
import sys
import traceback
from pathlib import Path

from orchestrator_trainer.job import read_job
from orchestrator_trainer.problems import problem_of

DONE, FAILED, PAUSED = 0, 1, 75


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="orchestrator_trainer")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("train").add_argument("folder", type=Path)
    commands.add_parser("check")
    tiny = commands.add_parser("tiny")
    tiny.add_argument("folder", type=Path)
    tiny.add_argument("scenario", nargs="?", default="travel")
    chosen = parser.parse_args(arguments)
    if chosen.command == "train":
        return _train(chosen.folder)
    if chosen.command == "tiny":
        from orchestrator_trainer.tiny import make

        make(chosen.folder, chosen.scenario)
        return DONE
    from orchestrator_trainer.training import check_parts

    print(json.dumps(check_parts()))
    return DONE


def _train(folder: Path) -> int:
    """What went wrong is in `problem.json`, for the node; the traceback is in the log, for people."""
    job = read_job(folder)
    job.problem.unlink(missing_ok=True)
    try:
        from orchestrator_trainer.training import train

        return DONE if train(job) else PAUSED
    except BaseException as error:  # noqa: BLE001 - the outermost: whatever it was, it has a class.
        traceback.print_exc(file=sys.stderr)
        problem_of(error).write(job.problem)
        return FAILED
