"""One session of each kind, on the real OpenCode, PostgreSQL, git and sandbox."""

import re
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.e2e.tree import LOOK_SECONDS, Tree, git, make_repository

BROKEN = {
    "shop/__init__.py": "",
    "shop/price.py": "def total(items, discount=0):\n    return sum(items)\n",
    "tests/__init__.py": "",
    "tests/test_price.py": (
        "import unittest\nfrom shop.price import total\n\n\nclass T(unittest.TestCase):\n"
        "    def test_discount(self):\n        self.assertEqual(total([100], 0.1), 90)\n"
    ),
}
VERIFY = ["python3 -m unittest -q"]


@pytest.fixture
def shop(tree: Tree, request: pytest.FixtureRequest) -> Path:
    name = "".join(c if c.isalnum() else "-" for c in request.node.name)
    return make_repository(tree.root / "repositories" / name, BROKEN)


def run(tree: Tree, prompt: str, repository: Path | None, **more: Any) -> dict[str, Any]:
    session = tree.create(prompt=prompt, repository=str(repository) if repository else None, **more)
    return tree.wait(session["id"])


def evidence(tree: Tree, session: dict[str, Any]) -> list[dict[str, Any]]:
    return tree.request("GET", f"/sessions/{session['id']}/evidence")[1]["items"]


def test_a_right_fix_is_verified_and_leaves_branch_diff_transcript_and_evidence(tree: Tree, shop: Path) -> None:
    head = git(shop, "rev-parse", "HEAD")
    session = run(tree, "Fix the discount", shop, verify=VERIFY)
    assert (session["status"], session["verification"]) == ("completed", "verified")
    assert session["failure"] is None
    assert session["usage"]["output_tokens"] > 0
    [item] = evidence(tree, session)
    assert (item["exit_code"], item["pre_existing"], item["commit"]) == (0, True, session["commit"])
    patch = tree.request("GET", f"/sessions/{session['id']}/diff")[1]
    assert "+    return sum(items) * (1 - discount)" in patch
    files = tree.request("GET", f"/sessions/{session['id']}/diff?format=json")[1]["files"]
    assert [(f["path"], f["additions"], f["deletions"]) for f in files] == [("shop/price.py", 1, 1)]
    assert git(shop, "rev-parse", session["branch"]) == session["commit"]
    assert git(shop, "rev-parse", "HEAD") == head
    assert git(shop, "status", "--porcelain") == ""
    transcript = tree.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"]
    assert [p["type"] for p in transcript if p["role"] == "user"] == ["text"]
    assert {p["model"] for p in transcript if p["role"] == "assistant"} == {"scripted-model"}
    assert [p["data"]["tool"] for p in transcript if p["type"] == "tool"] == ["write"]
    checkpoints = tree.request("GET", f"/sessions/{session['id']}/checkpoints")[1]["items"]
    assert [(c["number"], c["commit"]) for c in checkpoints] == [(1, session["commit"])]


def test_a_wrong_fix_fails_with_its_output_and_keeps_its_branch(tree: Tree, shop: Path) -> None:
    session = run(tree, "Break it", shop, verify=VERIFY, max_feedback_rounds=1)
    assert (session["status"], session["verification"]) == ("failed", "failed")
    assert session["failure"]["class"] == "verification"
    assert [e["round"] for e in evidence(tree, session)] == [0, 1]
    assert "AssertionError" in evidence(tree, session)[-1]["output"]
    assert git(shop, "rev-parse", session["branch"]) == session["commit"]


def test_the_failing_output_is_fed_back_and_the_second_turn_mends_it(tree: Tree, shop: Path) -> None:
    session = run(tree, "Mend it in two turns", shop, verify=VERIFY)
    assert (session["status"], session["verification"]) == ("completed", "verified")
    assert [e["exit_code"] for e in evidence(tree, session)] == [1, 0]


@pytest.mark.walks
def test_a_file_of_git_lfs_is_real_for_the_agent_and_the_verification_and_a_pointer_in_the_result(tree: Tree) -> None:
    """git-lfs itself, in the person's repository, finds the result whole."""
    attributes = "*.bin filter=lfs diff=lfs merge=lfs -text\n"
    repository = make_repository(tree.root / "repositories/large", {".gitattributes": attributes})
    filters = ("-c", "filter.lfs.clean=git-lfs clean -- %f", "-c", "user.name=t", "-c", "user.email=t@x")
    (repository / "data.bin").write_text("the old content")
    git(repository, *filters, "add", ".")
    git(repository, *filters, "commit", "-qm", "large")
    session = run(tree, "Replace the large file", repository, verify=["grep -q 'the newest content' data.bin"])
    assert (session["status"], session["verification"]) == ("completed", "verified")
    assert git(repository, "show", f"{session['commit']}:data.bin").startswith("version https://git-lfs")
    assert git(repository, "show", f"{session['commit']}^:data.bin").startswith("version https://git-lfs")
    assert "OK" in git(repository, "lfs", "fsck", f"main..{session['branch']}")


