"""Brings a fresh checkout to where the orchestrator runs, and does nothing when it is there already.

`run` installs what `orchestrator up` needs, `dev` also the tools of the tests and checks. Each part leaves a
stamp in .tools/ that names the lock file's digest, so a second run costs a few milliseconds. Standard library
only: this runs before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV_VERSION = "0.13.9"
DASHBOARD = ROOT / "dashboard"
DIST = ROOT / "src/orchestrator/web/dist"
NODE_NEEDED = "20.19 or newer (of 22 and later, 22.12 or newer)"


def main(level: str) -> None:
    if level not in ("run", "dev"):
        fail("the argument is `run` or `dev`.", "`make setup` calls it with `dev`.")
    with only_one_at_a_time():
        remember_python()
        require_programs()
        install_python_packages(level)
        install_opencode()
        build_dashboard(level)
        ensure_bubblewrap()
        if level == "dev":
            ensure_programs_of_tests()


@contextlib.contextmanager
def only_one_at_a_time() -> Generator[None]:
    """Two `make` runs at once would tear each other's folders; the second waits for the first."""
    try:
        TOOLS.mkdir(exist_ok=True)
        # Reading is enough for a lock, and lets an account use a checkout that another one has set up.
        lock = os.open(TOOLS / "lock", os.O_RDONLY | os.O_CREAT, 0o644)
    except OSError as error:
        fail(f"{ROOT} cannot be written: {error.strerror}.", "clone the repository to a folder of your own.")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting for another set-up of this checkout")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def remember_python() -> None:
    """The path is real, not a version manager's stand-in, whose choice changes with the folder."""
    path = TOOLS / "python-path"
    if not path.exists() or path.read_text() != sys.executable:
        path.write_text(sys.executable)


def require_programs() -> None:
    """Checked before the first download: a long set-up that ends in "npm is missing" wastes a person's time."""
    if has_opencode() and VENV.exists() and is_dashboard_built():
        return
    if not shutil.which("git"):
        fail("git is not on PATH.", "`apt-get install git`, `brew install git`, or https://git-scm.com/downloads")
    hint = f"install Node {NODE_NEEDED} with npm, such as from https://nodejs.org/en/download"
    for command in ("node", "npm"):
        if not shutil.which(command):
            fail(f"{command} is not on PATH.", hint)
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if not is_node_enough(version):
        fail(f"node is {version or 'broken'}, and {NODE_NEEDED} is needed.", hint)


def is_node_enough(version: str) -> bool:
    """What dashboard/package.json says under `engines`."""
    found = re.match(r"v(\d+)\.(\d+)\.", version)
    if not found:
        return False
    number = int(found[1]), int(found[2])
    return (20, 19) <= number < (21, 0) or number >= (22, 12)


def install_python_packages(level: str) -> None:
    digest = digest_of(ROOT / "uv.lock", ROOT / "pyproject.toml", extra=f"{sys.version} {ROOT}")
    for_tests, for_running = TOOLS / "python-dev.stamp", TOOLS / "python-run.stamp"
    enough = [for_tests, for_running] if level == "run" else [for_tests]
    # The link of a removed Python does not exist, and then all of the environment has to be made again.
    if (VENV / "bin/python").exists() and any(is_stamped(stamp, digest) for stamp in enough):
        return
    uv = ensure_uv()
    remove_foreign_environment()
    # Who only runs the orchestrator must not lose the tools of the tests that are there.
    with_tests = level == "dev" or (VENV / "bin/pytest").exists()
    for_tests.unlink(missing_ok=True)
    for_running.unlink(missing_ok=True)
    sync = [uv, "sync", "--frozen", "--python", sys.executable, *([] if with_tests else ["--no-dev"])]
    run(
        [*sync, *quiet("--quiet")],
        f"installing the Python packages{' and the tools of the tests' if with_tests else ''} into .venv",
        environment() | {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV)},
    )
    (for_tests if with_tests else for_running).write_text(digest)


