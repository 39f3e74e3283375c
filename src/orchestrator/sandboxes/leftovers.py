"""Says what a command of an agent leaves running: it ends with the command, as all that is in the command's sandbox.

A program in a session of its own (`setsid`) is passed over: daemons of build tools do that, and are used to being ended.
"""

import re
import shlex

SENTENCE = "sandbox: still running when its command was over, and ended with it:"
_TOLD = re.compile(rf"^{re.escape(SENTENCE)} (.+)$", re.MULTILINE)

# Only what the shell itself can do, since the command may have used up the processes that it is allowed.
_SCRIPT = f"""
"$@"
status=$?
# After the name, which may hold anything, stand state, parent, group and session.
look() {{
    {{ read -r line <"/proc/$1/stat"; }} 2>/dev/null || return 1
    name=${{line#*(}} name=${{name%)*}}
    set -- ${{line##*) }}
    state=$1 session=$4
}}
look $$ && own=$session
for try in first last; do
    left=
    for folder in /proc/[0-9]*; do
        case ${{folder#/proc/}} in 1 | $$) continue ;; esac
        look "${{folder#/proc/}}" && [ "$session" = "$own" ] && [ "$state" != Z ] && left="$left $name"
    done
    [ -n "$left" ] || break
    [ "$try" = last ] || sleep 0.3
done
# Whoever reads the output may stop when the command ends, so it ends a moment later.
[ -z "$left" ] || {{ echo "{SENTENCE}$left" >&2; sleep 0.3; }}
exit "$status"
"""


def telling_leftovers() -> str:
    """The words that stand before a command in its sandbox."""
    return f"/bin/sh -c {shlex.quote(_SCRIPT)} sandbox"


def leftovers(output: str) -> list[str]:
    """The programs that a command's output tells of."""
    return [name for names in _TOLD.findall(output) for name in names.split()]
