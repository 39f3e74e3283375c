"""Two workers with folders of their own over one PostgreSQL: what becomes of the sessions of one that is lost."""

import pytest
from tests.e2e.fleet import Fleet
from tests.e2e.test_sessions import BROKEN, VERIFY
from tests.e2e.tree import make_repository


@pytest.mark.timeout(180)
def test_sessions_run_on_both_workers(fleet: Fleet) -> None:
    shop = make_repository(fleet.root / "shop", BROKEN)
    ids = [fleet.create(prompt="Fix the discount", repository=str(shop), verify=VERIFY)["id"] for _ in range(6)]
    for session_id in ids:
        session = fleet.wait(session_id)
        assert (session["status"], session["verification"], session["attempt"]) == ("completed", "verified", 1)
    assert len({fleet.worker_of(session_id).name for session_id in ids}) == 2
