// What the agent of a session brings beside its words: its subagents and its skills, for the directory it works in alone.
import fs from "node:fs"
import path from "node:path"

function read(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"))
  } catch (problem) {
    if (problem.code === "ENOENT") return null
    throw problem
  }
}

export const Outfit = async ({ directory }) => ({
  // OpenCode hands over the configuration of one directory, before anything of it is used there.
  config: async (config) => {
    const folder = path.join(process.env.ORCHESTRATOR_OUTFITS, path.basename(directory))
    const outfit = read(path.join(folder, "outfit.json"))
    if (outfit === null) return
    config.agent = { ...config.agent, ...outfit.agent }
    config.skills = { paths: [path.join(folder, "skills")] }
  },
})
