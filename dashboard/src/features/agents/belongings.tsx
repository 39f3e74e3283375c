import type { AgentVersion } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { Facts, Panel } from "@/ui/panel";

type Definition = AgentVersion["definition"];
type Server = NonNullable<Definition["mcp"]>[string];

/** The servers, skills and subagents that come with it into its sessions. */
export function Belongings({ mcp = {}, skills = [], subagents = [] }: Definition) {
  const facts: [string, React.ReactNode][] = [
    ...Object.entries(mcp).map(([name, server]): [string, React.ReactNode] => [
      `Server ${unhidden(name)}`,
      <span key={name} className="numbers break-all">
        {unhidden(whereOf(server))}
      </span>,
    ]),
    ...skills.map(({ name, description, files = {} }): [string, React.ReactNode] => [
      `Skill ${unhidden(name)}`,
      unhidden(description) + besides(Object.keys(files).length),
    ]),
    ...subagents.map(({ name, version }): [string, React.ReactNode] => [
      `Subagent ${unhidden(name)}`,
      <span key={name} className="numbers">
        v{version}
      </span>,
    ]),
  ];
  return (
    <Panel title="Brings" note="MCP servers, skills and subagents">
      <div className="px-3 py-2">
        {facts.length === 0 ? <p className="text-ink-soft">Nothing besides its words.</p> : <Facts facts={facts} />}
      </div>
    </Panel>
  );
}

function whereOf(server: Server): string {
  const where = server.type === "remote" ? server.url : server.command.join(" ");
  return server.enabled === false ? `${where} (switched off)` : where;
}

function besides(files: number): string {
  if (files === 0) return "";
  return files === 1 ? " (1 file beside it)" : ` (${files} files beside it)`;
}
