"""Every link between the pages leads somewhere."""

import re
from pathlib import Path

LINK = re.compile(r"\]\((?!https?://|mailto:)([^)\s#]*)(#[^)\s]*)?\)")


def test_no_link_is_broken(root: Path, project_files: list[Path]) -> None:
    pages = [path for path in project_files if path.suffix == ".md"]
    broken = [
        f"{page}: {target}"
        for page in pages
        for target, _ in LINK.findall((root / page).read_text())
        if target and not (root / page.parent / target).exists()
    ]
    assert len(pages) > 10
    assert broken == []
