"""The `bash` that an OpenCode server gets as SHELL: each command of an agent starts in the sandbox of its own session.

The wrapper knows the session by the physical working directory, so a link cannot pretend to be a workspace. But an agent
can make a link that *leads into* another session's workspace, and OpenCode lets it be a command's working directory.
So the server also says which workspace a command belongs to (WORKSPACE_VARIABLE, set by the plugin that `write_plugin`
writes), and the wrapper runs nothing without it or outside of it.
"""

import os
import re
import shlex
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError

WORKSPACE_VARIABLE = "ORCHESTRATOR_WORKSPACE"
SHELL_FOLDER = "/shell"
_SAFE_ID = re.compile(r"[A-Za-z0-9_-]+")

_BEGIN = f"""#!/bin/sh
# Runs one command of an agent in the sandbox of the session whose workspace is the working directory.
refuse() {{
    echo "sandbox: $1; the command was not run" >&2
    exit 126
}}
here=$(pwd -P) || refuse "the working directory is gone"
[ -n "${WORKSPACE_VARIABLE}" ] || refuse "the server does not say whose command this is: is its plugin loaded?"
own=$(cd -- "${WORKSPACE_VARIABLE}" && pwd -P) || refuse "there is no workspace ${WORKSPACE_VARIABLE}"
case "$here/" in
"$own"/*) ;;
*) refuse "$here lies outside of this session's workspace" ;;
esac
"""

_BUBBLEWRAP = """session=${{here#/workspaces/}}
session=${{session%%/*}}
case "$here:$session" in
/workspaces/?*:*[!A-Za-z0-9_-]*) refuse "$here is no workspace" ;;
/workspaces/?*:?*) ;;
*) refuse "$here lies in no workspace" ;;
esac
prepared={folder}/$session.args
[ -r "$prepared" ] || refuse "no sandbox is prepared for session $session"
# The environment is emptied before bubblewrap starts: its own first process shows it to the command in /proc.
exec {env} -i {bubblewrap} --args 9 --chdir "$here" -- {shell} "$@" 9<"$prepared"
"""

# The prepared file of a session replaces this process when the folder is that session's workspace.
_PLAIN = """folder=$here
while [ -n "$folder" ]; do
    prepared={folder}/${{folder##*/}}.args
    [ ! -r "$prepared" ] || . "$prepared"
    folder=${{folder%/*}}
done
refuse "$here lies in no workspace"
"""

_PREPARED_PLAIN = """[ "$folder" != {workspace} ] || exec {env} -i {variables} PWD="$here" {shell} "$@"
"""

_PLUGIN = f"""// Tells the command shell which workspace a command belongs to: the folder its session was opened with.
export const Workspace = async ({{ directory }}) => ({{
  "shell.env": async (_input, output) => {{
    output.env.{WORKSPACE_VARIABLE} = directory
  }},
}})
"""


class BadSessionId(OrchestratorError):
    """{session_id} cannot name a session's shell: letters, digits, '-' and '_' only."""

    code = "bad_session_id"


def write_wrapper(folder: Path, *, bubblewrap: str, shell: str) -> Path:
    rest = _BUBBLEWRAP.format(folder=SHELL_FOLDER, env=env_program(), bubblewrap=shlex.quote(bubblewrap), shell=shell)
    return _write(folder / "bash", _BEGIN + rest, 0o755)


def write_plain_wrapper(folder: Path) -> Path:
    return _write(folder / "bash", _BEGIN + _PLAIN.format(folder=shlex.quote(str(folder.absolute()))), 0o755)


def write_plugin(folder: Path) -> Path:
    """A plugin for the OpenCode configuration (`"plugin": ["file:///shell/workspace.js"]`)."""
    return _write(folder / "workspace.js", _PLUGIN, 0o644)


def write_session_file(folder: Path, session_id: str, content: str) -> Path:
    if not _SAFE_ID.fullmatch(session_id):
        raise BadSessionId(session_id=session_id)
    return _write(folder / f"{session_id}.args", content, 0o644)


def plain_session_script(workspace: Path, env: dict[str, str], shell: str) -> str:
    variables = " ".join(shlex.quote(f"{key}={value}") for key, value in env.items())
    return _PREPARED_PLAIN.format(
        workspace=shlex.quote(str(workspace.resolve())), env=env_program(), variables=variables, shell=shlex.quote(shell)
    )


def env_program() -> str:
    return "/usr/bin/env" if Path("/usr/bin/env").exists() else "env"


def _write(path: Path, content: str, mode: int) -> Path:
    """Replaces in one step, so that a shell starting at this moment reads the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o755)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(content)
    temporary.chmod(mode)
    return temporary.replace(path)
