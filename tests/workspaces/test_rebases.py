"""A session's commits are put upon a base that has moved, in the mirror alone: no worktree, no hook, no filter."""

import pytest
from tests.workspaces.desk import Desk, Repository

from orchestrator.workspaces import Base, Rebased, Workspace


@pytest.fixture
async def workspace(desk: Desk, repository: Repository) -> Workspace:
    repository.commit({"app.py": "one\ntwo\nthree\n", "other.py": "x\n"})
    return await desk.open(repository)


async def work(desk: Desk, workspace: Workspace, command: str, number: int = 1) -> str:
    await desk.run(workspace, command)
    return (await desk.workspaces.checkpoint(workspace, number, "Work of the session")).commit


async def moved(desk: Desk, repository: Repository, files: dict[str, str]) -> Base:
    repository.commit(files, "The team goes on")
    return await desk.base(repository)


async def rebase(desk: Desk, workspace: Workspace, commit: str, new: Base) -> Rebased:
    return await desk.workspaces.rebases.onto(
        desk.mirror(workspace).path, workspace.base.commit, commit, new.commit, "All of it"
    )


async def test_commits_are_put_upon_the_new_base_one_by_one(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    commit = await work(
        desk, workspace, "echo ONE > a.txt; git add -A; git commit -qm first --author 'Ada <ada@x>'; echo 2 > b.txt"
    )
    new = await moved(desk, repository, {"other.py": "y\n"})
    done = await rebase(desk, workspace, commit, new)
    mirror = desk.mirror(workspace)
    assert done.conflicts == ()
    assert mirror.git("log", "--format=%s %an", f"{new.commit}..{done.commit}").split("\n") == [
        "Work of the session OpenCode Orchestrator",
        "first Ada",
    ]
    assert mirror.git("rev-parse", f"{done.commit}~2") == new.commit
    assert mirror.git("show", f"{done.commit}:other.py") == "y"
    assert mirror.git("diff", "--name-only", new.commit, done.commit).split() == ["a.txt", "b.txt"]


async def test_a_message_of_any_length_is_taken_over_as_far_as_it_is_short(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    """An agent writes one of a gigabyte as easily, which the worker then held in its memory."""
    script = "echo ONE > a.txt; git add -A; { echo first; head -c 3000000 /dev/zero | tr '\\0' x; } | git commit -qF -"
    commit = await work(desk, workspace, script)
    done = await rebase(desk, workspace, commit, await moved(desk, repository, {"other.py": "y\n"}))
    said = desk.mirror(workspace).git("log", "-1", "--format=%B", done.commit)
    assert said.startswith("first\nxxx")
    assert len(said) < 1_100_000


async def test_changes_in_other_lines_of_the_same_file_go_together(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    commit = await work(desk, workspace, "printf 'ONE\\ntwo\\nthree\\n' > app.py")
    new = await moved(desk, repository, {"app.py": "one\ntwo\nthree\nfour\n"})
    done = await rebase(desk, workspace, commit, new)
    assert desk.mirror(workspace).git("show", f"{done.commit}:app.py") == "ONE\ntwo\nthree\nfour"


async def test_what_the_base_has_already_is_dropped(desk: Desk, repository: Repository, workspace: Workspace) -> None:
    commit = await work(desk, workspace, "printf 'ONE\\ntwo\\nthree\\n' > app.py")
    new = await moved(desk, repository, {"app.py": "ONE\ntwo\nthree\n"})
    assert await rebase(desk, workspace, commit, new) == Rebased(new.commit)


async def test_a_conflict_is_one_commit_with_marks_upon_the_new_base(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    await work(desk, workspace, "printf 'ours\\ntwo\\nthree\\n' > app.py; git add -A; git commit -qm first")
    commit = await work(desk, workspace, "echo 1 > a.txt; rm other.py", 2)
    new = await moved(desk, repository, {"app.py": "theirs\ntwo\nthree\n", "other.py": "changed\n"})
    done = await rebase(desk, workspace, commit, new)
    mirror = desk.mirror(workspace)
    assert done.conflicts == ("app.py", "other.py")
    assert "modify/delete" in done.told
    assert mirror.git("rev-parse", f"{done.commit}^") == new.commit
    content = mirror.git("show", f"{done.commit}:app.py").split("\n")
    assert [content[1], content[3]] == ["theirs", "ours"]
    left = await desk.workspaces.rebases.unsolved(mirror.path, done.commit, done.conflicts)
    assert left == ["app.py"]


async def test_a_merge_in_the_sessions_history_makes_it_one_commit(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    script = "git checkout -qb side; echo s > s.txt; git add -A; git commit -qm side; git checkout -q -; "
    commit = await work(desk, workspace, script + "echo m > m.txt; git add -A; git commit -qm m; git merge -q side -m merge")
    new = await moved(desk, repository, {"other.py": "y\n"})
    done = await rebase(desk, workspace, commit, new)
    mirror = desk.mirror(workspace)
    assert mirror.git("log", "--format=%s", f"{new.commit}..{done.commit}") == "All of it"
    assert mirror.git("diff", "--name-only", new.commit, done.commit).split() == ["m.txt", "s.txt"]


async def test_a_session_that_took_the_new_base_in_by_itself_stays_as_it_is(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    commit = await work(desk, workspace, "echo 1 > a.txt")
    new = await moved(desk, repository, {"other.py": "y\n"})
    mirror = desk.mirror(workspace)
    tree = mirror.git("merge-tree", "--write-tree", new.commit, commit)
    merged = mirror.git("commit-tree", tree, "-p", commit, "-p", new.commit, "-m", "merge")
    assert await rebase(desk, workspace, merged, new) == Rebased(merged)


async def test_a_worktree_is_made_at_a_commit_while_its_branch_stands_at_another(
    desk: Desk, repository: Repository, workspace: Workspace
) -> None:
    """What a conflict leaves is then the agent's uncommitted work, and what comes of it one commit upon the base."""
    commit = await work(desk, workspace, "echo 1 > a.txt")
    await desk.workspaces.remove(workspace)
    again = await desk.open_with_head(workspace, commit)
    assert await desk.run(again, "git status --porcelain") == "A  a.txt\n"
    await desk.run(again, "echo 2 > a.txt")
    made = await desk.workspaces.checkpoint(again, 2, "Resolved")
    assert desk.mirror(again).git("rev-parse", f"{made.commit}^") == again.base.commit


@pytest.mark.parametrize(
    "author",
    [
        ". <.> 1700000000 +0100",
        "Ada <a@x> 1 +0000",
        "Ada <a@x> 4102444801 +1400",
        "; <a@x> 0 -0000",
    ],
)
async def test_an_author_whom_git_itself_would_not_let_commit(
    desk: Desk, repository: Repository, workspace: Workspace, author: str
) -> None:
    """The agent writes its commits by hand, and whoever it says made them is no reason that they cannot be moved."""
    written = (
        "echo ONE > a.txt; git add -A; "
        f"(echo tree $(git write-tree); echo parent $(git rev-parse HEAD); echo 'author {author}'; "
        "echo 'committer Ada <a@x> 1700000000 +0000'; echo; echo by hand) > .git/made; "
        "git reset -q --soft $(git hash-object -t commit -w --literally .git/made)"
    )
    commit = await work(desk, workspace, written)
    assert desk.mirror(workspace).git("log", "--format=%s", commit).split("\n")[0] == "by hand"
    new = await moved(desk, repository, {"other.py": "y\n"})
    done = await rebase(desk, workspace, commit, new)
    assert desk.mirror(workspace).git("rev-parse", f"{done.commit}~1") == new.commit
