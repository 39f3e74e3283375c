import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queries, type SessionFilters } from "@/api/queries";
import { rowsOf } from "@/api/session-list";
import { STAGES, type Status } from "@/lib/status";
import { ErrorPanel, Skeleton } from "@/ui/panels";
import { VirtualList } from "@/ui/virtual-list";
import { SessionCard } from "./table";

/** The sessions by how far they are. Each column is a list of its own, so that what is old and still at work is seen too. */
export function Board({ filters }: { filters: SessionFilters }) {
  return (
    <div className="flex min-h-0 grow snap-x snap-mandatory gap-px overflow-x-auto bg-line md:snap-none">
      {STAGES.map(({ name, statuses }) => (
        <Column key={name} name={name} statuses={statuses} filters={filters} />
      ))}
    </div>
  );
}

function Column({ name, statuses, filters }: { name: string; statuses: Status[]; filters: SessionFilters }) {
  const wanted = statuses.filter((status) => !filters.status || filters.status.includes(status));
  const list = useInfiniteQuery({
    ...queries.sessions({ ...filters, status: wanted }),
    enabled: wanted.length > 0,
  });
  const rows = useMemo(() => (wanted.length > 0 ? rowsOf(list.data) : []), [list.data, wanted.length]);
  const more = () => {
    if (list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage();
  };
  return (
    <section
      aria-label={name}
      className="flex w-[85vw] shrink-0 snap-start flex-col bg-ground md:w-auto md:min-w-52 md:grow md:basis-0"
    >
      <h2 className="label-caps flex h-8 shrink-0 items-center border-b border-line px-3 text-ink-soft">
        <span className="grow">{name}</span>
        <span className="numbers">{`${rows.length}${list.hasNextPage ? "+" : ""}`}</span>
      </h2>
      {list.isLoading && <Skeleton rows={4} label={`Loading ${name}`} />}
      {list.isError && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      <VirtualList
        label={name}
        rows={rows}
        rowKey={({ id }) => id}
        estimatedHeight={88}
        onEnd={more}
        className="p-1.5"
        render={(session) => (
          <div className="mb-1.5 border border-line bg-panel px-2.5 py-2 hover:border-line-strong">
            <SessionCard session={session} />
          </div>
        )}
      />
    </section>
  );
}
