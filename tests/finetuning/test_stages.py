"""What each stage of curation takes and drops: formats, outcomes, consistency, cheating, weights and pairs."""

from pathlib import Path
from typing import Any

import pytest
from tests.finetuning.conversing import Curated, Talk, curate, facts, talk

from orchestrator.finetuning.conversation_rules import cheating
from orchestrator.finetuning.conversations import conversation_of
from orchestrator.finetuning.curation_records import Round
from orchestrator.gateway.routing import ApiFormat
from orchestrator.kit.artifacts import ArtifactStore

ASKED = "Mend what is broken in the shop"
SAID: dict[str, Any] = {"text": "done", "tool_calls": []}
IN_MESSAGES = {
    "system": [{"type": "text", "text": "sys"}],
    "tools": [{"name": "read", "description": "r", "input_schema": {"type": "object"}}],
    "messages": [
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "t1", "name": "read", "input": {"p": 1}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1", "is_error": True, "content": "o"}]},
    ],
}
IN_RESPONSES = {
    "instructions": "sys",
    "tools": [{"type": "function", "name": "read", "description": "r", "parameters": {"type": "object"}}],
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "hi"}]},
        {"type": "reasoning"},
        {"type": "function_call", "call_id": "t1", "name": "read", "arguments": '{"p": 1}'},
        {"type": "function_call_output", "call_id": "t1", "output": "o"},
    ],
}