def remove_foreign_environment() -> None:
    """The commands in an environment name its absolute path: that of a moved checkout is of no use."""
    command = VENV / "bin/orchestrator"
    if command.exists() and str(VENV) not in command.read_text(errors="replace"):
        say("removing .venv, which was made for another folder")
        shutil.rmtree(VENV)


def ensure_uv() -> str:
    stamp, folder = TOOLS / "uv.stamp", TOOLS / "uv"
    uv = folder / "bin/uv"
    if not (uv.exists() and is_stamped(stamp, UV_VERSION)):
        run(
            [*pip_install(folder), f"uv=={UV_VERSION}"],
            f"installing uv {UV_VERSION} into .tools",
            environment(),
        )
        stamp.write_text(UV_VERSION)
    return str(uv)


def pip_install(folder: Path) -> list[str]:
    """`pip install` into the folder: a virtual environment, or Python's own pip where there is no venv."""
    options = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
    if make_environment(folder):
        return [str(folder / "bin/python"), *options]
    if runs([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, *options, "--target", str(folder)]
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not (install_debian_packages(package) and make_environment(folder)):
        fail(
            f"{sys.executable} has neither venv nor pip.",
            f"`apt-get install {package}` on Debian and Ubuntu; elsewhere a Python with its whole library.",
        )
    return [str(folder / "bin/python"), *options]


def make_environment(folder: Path) -> bool:
    shutil.rmtree(folder, ignore_errors=True)
    if runs([sys.executable, "-m", "venv", str(folder)]):
        return True
    shutil.rmtree(folder, ignore_errors=True)
    return False


def install_opencode() -> None:
    digest = digest_of(ROOT / "package.json", ROOT / "package-lock.json", extra=os.uname().machine)
    stamp = TOOLS / "opencode.stamp"
    if is_stamped(stamp, digest) and has_opencode():
        return
    stamp.unlink(missing_ok=True)
    # `npm ci` refuses a lock file written where the registry had not every platform's package. This takes the
    # locked versions and digests too, and opencode-ai itself names the exact version of each platform's.
    install = ["npm", "install", "--no-save", "--ignore-scripts", *("--no-audit", "--no-fund", "--no-update-notifier")]
    run(
        [*install, *quiet("--loglevel=error")],
        "installing the pinned OpenCode into node_modules (about 350 MB)",
        environment(),
    )
    if not has_opencode():
        fail(
            f"npm found no OpenCode for {sys.platform} on {os.uname().machine}.",
            "run it again in case a download was cut; else this platform is not among opencode-ai's.",
        )
    stamp.write_text(digest)


def has_opencode() -> bool:
    """The program comes in a package of its own for each platform, which npm leaves out without a word."""
    return any((ROOT / "node_modules").glob("opencode-*/bin/opencode"))


def build_dashboard(level: str) -> None:
    """Who only runs the orchestrator needs the build alone; the tests and checks need the packages as well."""
    if level == "dev" or not is_dashboard_built():
        install_dashboard_packages()
    if is_dashboard_built():
        return
    stamp = TOOLS / "dashboard.stamp"
    digest = dashboard_digest()
    stamp.unlink(missing_ok=True)
    run(
        ["npm", "run", "--silent", "build", "--", "--logLevel", "warn"],
        "building the dashboard",
        environment(),
        DASHBOARD,
    )
    if not (DIST / "index.html").exists():
        fail("the dashboard's build made no page.", "`cd dashboard && npm run build` shows what it does.")
    stamp.write_text(digest)


def is_dashboard_built() -> bool:
    return (DIST / "index.html").exists() and is_stamped(TOOLS / "dashboard.stamp", dashboard_digest())


def dashboard_digest() -> str:
    """Of everything that a build reads."""
    top = [path for path in DASHBOARD.iterdir() if path.is_file()]
    below = [path for folder in ("src", "public") for path in (DASHBOARD / folder).rglob("*") if path.is_file()]
    sources = sorted(path for path in top + below if ".test." not in path.name and path.suffix != ".md")
    return digest_of(*sources, extra="\n".join(str(path.relative_to(DASHBOARD)) for path in sources))


def install_dashboard_packages() -> None:
    digest = digest_of(DASHBOARD / "package.json", DASHBOARD / "package-lock.json", extra=os.uname().machine)
    stamp, modules = TOOLS / "dashboard-packages.stamp", DASHBOARD / "node_modules"
    if is_stamped(stamp, digest) and modules.exists():
        return
    stamp.unlink(missing_ok=True)
    install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    what = "installing the packages of the dashboard into dashboard/node_modules (about 360 MB)"
    run([*install, *quiet("--loglevel=error")], what, environment(), DASHBOARD)
    stamp.write_text(digest)


def ensure_bubblewrap() -> None:
    if sys.platform != "linux" or shutil.which("bwrap") or install_debian_packages("bubblewrap"):
        return
    told = TOOLS / "bubblewrap-told"
    if not told.exists():
        say("bubblewrap is missing: agents will run without isolation; `orchestrator doctor` says more.")
        say("  hint: `sudo apt-get install bubblewrap` or `sudo dnf install bubblewrap`, then start again.")
        told.touch()


def ensure_programs_of_tests() -> None:
    """The tests talk to a real SSH server and browser, use the real git-lfs, and compile a clock that can be turned."""
    needed = {"sshd": "openssh-server", "git-lfs": "git-lfs", "cc": "gcc libc6-dev", "chromium": "chromium"}
    for program, packages in needed.items():
        if sys.platform == "linux" and not find_program(program) and not install_debian_packages(*packages.split()):
            say(f"{program} is missing: the tests that need it will fail; install {packages}.")


def find_program(name: str) -> str | None:
    """Servers lie in folders that only root has on its PATH."""
    return shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


def install_debian_packages(*packages: str) -> bool:
    """True when they are installed. Only root may, and only apt-get is known to work without questions."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"installing what is missing of Debian's packages {', '.join(packages)} (apt-get, as root)")
    # At run level 1 Debian starts no service that a package brings.
    quietly = environment() | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install = ["apt-get", "-qq", "install", "--yes", "--no-install-recommends", *packages]
    return runs(["apt-get", "-qq", "update"], quietly) and runs(install, quietly)


def environment() -> dict[str, str]:
    """The caller's environment, with the caches in the checkout where the home folder cannot hold them."""
    foreign = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")
    env = {key: value for key, value in os.environ.items() if key not in foreign}
    if not home_is_writable():
        for tool, variable in (("uv", "UV_CACHE_DIR"), ("pip", "PIP_CACHE_DIR"), ("npm", "npm_config_cache")):
            env.setdefault(variable, str(TOOLS / "cache" / tool))
    return env


def home_is_writable() -> bool:
    home = os.environ.get("HOME", "")
    return Path(home).is_absolute() and os.access(home, os.W_OK | os.X_OK)


def quiet(*options: str) -> Sequence[str]:
    """A person at a terminal wants to see a long download move; a log does not."""
    return () if sys.stderr.isatty() else options


def run(command: Sequence[str], what: str, env: dict[str, str], folder: Path = ROOT) -> None:
    say(what)
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
    if done.returncode != 0:
        fail(
            f"`{Path(command[0]).name}` ended with {done.returncode}; its own words are above.",
            "the set-up needs the Python and npm package registries; run the same command again.",
        )
    say(f"  done in {time.monotonic() - began:.1f} s")


def runs(command: Sequence[str], env: dict[str, str] | None = None) -> bool:
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return done.returncode == 0


def digest_of(*files: Path, extra: str) -> str:
    digest = hashlib.sha256(extra.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_stamped(stamp: Path, content: str) -> bool:
    return stamp.exists() and stamp.read_text() == content


def say(text: str) -> None:
    print(f"setup: {text}", file=sys.stderr, flush=True)


def fail(problem: str, hint: str) -> NoReturn:
    say(problem)
    print(f"  hint: {hint}", file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "dev")
    except KeyboardInterrupt:
        sys.exit(130)
