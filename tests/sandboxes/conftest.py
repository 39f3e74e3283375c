from pathlib import Path

import pytest
from tests.sandboxes.tenants import NOBODY, PASSWORD, USERS, Tenant

from orchestrator.sandboxes import BubblewrapSandbox, prepare_owner, tenant_identity


@pytest.fixture(params=USERS)
def tenant(request: pytest.FixtureRequest, tmp_path: Path) -> Tenant:
    made = Tenant(tmp_path, request.param)
    for folder in ("workspaces/one/sub", "workspaces/two", "mirrors/m.git", "runtime", "shell", "left/one"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "runtime/secret").write_text(PASSWORD)
    (tmp_path / "workspaces/two/theirs").write_text("theirs")
    (tmp_path / "workspaces/one/to-two").symlink_to("/workspaces/two")
    sandbox = BubblewrapSandbox()
    sandbox.write_shell(tmp_path / "shell")
    sandbox.write_session_shell(tmp_path / "shell", "one", made.single)
    if made.user == "ordinary":
        prepare_owner(tmp_path, NOBODY)
    else:
        for folder in ("workspaces/one", "workspaces/two", "runtime", "left/one"):
            prepare_owner(tmp_path / folder, tenant_identity(7))
    return made
