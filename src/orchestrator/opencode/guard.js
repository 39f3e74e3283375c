// OpenCode checks the path that a file tool is given, not where its links lead. This plugin does.
import fs from "node:fs"
import path from "node:path"

function follow(target, depth = 0) {
  const rest = []
  for (let here = target; ; ) {
    try {
      return path.join(fs.realpathSync(here), ...rest)
    } catch {
      // Missing so far, or a link whose target does not exist yet: writing through that link would make it.
      let link = null
      try {
        link = fs.readlinkSync(here)
      } catch {}
      if (link !== null) {
        if (depth > 40) throw new Error(`Too many links in ${target}`)
        return follow(path.join(path.resolve(path.dirname(here), link), ...rest), depth + 1)
      }
      const above = path.dirname(here)
      if (above === here) return target
      rest.unshift(path.basename(here))
      here = above
    }
  }
}

function named(args) {
  const patch = typeof args?.patchText === "string" ? args.patchText : ""
  const patched = [...patch.matchAll(/^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+)$/gm)].map((m) => m[1].trim())
  return [args?.filePath, args?.path, ...patched].filter((p) => typeof p === "string" && p !== "")
}

const TOOLS = new Set(["read", "write", "edit", "multiedit", "patch", "apply_patch", "glob", "grep", "list"])

export const Guard = async ({ directory }) => ({
  "tool.execute.before": async (input, output) => {
    if (!TOOLS.has(input.tool)) return
    const root = fs.realpathSync(directory)
    for (const name of named(output.args)) {
      // The kernel follows a link before it goes up, a path's text says otherwise: what is checked must be what is used.
      if (name.split(/[\\/]/).includes(".."))
        throw new Error(`${name} goes up with "..": name the file by its path from ${directory}.`)
      const real = follow(path.resolve(directory, name))
      if (real !== root && !real.startsWith(root + path.sep))
        throw new Error(`${name} leads to ${real}, which is outside this session's worktree. Work inside ${directory}.`)
    }
  },
})
