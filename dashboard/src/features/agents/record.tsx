import type { AgentVersion, ProvedRecord } from "@/api/agents";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/panels";
import { Mean, Sure, SureBar, TierBadge } from "./proved";

interface Row {
  capability: string;
  record: ProvedRecord;
}

const COLUMNS: Column<Row>[] = [
  { id: "can", header: "Capability", width: "minmax(8rem, 1fr)", cell: ({ capability }) => capability },
  { id: "tier", header: "Tier", width: "11rem", cell: ({ record }) => <TierBadge record={record} /> },
  count("Succeeded", ({ successes }) => successes),
  count("Failed", ({ failures }) => failures),
  { id: "mean", header: "Mean", width: "5rem", align: "right", cell: ({ record }) => <Mean record={record} /> },
  { id: "sure", header: "Sure", width: "5rem", align: "right", cell: ({ record }) => <Sure record={record} /> },
  {
    id: "bar",
    header: "Share",
    width: "minmax(6rem, 1fr)",
    from: 760,
    cell: ({ record }) => <SureBar record={record} />,
  },
];

function count(header: string, of: (record: ProvedRecord) => number): Column<Row> {
  const cell = ({ record }: Row) => <span className="numbers">{of(record)}</span>;
  return { id: header, header, width: "6rem", align: "right", from: 640, cell };
}

/** Overall and by capability, as routing sees it. */
export function RecordTab({ version: { number, performance } }: { version: AgentVersion }) {
  if (performance.overall.n === 0) {
    return (
      <EmptyState title="Nothing is proved yet">
        {performance.sessions === 0
          ? `No session of version ${number} has ended. Routing tries new agents now and then.`
          : `Sessions of version ${number} have ended, but none was judged: verified, or accepted, rejected or rated by a person.`}
      </EmptyState>
    );
  }
  const rows = [
    { capability: "Overall", record: performance.overall },
    ...Object.entries(performance.by_capability).map(([capability, record]) => ({ capability, record })),
  ];
  return (
    <DataTable
      label="What it proved"
      rows={rows}
      rowKey={({ capability }) => capability}
      columns={COLUMNS}
      onOpen={nothingMore}
      card={({ capability, record }) => (
        <span className="flex min-w-0 flex-col gap-1.5">
          <span className="flex items-center gap-2">
            <span className="min-w-0 grow truncate font-medium">{capability}</span>
            <TierBadge record={record} />
          </span>
          <span className="text-xs text-ink-soft">
            mean <Mean record={record} />, sure of <Sure record={record} />
          </span>
          <SureBar record={record} />
        </span>
      )}
    />
  );
}

/** A row has everything that there is to see. */
function nothingMore(): void {}
