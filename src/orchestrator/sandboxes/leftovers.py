"""What a command of an agent leaves running when it is over, and how the orchestrator learns of it.

The wrapper around the command looks, from outside of what the command can reach, and writes it down as a file in a folder
of the session's that no command's sandbox has. Until that is done the command is not over: its sandbox is held, and what
still runs in it is seen as long as it takes. A command that cannot be looked at is written down as well. No output of the
command has a part in it.

A program in a session of its own (`setsid`) is passed over: daemons of build tools do that, and are used to being ended.
"""

import contextlib
import os
import shlex
import stat
from pathlib import Path

from orchestrator.kit.printable import printable

LEFT_FOLDER = "/left"
"""Where a runtime has the folders of its sessions' records."""
SENTENCE = "sandbox: still running when its command was over"
_RECORD, _MARK = "left-", "running-"
_MOST_BYTES = 4_000

# Stands around the command in its sandbox. It keeps the sandbox there after the command, until the wrapper has looked and
# ends it. A polite signal that is meant for the command must not end it: its words stand in this process's, too.
_HOLDING = """
trap : HUP INT QUIT TERM
echo begun >&8
"$@" 8>&-
echo "over $$ $?" >&8
while :; do kill -STOP $$; done
"""

_LOOKING = f"""# What this command leaves running is written down here, where the command cannot reach.
open_record() {{
    mark="$1/{_MARK}$$"
    {{ : >"$mark"; }} 2>/dev/null || refuse "what it leaves running could not be written down"
}}
close_record() {{
    if [ -n "$left" ] || [ -z "$seen" ]; then
        echo "$left" >"$mark"
        mv "$mark" "${{mark%/*}}/{_RECORD}$(date +%s%N)-$$"
    else
        rm -f "$mark"
    fi
}}
# For the agent, who may take it for running. Nobody else goes by it.
tell_left() {{
    set -f
    [ -z "$left" ] || echo "{SENTENCE}$1:" $left >&2
}}
# Sets `table`, a line a process. `cat` reads it, because this shell reads byte by byte. Elsewhere than on Linux `ps` tells.
list_processes() {{
    if [ -r /proc/self/stat ]; then
        table=$(cat /proc/[0-9]*/stat 2>/dev/null)
    else
        table=$(ps -A -o pid= -o state= -o ppid= -o pgid= -o comm= |
            sed 's/^ *\\([0-9]*\\) *\\([^ ]*\\) *\\([0-9]*\\) *\\([0-9]*\\) *\\(.*\\)$/\\1 (\\5) \\2 \\3 \\4 0/')
    fi
}}
# A name may hold anything. With a line end in it, what follows the name stands on the last of its lines, which has no pid.
parse() {{
    case "$1" in *") "*) ;; *) return 1 ;; esac
    pid=${{1%% *}} name=${{1#*(}} name=${{name%)*}}
    unset IFS
    set -- ${{1##*) }}
    state=$1 parent=$2 group=$3 session=$4
    case "$state" in Z* | X*) return 1 ;; esac
}}
# Calls the function $1 for each process that lives and has the number $2 in its line: to parse all would take long.
each_process() {{
    set -f
    IFS='
'
    for line in $table; do
        case "$line" in *" $2 "*) ! parse "$line" || "$1" ;; esac
    done
    set +f
    unset IFS
}}
add() {{
    left="$left${{left:+
}}$1"
}}
# A program that is about to end is given a moment.
look_twice() {{
    look_around
    [ -n "$left" ] || return 0
    sleep 0.3
    list_processes
    look_around
}}
"""

_FROM_OUTSIDE = """is_holder() {
    while read -r key value; do
        [ "$key" != NSpid: ] || { [ "${value##*[!0-9]}" = "$holder" ]; return; }
    done <"/proc/$1/status"
    return 1
}
look_around() {
    held= left=
    each_process look_in_sandbox "$leader"
}
look_in_sandbox() {
    [ "$session" = "$leader" ] && [ "$pid" != "$first" ] || return
    if [ -z "$held" ] && [ "$parent" = "$first" ] && is_holder "$pid" 2>/dev/null; then held=$pid; else add "$name"; fi
}
find_first() {
    each_process is_first "$outer"
    [ -n "$first" ]
}
is_first() {
    [ "$parent" != "$outer" ] || { first=$pid leader=$session; }
}
is_still_there() {
    [ "$parent" != "$outer" ] || [ -z "$held" ] || seen=yes
}
# Reads what the sandbox tells. A command could tell it as well, but not that nothing is left: that is looked for here, and
# holds only if the sandbox is still there afterwards.
watch() {
    began= first= left= seen= status=1
    read -r outer
    while read -r word holder status; do
        case "$word" in
        begun) began=yes ;;
        over) break ;;
        ended) status=$holder && break ;;
        esac
    done
    case "$status" in '' | *[!0-9]*) status=1 ;; esac
    [ "$word" != over ] || list_processes
    if [ "$word" = over ] && find_first; then
        look_twice
        { read -r table <"/proc/$first/stat" || table=; } 2>/dev/null
        each_process is_still_there "$outer"
    elif [ -z "$began" ]; then
        seen=yes
    fi
    close_record
    # With the first process the kernel ends all others, before that one is gone.
    [ -z "$first" ] || kill -KILL "$first" 2>/dev/null
    tell_left ", and ended with it"
    exit "$status"
}
"""

# OpenCode starts each command in a group of its own, which is what can be told apart here.
_OF_GROUP = """look_around() {
    # The process that lists is this one's child, and what it starts is its own.
    own=" $$ "
    left= seen=
    for generation in child grandchild; do each_process know_own $$; done
    each_process look_in_group $$
}
know_own() {
    case "$own" in *" $parent "*) own="$own$pid " ;; esac
}
look_in_group() {
    [ "$group" = $$ ] || return
    [ "$pid" != $$ ] || seen=yes
    case "$own" in *" $pid "*) ;; *) add "$name" ;; esac
}
watch_group() {
    list_processes
    look_twice
    close_record
    tell_left
}
"""

LOOKING_FROM_OUTSIDE = _LOOKING + _FROM_OUTSIDE
LOOKING_AT_GROUP = _LOOKING + _OF_GROUP


def holding() -> str:
    """The words that stand before a command in its sandbox."""
    return f"/bin/sh -c {shlex.quote(_HOLDING)} sandbox"


def left_running(folder: Path) -> dict[str, list[str]]:
    """The records of a session, each with the programs it names: none when nobody could look."""
    if not folder.is_dir():
        return {}
    return {name: _programs(folder / name) for name in sorted(os.listdir(folder)) if name.startswith(_RECORD)}


def _programs(record: Path) -> list[str]:
    """The server that the wrapper runs beside is the tenant's, so the file is read as one that anybody wrote."""
    try:
        descriptor = os.open(record, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return []
    try:
        content = os.read(descriptor, _MOST_BYTES) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    finally:
        os.close(descriptor)
    return [printable(line) for line in content.decode(errors="replace").splitlines() if line.strip()]


def forget_records(folder: Path, names: list[str]) -> None:
    for name in names:
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            (folder / name).unlink()


def forget_marks(folder: Path) -> None:
    """Of commands that were ended from outside. Call it when none runs; a folder without records goes, too."""
    if folder.is_dir():
        forget_records(folder, [name for name in os.listdir(folder) if name.startswith(_MARK)])
        with contextlib.suppress(OSError):
            folder.rmdir()
