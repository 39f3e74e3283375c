"""Plans on the real OpenCode: a graph of tasks becomes one branch, of which every commit was verified before."""

import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

import pytest
from tests.e2e.browser.team import VERIFY, Team
from tests.e2e.fleet import Fleet, Part
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
    assert report["plan"]["verification"] in ("verified", "needs_review")
    assert all(one["work"] and one["work"][0]["evidence"] for one in report["tasks"])
    good = [one for one in report["merges"] if one["status"] == "merged"]
    assert sorted(key for one in good for key in one["task_keys"] if key in rounds).count("price") == 1
    assert all(item["exit_code"] == 0 for one in good for item in one["evidence"])
    graph = team.call("GET", f"/plans/{plan['id']}/graph")
    assert {"before": "price", "after": "first"} in graph["edges"]
    changed = team.call("GET", f"/plans/{plan['id']}/diff?format=json")
    one = team.call("GET", f"/plans/{plan['id']}/diff/file?path={changed['files'][0]['path']}")
    assert (one["patch"], one["commit"]) == (changed["files"][0]["patch"], plan["head_commit"])
    assert (changed["base_commit"], changed["commit"]) == (git(shop, "rev-parse", "main"), plan["head_commit"])
    assert [one["path"] for one in changed["files"]] == ["all.txt", "fourth.txt", "notes.txt", "shop/price.py", "third.txt"]


@pytest.mark.walks
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


@pytest.mark.walks
def test_a_reviewer_sees_the_very_change_and_its_approval_lets_it_be_merged(tree: Tree) -> None:
    team = Team.make(tree)
    shop = team.shop()
    tasks = [task("third", "Plan: write the third", verify=[])]
    plan = ended(team, hand_in(team, shop, tasks, verify=["test -f third.txt"], settings={"review": {}}))
    assert plan["status"] == "completed", plan
    [work, review] = team.call("GET", f"/plans/{plan['id']}/report")["tasks"][0]["work"]
    assert (work["role"], review["role"], review["agent"]) == ("work", "review", "reviewer")
    parts = team.call("GET", f"/sessions/{review['session_id']}/transcript")["items"]
    [looked] = [part["data"]["state"] for part in parts if part["type"] == "tool"]
    assert "third.txt" in looked["output"], looked


def in_merge(team: Team, plan: dict[str, Any], status: str, not_these: set[str]) -> str:
    """Waits until a merge that is not one of these stands so; its session's id."""
    until = time.monotonic() + 90
    while time.monotonic() < until:
        for session in team.call("GET", f"/sessions?plan_id={plan['id']}")["items"]:
            if session["task_key"] is None and session["id"] not in not_these and session["status"] == status:
                return session["id"]
        time.sleep(0.05)
    raise AssertionError(team.call("GET", f"/plans/{plan['id']}"))


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_power_cuts_in_the_middle_of_a_merge_lose_nothing_and_merge_nothing_twice(own_tree: Tree) -> None:
    """Once when a merge has just begun, and once while its result is being verified."""
    own_tree.start()
    team = Team.make(own_tree)
    shop = team.shop()
    tasks = [
        task("price", "Plan: fix the price"),
        task("third", "Plan: write the third", "price"),
        task("fourth", "Plan: write the fourth", "price"),
    ]
    plan = hand_in(team, shop, tasks, verify=["sleep 3", "test -f shop/price.py"])
    cut = {in_merge(team, plan, "running", set())}
    own_tree.kill()
    own_tree.start()
    in_merge(team, plan, "verifying", set())
    own_tree.kill()
    own_tree.start()
    done = ended(team, plan)
    assert done["status"] == "completed", done
    assert git(shop, "rev-parse", plan["branch"]) == done["head_commit"]
    for file in ("shop/price.py", "third.txt", "fourth.txt"):
        changed = git(shop, "log", "--no-merges", "--format=%H", f"main..{plan['branch']}", "--", file)
        assert len(changed.split()) == 1, f"{file} came onto the branch more than once"
    merges = team.call("GET", f"/plans/{plan['id']}/graph")["merges"]
    assert {one["status"] for one in merges} == {"merged"}, merges
    assert sorted(key for one in merges for key in one["task_keys"]) == ["fourth", "price", "third"]
    assert cut <= {one["session_id"] for one in merges}, "the merge that was cut off went on"
    sessions = team.call("GET", f"/sessions?plan_id={plan['id']}")["items"]
    assert len(sessions) == 3 + len(merges)


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_a_plan_goes_on_when_the_node_is_lost_that_kept_it_and_held_its_commits(fleet: Fleet) -> None:
    """What is on the plan's branch, and what is not merged yet, comes to the other node by the artifact store."""
    team = Team.make(fleet)
    shop = team.shop()
    plan = hand_in(team, shop, DIAMOND, verify=["test -f shop/price.py"])
    until = time.monotonic() + 90
    while not (now := team.call("GET", f"/plans/{plan['id']}"))["head_commit"]:
        assert time.monotonic() < until, now
        time.sleep(LOOK_SECONDS)
    merges = team.call("GET", f"/plans/{plan['id']}/graph")["merges"]
    lost = fleet.worker_of(merges[-1]["session_id"])
    lost.cut()
    done = ended(team, plan, seconds=200)
    assert done["status"] == "completed", done
    assert sorted(show(shop, done, "notes.txt").splitlines()) == ["from the first", "from the second"]
    assert git(shop, "rev-parse", plan["branch"]) == done["head_commit"]


