"""Variables that a repository chooses have an effect on its commands, and none on the programs that make the sandbox."""

from dataclasses import replace
from pathlib import Path

from tests.sandboxes.tenants import Tenant


def test_the_loader_outside_does_not_obey_them(tenant: Tenant, tmp_path: Path) -> None:
    """LD_PRELOAD would run the repository's code outside of the sandbox, as the orchestrator's user."""
    traces = tmp_path / "traces"
    traces.mkdir(mode=0o777)
    chosen = {"LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(traces / "trace"), "PS4": "$(id)", "SHELLOPTS": "xtrace"}
    done = tenant.run(replace(tenant.single, env={**tenant.single.env, **chosen}), "sh", "-c", "echo as=$LD_DEBUG")
    assert "as=files" in done.stdout
    assert not list(traces.iterdir())


def test_they_reach_the_command_as_they_are(tenant: Tenant) -> None:
    odd = "a b='\"$HOME\n=é"
    done = tenant.run(replace(tenant.single, env={**tenant.single.env, "ODD": odd}), "printenv", "ODD")
    assert done.stdout == f"{odd}\n"
