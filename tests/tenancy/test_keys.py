"""API keys: what is minted is recognised, and nothing else is."""

import hashlib
import string

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.tenancy.keys import PREFIX, mint_key, parse_key
from orchestrator.tenancy.middleware import bearer

WORD = st.text(string.ascii_letters + string.digits, min_size=1, max_size=60)


@given(WORD)
def test_what_is_minted_is_recognised_under_its_prefix_alone(prefix: str) -> None:
    minted = mint_key(prefix)
    parsed = parse_key(minted.text, prefix)
    assert parsed is not None
    assert parsed.public_id == minted.public_id
    assert parsed.matches(minted.secret_sha256)
    assert parse_key(minted.text, f"{prefix}x") is None


def test_a_key_holds_enough_chance_and_its_row_does_not_hold_the_secret() -> None:
    minted = [mint_key() for _ in range(200)]
    assert len({one.text for one in minted}) == len({one.public_id for one in minted}) == 200
    for one in minted:
        secret = one.text.split("_")[2]
        assert len(secret) == 43
        assert one.secret_sha256 == hashlib.sha256(secret.encode()).digest()
        assert secret not in one.public_id


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    for candidate in (text, f"{PREFIX}_{text}", f"{PREFIX}_a_{text}", f"{text}_{mint_key().text}"):
        parsed = parse_key(candidate)
        assert parsed is None or candidate == f"{PREFIX}_{parsed.public_id}_{parsed.secret}"
        assert parsed is None or not parsed.matches(mint_key().secret_sha256)
    bearer(text)


@given(st.data())
def test_one_changed_character_is_another_key(data: st.DataObject) -> None:
    minted = mint_key()
    at = data.draw(st.integers(0, len(minted.text) - 1))
    other = data.draw(st.sampled_from(string.printable).filter(lambda c: c != minted.text[at]))
    parsed = parse_key(minted.text[:at] + other + minted.text[at + 1 :])
    assert parsed is None or parsed.public_id != minted.public_id or not parsed.matches(minted.secret_sha256)


def test_only_the_bearer_scheme_carries_a_key() -> None:
    assert bearer("Bearer k") == bearer("bearer  k ") == "k"
    for other in (None, "", "Bearer", "Bearer ", "Basic k", "k", "Token k"):
        assert bearer(other) is None
