"""Keys at rest open with their master key, for their own provider, unchanged; else there is a clear error."""

import base64
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from tests.api import settings_for

from orchestrator.kit.sealing import (
    MasterKeyInvalid,
    MasterKeyMissing,
    MasterKeyWrong,
    Sealed,
    Sealer,
    make_master_key,
)

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
WHOSE = Sealed(uuid4(), uuid4())


def sealer(tmp_path: Path, key: str) -> Sealer:
    return Sealer(settings_for(tmp_path, master_key=SecretStr(key)))


def test_what_is_sealed_opens_again_and_never_looks_the_same(tmp_path: Path) -> None:
    one = sealer(tmp_path, OLD)
    sealed = one.seal(WHOSE, "sk-canary-é")
    assert one.open(WHOSE, sealed) == "sk-canary-é"
    assert b"canary" not in sealed
    assert one.seal(WHOSE, "sk-canary-é") != sealed


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    one = sealer(tmp_path, OLD)
    sealed = one.seal(WHOSE, "sk-canary")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(MasterKeyWrong):
            one.open(WHOSE, bytes(changed))
    for length in range(len(sealed)):
        with pytest.raises(MasterKeyWrong):
            one.open(WHOSE, sealed[:length])


def test_a_key_opens_for_its_own_tenant_and_provider_alone(tmp_path: Path) -> None:
    one = sealer(tmp_path, OLD)
    sealed = one.seal(WHOSE, "sk-canary")
    for other in (Sealed(uuid4(), WHOSE.object_id), Sealed(WHOSE.tenant_id, uuid4())):
        with pytest.raises(MasterKeyWrong):
            one.open(other, sealed)


def test_a_new_master_key_opens_what_the_old_one_sealed_while_both_are_named(tmp_path: Path) -> None:
    sealed = sealer(tmp_path, OLD).seal(WHOSE, "sk-canary")
    both = sealer(tmp_path, f"{NEW}\n{OLD}\n")
    assert both.open(WHOSE, sealed) == "sk-canary"
    assert both.is_stale(sealed)
    again = both.seal(WHOSE, both.open(WHOSE, sealed))
    assert not both.is_stale(again)
    assert sealer(tmp_path, NEW).open(WHOSE, again) == "sk-canary"
    with pytest.raises(MasterKeyWrong):
        sealer(tmp_path, NEW).open(WHOSE, sealed)


@pytest.mark.parametrize("text", ["", "short", base64.b64encode(bytes(31)).decode(), "é" * 44])
def test_what_is_no_master_key_is_told_at_its_use(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key"
    file.write_text(text)
    one = Sealer(settings_for(tmp_path, master_key_file=file))
    with pytest.raises(MasterKeyInvalid) as refused:
        one.seal(WHOSE, "sk")
    assert text == "" or text not in str(refused.value)


def test_the_first_start_makes_a_private_file_and_the_next_ones_keep_it(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    settings.data_dir.mkdir()
    with pytest.raises(MasterKeyMissing):
        Sealer(settings).seal(WHOSE, "sk")
    make_master_key(settings)
    file = settings.data_dir / "master.key"
    first = file.read_text()
    make_master_key(settings)
    assert (file.read_text(), file.stat().st_mode & 0o777) == (first, 0o600)
    assert [one.name for one in settings.data_dir.iterdir()] == ["master.key"]
    assert Sealer(settings).open(WHOSE, Sealer(settings).seal(WHOSE, "sk")) == "sk"


def test_no_file_is_made_where_the_settings_name_a_key(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, master_key=SecretStr(OLD))
    make_master_key(settings)
    assert not settings.data_dir.exists()


def test_fingerprints_tell_keys_apart_and_nothing_else(tmp_path: Path) -> None:
    one, other = sealer(tmp_path, OLD), sealer(tmp_path, NEW)
    assert one.fingerprint("sk-1") == one.fingerprint("sk-1") != one.fingerprint("sk-2")
    assert one.fingerprint("sk-1") != other.fingerprint("sk-1")
