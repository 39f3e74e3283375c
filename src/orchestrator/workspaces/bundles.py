"""Git bundles: commits in one file, behind a header that names the branch and what whoever takes them in has to have.

The header is written and read here, so that the pack behind it is made and taken in as every other pack of ours.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from orchestrator.workspaces.errors import BundleUnreadable

_VERSIONS = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_LINE_BYTES, _MOST_LINES = 4_096, 1_000
_TIP = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64}) refs/[^\n]*\n")


def write_bundle(file: Path, ref: str, commit: str, prerequisites: Sequence[str], pack: Path) -> None:
    lines = ["# v3 git bundle", "@object-format=sha256"] if len(commit) == 64 else ["# v2 git bundle"]
    lines += [*(f"-{other}" for other in prerequisites), f"{commit} {ref}"]
    with file.open("wb") as target, pack.open("rb") as source:
        target.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape") + b"\n")
        shutil.copyfileobj(source, target)


def split_bundle(file: Path, pack: Path) -> str:
    """The commit that the one ref in it leads to; the pack goes into a file of its own. Raises BundleUnreadable."""
    with file.open("rb") as source, pack.open("wb") as target:
        if source.readline(_LINE_BYTES) not in _VERSIONS:
            raise BundleUnreadable(problem="it does not begin as a bundle of version 2 or 3 does")
        tips: list[bytes] = []
        for _ in range(_MOST_LINES):
            line = source.readline(_LINE_BYTES)
            if line == b"\n":
                break
            if found := _TIP.fullmatch(line):
                tips.append(found[1])
            elif not line.startswith((b"-", b"@object-format=")):
                raise BundleUnreadable(problem="its header has a line that no bundle has")
        if len(tips) != 1:
            raise BundleUnreadable(problem=f"it has {len(tips)} refs, and exactly one is needed")
        shutil.copyfileobj(source, target)
    return tips[0].decode()
