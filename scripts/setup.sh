#!/usr/bin/env bash
# Finds a Python that can run the orchestrator and hands over to setup.py. Usage: scripts/setup.sh [run|dev]
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}/.."

remembered=.tools/python-path
if [ -r "$remembered" ] && [ -x "$(cat "$remembered")" ]; then
    exec "$(cat "$remembered")" scripts/setup.py "$@"
fi

# Newest first; the wheels that uv.lock names exist for these versions. A version manager's stand-in can be on PATH
# without the Python behind it, so every candidate has to run.
for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3 python; do
    command -v "$name" >/dev/null 2>&1 || continue
    found=$("$name" -c 'import sys; print(sys.executable if (3, 11) <= sys.version_info < (3, 16) else "")' 2>/dev/null) || continue
    [ -n "$found" ] && exec "$found" scripts/setup.py "$@"
done

present=$(python3 --version 2>/dev/null || echo "missing")
echo "setup: no Python 3.11 to 3.15 is on PATH (python3 is ${present#Python })." >&2
echo "  hint: install one: \`apt-get install python3 python3-venv\` (Debian 12, Ubuntu 24.04), \`brew install python@3.13\`." >&2
exit 1
