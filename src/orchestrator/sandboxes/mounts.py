"""One folder or file of the host in a sandbox."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mount:
    source: Path
    target: str
    writable: bool = False
