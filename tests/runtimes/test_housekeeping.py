"""Which servers stay without a session: the pure choice."""

from uuid import UUID, uuid4

from orchestrator.runtimes.housekeeping import Idle, surplus

GIGABYTE = 1024**3


def idle(seconds: float, memory_bytes: int = GIGABYTE // 3) -> Idle:
    return Idle(uuid4(), seconds, memory_bytes)


def ended(*all_: Idle, most: int = 2) -> dict[UUID, str]:
    return surplus(all_, most, longest_seconds=900, most_bytes=2 * GIGABYTE)


def test_those_used_last_are_kept_up_to_the_number() -> None:
    first, second, third = idle(300), idle(40), idle(100)
    assert ended(first, second, third) == {first.runtime_id: "idle, and others were used later"}
    assert len(ended(first, second, third, most=0)) == 3


def test_none_is_kept_for_longer_than_the_time() -> None:
    old = idle(900)
    assert ended(old, idle(899)) == {old.runtime_id: "idle for too long"}


def test_one_that_holds_too_much_is_not_kept_and_takes_nobodys_place() -> None:
    fat, lean, other = idle(40, 3 * GIGABYTE), idle(50), idle(60)
    assert ended(fat, lean, other) == {fat.runtime_id: "recycled"}


def test_one_that_was_started_for_a_session_on_its_way_is_left_to_it() -> None:
    fresh = [idle(n) for n in range(5)]
    assert ended(*fresh, most=0) == {}
