"""What an agent is good at, in words that agents and work share: a documented vocabulary, and tags of one's own."""

import re
from collections.abc import Iterable, Mapping

from orchestrator.agents.errors import CapabilityInvalid

VOCABULARY: Mapping[str, str] = {
    "architecture": "Decide how parts fit together, and write the decision down.",
    "implementation": "Write new code that does what was asked for.",
    "bug-fix": "Find the cause of wrong behaviour and remove it.",
    "refactoring": "Change the shape of code and leave what it does.",
    "testing": "Write tests that fail when the code is wrong.",
    "review": "Read a change and name what is wrong with it.",
    "security": "Find and close ways in for an attacker.",
    "documentation": "Write what readers of the code or its users need.",
    "frontend": "Pages, styles and scripts of a browser.",
    "backend": "Services, their interfaces and their data.",
    "database": "Schemas, queries and what makes them fast.",
    "migration": "Bring code or data from one form to another.",
    "performance": "Measure what is slow and make it faster.",
    "operations": "Builds, packages, deployments and their configuration.",
}
"""docs/reference/capabilities.md is generated from this."""

MOST = 20
_TAG = re.compile(r"[a-z0-9][a-z0-9.+#-]{0,49}")


def checked(capabilities: Iterable[str]) -> list[str]:
    """Each once, in order. Raises CapabilityInvalid."""
    wanted = sorted(set(capabilities))
    if len(wanted) > MOST:
        raise CapabilityInvalid(capability=f"{len(wanted)} of them", problem=f"{MOST} is the most")
    for one in wanted:
        if _TAG.fullmatch(one) is None:
            raise CapabilityInvalid(capability=one, problem="it has other characters, or is too long")
    return wanted
