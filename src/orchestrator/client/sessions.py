"""Sessions: handing work in, steering it, reading what came of it."""

from pathlib import Path
from typing import Any

from orchestrator.client.connection import LONG_TIMEOUTS, Connection, given
from orchestrator.client.types import (
    Checkpoint,
    Conversation,
    Evidence,
    FileDiff,
    Message,
    OpenedSession,
    Page,
    Push,
    Session,
    TranscriptPart,
    Turn,
)


class Sessions(Connection):
    def create_session(self, **wanted: Any) -> Session:
        return self._json("POST", "/sessions", json=given(**wanted))

    def estimate(self, **wanted: Any) -> dict[str, Any]:
        """What such a session will probably cost and take; `wanted` as for create_session."""
        return self._json("POST", "/sessions/estimate", json=given(**wanted))

    def sessions(self, *, limit: int = 50, cursor: str | None = None, **wanted: Any) -> Page[Session]:
        """`wanted`: filters and `order` as GET /sessions takes them, such as `status`, `mine`, `q`."""
        return self._json("GET", "/sessions", params=given(limit=limit, cursor=cursor, **wanted))

    def session(self, session_id: str) -> Session:
        return self._json("GET", f"/sessions/{session_id}")

    def start(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/start")

    def cancel(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/cancel")

    def pause(self, session_id: str) -> Session:
        """`requested` is `pause` until its node has done it."""
        return self._json("POST", f"/sessions/{session_id}/pause")

    def resume(self, session_id: str) -> Session:
        return self._json("POST", f"/sessions/{session_id}/resume")

    def stop(self, session_id: str) -> Session:
        """`requested` is `stop` until its node has done it."""
        return self._json("POST", f"/sessions/{session_id}/stop")

    def bulk(self, action: str, *, key: str | None = None, **wanted: Any) -> dict[str, Any]:
        """`wanted`: `ids`, or a `filter` as GET /sessions takes them."""
        body = {"action": action} | wanted
        return self._json("POST", "/sessions/bulk", json=body, headers=_once(key), timeout=LONG_TIMEOUTS)

    def push(self, session_id: str) -> Push:
        return self._json("POST", f"/sessions/{session_id}/push", timeout=LONG_TIMEOUTS)

    def open_session(self, session_id: str, have: list[str]) -> OpenedSession:
        """`have`: commits of the clone that it is opened in; none of a new one."""
        return self._json("POST", f"/sessions/{session_id}/open", json={"have": have}, timeout=LONG_TIMEOUTS)

    def fetch_bundle(self, session_id: str, checkpoint: int, have: list[str], file: Path) -> None:
        self._download(f"/sessions/{session_id}/checkpoints/{checkpoint}/bundle", file, params={"have": have})

    def conversation(self, session_id: str, checkpoint: int) -> Conversation:
        return self._json("GET", f"/sessions/{session_id}/checkpoints/{checkpoint}/conversation", timeout=LONG_TIMEOUTS)

    def send_session(self, session_id: str, archive: Path) -> Session:
        """The tar archive of work and conversation; sent again, it changes nothing."""
        return self._upload(f"/sessions/{session_id}/send", archive, "application/x-tar")

    def rebase(self, session_id: str, onto: str | None = None) -> Session:
        """Upon `onto`, by default the branch that it began with, as that is now."""
        return self._json("POST", f"/sessions/{session_id}/rebase", json=given(onto=onto))

    def retry(self, session_id: str, *, key: str | None = None) -> Session:
        """A new session of the same input. `key` makes it once, however often it is sent."""
        return self._json("POST", f"/sessions/{session_id}/retry", headers=_once(key))

    def fork(
        self, session_id: str, checkpoint: int | None = None, *, key: str | None = None, **changes: str | None
    ) -> Session:
        """A new session from a checkpoint, by default the last. `changes`: `prompt`, `title`, `agent`, `model`."""
        body = given(checkpoint=checkpoint, **changes)
        return self._json("POST", f"/sessions/{session_id}/fork", json=body, headers=_once(key))

    def say(self, session_id: str, text: str, *, key: str | None = None, **more: Any) -> Message:
        """`more`: `kind`, and the `path` and `line` of a review comment or the `name` and `url` of a CI run."""
        return self._json(
            "POST", f"/sessions/{session_id}/messages", json={"text": text} | given(**more), headers=_once(key)
        )

    def messages(self, session_id: str) -> list[Message]:
        return self._listed("items", f"/sessions/{session_id}/messages")

    def turns(self, session_id: str) -> list[Turn]:
        return self._listed("items", f"/sessions/{session_id}/turns")

    def timeline(self, session_id: str, *, kind: list[str] | None = None, cursor: str | None = None) -> dict[str, Any]:
        """A page of what it did when; `kind`: only spans of these."""
        return self._json("GET", f"/sessions/{session_id}/timeline", params=given(kind=kind, cursor=cursor))

    def accept(self, session_id: str, reason: str | None = None) -> Session:
        return self._json("POST", f"/sessions/{session_id}/accept", json={"reason": reason})

    def reject(self, session_id: str, reason: str | None = None) -> Session:
        return self._json("POST", f"/sessions/{session_id}/reject", json={"reason": reason})

    def rate(self, session_id: str, rating: str | None, comment: str | None = None) -> Session:
        """`good` or `bad`; None takes it back."""
        return self._json("POST", f"/sessions/{session_id}/rating", json={"rating": rating, "comment": comment})

    def reverted(
        self, session_id: str, *, reverted: bool = True, commit: str | None = None, reason: str | None = None
    ) -> Session:
        body = {"reverted": reverted, "commit": commit, "reason": reason}
        return self._json("POST", f"/sessions/{session_id}/reverted", json=body)

    def transcript(self, session_id: str, cursor: str | None = None) -> Page[TranscriptPart]:
        params = {"limit": "500"} | ({"cursor": cursor} if cursor else {})
        return self._json("GET", f"/sessions/{session_id}/transcript", params=params)

    def evidence(self, session_id: str) -> list[Evidence]:
        return self._listed("items", f"/sessions/{session_id}/evidence")

    def checkpoints(self, session_id: str) -> list[Checkpoint]:
        return self._listed("items", f"/sessions/{session_id}/checkpoints")

    def diff(self, session_id: str) -> str:
        return self._request("GET", f"/sessions/{session_id}/diff").text

    def diff_files(self, session_id: str) -> list[FileDiff]:
        return self._listed("files", f"/sessions/{session_id}/diff", params={"format": "json"})


def _once(key: str | None) -> dict[str, str]:
    return {"Idempotency-Key": key} if key else {}
