"""What a session's `rebase` holds while it is asked for, and while a conflict of it is not solved."""

from typing import NotRequired, TypedDict

from orchestrator.sessions.models import Session

PERSON, FOLLOW_UP, PLAN = "person", "follow_up", "plan"
MOST_NAMED = 100
"""So many conflicting files are named where a list is kept or told; there may be any number of them."""
MOST_CONFLICT_TURNS = 2


class Conflict(TypedDict):
    """`base` and `commit` are where the session was before."""

    files: list[str]
    base: str
    base_ref: str | None
    commit: str
    turns: int


class Rebase(TypedDict):
    """`onto` is a branch, tag or commit; None is the branch that the session began with.

    `checkpoint` is that of another session, which brings the commit `onto` where the origin does not lead to it.
    """

    onto: str | None
    by: str
    checkpoint: NotRequired[str]
    conflict: NotRequired[Conflict]


def conflict_of(session: Session) -> Conflict | None:
    return (session.rebase or {}).get("conflict")


def head_of(session: Session) -> str | None:
    """Where the branch of its worktree stands when that is not its commit: what a conflict left is uncommitted work."""
    return session.base_commit if conflict_of(session) else None


def first_text(base: str, files: list[str], told: str, theirs: str, yours: str) -> str:
    """`theirs` and `yours` are what either side has changed in these files."""
    sides = f"What the new base changed in them:\n\n{_fenced(theirs)}\n\nWhat you had changed:\n\n{_fenced(yours)}"
    return (
        f"The base branch has moved to {base[:12]}, and your work was put upon it. That conflicts in "
        f"{_listed(files)}.\n\n{told}\n\n{sides}\n\nIn these files `<<<<<<<` to `=======` is what the new base has, and "
        "`=======` to `>>>>>>>` what you had. Solve each so that both intentions are kept, take the marks out, and see "
        "that the tests pass. Do not go back to the old base: commit nothing or commit upon what is checked out."
    )


def again_text(files: list[str]) -> str:
    return f"Marks of the conflict are still there, in {_listed(files)}. Solve them and take the marks out."


def _fenced(diff: str) -> str:
    return f"```diff\n{diff.rstrip()}\n```" if diff.strip() else "(nothing that can be shown)"


def _listed(files: list[str]) -> str:
    shown = ", ".join(f"`{file}`" for file in files[:20])
    return f"{shown} and {len(files) - 20} more" if len(files) > 20 else shown
