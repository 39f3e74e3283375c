"""When one more round of feedback is given up. Pure: what verification found round after round, in; a reason, out."""

import re
from collections.abc import Sequence

from orchestrator.sessions.verdict import CommandOutcome

MOST_REPEATS = 3
"""So many verifications in a row that fail with the same output: the agent does not get on."""

_PASSING = re.compile(
    r"0x[0-9a-fA-F]+"  # Addresses.
    r"|\b\d+(\.\d+)?\s*(ms|us|µs|s|secs?|seconds?|minutes?)\b"  # How long something took.
    r"|\b\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\b|\b\d{4}-\d{2}-\d{2}\b"  # When it was.
    r"|/tmp/\S+"  # Scratch files.
)

Signature = tuple[tuple[str, int, str], ...]


def signature(outcomes: Sequence[CommandOutcome]) -> Signature:
    """What failed and how, without what differs from run to run."""
    return tuple((one.command, one.exit_code, _PASSING.sub("…", one.output).strip()) for one in outcomes if not one.passed)


def is_stuck(rounds: Sequence[Sequence[CommandOutcome]]) -> bool:
    """Whether the newest of these verifications, oldest first, failed all in the same way."""
    newest = [signature(one) for one in rounds[-MOST_REPEATS:]]
    return len(newest) == MOST_REPEATS and newest[0] != () and all(one == newest[0] for one in newest)
