"""The `bash` that an OpenCode server gets as SHELL: each command of an agent starts in the sandbox of its own session.

The wrapper knows the session by the physical working directory, so a link cannot pretend to be a workspace. But an agent
can make a link that *leads into* another session's workspace, and OpenCode lets it be a command's working directory.
So the server also says which workspace a command belongs to (WORKSPACE_VARIABLE, set by the plugin that `write_plugin`
writes), and the wrapper runs nothing without it or outside of it.
"""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestrator.kit.errors import OrchestratorError
from orchestrator.sandboxes.leftovers import LEFT_FOLDER, LOOKING_AT_GROUP, LOOKING_FROM_OUTSIDE, holding
from orchestrator.sandboxes.limits import SIGNALLED, CommandLimits

WORKSPACE_VARIABLE = "ORCHESTRATOR_WORKSPACE"
SERVER_VARIABLE = "ORCHESTRATOR_SERVER"
"""Set for an MCP server of the agent's: it runs beside the agent's commands, and sees the worktree read-only, for else it
could exchange a file for a link between a file tool's look at it and its use."""
SHELL_FOLDER = "/shell"
LIMITS_FOLDER = "/limits"
"""Where a runtime has the control groups of its tenant, a folder for each hierarchy."""
GROUP_PREFIX = "session-"
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
{{ read -r record <{folder}/$session.left; }} 2>/dev/null || refuse "nobody would learn what it leaves running"
each_group() {{
    for group in {groups}; do "$1" "$group"; done
}}
if [ -n "${variable}" ]; then
    # A server of the agent's that speaks over its input and output, for as long as it is wanted.
    prepared={folder}/$session.server.args
    [ -r "$prepared" ] || refuse "no sandbox is prepared for servers of session $session"
    {enter}
    exec {before} {env} -i {bubblewrap} --args 9 --chdir "$here" -- {inside} {shell} "$@" 9<"$prepared"
fi
open_record "$record"
{count}
exec 4>&1
{{
    (
        read -r own rest </proc/self/stat
        echo "$own" >&8
        {enter}
        # The environment is emptied before bubblewrap starts: its own first process shows it to the command in /proc.
        exec {before} {env} -i {bubblewrap} --args 9 --chdir "$here" -- {inside} {holding} {shell} "$@" 9<"$prepared"
    )
    # Nobody reads it any more when the command was over, and looked at.
    {{ echo "ended $?" >&8; }} 2>/dev/null
}} 8>&1 >&4 4>&- | watch
status=$?
{tell}
exit "$status"
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

_PREPARED_PLAIN = """if [ "$folder" = {workspace} ]; then
    each_group() {{
        for group in {groups}; do "$1" "$group"; done
    }}
    if [ -n "${variable}" ]; then
        {enter}
        exec {before} {env} -i {variables} PWD="$here" {inside} {shell} "$@"
    fi
    open_record {record}
    {count}
    (
        {enter}
        exec {before} {env} -i {variables} PWD="$here" {inside} {shell} "$@"
    )
    status=$?
    watch_group
    {tell}
    exit "$status"
fi
"""

