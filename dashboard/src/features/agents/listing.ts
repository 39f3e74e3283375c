/** Which agents are in the list, and in which order. All of a tenant's are here, so that nobody has to be asked. */
import type { AgentListed } from "@/api/agents";
import type { AgentsSearch } from "./search";

export interface AgentRow {
  agent: AgentListed;
  /** Sessions that wait for it or are at work; undefined before it is known. */
  live: number | undefined;
}

export function rowsFor(
  agents: readonly AgentListed[],
  load: ReadonlyMap<string, number> | undefined,
  search: AgentsSearch,
): AgentRow[] {
  const rows = agents
    .filter((agent) => isWanted(agent, search))
    .map((agent) => ({ agent, live: load?.get(agent.name) }));
  if (search.by === "proved") return rows.sort((one, other) => sureOf(other) - sureOf(one));
  if (search.by === "load") return rows.sort((one, other) => (other.live ?? 0) - (one.live ?? 0));
  return rows;
}

function isWanted({ name, enabled, version: { definition } }: AgentListed, { q, can, state }: AgentsSearch): boolean {
  const text = `${name} ${definition.description} ${definition.model ?? ""}`.toLowerCase();
  return (
    (q === undefined || text.includes(q.toLowerCase())) &&
    (can === undefined || capabilitiesOf(definition).includes(can)) &&
    (state === undefined || enabled === (state === "on"))
  );
}

function sureOf({ agent }: AgentRow): number {
  const { n, lower_bound } = agent.version.performance.overall;
  return n === 0 ? 0 : lower_bound;
}

export function capabilitiesOf({ capabilities }: { capabilities?: string[] }): string[] {
  return capabilities ?? [];
}

/** All that any of them is good at, each once. */
export function allCapabilities(agents: readonly AgentListed[]): string[] {
  return [...new Set(agents.flatMap(({ version }) => capabilitiesOf(version.definition)))].sort();
}
