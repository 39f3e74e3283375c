"""What a model call needs before it is made: who asks for what, and what the process works with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from orchestrator.gateway.billing import Quotes
from orchestrator.gateway.callers import Caller
from orchestrator.gateway.catalog import Catalog
from orchestrator.gateway.provider_states import ProviderStates
from orchestrator.gateway.request_limits import RequestLimits
from orchestrator.gateway.requests import ModelRequest
from orchestrator.gateway.tabs import Tabs
from orchestrator.gateway.trajectories import Trajectories
from orchestrator.gateway.upstream import Upstream


@dataclass
class Drains:
    """How many answers are read to their end for nobody, and how long each may take."""

    most: int
    seconds: float
    running: int = 0

    def begin(self) -> float:
        """Seconds for this one; 0 when there are too many."""
        if self.running >= self.most:
            return 0.0
        self.running += 1
        return self.seconds


@dataclass(frozen=True)
class Desk:
    """What every call of a process works with."""

    catalog: Catalog
    quotes: Quotes
    tabs: Tabs
    trajectories: Trajectories
    limits: RequestLimits
    states: ProviderStates
    upstream: Upstream
    drains: Drains
    most_wait_seconds: float


@dataclass(frozen=True)
class Ask:
    """`path` is that of the format, below the provider's address. `is_free`: it costs nothing, so nothing is reserved."""

    caller: Caller
    request: ModelRequest
    path: str
    query: str
    headers: Mapping[str, str] = field(repr=False)
    is_free: bool = False

    def says(self, words: str) -> bool:
        """Whether these lower-case words are the caller's: a provider may repeat them in an error of its own."""
        others = (unquote_plus(self.query), *self.headers, *self.headers.values())
        return self.request.says(words) or any(words in one.lower() for one in others)