def until_merged(team: Team, plan: dict[str, Any]) -> None:
    """Until something is on the branch."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if team.call("GET", f"/plans/{plan['id']}?prompts=false")["head_commit"]:
            return
        time.sleep(LOOK_SECONDS)
    raise AssertionError(team.call("GET", f"/plans/{plan['id']}"))


def led(worker: Part) -> int:
    """How often it became the leader, who keeps the plans."""
    return worker.log.read_text().count("leads_the_cluster")


@pytest.mark.walks
@pytest.mark.timeout(300)
def test_each_task_is_begun_and_merged_once_when_the_keeper_of_its_plan_is_killed(fleet: Fleet) -> None:
    """Two workers compete to keep it: the one that does is killed, the other one takes over, and the first competes anew."""
    team = Team.make(fleet)
    shop = team.shop()
    fleet.until(lambda: any(map(led, fleet.workers)))
    [keeper] = [worker for worker in fleet.workers if led(worker)]
    plan = hand_in(team, shop, DIAMOND, verify=["sleep 1", "test -f shop/price.py"])
    until_merged(team, plan)
    keeper.kill()
    fleet.until(lambda: led(fleet.other_than(keeper)) == 1)
    keeper.start()
    fleet.until(lambda: keeper.log.read_text().count("node_ready") == 2)
    done = ended(team, plan, seconds=200)
    assert done["status"] == "completed", done
    assert sorted(show(shop, done, "notes.txt").splitlines()) == ["from the first", "from the second"]
    assert git(shop, "rev-parse", plan["branch"]) == done["head_commit"]
    once = dict.fromkeys(sorted(states(plan)), 1)
    assert begun(fleet, plan) == once
    assert {one["attempt"] for one in done["tasks"]} == {0}
    report = team.call("GET", f"/plans/{plan['id']}/report")
    assert {one["key"]: len(one["work"]) for one in report["tasks"]} == once
    query = "select data->'done' from events where type = 'plan.merge_ended' and data->>'plan_id' = %s"
    ends = fleet.rows(query, plan["id"])
    assert Counter(key for (keys,) in ends for key in cast(list[str], keys)) == once
    for file in ("shop/price.py", "third.txt", "fourth.txt", "all.txt"):
        changed = git(shop, "log", "--no-merges", "--format=%H", f"main..{plan['branch']}", "--", file)
        assert len(changed.split()) == 1, f"{file} came onto the branch more than once"


def begun(fleet: Fleet, plan: dict[str, Any]) -> dict[object, object]:
    """How often each task was begun, as the events tell."""
    query = (
        "select data->>'task', count(*) from events "
        "where type = 'plan.task' and data->>'plan_id' = %s and data->>'to' = 'running' group by 1"
    )
    return dict(fleet.rows(query, plan["id"]))


def test_a_planner_splits_the_goal_and_mends_what_cannot_be_run(tree: Tree) -> None:
    """Its first answer depends on a task that is none; the second is run."""
    team = Team.make(tree)
    shop = team.shop()
    body = {"goal": "Sum up the notes", "repository": str(shop), "verify": ["test -f shop/price.py"], "planner": {}}
    plan = ended(team, team.call("POST", "/plans", body))
    assert plan["status"] == "completed", plan
    assert states(plan) == dict.fromkeys(("plan", "notes", "third", "fourth", "sum"), "done")
    planning = next(one for one in plan["tasks"] if one["key"] == "plan")
    assert (planning["conflict_rounds"], planning["status_reason"]) == (1, "it made 4 tasks")
    assert show(shop, plan, "all.txt").splitlines() == ["from the first", "third", "fourth"]
