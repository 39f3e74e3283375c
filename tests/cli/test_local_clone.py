"""What `sessions open` and `send` do in a person's clone, and what they refuse to do there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.workspaces.conftest import make_repository, repository, roots  # noqa: F401 - fixtures.
from tests.workspaces.desk import Repository

from orchestrator.cli import local_clone
from orchestrator.cli.local_clone import BranchDiverged, Clone, CloneBusy, CloneDirty, CloneFailed, Marker
from orchestrator.cli.uncommitted import uncommitted
from orchestrator.workspaces.bundles import split_bundle

BRANCH, SESSION = "orchestrator/mend-1", "0190aaaa-0000-7000-8000-000000000001"


@pytest.fixture
def clone(repository: Repository, tmp_path: Path) -> Clone:  # noqa: F811 - above.
    repository.git("clone", "--quiet", str(repository.path), str(tmp_path / "mine"))
    mine = Repository(tmp_path / "mine")
    mine.git("config", "user.name", "Ada")
    mine.git("config", "user.email", "ada@example.com")
    return Clone(mine.path)


Working = Callable[..., tuple[str, Path]]


@pytest.fixture
def agent(repository: Repository, tmp_path: Path) -> Working:  # noqa: F811 - above.
    """Commits on the session's branch, and a bundle of it."""

    def commit(files: dict[str, str], *without: str) -> tuple[str, Path]:
        repository.git("checkout", "--quiet", "-B", BRANCH)
        made = repository.commit(files, "By an agent")
        repository.git("checkout", "--quiet", "main")
        bundle = tmp_path / f"{made}.bundle"
        Clone(repository.path).bundle(BRANCH, made, without[0] if without else repository.git("rev-parse", "main"), bundle)
        return made, bundle

    return commit


def opened(clone: Clone, commit: str, bundle: Path) -> Marker:
    known = clone.marker(BRANCH)
    clone.take(bundle, BRANCH, SESSION)
    clone.check_out(BRANCH, commit, known.opened if known else None)
    marker = Marker(SESSION, 1, BRANCH, commit, "ses_1", "msg_1")
    clone.mark(marker)
    return marker


def test_the_branch_is_checked_out_and_noted_and_moves_with_the_session(clone: Clone, agent: Working) -> None:
    first = opened(clone, *agent({"app.py": "1\n"}))
    assert (clone.branch(), clone.marker(BRANCH), clone.marker("main")) == (BRANCH, first, None)
    assert (clone.folder / "app.py").read_text() == "1\n"
    opened(clone, *agent({"app.py": "2\n"}))
    assert (clone.folder / "app.py").read_text() == "2\n"
    assert clone.git("for-each-ref", "--format=%(refname)", "refs/orchestrator") == f"refs/orchestrator/opened/{SESSION}"


def test_a_result_that_stands_beside_the_last_one_takes_its_place_when_nothing_was_done(
    clone: Clone,
    agent: Working,
    repository: Repository,  # noqa: F811 - above.
) -> None:
    opened(clone, *agent({"app.py": "1\n"}))
    repository.git("branch", "-D", BRANCH)
    second, bundle = agent({"app.py": "other\n"})
    opened(clone, second, bundle)
    assert clone.git("rev-parse", "HEAD") == second


def test_commits_of_ones_own_are_not_given_up(clone: Clone, agent: Working) -> None:
    opened(clone, *agent({"app.py": "1\n"}))
    mine = Repository(clone.folder).commit({"mine.py": "1\n"})
    second, bundle = agent({"app.py": "2\n"})
    clone.take(bundle, BRANCH, SESSION)
    with pytest.raises(BranchDiverged):
        clone.check_out(BRANCH, second, clone.marker(BRANCH).opened)  # type: ignore[union-attr] - it was opened.
    assert clone.git("rev-parse", "HEAD") == mine


