import { Eye } from "lucide-react";
import type { AgentVersion } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { Money, RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { Mean, Sure, TierBadge } from "./proved";

interface VersionsProps {
  versions: readonly AgentVersion[];
  /** The number of the one that the page is about. */
  shown: number;
  onOpen(version: AgentVersion): void;
}

/** What each of them proved: a version never changes, and a session stays with the one that it began with. */
export function Versions({ versions, shown, onOpen }: VersionsProps) {
  return (
    <DataTable
      label="Versions"
      rows={versions}
      rowKey={({ id }) => id}
      columns={columnsFor(shown)}
      onOpen={onOpen}
      card={(version) => (
        <span className="flex min-w-0 flex-col gap-1">
          <span className="flex items-center gap-2">
            <Name version={version} isShown={version.number === shown} />
            <span className="ml-auto">
              <TierBadge record={version.performance.overall} />
            </span>
          </span>
          <span className="flex items-center gap-2 text-xs text-ink-soft">
            <span>
              mean <Mean record={version.performance.overall} />, sure of <Sure record={version.performance.overall} />
            </span>
            <span className="ml-auto">
              <RelativeTime at={version.created_at} />
            </span>
          </span>
        </span>
      )}
    />
  );
}

function Name({ version, isShown }: { version: AgentVersion; isShown: boolean }) {
  return (
    <span className="flex items-center gap-2 font-medium">
      Version {version.number}
      {isShown && (
        <Badge tone="busy" icon={Eye}>
          shown
        </Badge>
      )}
    </span>
  );
}

const dash = <span className="text-ink-faint">–</span>;

function columnsFor(shown: number): Column<AgentVersion>[] {
  return [
    {
      id: "number",
      header: "Version",
      width: "minmax(9rem, 1fr)",
      cell: (version) => <Name version={version} isShown={version.number === shown} />,
    },
    {
      id: "tier",
      header: "Tier",
      width: "11rem",
      cell: ({ performance }) => <TierBadge record={performance.overall} />,
    },
    right("Mean", "5rem", ({ performance }) => <Mean record={performance.overall} />),
    right("Sure", "5rem", ({ performance }) => <Sure record={performance.overall} />),
    right("Sessions", "5.5rem", ({ performance }) => <span className="numbers">{performance.sessions}</span>, 700),
    right(
      "Mean cost",
      "6rem",
      ({ performance: { mean_cost_micro_usd: cost } }) => (cost === null ? dash : <Money microUsd={cost} />),
      780,
    ),
    right(
      "Mean time",
      "6rem",
      ({ performance: { mean_seconds: seconds } }) =>
        seconds === null ? dash : <span className="numbers">{duration(seconds)}</span>,
      860,
    ),
    {
      id: "model",
      header: "Model",
      width: "minmax(6rem, 1fr)",
      from: 940,
      cell: ({ definition: { model } }) => (model ? <Mono text={unhidden(model)} /> : dash),
    },
    right("Made", "5rem", ({ created_at }) => <RelativeTime at={created_at} />),
  ];
}

function right(header: string, width: string, cell: Column<AgentVersion>["cell"], from?: number): Column<AgentVersion> {
  return { id: header, header, width, align: "right", from, cell };
}
