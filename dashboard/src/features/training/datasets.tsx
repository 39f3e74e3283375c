import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type Dataset, datasetQueries, datasets as deeds } from "@/api/datasets";
import { useWhyNot } from "@/api/me";
import { unhidden } from "@/lib/hidden";
import { datasetPage } from "@/lib/links";
import { count, exactly } from "@/lib/money";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { EmptyState, Loaded } from "@/ui/panels";
import { useDeed } from "@/ui/use-deed";

/** The tenant's datasets, the newest first, and whether its work may become one. */
export function Datasets() {
  const whyNot = useWhyNot("datasets:read");
  if (whyNot !== null) return <EmptyState title="Not for your role">{whyNot}</EmptyState>;
  return (
    <>
      <Consent />
      <List />
    </>
  );
}

function Consent() {
  const consent = useQuery(datasetQueries.consent());
  const whyNot = useWhyNot("training:consent");
  const [isBusy, run] = useDeed();
  if (!consent.data) return null;
  const { granted, changed_by } = consent.data;
  return (
    <p className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2 text-xs">
      <Badge tone={granted ? "good" : "attention"}>{granted ? "agreed" : "not agreed"}</Badge>
      <span className="text-ink-soft">
        {granted
          ? `This tenant's verified work may become training data${changed_by ? `, said ${unhidden(changed_by)}` : ""}.`
          : "Nothing of this tenant's work becomes training data until an ADMIN agrees."}
      </span>
      <Button
        size="small"
        className="ml-auto"
        isBusy={isBusy}
        whyNot={whyNot}
        onClick={() => void run(() => deeds.agree(!granted), granted ? "It is taken back." : "It is agreed.")}
      >
        {granted ? "Take it back" : "Agree"}
      </Button>
    </p>
  );
}

function List() {
  const navigate = useNavigate();
  const found = useInfiniteQuery(datasetQueries.list());
  const rows = useRows(found);
  const more = useMore(found);
  return (
    <Loaded query={{ ...found, data: rows }} label="datasets">
      {(all) =>
        all.length > 0 ? (
          <DataTable
            label="Datasets"
            rows={all}
            rowKey={({ id }) => id}
            columns={COLUMNS}
            hasMore={found.hasNextPage}
            onEnd={more}
            onOpen={({ id }) => void navigate(datasetPage(id))}
            card={(dataset) => <Card dataset={dataset} />}
          />
        ) : (
          <EmptyState title="No dataset yet">
            A LEAD makes one of verified work: <code className="numbers">orchestrator datasets create</code>
          </EmptyState>
        )
      }
    </Loaded>
  );
}

const COLUMNS: Column<Dataset>[] = [
  { id: "name", header: "Dataset", width: "minmax(10rem, 2fr)", cell: (dataset) => <Name dataset={dataset} /> },
  { id: "train", header: "To train", width: "6rem", align: "right", cell: (one) => exactly(one.train_rows) },
  { id: "heldout", header: "Held out", width: "6rem", align: "right", cell: (one) => exactly(one.heldout_rows) },
  {
    id: "pairs",
    header: "Pairs",
    width: "5rem",
    align: "right",
    from: 640,
    cell: (one) => exactly(one.preference_rows),
  },
  { id: "tokens", header: "Tokens", width: "6rem", align: "right", from: 700, cell: (one) => count(one.tokens) },
  {
    id: "digest",
    header: "Digest",
    width: "minmax(7rem, 1fr)",
    from: 860,
    cell: ({ id }) => <Mono text={id.slice(0, 16)} />,
  },
  { id: "made", header: "Made", width: "5.5rem", align: "right", cell: (one) => <RelativeTime at={one.created_at} /> },
];

function Name({ dataset }: { dataset: Dataset }) {
  return (
    <Link {...datasetPage(dataset.id)} className="truncate font-medium hover:underline">
      {unhidden(dataset.name)}
    </Link>
  );
}

function Card({ dataset }: { dataset: Dataset }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Name dataset={dataset} />
      <span className="numbers ml-auto text-2xs text-ink-faint">{`${exactly(dataset.train_rows)} rows`}</span>
    </span>
  );
}
