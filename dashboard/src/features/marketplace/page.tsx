import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { CircleCheck } from "lucide-react";
import { type Install, type Listing, marketQueries } from "@/api/market";
import { unhidden } from "@/lib/hidden";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { Filters } from "./filters";
import { Rating } from "./rating";
import { filtersOf, isNarrowed } from "./search";

const route = getRouteApi("/shell/market");

interface Row {
  listing: Listing;
  install: Install | undefined;
}

function Market() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const found = useInfiniteQuery(marketQueries.search(filtersOf(search)));
  const installs = useQuery(marketQueries.installs());
  const listings = useRows(found);
  const more = useMore(found);
  const rows = listings?.map((listing) => ({ listing, install: installedOf(listing, installs.data) }));
  return (
    <Page title="Marketplace" note="agents that tenants offer each other, rated by what was verified">
      <Filters search={search} />
      <Loaded query={{ ...found, data: rows }} label="listings">
        {(all) =>
          all.length > 0 ? (
            <DataTable
              label="Listings"
              rows={all}
              rowKey={({ listing }) => listing.id}
              columns={COLUMNS}
              hasMore={found.hasNextPage}
              onEnd={more}
              onOpen={({ listing }) => void navigate(pageOf(listing))}
              card={(row) => <Card row={row} />}
            />
          ) : (
            <EmptyState
              title={isNarrowed(search) ? "No listing matches" : "Nothing is offered yet"}
              action={isNarrowed(search) && <Button onClick={() => void navigate({ to: "/market" })}>Show all</Button>}
            >
              An agent is offered by its publisher: <code className="numbers">orchestrator market publish</code>
            </EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}

function installedOf(listing: Listing, installs: readonly Install[] | undefined): Install | undefined {
  return installs?.find((one) => one.listing === listing.name && one.status === "installed");
}

function pageOf({ namespace, agent }: Listing) {
  return { to: "/market/$namespace/$agent", params: { namespace, agent }, search: {} } as const;
}

const COLUMNS: Column<Row>[] = [
  { id: "listing", header: "Listing", width: "minmax(14rem, 3fr)", cell: (row) => <Name row={row} /> },
  { id: "state", header: "Here", width: "9rem", cell: (row) => <Here row={row} /> },
  {
    id: "proved",
    header: "Proved",
    width: "9rem",
    align: "right",
    cell: ({ listing }) => <Rating score={listing.rating?.overall} />,
  },
  {
    id: "can",
    header: "Capabilities",
    width: "minmax(8rem, 2fr)",
    from: 860,
    cell: ({ listing }) => <span className="text-xs text-ink-soft">{listing.capabilities.join(", ") || "–"}</span>,
  },
  { id: "kind", header: "Kind", width: "6rem", from: 760, cell: ({ listing }) => listing.kind },
  {
    id: "updated",
    header: "Updated",
    width: "5.5rem",
    align: "right",
    from: 700,
    cell: ({ listing }) => <RelativeTime at={listing.updated_at} />,
  },
];

function Name({ row: { listing } }: { row: Row }) {
  return (
    <span className="flex min-w-0 items-center gap-2" title={unhidden(listing.description)}>
      <Link {...pageOf(listing)} className="font-medium hover:underline">
        {listing.name}
      </Link>
      <span className="numbers text-2xs text-ink-faint">{listing.latest ?? "–"}</span>
      {listing.own && <Badge tone="muted">yours</Badge>}
      <span className="min-w-0 truncate text-xs text-ink-faint">{unhidden(listing.description)}</span>
    </span>
  );
}

function Here({ row: { listing, install } }: { row: Row }) {
  if (!install) return <span className="text-xs text-ink-faint">–</span>;
  const isLatest = install.version === listing.latest;
  return (
    <Badge tone={isLatest ? "good" : "attention"} icon={CircleCheck}>
      {isLatest ? "installed" : `installed ${install.version}`}
    </Badge>
  );
}

function Card({ row }: { row: Row }) {
  const { listing } = row;
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <Link {...pageOf(listing)} className="truncate font-medium hover:underline">
          {listing.name}
        </Link>
        <span className="ml-auto">
          <Rating score={listing.rating?.overall} />
        </span>
      </span>
      <span className="truncate text-2xs text-ink-faint">{unhidden(listing.description)}</span>
      <Here row={row} />
    </span>
  );
}

export const page = createLazyRoute("/shell/market")({ component: Market });
