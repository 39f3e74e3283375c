"""How a session is about to go on, and when it leaves a node that drains: after the model call or tool that it is at."""

from dataclasses import dataclass

from orchestrator.sessions.states import Request


@dataclass(frozen=True)
class Outlook:
    """`remaining_seconds` are left of `timeout_seconds`. `at_work`: it does something whose end is near, and waits for
    neither a person nor a provider."""

    remaining_seconds: float
    timeout_seconds: int
    requested: Request | None
    at_work: bool = True


@dataclass
class Leaving:
    """A session that was asked to leave while a step of its workflow ran; `until` is the end of its patience.

    The gateway holds the next model call of such a session, so that none is begun in vain.
    """

    until: float
    step_finished: bool = False

    def may_go_on(self, outlook: Outlook, moment: float) -> bool:
        drains = outlook.requested is Request.DRAIN
        return drains and outlook.at_work and not self.step_finished and moment < self.until
