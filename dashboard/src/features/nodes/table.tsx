import { CircleDot, HardDrive, LogOut, Unplug } from "lucide-react";
import type { Node } from "@/api/nodes";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Slots } from "./slots";

const STATES = {
  live: { label: "Live", tone: "good", icon: CircleDot },
  draining: { label: "Draining", tone: "attention", icon: LogOut },
  dead: { label: "Dead", tone: "bad", icon: Unplug },
} as const;

export function NodeState({ node }: { node: Node }) {
  const { label, tone, icon } = STATES[node.state];
  return (
    <Badge tone={tone} icon={icon}>
      {label}
    </Badge>
  );
}

export function Disk({ node }: { node: Node }) {
  if (!node.disk_full) return <span className="text-ink-soft">has room</span>;
  return (
    <Badge tone="bad" icon={HardDrive}>
      Full
    </Badge>
  );
}

export function Version({ version }: { version: string | null }) {
  if (version === null) return <span className="text-ink-faint">not told</span>;
  return <span className="numbers text-xs text-ink-soft">{version}</span>;
}

const COLUMNS: Column<Node>[] = [
  { id: "state", header: "State", width: "7rem", cell: (node) => <NodeState node={node} /> },
  {
    id: "hostname",
    header: "Node",
    width: "minmax(10rem, 2fr)",
    cell: (node) => <span className="font-medium">{node.hostname}</span>,
  },
  { id: "slots", header: "Slots", width: "minmax(12rem, 1fr)", cell: (node) => <Slots node={node} /> },
  {
    id: "runtimes",
    header: "Runtimes",
    width: "5.5rem",
    align: "right",
    from: 640,
    cell: (node) => <span className="numbers">{node.runtimes}</span>,
  },
  { id: "disk", header: "Disk", width: "6rem", from: 700, cell: (node) => <Disk node={node} /> },
  {
    id: "sandbox",
    header: "Sandbox",
    width: "7rem",
    from: 860,
    cell: (node) => <span className="numbers text-xs text-ink-soft">{node.sandbox}</span>,
  },
  {
    id: "version",
    header: "Version",
    width: "6rem",
    from: 920,
    cell: (node) => <Version version={node.version} />,
  },
  {
    id: "opencode",
    header: "OpenCode",
    width: "6rem",
    from: 1000,
    cell: (node) => <Version version={node.opencode_version} />,
  },
  {
    id: "heartbeat",
    header: "Heartbeat",
    width: "6rem",
    align: "right",
    cell: (node) => <RelativeTime at={node.heartbeat_at} />,
  },
  {
    id: "up",
    header: "Up for",
    width: "6rem",
    align: "right",
    from: 760,
    cell: (node) => (node.state === "dead" ? "–" : <RelativeTime at={node.started_at} />),
  },
];

export function NodeTable({ nodes, onOpen }: { nodes: readonly Node[]; onOpen(node: Node): void }) {
  return (
    <DataTable
      label="Nodes"
      rows={nodes}
      rowKey={({ id }) => id}
      columns={COLUMNS}
      onOpen={onOpen}
      card={(node) => (
        <span className="flex flex-col gap-1">
          <span className="flex items-center gap-2">
            <NodeState node={node} />
            <span className="min-w-0 grow truncate font-medium">{node.hostname}</span>
            <RelativeTime at={node.heartbeat_at} />
          </span>
          <Slots node={node} />
          <span className="numbers text-2xs text-ink-faint">
            {`orchestrator ${node.version ?? "not told"} · opencode ${node.opencode_version ?? "not told"}`}
          </span>
        </span>
      )}
    />
  );
}
