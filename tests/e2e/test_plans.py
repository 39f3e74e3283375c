"""Plans on the real OpenCode: a graph of tasks becomes one branch, of which every commit was verified before."""

import time
from pathlib import Path
from typing import Any

from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.tree import LOOK_SECONDS, Tree, git

ENDED = ("completed", "failed", "blocked", "cancelled")


def task(key: str, prompt: str, *depends_on: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "title": key.title(), "prompt": prompt, "depends_on": list(depends_on), **more}


DIAMOND = [
    task("price", "Plan: fix the price"),
    task("first", "Plan: note the first", "price"),
    task("second", "Plan: note the second", "price"),
    task("third", "Plan: write the third", "price"),
    task("fourth", "Plan: write the fourth", "price"),
    task("all", "Plan: sum it up", "first", "second", "third", "fourth"),
]
"""Two of its tasks write the same line of the same file."""


def hand_in(team: Team, shop: Path, tasks: list[dict[str, Any]], **wanted: Any) -> dict[str, Any]:
    body = {"goal": "Discounts in the shop", "repository": str(shop), "verify": VERIFY, "tasks": tasks, **wanted}
    return team.call("POST", "/plans", body)


def ended(team: Team, plan: dict[str, Any], statuses: tuple[str, ...] = ENDED, seconds: float = 150) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while (now := team.call("GET", f"/plans/{plan['id']}"))["status"] not in statuses:
        assert time.monotonic() < until, now
        time.sleep(LOOK_SECONDS)
    return now


def states(plan: dict[str, Any]) -> dict[str, str]:
    return {one["key"]: one["status"] for one in plan["tasks"]}


def show(shop: Path, plan: dict[str, Any], file: str) -> str:
    return git(shop, "show", f"{plan['branch']}:{file}")


def test_a_diamond_of_six_tasks_is_one_branch_and_a_conflict_is_a_turn(tree: Tree) -> None:
    team = Team.make(tree)
    shop = team.shop()
    plan = ended(team, hand_in(team, shop, DIAMOND))
    assert plan["status"] == "completed", plan
    assert plan["progress"] == {"done": 6, "total": 6}
    assert "1 - discount" in show(shop, plan, "shop/price.py")
    assert sorted(show(shop, plan, "notes.txt").splitlines()) == ["from the first", "from the second"]
    assert show(shop, plan, "all.txt").splitlines()[-2:] == ["third", "fourth"]
    assert git(shop, "rev-parse", plan["branch"]) == plan["head_commit"]
    report = team.call("GET", f"/plans/{plan['id']}/report")
    rounds = {one["key"]: one["conflict_rounds"] for one in plan["tasks"]}
    assert sum(rounds.values()) == 1, rounds
    [second] = [key for key, count in rounds.items() if count]
    [work] = next(one["work"] for one in report["tasks"] if one["key"] == second)
    turns = team.call("GET", f"/sessions/{work['session_id']}/turns")["items"]
    assert [turn["kind"] for turn in turns] == ["prompt", "conflict"]
    assert "notes.txt" in turns[1]["text"]
    assert "+from the" in turns[1]["text"], "both diffs are told"
    assert report["verification"] in ("verified", "needs_review")
    assert all(one["work"] and one["work"][0]["evidence"] for one in report["tasks"])
    good = [one for one in report["merges"] if one["status"] == "merged"]
    assert sorted(key for one in good for key in one["task_keys"] if key in rounds).count("price") == 1
    assert all(item["exit_code"] == 0 for one in good for item in one["evidence"])
    graph = team.call("GET", f"/plans/{plan['id']}/graph")
    assert {"before": "price", "after": "first"} in graph["edges"]


def test_work_that_fails_its_verification_never_comes_onto_the_branch(tree: Tree) -> None:
    team = Team.make(tree)
    shop = team.shop()
    tasks = [
        task("wrong", "Plan: break the price"),
        task("after", "Plan: write the third", "wrong"),
        task("beside", "Plan: write the fourth", verify=[]),
    ]
    quick = {"max_feedback_rounds": 0, "max_conflict_rounds": 0}
    plan = ended(team, hand_in(team, shop, tasks, settings=quick))
    assert plan["status"] == "failed"
    assert states(plan) == {"wrong": "failed", "after": "blocked", "beside": "failed"}, plan
    assert "wrong" in next(one["status_reason"] for one in plan["tasks"] if one["key"] == "after")
    # It passes none of the plan's commands either: those failed before it, and nobody mended that.
    assert plan["head_commit"] is None
    assert not git(shop, "branch", "--list", plan["branch"])
