"""Nothing unfinished, pretended, skipped, or left over from somebody's machine."""

import re
from collections.abc import Iterable
from pathlib import Path

UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|NotImplemented" + r"Error)\b")
PRETENDED = re.compile(r"simulat\w+ (training|provider|result)", re.IGNORECASE)
SKIPPED = re.compile(r"pytest\.(mark\.)?(skip|skipif|xfail|importorskip)\b|unittest\.skip|\.skipTest\(")
# Whose home it is shows whose machine it was; the examples in the docs belong to Ada and to nobody.
SOMEBODYS_HOME = re.compile(r"/(?:home|Users)/(?!ada\b|you\b|nobody\b|agent\b|\.|<|\{|\*)[a-z][\w.-]*/")
TEXT = (".py", ".sh", ".md", ".toml", ".json", ".yml", ".yaml", ".ts", ".tsx", ".js", ".svg", ".mako", "")


def hits(pattern: re.Pattern[str], texts: dict[Path, str]) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:100]}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def read(root: Path, paths: Iterable[Path]) -> dict[Path, str]:
    return {path: (root / path).read_text(errors="replace") for path in paths if path.suffix in TEXT}


def test_nothing_is_unfinished(sources: dict[Path, str]) -> None:
    assert hits(UNFINISHED, sources) == []


def test_nothing_is_pretended(sources: dict[Path, str]) -> None:
    assert hits(PRETENDED, sources) == []


def test_no_test_is_skipped(root: Path, project_files: list[Path]) -> None:
    """A machine without the real OpenCode, PostgreSQL or git fails the tests; it does not skip them."""
    tests = [path for path in project_files if path.parts[0] == "tests" and path.name != Path(__file__).name]
    assert hits(SKIPPED, read(root, tests)) == []


def test_no_machine_is_left_over(root: Path, project_files: list[Path]) -> None:
    texts = read(root, (path for path in project_files if path.name not in ("uv.lock", "package-lock.json")))
    checkout = re.compile(re.escape(str(root)) + r"\b")
    assert hits(SOMEBODYS_HOME, texts) == []
    assert len(root.parts) < 3 or hits(checkout, texts) == []
