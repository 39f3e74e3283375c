"""A conflict in any number of files is kept and told by the first of them, and by how many they are."""

from orchestrator.sessions.merging import Part, settle_part
from orchestrator.sessions.rebase_states import MOST_NAMED
from orchestrator.sessions.rebasing import named

FILES = [f"{number}.txt" for number in range(4_000)]


def test_what_is_kept_of_a_merge_is_bounded() -> None:
    part = Part(session_id="s", checkpoint_id="c", commit="f" * 40, title="A", state="waiting", files=[])
    settle_part(part, FILES)
    assert (part["state"], part["files"], part.get("file_count")) == ("conflict", FILES[:MOST_NAMED], 4_000)
    settle_part(part, ())
    assert (part["state"], part["files"], part.get("file_count")) == ("merged", [], 0)


def test_what_an_event_says_of_a_rebase_is_bounded() -> None:
    assert named(FILES) == {"conflicts": FILES[:MOST_NAMED], "conflict_count": 4_000}
