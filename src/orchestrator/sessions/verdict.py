"""What verification says of a session's work. Pure: outcomes in, verdict out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import shorten

from orchestrator.sessions.runner_reports import Report, report_of
from orchestrator.sessions.states import Status, Verification
from orchestrator.workspaces import named

_LONGEST_OUTPUT_CHARS = 6_000
_LONGEST_COMMAND_CHARS = 200
_NOT_FOUND_EXIT = 127
_NOT_FOUND = re.compile(r"^\S*sh: (?:(?:line )?\d+: )?([^\s/:]+): (?:command )?not found$", re.MULTILINE)
"""A shell's words for a command that it looked for in vain. One named by its path may be a file yet to be written."""


@dataclass(frozen=True)
class CommandOutcome:
    command: str
    exit_code: int
    output: str
    timed_out: bool = False
    flaky: bool = False
    pre_existing: bool = False
    tests_at_base: Report | None = None
    """What its output told of tests at the base commit."""

    @property
    def passed(self) -> bool:
        return self.exit_code == 0

    @property
    def missing(self) -> str | None:
        """The command that the sandbox does not have, before the agent's change as after it: nothing an agent could mend."""
        found = _NOT_FOUND.findall(self.output) if self.exit_code == _NOT_FOUND_EXIT and self.pre_existing else []
        return found[-1] if found else None


@dataclass(frozen=True)
class ChangeSize:
    """`protected`: how many of the files ask for a person's review by themselves."""

    files: int
    added: int
    deleted: int
    protected: int


@dataclass(frozen=True)
class Verdict:
    status: Status
    verification: Verification
    reason: str
    size: ChangeSize | None = None
    asks_for_feedback: bool = False
    """A turn with the failing output may mend it."""


def judge(outcomes: Sequence[CommandOutcome], doubts: Sequence[str], *, changed: bool) -> Verdict:
    """`doubts` are what else speaks against the result; `changed` is whether anything was changed at all."""
    failed = [one for one in outcomes if not one.passed]
    if failed:
        return _failed(outcomes, failed)
    doubts = [*doubts, *_doubts(outcomes, changed=changed)]
    if doubts:
        return Verdict(Status.COMPLETED, Verification.NEEDS_REVIEW, "; ".join(doubts))
    if not outcomes:
        untouched = "" if changed else "; nothing was changed"
        return Verdict(Status.COMPLETED, Verification.UNVERIFIED, f"no verification command is configured{untouched}")
    return Verdict(Status.COMPLETED, Verification.VERIFIED, f"{_all(len(outcomes))} passed")


def _failed(outcomes: Sequence[CommandOutcome], failed: Sequence[CommandOutcome]) -> Verdict:
    status = Status.FAILED if len(failed) == len(outcomes) else Status.PARTIALLY_COMPLETED
    before = sum(one.pre_existing for one in failed)
    told = named([f"{_short(one.command)} ({_ending(one)})" for one in failed])
    if len(outcomes) == 1:
        reason = f"{_all(1)} failed{', as at the base commit already' if before else ''}: {told}"
    else:
        note = f", {before} of them failed at the base commit already" if before else ""
        reason = f"{len(failed)} of {len(outcomes)} verification commands failed{note}: {told}"
    return Verdict(status, Verification.FAILED, reason, asks_for_feedback=not nothing_to_mend(failed))


def nothing_to_mend(outcomes: Sequence[CommandOutcome]) -> bool:
    """What failed are commands that are not there, which is nobody's fault but the request's."""
    failed = [one for one in outcomes if not one.passed]
    return bool(failed) and all(one.missing is not None for one in failed)


def _all(commands: int) -> str:
    return "the verification command" if commands == 1 else f"all {commands} verification commands"


def _ending(outcome: CommandOutcome) -> str:
    if outcome.missing is not None:
        return f"there is no command {outcome.missing}"
    return "timed out" if outcome.timed_out else f"exit status {outcome.exit_code}"


def hint_of(outcomes: Sequence[CommandOutcome]) -> str:
    """What whoever handed the session in can do about a verification that failed."""
    failed = [one for one in outcomes if not one.passed]
    if missing := sorted({one.missing for one in failed if one.missing is not None}):
        return (
            f"The sandbox has no {named(missing)}: correct the command, have it installed on the nodes, or let `setup` in "
            ".orchestrator.yml bring it."
        )
    if failed and all(one.pre_existing for one in failed):
        return (
            "It fails at the base commit as well: see that it can pass in a fresh clone, without a terminal, and what "
            "`setup` in .orchestrator.yml has to do before it."
        )
    return "The evidence has the output. Hand it in again with more feedback rounds or a clearer prompt."


def _doubts(outcomes: Sequence[CommandOutcome], *, changed: bool) -> Iterator[str]:
    if flaky := [_short(one.command) for one in outcomes if one.flaky]:
        yield f"passed and failed on the same commit: {named(flaky)}"
    if outcomes and not changed:
        yield "nothing was changed"
    for one in outcomes:
        yield from _doubts_of_tests(one)


def _doubts_of_tests(outcome: CommandOutcome) -> Iterator[str]:
    """Code under test runs in the same process as its tests: it could end them early, and with exit status 0."""
    before, after = outcome.tests_at_base, report_of(outcome.output)
    allowed = before.failed if before is not None and not outcome.pre_existing else 0
    if after is not None and after.failed > allowed:
        yield f"its output tells of failed tests, its exit status of none: {_short(outcome.command)}"
    if before is not None and (after is None or after.ran < before.ran):
        ran = "none" if after is None else after.ran
        yield f"it ran fewer tests than at the base commit ({ran} of {before.ran}): {_short(outcome.command)}"


def _short(command: str) -> str:
    return shorten(command, _LONGEST_COMMAND_CHARS, placeholder=" ...")


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
