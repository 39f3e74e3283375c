"""What has to hold after any storm: of events, of money, and of conversations."""

from collections import Counter
from typing import Any

from tests.chaos.watcher import Watcher
from tests.e2e.fleet import Fleet


def check_events(fleet: Fleet, watcher: Watcher) -> None:
    """Numbered without a gap, told to the reader once each, and each session's moves lead from one to the next."""
    rows = fleet.rows("select seq, session_id::text, type, data from events order by tenant_id, seq")
    numbers = [row[0] for row in rows]
    assert numbers == list(range(1, len(rows) + 1))
    watcher.until(len(rows), 30)
    assert [number for number, _ in watcher.events] == numbers
    assert [(event["session_id"], event["type"]) for _, event in watcher.events] == [row[1:3] for row in rows]
    stood: dict[object, str] = {}
    for _, session_id, type_, data in rows:
        if type_ == "session.status":
            assert isinstance(data, dict)
            move: dict[str, Any] = data
            assert move["from"] == stood.get(session_id, move["from"]), (session_id, move)
            stood[session_id] = move["to"]
    ended = fleet.rows("select id::text, status from sessions")
    assert stood == dict(ended)


def check_money(fleet: Fleet, billed: dict[str, list[list[int]]]) -> int:
    """Every answer that the provider sent whole is booked once, with the tokens that it billed.

    An answer whose gateway was killed is booked all the same, by the sweeper: as the most that it can have used, since
    nobody has seen its usage. Such rows are marked `estimated`. So, of each session: what is booked by the provider's own
    count is among what it billed; each of the rest has an estimate of its own; and no estimate is below it. A call that was
    killed before the provider had it, or in the middle of its answer, may be estimated as well: a provider may bill that,
    and the model here does not. Returns how many rows are estimates.
    """
    served = _by_session(fleet, billed)
    estimates, unknown = 0, sorted(served.pop(None, []), key=sum)
    for session_id in served:
        rows = fleet.rows(
            "select input_tokens, output_tokens, source from usage_events where session_id = %s::uuid", session_id
        )
        exact = Counter((row[0], row[1]) for row in rows if row[2] == "provider")
        assert not exact - Counter(served[session_id]), (session_id, "booked, and never billed", exact, served[session_id])
        left = sorted((Counter(served[session_id]) - exact).elements(), key=sum)
        rest = sorted(((int(str(row[0])), int(str(row[1]))) for row in rows if row[2] != "provider"), key=sum)
        estimates += len(rest)
        while left:
            assert rest, (session_id, "billed, and not booked", left)
            assert sum(rest.pop()) >= sum(left.pop()), (session_id, "estimated too low", rows)
        while rest and unknown:
            assert sum(rest.pop()) >= sum(unknown.pop()), (session_id, "estimated too low", rows)
    assert not unknown, ("billed, and not booked", unknown)
    _check_sums(fleet)
    return estimates


def _by_session(fleet: Fleet, billed: dict[str, list[list[int]]]) -> dict[str | None, list[tuple[int, int]]]:
    """A session that is taken over before its first checkpoint begins a new conversation; the former one is known by the
    calls that were recorded of it. None: of conversations of which not even one was."""
    query = (
        "select conversation, session_id::text from trajectories where session_id is not null "
        "union select opencode_session_id, id::text from sessions"
    )
    session_of = dict(fleet.rows(query))
    served: dict[str | None, list[tuple[int, int]]] = {str(session_id): [] for session_id in session_of.values()}
    for conversation, answers in billed.items():
        session_id = session_of.get(conversation)
        served.setdefault(session_id and str(session_id), []).extend((one[0], one[1]) for one in answers)
    return served


def _check_sums(fleet: Fleet) -> None:
    """Accounts, and sessions as people see them, have the sum of their usage events, and nothing is held."""
    assert fleet.rows("select 1 from budget_holds") == []
    total = fleet.one("select coalesce(sum(input_tokens + output_tokens), 0)::bigint from usage_events")
    assert fleet.one("select sum(spent_tokens)::bigint from budget_accounts where scope = 'tenant'") == total
    of_sessions = fleet.rows(
        "select session_id::text, sum(input_tokens)::bigint, sum(output_tokens)::bigint from usage_events group by 1"
    )
    for session_id, input_tokens, output_tokens in of_sessions:
        shown = fleet.request("GET", f"/sessions/{session_id}")[1]["usage"]
        assert (shown["input_tokens"], shown["output_tokens"]) == (input_tokens, output_tokens)


def check_conversation(fleet: Fleet, session_id: str, prompt: str) -> None:
    """No prompt was sent twice, and all attempts speak in one conversation."""
    parts = fleet.request("GET", f"/sessions/{session_id}/transcript?limit=500")[1]["items"]
    said = [part["data"]["text"] for part in parts if part["role"] == "user" and part["type"] == "text"]
    assert said[0] == prompt
    turns = fleet.rows("select number from turns where session_id = %s::uuid", session_id)
    assert len(said) == len(turns), said
