import { useNavigate } from "@tanstack/react-router";
import type { AgentListed } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { agentPage } from "@/lib/links";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { AgentLink } from "./agent-link";
import { AgentSwitch } from "./agent-switch";
import { type AgentRow, capabilitiesOf } from "./listing";
import { loadOf } from "./numbers";
import { Mean, Sure, SureBar, TierBadge } from "./proved";

const recordOf = ({ agent }: AgentRow) => agent.version.performance.overall;
const loadOfRow = ({ agent, live }: AgentRow) => loadOf(live, agent.version.definition.limits.max_concurrent_sessions);

const COLUMNS: Column<AgentRow>[] = [
  { id: "on", header: "Takes work", width: "7rem", cell: ({ agent }) => <AgentSwitch agent={agent} /> },
  { id: "agent", header: "Agent", width: "minmax(11rem, 2fr)", cell: ({ agent }) => <Name agent={agent} /> },
  { id: "tier", header: "Tier", width: "11rem", cell: (row) => <TierBadge record={recordOf(row)} /> },
  {
    id: "mean",
    header: "Mean",
    width: "5rem",
    align: "right",
    from: 760,
    cell: (row) => <Mean record={recordOf(row)} />,
  },
  { id: "sure", header: "Sure", width: "5rem", align: "right", cell: (row) => <Sure record={recordOf(row)} /> },
  { id: "bar", header: "Share", width: "6rem", from: 1100, cell: (row) => <SureBar record={recordOf(row)} /> },
  {
    id: "can",
    header: "Capabilities",
    width: "minmax(8rem, 2fr)",
    from: 860,
    cell: ({ agent }) => <Capabilities agent={agent} />,
  },
  {
    id: "model",
    header: "Model",
    width: "minmax(6rem, 1fr)",
    from: 1000,
    cell: ({ agent }) => <Model agent={agent} />,
  },
  {
    id: "load",
    header: "At work",
    width: "5.5rem",
    align: "right",
    cell: (row) => <span className="numbers">{loadOfRow(row)}</span>,
  },
];

function Name({ agent }: { agent: AgentListed }) {
  const { description } = agent.version.definition;
  return (
    <span className="flex min-w-0 items-center gap-2" title={unhidden(description)}>
      <AgentLink id={agent.id} name={agent.name} />
      <span className="numbers text-2xs text-ink-faint">v{agent.version.number}</span>
      {agent.built_in && <Badge tone="muted">built in</Badge>}
      <span className="min-w-0 truncate text-xs text-ink-faint">{unhidden(description)}</span>
    </span>
  );
}

function Capabilities({ agent }: { agent: AgentListed }) {
  const text = capabilitiesOf(agent.version.definition).join(", ");
  return (
    <span className="text-xs text-ink-soft" title={text}>
      {text || "–"}
    </span>
  );
}

function Model({ agent }: { agent: AgentListed }) {
  const { model } = agent.version.definition;
  return model ? <Mono text={unhidden(model)} /> : <span className="text-xs text-ink-faint">the default</span>;
}

export function AgentTable({ rows }: { rows: readonly AgentRow[] }) {
  const navigate = useNavigate();
  return (
    <DataTable
      label="Agents"
      rows={rows}
      rowKey={({ agent }) => agent.id}
      columns={COLUMNS}
      onOpen={({ agent }) => void navigate(agentPage(agent.id))}
      card={(row) => <Card row={row} />}
    />
  );
}

function Card({ row }: { row: AgentRow }) {
  const { agent } = row;
  return (
    <span className="flex min-w-0 items-center gap-3">
      <span className="flex min-w-0 grow flex-col gap-0.5">
        <span className="flex min-w-0 items-center gap-2">
          <AgentLink id={agent.id} name={agent.name} />
          <span className="numbers text-2xs text-ink-faint">v{agent.version.number}</span>
        </span>
        <span className="flex items-center gap-2 text-xs">
          <TierBadge record={recordOf(row)} />
          <span className="whitespace-nowrap text-ink-faint">
            sure <Sure record={recordOf(row)} />
          </span>
        </span>
        <span className="truncate text-2xs text-ink-faint">
          {`${loadOfRow(row)} at work · ${capabilitiesOf(agent.version.definition).join(", ")}`}
        </span>
      </span>
      <AgentSwitch agent={agent} />
    </span>
  );
}
