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

// As OpenCode reads a patch: only a line feed ends a line, and no space is needed before a path.
const PATCHED = ["*** Add File:", "*** Update File:", "*** Delete File:", "*** Move to:"]

function named(args) {
  const lines = typeof args?.patchText === "string" ? args.patchText.split("\n") : []
  const patched = lines.flatMap((line) => PATCHED.filter((word) => line.startsWith(word)).map((word) => line.slice(word.length).trim()))
  return [args?.filePath, args?.path, ...patched].filter((p) => typeof p === "string" && p !== "")
}

// To open a pipe that nobody writes to holds up a thread, and this server has few for all of its sessions.
function plain(file) {
  const found = fs.statSync(file, { throwIfNoEntry: false })
  if (found && !found.isFile() && !found.isDirectory()) throw new Error(`${file} is no plain file and no folder.`)
}

// OpenCode adds these to what it reads, from every folder between the file and the worktree.
const INSTRUCTIONS = ["AGENTS.md", "CLAUDE.md", "CONTEXT.md"]

function instructions(file, root) {
  const found = []
  for (let here = path.dirname(file); here.startsWith(root); here = path.dirname(here))
    found.push(...INSTRUCTIONS.map((name) => path.join(here, name)))
  return found
}

// A command could exchange a folder for a link after a path was checked and before it is used: so a worktree's commands
// and its file tools take turns. What a command started ends with it.
class Turns {
  running = { command: new Set(), file: new Set() }
  // Calls that came to an end here, which OpenCode has not told of yet.
  ended = new Set()
  // Calls that OpenCode gave up before they began.
  over = new Set()
  waiting = []

  async begin(kind, call, check) {
    const others = this.running[kind === "file" ? "command" : "file"]
    while (others.size > 0 && !this.over.has(call)) await new Promise((wake) => this.waiting.push(wake))
    // Providers may call by the same id again, in another conversation or later in this one.
    if (this.over.delete(call)) throw new Error("The call was ended before its turn came.")
    try {
      check()
    } catch (refused) {
      this.ended.add(call)
      throw refused
    }
    this.running[kind].add(call)
  }

  end(call) {
    this.ended.add(call)
    this.release(call)
  }

  told(call) {
    if (!this.release(call) && !this.ended.delete(call)) this.over.add(call)
    this.wake()
  }

  release(call) {
    const ran = Object.values(this.running).some((calls) => calls.delete(call))
    this.wake()
    return ran
  }

  wake() {
    for (const wake of this.waiting.splice(0)) wake()
  }
}

// OpenCode reads `opencode.json` and `.opencode` of a worktree a second time, past OPENCODE_DISABLE_PROJECT_CONFIG, when a
// directory's first turn begins: its plugins would run in this server. Two walls stand against that.
const CONFIG = path.join(process.env.XDG_CONFIG_HOME ?? path.join(process.env.HOME, ".config"), "opencode")
const OWN = (JSON.parse(process.env.OPENCODE_CONFIG_CONTENT ?? "{}").plugin ?? []).map((url) => new URL(url).pathname)
const worktrees = new Set()

// The first: that reader looks whether the directory is the folder of the global configuration, which has nothing more to
// be read, by resolving one path right after the other. For a worktree it is told so.
const resolve = path.resolve
let before = null
path.resolve = (...parts) => {
  const found = resolve(...parts)
  const answer = before !== null && parts.length === 1 && found === CONFIG ? before : found
  before = parts.length === 1 && worktrees.has(found) ? found : null
  return answer
}

// The second: whatever way a file of a worktree or a package is named, this server loads no code but its own.
const literally = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
Bun.plugin({
  name: "own-code-only",
  setup(build) {
    build.onLoad({ filter: new RegExp(`^(?!/\\$bunfs/|(?:${OWN.map(literally).join("|")})$)`) }, ({ path: file }) => {
      throw new Error(`${file} is no code of this server and is not loaded.`)
    })
  },
})

const READERS = new Set(["read", "glob", "grep", "list"])
const FILE_TOOLS = new Set(["read", "write", "edit", "multiedit", "patch", "apply_patch", "glob", "grep", "list"])
// A worktree has conversations at once and one after another, and providers that number the calls of each from 0.
const callOf = ({ sessionID, callID }) => `${sessionID} ${callID}`
const kindOf = (tool) => (FILE_TOOLS.has(tool) ? "file" : tool === "bash" ? "command" : null)

export const Guard = async ({ directory }) => {
  worktrees.add(resolve(directory))
  const turns = new Turns()
  const told = new Set()

  function check(tool, args) {
    const root = fs.realpathSync(directory)
    // The skills of the session's own agent may be read; they are outside of the worktree, and nobody writes there.
    const roots = READERS.has(tool) ? [root, path.join(process.env.ORCHESTRATOR_OUTFITS, path.basename(directory), "skills")] : [root]
    const inside = (file) => {
      const real = follow(file)
      if (!roots.some((one) => real === one || real.startsWith(one + path.sep)))
        throw new Error(`${file} leads to ${real}, which is outside this session's worktree. Work inside ${directory}.`)
      plain(real)
    }
    for (const name of named(args)) {
      // The kernel follows a link before it goes up, a path's text says otherwise: what is checked must be what is used.
      if (name.split(/[\\/]/).includes(".."))
        throw new Error(`${name} goes up with "..": name the file by its path from ${directory}.`)
      inside(path.resolve(directory, name))
      if (tool === "read") instructions(path.resolve(directory, name), path.resolve(directory)).forEach(inside)
    }
  }

  return {
    "tool.execute.before": async (input, output) => {
      // OpenCode reads every file that a subagent's prompt mentions by "@", without asking for any permission.
      if (input.tool === "task" && typeof output.args?.prompt === "string")
        output.args.prompt = output.args.prompt.replace(/(?<![\w`])@/g, "`@")
      const kind = kindOf(input.tool)
      if (kind !== null)
        await turns.begin(kind, callOf(input), () => kind === "file" && check(input.tool, output.args))
    },
    "tool.execute.after": async (input) => {
      if (kindOf(input.tool) !== null) turns.end(callOf(input))
    },
    event: async ({ event }) => {
      const part = event.type === "message.part.updated" ? event.properties.part : null
      if (part?.type !== "tool" || !["completed", "error"].includes(part.state?.status) || told.has(part.id)) return
      told.add(part.id)
      if (kindOf(part.tool) !== null) turns.told(callOf(part))
    },
  }
}