@pytest.mark.parametrize(
    ("form", "request_", "failed"), [(ApiFormat.MESSAGES, IN_MESSAGES, {"t1"}), (ApiFormat.RESPONSES, IN_RESPONSES, set())]
)
def test_other_formats_become_the_same_conversation(form: ApiFormat, request_: dict[str, Any], failed: set[str]) -> None:
    made = conversation_of(form, request_, SAID)
    call = {"id": "call_1", "type": "function", "function": {"name": "read", "arguments": {"p": 1}}}
    assert made.messages == [
        {"role": "system", "content": "sys"},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "o"},
        {"role": "assistant", "content": "done"},
    ]
    assert (made.call_ids, made.failed) == (["t1"], failed)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"verification": "unverified"}, "not_verified"),
        ({"verified": False}, "not_verified"),
        ({"reverted": True}, "reverted"),
        ({"decision": "rejected"}, "rejected"),
        ({"rating": "bad"}, "rated_bad"),
        ({"excluded": True}, "excluded"),
        ({"reviews": True}, "review_work"),
        ({"status": "running"}, "not_finished"),
    ],
)
def test_only_work_that_stands_is_learnt(store: ArtifactStore, tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    made = curate(store, tmp_path, [facts(store, talk(1)), facts(store, talk(2), **changes)])
    assert (len(made.rows), made.dropped) == (1, {"outcome": {reason: 1}})


@pytest.mark.parametrize(
    ("bad", "dropped"),
    [
        (Talk(1).asks().does("nope", x="1").says(), {"consistency": {"tool_not_described": 1}}),
        (Talk(2).asks().does("read", wrong=1).says(), {"consistency": {"arguments_mismatch_schema": 1}}),
        (Talk(3).asks().does("bash", command="cd x && git show abc123").says(), {"cheating": {"history_read": 1}}),
        (
            Talk(4)
            .asks()
            .does("read", filePath="tests/test_a.py")
            .does("write", filePath="tests/test_a.py", content="")
            .says(),
            {"cheating": {"tests_edited": 1}},
        ),
        (
            Talk(5).asks().does("edit", filePath="gate/x.py", oldString="a", newString="b").says(),
            {"cheating": {"protected_path_edited": 1}},
        ),
        (Talk(6).asks().does("write", filePath="tests/test_new.py", content="x").says(), {}),
    ],
)
def test_what_is_inconsistent_or_cheated_is_dropped(
    store: ArtifactStore, tmp_path: Path, bad: Talk, dropped: dict[str, Any]
) -> None:
    assert curate(store, tmp_path, [facts(store, bad)], protected_paths=["gate/**"]).dropped == dropped


def test_a_result_that_changes_protected_files_is_dropped(store: ArtifactStore, tmp_path: Path) -> None:
    made = curate(store, tmp_path, [facts(store, talk(1), protected_changed=1)])
    assert made.dropped == {"cheating": {"protected_changed": 1}}


@pytest.mark.parametrize(
    ("command", "reads"),
    [
        ("git log --oneline -5", False),
        ("git log -p", True),
        ("git log --all", True),
        ("git status && git diff HEAD", False),
        ("git show HEAD:a.py", False),
        ("git show HEAD~3", True),
        ("git checkout abc -- a.py", True),
        ("git checkout -- a.py", False),
        ("git checkout -b x", False),
        ("git -C r cherry-pick abc", True),
        ("git diff main..other", True),
    ],
)
def test_reading_other_commits_is_told_from_looking_at_ones_own(command: str, reads: bool) -> None:
    function = {"name": "bash", "arguments": {"command": command}}
    message = {"role": "assistant", "content": "", "tool_calls": [{"id": "c", "type": "function", "function": function}]}
    assert (cheating([message], [], None) == "history_read") is reads


def weights(made: Curated) -> list[int]:
    return [one.get("weight", 1) for one in made.rows[0]["messages"] if one["role"] == "assistant"]


def test_failed_steps_have_weight_zero(store: ArtifactStore, tmp_path: Path) -> None:
    one = Talk(1).asks().does("read", "no such file", filePath="zz").does("read", "ok", filePath="a").says()
    assert weights(curate(store, tmp_path, [facts(store, one, failed_calls=["toolu_1_1"])])) == [0, 1, 1]


def test_a_rejected_round_has_weight_zero_and_makes_a_pair_with_the_accepted_one(
    store: ArtifactStore, tmp_path: Path
) -> None:
    one = Talk(1).asks("Do it please").does("write", filePath="a.py", content="x").says("first")
    one.asks("The tests fail: mend it").does("edit", filePath="a.py", oldString="x", newString="y").says("second")
    rounds = [Round(text="Do it please", failed=True), Round(text="The tests fail: mend it", failed=False)]
    made = curate(store, tmp_path, [facts(store, one, rounds=rounds)])
    assert weights(made) == [0, 0, 1, 1]
    [pair] = made.pairs
    assert [one["role"] for one in pair["prompt"]] == ["system", "user"]
    assert (pair["chosen"][-1]["content"], pair["rejected"][-1]["content"]) == ("second", "first")
    assert not any("weight" in one for name in ("prompt", "chosen", "rejected") for one in pair[name])


def test_the_winner_of_several_makes_a_pair_with_each_that_lost(store: ArtifactStore, tmp_path: Path) -> None:
    won, lost, other = (
        Talk(n).asks(ASKED if n < 3 else "Something else").does("write", filePath="a.py", content=f"v{n}").says(f"end {n}")
        for n in (1, 2, 3)
    )
    same: dict[str, Any] = {"group": "g", "task": "t"}
    failed: dict[str, Any] = {**same, "won": False, "status": "failed", "verification": "failed"}
    sessions = [facts(store, won, won=True, **same), facts(store, lost, **failed), facts(store, other, **failed)]
    made = curate(store, tmp_path, sessions)
    [pair] = made.pairs
    assert (pair["chosen"][-1]["content"], pair["rejected"][-1]["content"]) == ("end 1", "end 2")
    assert made.done.counters["pairs_not_made"] == {"prompts_differ": 1}
    assert made.dropped == {"outcome": {"lost_best_of": 2}}


def test_a_task_is_on_one_side_of_the_split_whole(store: ArtifactStore, tmp_path: Path) -> None:
    sessions = [facts(store, talk(n), task=f"repository r {n // 4}") for n in range(40)]
    made = curate(store, tmp_path, sessions, heldout_share=0.3)
    files = made.files.manifest["files"]
    train, heldout = ({row["cluster"] for row in files[name]["rows"]} for name in ("train.jsonl", "heldout.jsonl"))
    assert train.isdisjoint(heldout)
    assert len(train) + len(heldout) == 10
    assert len(heldout) >= 1
