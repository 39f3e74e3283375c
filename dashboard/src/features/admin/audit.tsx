import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type AuditEntry, adminQueries } from "@/api/admin";
import { moment } from "@/lib/time";
import { RelativeTime } from "@/ui/amounts";
import type { Column } from "@/ui/data-table";
import { Dialog } from "@/ui/dialog";
import { Mono } from "@/ui/mono";
import { Facts } from "@/ui/panel";
import { EmptyState } from "@/ui/panels";
import { AuditFilters } from "./audit-filters";
import { AuditVerdict } from "./audit-verdict";
import { agoColumn, monoColumn } from "./columns";
import { Card, Records } from "./records";
import type { AdminSearch } from "./search";

const route = getRouteApi("/shell/admin/$section");

const COLUMNS: Column<AuditEntry>[] = [
  monoColumn("No.", ({ number }) => String(number), { width: "4.5rem", align: "right" }),
  agoColumn("When", ({ at }) => at, { width: "5rem" }),
  {
    id: "action",
    header: "Action",
    width: "minmax(9rem, 1fr)",
    cell: ({ action }) => <span className="font-medium">{action}</span>,
  },
  { id: "actor", header: "Actor", width: "minmax(9rem, 1fr)", cell: (row) => <Actor entry={row} /> },
  monoColumn("Target", ({ target }) => target, { from: 700 }),
  monoColumn("Change", changeOf, { width: "minmax(9rem, 2fr)", from: 900 }),
];

export function Audit() {
  const { open, sort, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const narrow = (change: Partial<AdminSearch>) =>
    void navigate({
      to: "/admin/$section",
      params: { section: "audit" },
      search: (now: AdminSearch) => ({ ...now, ...change }),
      replace: true,
    });
  const { actor, action, target } = filters;
  const query = useInfiniteQuery(adminQueries.audit({ actor, action, target, order: sort }));
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const entry = rows.find(({ number }) => String(number) === open);
  const isNarrowed = Boolean(actor || action || target);
  return (
    <>
      <AuditVerdict />
      <AuditFilters filters={{ actor, action, target, sort }} isNarrowed={isNarrowed} onChange={narrow} />
      <Records
        label="Audit log"
        query={query}
        rows={rows}
        rowKey={({ number }) => String(number)}
        columns={COLUMNS}
        card={(row) => (
          <Card
            head={
              <>
                <span className="min-w-0 grow truncate">{row.action}</span> <RelativeTime at={row.at} />
              </>
            }
            tail={`${row.actor_name ?? row.actor} → ${row.target}`}
          />
        )}
        onOpen={({ number }) => narrow({ open: String(number) })}
        empty={
          <EmptyState title={isNarrowed ? "No entry matches" : "Nothing yet"}>
            {isNarrowed
              ? "A filter has to be the whole word, such as key.create."
              : "Whoever changes something here, or signs in, leaves an entry."}
          </EmptyState>
        }
      />
      {entry && <Entry entry={entry} onClose={() => narrow({ open: undefined })} />}
    </>
  );
}

function Entry({ entry, onClose }: { entry: AuditEntry; onClose(): void }) {
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      place="right"
      title={`${entry.action}, entry ${entry.number}`}
    >
      <Facts
        facts={[
          ["When", moment(entry.at)],
          ...(entry.actor_name === null ? [] : ([["Actor's name", entry.actor_name]] as [string, string][])),
          ["Actor", <Mono key="actor" text={entry.actor} isBroken />],
          ["Target", <Mono key="target" text={entry.target} isBroken />],
          ["Request", <Mono key="request" text={entry.request_id} isBroken />],
          ["Hash", <Mono key="hash" text={entry.hash} isBroken />],
        ]}
      />
      <Content title="Before" value={entry.before} />
      <Content title="After" value={entry.after} />
    </Dialog>
  );
}

/** By name where there is one; the filter takes what the title says. */
function Actor({ entry: { actor, actor_name } }: { entry: AuditEntry }) {
  return actor_name === null ? <Mono text={actor} /> : <span title={actor}>{actor_name}</span>;
}

function Content({ title, value }: { title: string; value: unknown }) {
  return (
    <section className="mt-4">
      <h3 className="label-caps mb-1 text-ink-faint">{title}</h3>
      {value === null ? (
        <p className="text-ink-soft">Nothing.</p>
      ) : (
        <pre className="numbers border border-line bg-ground p-2 text-xs break-words whitespace-pre-wrap">
          {JSON.stringify(value, null, 2)}
        </pre>
      )}
    </section>
  );
}

/** "role MEMBER → LEAD", one name after the other. */
function changeOf({ before, after }: AuditEntry): string {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return names
    .filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]))
    .map((name) => {
      const [was, is] = [before?.[name], after?.[name]];
      return before && after ? `${name} ${wordOf(was)} → ${wordOf(is)}` : `${name} ${wordOf(is ?? was)}`;
    })
    .join(", ");
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}
