"""Each class that the API shows has a name of its own: of two with the same one, the generated types are named by their
modules, and change whenever a file is renamed."""

import json
from pathlib import Path

OPENAPI = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


def test_no_two_schemas_share_a_name() -> None:
    names = list(json.loads(OPENAPI.read_text())["components"]["schemas"])
    assert len(names) > 100
    assert [name for name in names if "__" in name] == []
