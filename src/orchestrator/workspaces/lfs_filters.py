"""What git runs in a sandbox to turn a pointer of Git LFS into the file that it stands for, and back.

Both are a few lines of shell of ours: no program that reads a repository's own configuration, no network, no credential.
What the store does not have stays a pointer.
"""

import shlex
from collections.abc import Sequence
from pathlib import Path

_VERSION = "'version https://git-lfs.github.com/spec/v1'"
# Git makes one percent sign of two in what follows, and the path of `%f`.
_FORM = r"'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n'"

# Every program costs milliseconds for every file, so what the shell can do by itself it does. Git runs a filter at the
# top of the worktree.
_OWN = r"""own=${GIT_DIR:-.git}; [ -d "$own" ] || own=$(git rev-parse --absolute-git-dir)"""
_PARTS = r"""r=${o#??}; q=${r#??}; p=${o%"$r"}/${r%"$q"}"""

_SMUDGE = r"""f() {
OWN
t=$own/lfs-out-$$; cat > "$t" || return 1
n=$(($(wc -c < "$t"))); from=$t
if [ "$n" -le 200 ]; then
  { IFS= read -r v; IFS= read -r o; IFS= read -r s; } < "$t"
  l=$((${#v} + ${#o} + ${#s} + 3)); o=${o#oid sha256:}; s=${s#size }
  [ "$v" = VERSION ] || o=
  case $o in *[!0-9a-f]*) o= ;; esac
  case $s in '' | 0?* | *[!0-9]*) o= ;; esac
  if [ ${#o} -eq 64 ] && [ "$l" -eq "$n" ]; then
    PARTS
    for d in STORE "$own/lfs/objects"; do [ ! -f "$d/$p/$o" ] || { from=$d/$p/$o; break; }; done
  fi
fi
cat "$from"; code=$?; rm -f "$t"; return $code
}; f"""

_CLEAN = r"""f() {
OWN
own=$own/lfs/objects; [ -d "$own" ] || mkdir -p "$own"
t=$own/in-$$; cat > "$t" || return 1
s=$(($(wc -c < "$t")))
if [ "$s" -eq 0 ]; then rm -f "$t"; return 0; fi
if [ "$s" -le 1024 ]; then
  IFS= read -r v < "$t"
  if [ "$v" = VERSION ]; then cat "$t"; rm -f "$t"; return 0; fi
fi
o=$(sha256sum < "$t") && set -- $o && o=$1 && [ ${#o} -eq 64 ] || return 1
PARTS
if [ -f STORE/$p/$o ]; then rm -f "$t"; else mkdir -p "$own/$p" && mv -f "$t" "$own/$p/$o" || return 1; fi
printf FORM "$o" "$s"
}; f"""

KEEP_OBJECTS = r"""
git rev-list --objects --no-object-names "$commit" "^$floor" \
  | git cat-file --batch-check='%(objecttype) %(objectsize) %(objectname)' | sed -n 's/^blob 1[0-9][0-9] //p' \
  | git cat-file --batch | sed -n 's/^oid sha256:\([0-9a-f]\{64\}\)$/\1/p' | sort -u | while read -r o; do
    p=$(printf %.2s "$o")/$(printf %.2s "${o#??}")
    if [ -f "$TOP/.git/lfs/objects/$p/$o" ] && [ ! -e "$OUT/git/lfs/objects/$p/$o" ] && [ ! -f "$LFS/$p/$o" ]; then
      mkdir -p "$OUT/git/lfs/objects/$p"
      cp "$TOP/.git/lfs/objects/$p/$o" "$OUT/git/lfs/objects/$p/$o"
    fi
  done
"""
"""Commits that an agent made before its last one may have pointers whose content lies in its own git directory alone."""


def write_filters(git_dir: Path, store: str, attributes: str) -> None:
    """Into a git directory that no agent has seen yet."""
    with (git_dir / "config").open("a") as config:
        config.write(filter_config(store))
    (git_dir / "info/attributes").write_text(attributes, errors="surrogateescape")


def filter_config(store: str) -> str:
    """Lines of a git configuration; `store` is where the sandbox shows the mirror's."""
    scripts = {"clean": _CLEAN, "smudge": _SMUDGE}
    lines = [f'\t{name} = "{_quoted(_filled(script, store))}"\n' for name, script in scripts.items()]
    return '[filter "lfs"]\n' + "".join(lines) + "\trequired = true\n"


def plain_attributes(paths: Sequence[bytes]) -> str:
    """Lines for `info/attributes`: files that were committed without Git LFS stay as they are."""
    return "".join(f'"/{_quoted(_literal(path))}" -filter\n' for path in paths)


def _filled(script: str, store: str) -> str:
    for word, text in (("OWN", _OWN), ("PARTS", _PARTS), ("VERSION", _VERSION), ("FORM", _FORM)):
        script = script.replace(word, text)
    return script.replace("STORE", shlex.quote(store))


def _literal(path: bytes) -> str:
    text = path.decode("utf-8", "surrogateescape")
    return "".join(f"\\{one}" if one in "\\*?[" else "?" if one in "\n\r" else one for one in text)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
