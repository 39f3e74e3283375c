"""How many streams without an end are open at once, so that nobody's take the room of everybody's requests.

Counted in each process, which is what each open connection costs: its memory, its descriptors, a turn at each event.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from orchestrator.kit.errors import OrchestratorError
from orchestrator.tenancy.principal import Principal

_PERSONS_PART = 5


class TooManyStreams(OrchestratorError):
    """{who} follows events by {most} connections already, which is the most that may be open at once."""

    status = 429
    code = "too_many_streams"
    hint = "Close some: one without `session_id` follows all sessions. ORCHESTRATOR_MAX_EVENT_STREAMS is the limit."


class Streams:
    """Of one tenant at most so many, and of one person or key a fifth of that."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[tuple[object, ...]] = Counter()

    @contextmanager
    def one(self, principal: Principal) -> Generator[None]:
        """While this is open. Raises TooManyStreams."""
        limits = {
            (principal.tenant_id, principal.subject): ("Whoever asks", max(1, self._most // _PERSONS_PART)),
            (principal.tenant_id,): ("The tenant", self._most),
        }
        for who, (name, most) in limits.items():
            if self._open[who] >= most:
                raise TooManyStreams(who=name, most=most, retry_after_seconds=5)
        self._open.update(list(limits))
        try:
            yield
        finally:
            self._open.subtract(list(limits))
            for who in limits:
                if not self._open[who]:
                    del self._open[who]
