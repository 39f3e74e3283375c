"""One layer of bubblewrap: what a verification command, a git command or an OpenCode server may see and touch."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.processes import names_below
from tests.sandboxes.tenants import PASSWORD, Tenant
from tests.sandboxes.waiting import eventually, lives, spawned

from orchestrator.sandboxes import BubblewrapSandbox, PathNotInSandbox, SandboxNeedsIdentity
from orchestrator.sandboxes.base import Identity

SHUT = """
check() { if "$@" >/dev/null 2>&1; then echo "OPEN: $*"; fi; }
check cat /etc/shadow
check cat /etc/gshadow
check ls {home}
check ls /root/.ssh
check ls {tenant}
check mount -o remount,rw /usr
check mount -o remount,rw /
check mount -t tmpfs none /mnt
check umount /usr
check touch /usr/written
check touch /etc/written
check touch /written
check touch /mirrors/m.git/written
check chmod 0777 /workspaces
check sh -c ': >> /proc/sys/kernel/core_pattern'
check sh -c ': >> /proc/sysrq-trigger'
check mknod /tmp/disk b 8 0
check chroot / true
echo uid=$(id -u)
grep -E '^Cap(Prm|Eff|Bnd|Inh|Amb)|^NoNewPrivs' /proc/self/status
"""


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_the_host_is_out_of_reach(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else replace(tenant.runtime, mounts=tenant.single.mounts)
    script = SHUT.replace("{home}", str(Path.home())).replace("{tenant}", str(tenant.home))
    # The home holds folders of tools, so it exists; what must not be seen in it is anything else.
    script = script.replace(f"check ls {Path.home()}\n", f"ls -A {Path.home()} 2>/dev/null | sed 's/^/home: /'\n")
    done = tenant.run(spec, "sh", "-c", script)
    assert "OPEN" not in done.stdout, done.stdout
    assert {line for line in done.stdout.splitlines() if line.startswith("home: ")} <= {
        f"home: {folder.relative_to(Path.home()).parts[0]}"
        for folder in BubblewrapSandbox().toolchain.folders
        if folder.is_relative_to(Path.home())
    }
    assert "uid=0" not in done.stdout.splitlines()
    assert "NoNewPrivs:\t1" in done.stdout
    for kind in ("Prm", "Eff", "Inh", "Amb"):
        assert f"Cap{kind}:\t0000000000000000" in done.stdout


def test_a_workspace_is_writable_and_a_mirror_is_readable(tenant: Tenant) -> None:
    (tenant.home / "mirrors/m.git/HEAD").write_text("ref: refs/heads/main\n")
    done = tenant.run(tenant.single, "sh", "-c", "cat /mirrors/m.git/HEAD && echo made > made && pwd && echo $PORT")
    assert done.stdout == "ref: refs/heads/main\n/workspaces/one\n41000\n", done.stderr
    assert (tenant.workspace / "made").read_text() == "made\n"


def test_a_command_sees_only_its_own_processes_and_environment(tenant: Tenant) -> None:
    done = tenant.run(tenant.single, "sh", "-c", "ls -d /proc/[0-9]* | wc -l; env")
    count, *environment = done.stdout.splitlines()
    assert int(count) <= 6
    allowed = {"PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "TERM", "SHELL", "PWD", "OLDPWD", "PORT", "LANG",
               "LANGUAGE", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE",
               "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "PIP_CERT", "RUSTUP_HOME", "_", "SHLVL"}  # fmt: skip
    assert {line.split("=")[0] for line in environment if not line.startswith("LC_")} <= allowed


def test_a_runtime_sees_only_its_own_processes_and_by_their_right_numbers(tenant: Tenant) -> None:
    """bubblewrap looks its children up in /proc by number: with the host's /proc it found another's, now and then."""
    done = tenant.run(tenant.runtime, "sh", "-c", "readlink /proc/self; ls -d /proc/[0-9]* | wc -l; echo $$")
    own, count, shell = map(int, done.stdout.split())
    assert own == shell + 1
    assert count <= 6


def test_tmp_is_private_and_tools_work(tenant: Tenant) -> None:
    script = """
    set -e
    touch /tmp/x /var/tmp/x /dev/shm/x; ls -A /tmp
    python3 -c 'import ssl, sqlite3, getpass, multiprocessing as m; m.Lock(); print(getpass.getuser())'
    node -e 'console.log(1 + 1)'; npm --version >/dev/null; make --version >/dev/null
    git init -q repo; cd repo; git config user.email a@b; git config user.name a; echo a > a; git add a
    git commit -qm a; git log --format=%an
    getent hosts localhost >/dev/null; id -un
    """
    done = tenant.run(tenant.single, "bash", "-c", script)
    assert done.stdout.split() == ["x", "agent", "2", "a", "agent"], done.stderr


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_exit_code_and_both_streams_pass_through(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else tenant.runtime
    done = tenant.run(spec, "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (done.returncode, done.stdout, done.stderr) == (7, "out\n", "err\n")


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_the_sandbox_dies_with_the_process_that_started_it(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else tenant.runtime
    with spawned(tenant, spec, "sh", "-c", "echo ready; exec sleep 300") as spawner:
        eventually(lambda: "sleep" in names_below(spawner))
        family = spawner.children(recursive=True)
        spawner.kill()
        eventually(lambda: not any(lives(process) for process in family))


@pytest.mark.parametrize("layer", ["single", "runtime"])
def test_a_detached_child_dies_as_well(tenant: Tenant, layer: str) -> None:
    spec = tenant.single if layer == "single" else tenant.runtime
    with spawned(tenant, spec, "sh", "-c", "setsid -f sleep 300; echo ready; sleep 301") as spawner:
        eventually(lambda: "sleep" in names_below(spawner))
        family = spawner.children(recursive=True)
        spawner.kill()
        eventually(lambda: not any(lives(process) for process in family))


def test_paths_inside_follow_the_mounts(tenant: Tenant) -> None:
    sandbox = BubblewrapSandbox()
    assert sandbox.inside(tenant.single, tenant.workspace / "a/b") == "/workspaces/one/a/b"
    assert sandbox.inside(tenant.runtime, tenant.home / "runtime") == "/runtime"
    with pytest.raises(PathNotInSandbox):
        sandbox.inside(tenant.single, tenant.home / "workspaces/two")


def test_root_never_runs_a_command_as_root(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    for identity in (None, Identity(0, 1000), Identity(1000, 0)):
        with pytest.raises(SandboxNeedsIdentity):
            BubblewrapSandbox().launch(replace(tenant.single, identity=identity), ["true"])


def test_no_variable_of_the_environment_is_on_the_command_line(tenant: Tenant) -> None:
    launch = BubblewrapSandbox().launch(tenant.runtime, ["true"])
    assert PASSWORD not in " ".join(launch.argv)
    assert launch.env["OPENCODE_SERVER_PASSWORD"] == PASSWORD
