"""Files and functions stay small enough to be read in one go, and the root folder small enough to be understood."""

import ast
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 500
LONGEST_FUNCTION = 60
MOST_ROOT_FILES = 20
GENERATED = ("schema.d.ts", ".gen.ts", ".gen.tsx")
# `file:function` and the reason why it is easier to read in one piece.
LONG_FUNCTIONS: dict[str, str] = {}


def test_no_file_is_long(sources: dict[Path, str]) -> None:
    looked_at = {path: text for path, text in sources.items() if is_hand_written(path)}
    long = {str(path): text.count("\n") for path, text in looked_at.items() if text.count("\n") > LONGEST_FILE}
    assert looked_at
    assert not long


def is_hand_written(path: Path) -> bool:
    code = path.suffix in (".py", ".ts", ".tsx", ".js", ".css", ".sql", ".yml", ".yaml")
    return code and "versions" not in path.parts and not path.name.endswith(GENERATED)


def test_no_function_is_long(sources: dict[Path, str]) -> None:
    long = {
        f"{path}:{name}": lines
        for path, text in sources.items()
        if path.suffix == ".py" and "versions" not in path.parts
        for name, lines in functions(text)
        if lines > LONGEST_FUNCTION
    }
    assert set(long) == set(LONG_FUNCTIONS), "split it, or give the reason in LONG_FUNCTIONS; drop what is short again"


def functions(text: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_root_folder_is_small(project_files: list[Path]) -> None:
    in_root = [path.name for path in project_files if len(path.parts) == 1]
    assert len(in_root) <= MOST_ROOT_FILES, in_root
