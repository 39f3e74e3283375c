import { Eye } from "lucide-react";
import type { ListingVersionItem, Proved, Score } from "@/api/market";
import { unhidden } from "@/lib/hidden";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState } from "@/ui/panels";
import { Rating, SureBar } from "./rating";

interface Row {
  capability: string;
  score: Score;
}

const SCORES: Column<Row>[] = [
  { id: "can", header: "Capability", width: "minmax(8rem, 1fr)", cell: ({ capability }) => capability },
  { id: "proved", header: "Sure", width: "10rem", align: "right", cell: ({ score }) => <Rating score={score} /> },
  { id: "bar", header: "Share", width: "minmax(6rem, 1fr)", from: 640, cell: ({ score }) => <SureBar score={score} /> },
];

/** Overall and by capability, as far as it may be told. */
export function ProvedTab({ rating: { overall, by_capability } }: { rating: Proved }) {
  if (!overall) {
    return (
      <EmptyState title="Not enough is proved yet">
        A rating is shown from 30 outcomes on that the orchestrator verified, of three tenants besides its publisher.
      </EmptyState>
    );
  }
  const rows = [
    { capability: "Overall", score: overall },
    ...Object.entries(by_capability).map(([capability, score]) => ({ capability, score })),
  ];
  return (
    <DataTable
      label="What it proved"
      rows={rows}
      rowKey={({ capability }) => capability}
      columns={SCORES}
      onOpen={nothingMore}
      card={({ capability, score }) => (
        <span className="flex items-center gap-2">
          <span className="min-w-0 grow truncate font-medium">{capability}</span>
          <Rating score={score} />
        </span>
      )}
    />
  );
}

/** A row has everything that there is to see. */
function nothingMore(): void {}

interface VersionsProps {
  versions: readonly ListingVersionItem[];
  shown: string;
  onOpen(version: ListingVersionItem): void;
}

/** A version never changes; each begins with nothing proved. */
export function VersionsTab({ versions, shown, onOpen }: VersionsProps) {
  const name = (one: ListingVersionItem) => (
    <span className="flex items-center gap-2 font-medium">
      <span className="numbers">{one.version}</span>
      {one.version === shown && (
        <Badge tone="busy" icon={Eye}>
          shown
        </Badge>
      )}
    </span>
  );
  return (
    <DataTable
      label="Versions"
      rows={versions}
      rowKey={({ version }) => version}
      columns={[
        { id: "version", header: "Version", width: "minmax(9rem, 1fr)", cell: name },
        { id: "status", header: "Status", width: "minmax(9rem, 2fr)", cell: (one) => <Status version={one} /> },
        {
          id: "proved",
          header: "Proved",
          width: "9rem",
          align: "right",
          cell: ({ rating }) => <Rating score={rating.overall} />,
        },
        {
          id: "published",
          header: "Published",
          width: "5.5rem",
          align: "right",
          cell: ({ published_at }) => <RelativeTime at={published_at} />,
        },
      ]}
      onOpen={onOpen}
      card={(one) => (
        <span className="flex items-center gap-2">
          {name(one)}
          <Status version={one} />
          <span className="ml-auto">
            <Rating score={one.rating.overall} />
          </span>
        </span>
      )}
    />
  );
}

function Status({ version: { status, reason } }: { version: ListingVersionItem }) {
  const tones = { active: "good", deprecated: "attention", deleted: "bad" } as const;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Badge tone={tones[status]}>{status}</Badge>
      <span className="min-w-0 truncate text-xs text-ink-soft">{reason && unhidden(reason)}</span>
    </span>
  );
}