def test_uncommitted_work_stops_it(clone: Clone) -> None:
    clone.refuse_dirty()
    (clone.folder / "new.txt").write_text("x")
    with pytest.raises(CloneDirty) as refused:
        clone.refuse_dirty()
    assert "new.txt" in refused.value.message


def test_a_merge_that_is_under_way_stops_it(clone: Clone) -> None:
    (clone.folder / ".git/MERGE_HEAD").write_text(f"{clone.git('rev-parse', 'HEAD')}\n")
    with pytest.raises(CloneBusy):
        clone.snapshot("x")


def test_hooks_that_the_agent_wrote_do_not_run(clone: Clone, agent: Working, tmp_path: Path) -> None:
    """A team that keeps its hooks in the repository: whoever writes there writes what runs at a checkout."""
    clone.git("config", "core.hooksPath", ".hooks")
    clone.git("config", "core.fileMode", "false")
    commit, bundle = agent({".hooks/post-checkout": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    clone.take(bundle, BRANCH, SESSION)
    clone.check_out(BRANCH, commit, None)
    (clone.folder / ".hooks/post-checkout").chmod(0o755)
    clone.git("switch", "--quiet", "main")
    clone.check_out(BRANCH, commit, None)
    assert not (tmp_path / "ran").exists()


def test_the_work_as_it_stands_becomes_a_commit_and_nothing_is_touched(clone: Clone, agent: Working, tmp_path: Path) -> None:
    marker = opened(clone, *agent({"app.py": "1\n", ".gitignore": "*.log\n"}))
    (clone.folder / "app.py").write_text("changed\n")
    (clone.folder / "new.txt").write_text("new\n")
    (clone.folder / "x.log").write_text("ignored\n")
    before = clone.git("status", "--porcelain")
    commit = clone.snapshot("Work")
    assert (clone.git("status", "--porcelain"), clone.git("rev-parse", "HEAD")) == (before, marker.opened)
    assert clone.git("diff", "--name-only", marker.opened, commit).split() == ["app.py", "new.txt"]
    clone.bundle(BRANCH, commit, marker.opened, tmp_path / "sent")
    assert split_bundle(tmp_path / "sent", tmp_path / "pack") == commit
    clone.advance(BRANCH, commit)
    assert (clone.git("status", "--porcelain"), clone.git("rev-parse", BRANCH)) == ("", commit)
    assert clone.snapshot("Again") == commit


def test_a_new_worktree_and_a_new_clone(clone: Clone, agent: Working, tmp_path: Path) -> None:
    commit, bundle = agent({"app.py": "1\n"})
    clone.take(bundle, BRANCH, SESSION)
    beside = clone.worktree(tmp_path / "beside", BRANCH, commit, None)
    assert (beside.branch(), (beside.folder / "app.py").read_text()) == (BRANCH, "1\n")
    new = Clone.new(tmp_path / "new", "https://example.org/shop.git", "sha1")
    assert (new.tips(), Clone.at(tmp_path / "new"), Clone.at(tmp_path)) == ([], new, None)
    assert new.git("remote", "get-url", "origin") == "https://example.org/shop.git"


def test_git_that_takes_too_long_is_told_as_an_error(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_clone, "_GIT_SECONDS", 0.0)
    with pytest.raises(CloneFailed, match="timed out"):
        clone.has("status")


def test_a_machine_without_git_is_told_as_an_error(clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CloneFailed, match="git"):
        Clone.at(clone.folder)


def test_what_no_commit_holds_is_counted(clone: Clone, tmp_path: Path) -> None:
    assert uncommitted(clone.folder) == 0
    (clone.folder / "new ä.txt").write_text("x")
    (clone.folder / "folder").mkdir()
    (clone.folder / "folder/also new.txt").write_text("x")
    assert uncommitted(clone.folder) == 2
    (tmp_path / "plain").mkdir()
    assert uncommitted(tmp_path / "plain") == uncommitted(tmp_path / "nowhere") == 0
    clone.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
    assert uncommitted(tmp_path / "bare.git") == 0