# The command enters the groups, and this shell stays outside: it tells what became of it.
_LIMITED = """add_up() {{
    for file in "$1/memory.events" "$1/memory.oom_control" "$1/pids.events"; do
        [ -r "$file" ] || continue
        while read -r key count; do
            case "$key" in
            oom_kill) killed=$((killed + count)) ;;
            max) case "$file" in */pids.events) refused=$((refused + count)) ;; esac ;;
            esac
        done <"$file"
    done
}}
enter() {{
    echo 0 >"$1/cgroup.procs" || refuse "the limits of this session are not prepared"
}}
count_before() {{
    killed=0 refused=0
    each_group add_up
    killed_before=$killed refused_before=$refused
}}
be_limited() {{
    each_group enter
    {{ echo 500 >/proc/self/oom_score_adj; }} 2>/dev/null
}}
tell_limits() {{
    killed=0 refused=0
    each_group add_up
    if [ "$killed" -gt "$killed_before" ]; then
        echo {killed} >&2
    elif [ "$refused" -gt "$refused_before" ]; then
        echo {refused} >&2
    fi
    case "$status" in
    {signalled}) [ -z {by_signal} ] || echo {by_signal} >&2 ;;
    esac
}}
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
    hint = "This is a fault of the orchestrator, which makes these ids itself: report it with the log line of the request."


def write_wrapper(folder: Path, *, bubblewrap: str, shell: str, limits: CommandLimits | None = None) -> Path:
    rest = _BUBBLEWRAP.format(
        folder=SHELL_FOLDER,
        env=env_program(),
        bubblewrap=shlex.quote(bubblewrap),
        shell=shell,
        groups=f"{LIMITS_FOLDER}/*/{GROUP_PREFIX}$session" if limits and limits.grouped else "",
        inside=shlex.join(limits.inside(limits.limits.pids)) if limits else "",
        holding=holding(),
        variable=SERVER_VARIABLE,
        **_limiting(limits),
    )
    return _write(folder / "bash", _BEGIN + LOOKING_FROM_OUTSIDE + _limited(limits) + rest, 0o755)


def write_plain_wrapper(folder: Path, limits: CommandLimits | None = None) -> Path:
    rest = _PLAIN.format(folder=shlex.quote(str(folder.absolute())))
    return _write(folder / "bash", _BEGIN + LOOKING_AT_GROUP + _limited(limits) + rest, 0o755)


def _limiting(limits: CommandLimits | None) -> dict[str, str]:
    """What is called before, around and after a command."""
    if limits is None:
        return {"count": "", "enter": "", "before": "", "tell": ""}
    before = shlex.join(limits.before())
    return {"count": "count_before", "enter": "be_limited", "before": before, "tell": "tell_limits"}


def _limited(limits: CommandLimits | None) -> str:
    if limits is None:
        return ""
    return _LIMITED.format(
        killed=shlex.quote(limits.explain(1, 0, 0)),
        refused=shlex.quote(limits.explain(0, 1, 0)),
        by_signal=shlex.quote(limits.explain(0, 0, SIGNALLED[0])),
        signalled=" | ".join(map(str, SIGNALLED)),
    )


def server_command(wrapper: str, command: Sequence[str], environment: Mapping[str, str]) -> tuple[str, ...]:
    """What starts an MCP server of the agent's in the sandbox of its session. The wrapper empties the environment."""
    exports = "".join(f"export {name}={shlex.quote(value)}; " for name, value in environment.items())
    return (wrapper, "-c", f'{exports}exec "$@"', "server", *command)


def server_environment(workspace: str) -> dict[str, str]:
    """What tells the wrapper whose server it is; the path is the one that it sees."""
    return {WORKSPACE_VARIABLE: workspace, SERVER_VARIABLE: "1"}


def write_plugin(folder: Path) -> Path:
    """A plugin for the OpenCode configuration (`"plugin": ["file:///shell/workspace.js"]`)."""
    return _write(folder / "workspace.js", _PLUGIN, 0o644)


def write_session_file(folder: Path, session_id: str, content: str, kind: str = "") -> Path:
    """`kind` is `.server` for what the agent's MCP servers run in."""
    if not _SAFE_ID.fullmatch(session_id):
        raise BadSessionId(session_id=session_id)
    return _write(folder / f"{session_id}{kind}.args", content, 0o644)


def write_record_file(folder: Path, session_id: str, left: Path | None) -> None:
    """Says where the wrapper writes down what commands of this session leave running; without it, it runs none."""
    if left is None:
        (folder / f"{session_id}.left").unlink(missing_ok=True)
    else:
        _write(folder / f"{session_id}.left", f"{LEFT_FOLDER}/{left.name}\n", 0o644)


def plain_session_script(
    workspace: Path,
    env: dict[str, str],
    shell: str,
    left: Path,
    groups: Sequence[Path] = (),
    limits: CommandLimits | None = None,
) -> str:
    return _PREPARED_PLAIN.format(
        workspace=shlex.quote(str(workspace.resolve())),
        env=env_program(),
        variables=shlex.join(f"{key}={value}" for key, value in env.items()),
        shell=shlex.quote(shell),
        groups=shlex.join(map(str, groups)),
        record=shlex.quote(str(left.absolute())),
        variable=SERVER_VARIABLE,
        inside=shlex.join(limits.inside()) if limits else "",
        **_limiting(limits),
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