def test_a_changed_test_is_never_verified(tree: Tree, shop: Path) -> None:
    session = run(tree, "Make the tests pass somehow", shop, verify=VERIFY)
    assert (session["status"], session["verification"]) == ("completed", "needs_review")
    assert "tests/test_price.py" in session["verification_reason"]


@pytest.mark.walks
def test_some_commands_pass_and_some_fail(tree: Tree, shop: Path) -> None:
    session = run(tree, "Break it", shop, verify=["true", *VERIFY], max_feedback_rounds=0)
    assert (session["status"], session["verification"]) == ("partially_completed", "failed")


@pytest.mark.walks
def test_without_a_repository_and_without_verification(tree: Tree) -> None:
    session = run(tree, "Begin a project", None)
    assert (session["status"], session["verification"]) == ("completed", "unverified")
    assert "hello" in tree.request("GET", f"/sessions/{session['id']}/diff")[1]


@pytest.mark.walks
def test_a_flaky_command_is_not_verified(tree: Tree, shop: Path) -> None:
    """It fails at its first run in a checkout and passes at its second: the same commit, two answers."""
    session = run(tree, "Fix the discount", shop, verify=["test -e .again || { touch .again; exit 1; }"])
    assert session["verification"] == "needs_review"
    assert evidence(tree, session)[0]["flaky"]


def test_verification_comes_from_the_repository_at_its_base_commit(tree: Tree) -> None:
    config = "verify: [python3 -m unittest -q]\nenv: {COLOUR: red}\nsetup: [echo made > made.txt]\n"
    files = BROKEN | {".orchestrator.yml": config}
    repository = make_repository(tree.root / "repositories" / "configured", files)
    session = run(tree, "Fix the discount", repository)
    assert (session["status"], session["verification"]) == ("completed", "verified")
    assert evidence(tree, session)[0]["command"] == "python3 -m unittest -q"
    assert "made.txt" not in tree.request("GET", f"/sessions/{session['id']}/diff")[1]


@pytest.mark.walks
def test_a_bad_repository_file_fails_with_its_field_named(tree: Tree) -> None:
    files = BROKEN | {".orchestrator.yml": "verify: {a: b}\n"}
    session = run(tree, "Fix the discount", make_repository(tree.root / "repositories" / "misconfigured", files))
    assert session["status"] == "failed"
    assert session["failure"]["class"] == "repository"
    assert "verify" in session["failure"]["message"]


def test_an_agents_command_sees_its_own_worktree_and_no_secret(tree: Tree, shop: Path) -> None:
    others = [tree.create(prompt="Fix it slowly", repository=str(shop)) for _ in range(2)]
    session = run(tree, "Look around", shop)
    seen = tree.request("GET", f"/sessions/{session['id']}/diff")[1]
    added = [line[1:] for line in seen.partition("b/seen.txt")[2].splitlines() if line.startswith("+")]
    _, places, processes, *_ = "\n".join(added).split("---\n")
    assert len(places.split()) == 1  # Its own; the two others work beside it at this moment.
    assert int(processes) < 10
    assert re.search(r"^\+port=(2|3)\d{4}$", seen, re.M)
    for secret in ("OPENCODE_SERVER_PASSWORD", "OPENCODE_CONFIG", "oiv_", "oio_", "ORCHESTRATOR_PROVIDER"):
        assert secret not in seen
    for other in others:
        tree.wait(other["id"])
    assert "No such file" in seen  # Neither the server's home nor the other sessions' shells are there.


def test_what_lies_outside_is_refused_and_nothing_waits_for_a_person(tree: Tree, shop: Path) -> None:
    session = run(tree, "Read outside", shop)
    assert session["status"] == "completed"
    parts = tree.request("GET", f"/sessions/{session['id']}/transcript")[1]["items"]
    tools = [p["data"]["state"] for p in parts if p["type"] == "tool"]
    assert tools[0]["status"] == "error"
    assert "root:" not in str(tools[1]["output"])


@pytest.mark.walks
def test_a_session_can_have_a_runtime_of_its_own(tree: Tree, shop: Path) -> None:
    session = run(tree, "Fix the discount", shop, verify=VERIFY, isolation="session")
    assert session["verification"] == "verified"


@pytest.mark.walks
def test_cancel_ends_everything_of_the_session_within_seconds(tree: Tree, shop: Path) -> None:
    session = tree.create(prompt="Run for ever", repository=str(shop))
    _until(lambda: _sleepers(tree), 60)
    assert tree.request("POST", f"/sessions/{session['id']}/cancel")[0] == 200
    _until(lambda: not _sleepers(tree), 5)
    assert tree.request("GET", f"/sessions/{session['id']}")[1]["status"] == "cancelled"
    assert tree.request("POST", f"/sessions/{session['id']}/cancel")[0] == 409


