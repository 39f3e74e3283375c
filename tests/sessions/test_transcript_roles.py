"""Who said what in a transcript."""

import pytest

from orchestrator.kit.ids import new_id
from orchestrator.opencode.schemas import MessageInfo, Part
from orchestrator.sessions.transcript import row_of


@pytest.mark.parametrize(
    ("role", "synthetic", "expected"),
    [
        ("user", False, "user"),
        ("user", True, "opencode"),
        ("assistant", False, "assistant"),
        ("assistant", True, "assistant"),
    ],
)
def test_what_opencode_says_by_itself_is_not_the_users(role: str, synthetic: bool, expected: str) -> None:
    """After it has summed a conversation up it tells the model to continue, in a message of the user's."""
    info = MessageInfo.model_validate({"id": "m", "sessionID": "s", "role": role, "time": {"created": 1}})
    words = {"id": "p", "sessionID": "s", "messageID": "m", "type": "text", "text": "Continue if you have next steps."}
    part = Part.model_validate(words | {"synthetic": synthetic})
    assert row_of(new_id(), info, part)["role"] == expected
