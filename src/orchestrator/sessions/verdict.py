"""What verification says of a session's work. Pure: outcomes in, verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.sessions.states import Status, Verification

_LONGEST_OUTPUT_CHARS = 6_000
_MOST_NAMED = 5


@dataclass(frozen=True)
class CommandOutcome:
    command: str
    exit_code: int
    output: str
    timed_out: bool = False
    flaky: bool = False
    pre_existing: bool = False

    @property
    def passed(self) -> bool:
        return self.exit_code == 0


@dataclass(frozen=True)
class Verdict:
    status: Status
    verification: Verification
    reason: str

    @property
    def asks_for_feedback(self) -> bool:
        """A turn with the failing output may mend it."""
        return self.verification is Verification.FAILED


def judge(outcomes: Sequence[CommandOutcome], protected: Sequence[str], *, changed: bool) -> Verdict:
    """`protected` names what was changed in protected paths; `changed` is whether anything was changed at all."""
    failed = [one for one in outcomes if not one.passed]
    if failed:
        return _failed(outcomes, failed)
    doubts = _doubts(outcomes, protected, changed=changed)
    if doubts:
        return Verdict(Status.COMPLETED, Verification.NEEDS_REVIEW, "; ".join(doubts))
    if not outcomes:
        return Verdict(Status.COMPLETED, Verification.UNVERIFIED, "no verification command is configured")
    return Verdict(Status.COMPLETED, Verification.VERIFIED, f"all {len(outcomes)} verification commands passed")


def _failed(outcomes: Sequence[CommandOutcome], failed: Sequence[CommandOutcome]) -> Verdict:
    status = Status.FAILED if len(failed) == len(outcomes) else Status.PARTIALLY_COMPLETED
    before = sum(one.pre_existing for one in failed)
    note = f", {before} of them failed at the base commit already" if before else ""
    reason = f"{len(failed)} of {len(outcomes)} verification commands failed{note}"
    return Verdict(status, Verification.FAILED, reason)


def _doubts(outcomes: Sequence[CommandOutcome], protected: Sequence[str], *, changed: bool) -> list[str]:
    doubts: list[str] = []
    if protected:
        more = f" and {len(protected) - _MOST_NAMED} more" if len(protected) > _MOST_NAMED else ""
        doubts.append(f"protected paths were changed: {', '.join(protected[:_MOST_NAMED])}{more}")
    if flaky := [one.command for one in outcomes if one.flaky]:
        doubts.append(f"passed and failed on the same commit: {', '.join(flaky[:_MOST_NAMED])}")
    if outcomes and not changed:
        doubts.append("nothing was changed")
    return doubts


def feedback_prompt(outcomes: Sequence[CommandOutcome], round_number: int, most_rounds: int) -> str:
    """What the agent is told after a failed verification: the commands and their output, as they were."""
    failed = [one for one in outcomes if not one.passed]
    parts = [
        f"The orchestrator checked your work in a fresh checkout: {len(failed)} of {len(outcomes)} verification commands "
        f"failed (feedback round {round_number} of {most_rounds}).",
        *(_told(one) for one in failed),
        "Find the cause and mend it. Leave existing tests, CI and build files as they are: a change to them is never "
        "accepted as verified. The same commands run again when you are done.",
    ]
    return "\n\n".join(parts)


def _told(one: CommandOutcome) -> str:
    output = one.output.strip()
    if len(output) > _LONGEST_OUTPUT_CHARS:
        output = f"[... {len(output) - _LONGEST_OUTPUT_CHARS} characters left out ...]\n{output[-_LONGEST_OUTPUT_CHARS:]}"
    notes = " It timed out." if one.timed_out else ""
    notes += " It failed before your change as well." if one.pre_existing else ""
    return f"$ {one.command}\n(exit status {one.exit_code}.{notes})\n{output}"