@pytest.mark.walks
def test_a_model_that_hangs_is_timed_out(tree: Tree, shop: Path) -> None:
    session = run(tree, "Hang for ever", shop, timeout_seconds=12)
    assert session["status"] == "timed_out"
    assert session["failure"]["class"] == "time_out"
    assert "within 12 seconds" in session["failure"]["message"], "it said 0: what was left then"


@pytest.mark.walks
def test_a_verification_that_hangs_is_named_as_what_took_the_time(tree: Tree, shop: Path) -> None:
    session = run(tree, "Fix the discount", shop, verify=["sleep 1000"], timeout_seconds=45)
    assert session["status"] == "timed_out"
    assert "within 45 seconds: its verification commands were still running" in session["failure"]["message"]


@pytest.mark.walks
def test_a_verification_command_that_hangs_is_named(tree: Tree) -> None:
    """It ends before its session does, and others are run after it."""
    files = {".orchestrator.yml": "verify: [sleep 600, 'true']\nverify_timeout_seconds: 2\n"}
    repository = make_repository(tree.root / "repositories" / "hangs", files)
    session = run(tree, "Do nothing at all", repository, max_feedback_rounds=0)
    assert session["status"] == "partially_completed", session["failure"]
    found = [(one["command"], one["exit_code"], one["timed_out"]) for one in evidence(tree, session)]
    assert found == [("sleep 600", 124, True), ("true", 0, False)]


@pytest.mark.walks
def test_a_verification_command_that_is_not_there_costs_no_turn(tree: Tree, shop: Path) -> None:
    session = run(tree, "Fix the discount", shop, verify=["pytst -q"])
    assert (session["status"], session["verification"]) == ("failed", "failed")
    assert "there is no command pytst" in session["verification_reason"]
    assert "setup" in session["failure"]["hint"]
    assert session["failure"]["class"] == "user_input", "it says nothing about who did the work"
    assert len(tree.request("GET", f"/sessions/{session['id']}/turns")[1]["items"]) == 1


@pytest.mark.walks
def test_an_answer_that_reached_the_output_limit_is_not_the_end_of_the_work(tree: Tree, shop: Path) -> None:
    """OpenCode ends its turn there, and the session was completed with half an answer."""
    session = run(tree, "Answer at length", shop)
    assert session["status"] == "completed"
    turns = tree.request("GET", f"/sessions/{session['id']}/turns")[1]["items"]
    assert [(one["kind"], one["outcome"]) for one in turns] == [("prompt", "answer_cut_off"), ("nudge", "finished")]
    patch = tree.request("GET", f"/sessions/{session['id']}/diff?format=json")[1]
    assert [one["path"] for one in patch["files"]] == ["long.txt"]
    endless = run(tree, "Answer without an end", shop)
    assert (endless["status"], endless["failure"]["class"]) == ("failed", "provider_final")
    assert "ORCHESTRATOR_PROVIDER_OUTPUT_LIMIT" in endless["failure"]["hint"]


@pytest.mark.walks
def test_a_final_refusal_of_the_provider_fails_at_once(tree: Tree, shop: Path) -> None:
    session = run(tree, "The provider refuses", shop)
    assert session["status"] == "failed"
    assert session["failure"]["class"] == "provider_final"


@pytest.mark.walks
def test_a_session_that_is_not_started_waits_until_it_is(tree: Tree, shop: Path) -> None:
    session = tree.create(prompt="Fix the discount", repository=str(shop), start=False)
    assert session["status"] == "pending"
    assert tree.request("POST", f"/sessions/{session['id']}/start")[0] == 200
    assert tree.wait(session["id"])["status"] == "completed"


def test_the_tables_of_workflows_hold_ids_and_no_content(tree: Tree, shop: Path) -> None:
    """They lie outside of row-level security. What is in them is packed, so it is looked at unpacked."""
    wanted = {"title": "kingfisher", "verify": ["true # bittern"]}
    session = run(tree, "Fix the discount, said the heron", shop, **wanted)
    assert session["verification"] == "verified"
    kept, unpacked = _workflow_tables(tree.database_url)
    assert session["id"] in kept
    assert "turn 0" in unpacked
    content = ("kingfisher", "bittern", "heron", "return sum", "is taken off now")
    assert [words for words in content if words in kept + unpacked] == []


def _workflow_tables(url: str) -> tuple[str, str]:
    """Every row as text, and what is packed in it."""
    kept = ""
    with psycopg.connect(url) as connection:
        tables = connection.execute("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'dbos'")
        for (table,) in tables.fetchall():
            kept += str(connection.execute(f"select t::text from {table} t").fetchall())  # type: ignore[arg-type]  # noqa: S608
    packed = re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", kept)
    return kept, "".join(b64decode(one + "==").decode("latin-1") for one in packed if len(one.rstrip("=")) % 4 != 1)


def _sleepers(tree: Tree) -> list[str]:
    import psutil

    found = [p.info["cmdline"] for p in psutil.process_iter(["cmdline"])]
    return [" ".join(words) for words in found if words and words[-2:] == ["sleep", "600"]]


def _until(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(LOOK_SECONDS)
