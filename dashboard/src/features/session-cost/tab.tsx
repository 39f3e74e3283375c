import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { components } from "@/api/schema";
import { count, exactly, money } from "@/lib/money";
import { useMore } from "@/lib/pages";
import type { Session } from "@/lib/session-tabs";
import { duration } from "@/lib/time";
import { turnNumber } from "@/lib/turns";
import { Money, RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Fact } from "@/ui/panel";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { byTurn, type Call, type TurnCost } from "./sums";

const refreshedBy = ["turn", "session", "checkpoint"];

const usage = (id: string) =>
  queryOptions({
    queryKey: ["usage", "session", id],
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/usage", { params: { query: { session_id: id, group_by: "model" } }, signal })),
    meta: { session: id, refreshedBy },
  });

const calls = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["usage", "calls", id],
    queryFn: ({ pageParam, signal }) => {
      const query = { kind: ["model_call" as const], limit: 500, cursor: pageParam ?? undefined };
      const params = { path: { session_id: id }, query };
      return bodyOf(api.GET("/api/v1/sessions/{session_id}/timeline", { params, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    meta: { session: id, refreshedBy },
  });

/** What the session cost: in all, against its budget, by turn and by model call. */
export default function Cost({ session }: { session: Session }) {
  const sums = useQuery(usage(session.id));
  const list = useInfiniteQuery(calls(session.id));
  const more = useMore(list);
  if (list.isPending) return <Skeleton label="Loading the model calls" />;
  if (list.isError && !list.data) return <ErrorPanel error={list.error} onRetry={() => list.refetch()} />;
  const rows = list.data.pages.flatMap(({ items }) => items);
  return (
    <div className="flex min-h-0 grow flex-col">
      <Totals session={session} totals={sums.data?.totals} />
      {rows.length === 0 ? (
        <EmptyState title="No model call yet">Each call is listed here when it is over.</EmptyState>
      ) : (
        <div className="flex min-h-0 grow flex-col lg:flex-row">
          <div className="flex min-h-0 shrink-0 flex-col border-line max-lg:h-40 lg:w-96 lg:border-r">
            <DataTable
              label={list.hasNextPage ? "Cost by turn, of the calls that are loaded" : "Cost by turn"}
              rows={byTurn(rows)}
              rowKey={({ key }) => key}
              columns={TURNS}
              onOpen={nothingMore}
            />
          </div>
          <DataTable
            label="Model calls"
            rows={rows}
            rowKey={({ id }) => id}
            columns={CALLS}
            onOpen={nothingMore}
            hasMore={list.hasNextPage}
            onEnd={more}
          />
        </div>
      )}
    </div>
  );
}

/** A row has everything that there is to see. */
function nothingMore(): void {}

type Sums = components["schemas"]["UsageSumsRead"];

function Totals({ session, totals }: { session: Session; totals: Sums | undefined }) {
  const { usage: used } = session;
  const tokens = used.input_tokens + used.output_tokens;
  return (
    <section aria-label="In all" className="shrink-0 border-b border-line bg-panel px-4 py-2 text-xs">
      <dl className="flex flex-wrap gap-x-6 gap-y-2">
        <Fact name="Cost">
          <Money microUsd={used.cost_micro_usd} />
          <Against limit={session.max_cost_micro_usd} used={used.cost_micro_usd} say={money} />
        </Fact>
        <Fact name="Tokens">
          {exactly(tokens)}
          <Against limit={session.max_tokens} used={tokens} say={count} />
        </Fact>
        {totals && <Details totals={totals} />}
      </dl>
    </section>
  );
}

function Details({ totals }: { totals: Sums }) {
  return (
    <>
      <Fact name="In">{exactly(totals.input_tokens)}</Fact>
      <Fact name="of them cached">{exactly(totals.cached_input_tokens)}</Fact>
      <Fact name="Out">{exactly(totals.output_tokens)}</Fact>
      <Fact name="of them reasoning">{exactly(totals.reasoning_tokens)}</Fact>
      <Fact name="Calls">
        {exactly(totals.requests)}
        {totals.estimated_requests > 0 && <Badge tone="attention">{`${totals.estimated_requests} estimated`}</Badge>}
        {totals.unpriced_requests > 0 && (
          <Badge tone="attention">{`${totals.unpriced_requests} without a price, not in the sum`}</Badge>
        )}
      </Fact>
    </>
  );
}

function Against({ limit, used, say }: { limit: number | null; used: number; say(value: number): string }) {
  if (limit === null) return <span className="text-ink-faint">no limit of its own</span>;
  const percent = limit === 0 ? 100 : Math.round((100 * used) / limit);
  return <span className={percent >= 80 ? "text-attention" : "text-ink-faint"}>{`${percent} % of ${say(limit)}`}</span>;
}

const number = (text: string | number) => <span className="numbers">{text}</span>;

const TURNS: Column<TurnCost>[] = [
  {
    id: "turn",
    header: "Turn",
    width: "1fr",
    cell: ({ turn }) => (turn === null ? "before the first" : `Turn ${turnNumber(turn)}`),
  },
  { id: "calls", header: "Calls", width: "4rem", align: "right", cell: ({ calls }) => number(calls) },
  { id: "in", header: "In", width: "5rem", align: "right", cell: ({ input }) => number(count(input)) },
  { id: "out", header: "Out", width: "5rem", align: "right", cell: ({ output }) => number(count(output)) },
  {
    id: "cost",
    header: "Cost",
    width: "5.5rem",
    align: "right",
    cell: ({ microUsd }) => <Money microUsd={microUsd} />,
  },
];

const CALLS: Column<Call>[] = [
  { id: "model", header: "Model", width: "minmax(9rem, 1fr)", cell: ({ label }) => label },
  {
    id: "turn",
    header: "Turn",
    width: "4rem",
    align: "right",
    cell: ({ turn }) => number(turn === null ? "" : turnNumber(turn)),
  },
  { id: "in", header: "In", width: "6rem", align: "right", cell: (call) => number(exactly(call.input_tokens ?? 0)) },
  { id: "out", header: "Out", width: "6rem", align: "right", cell: (call) => number(exactly(call.output_tokens ?? 0)) },
  {
    id: "cost",
    header: "Cost",
    width: "6rem",
    align: "right",
    cell: (call) => <Money microUsd={call.cost_micro_usd ?? 0} />,
  },
  {
    id: "took",
    header: "Took",
    width: "5rem",
    align: "right",
    from: 500,
    cell: ({ duration_ms }) => number(duration((duration_ms ?? 0) / 1000)),
  },
  {
    id: "at",
    header: "Age",
    width: "5rem",
    align: "right",
    from: 600,
    cell: ({ began_at }) => <RelativeTime at={began_at} />,
  },
  {
    id: "flags",
    header: "Marks",
    width: "10rem",
    cell: ({ reason, outcome }) => (
      <span className="flex gap-1">
        {reason && <Badge tone="attention">{reason === "partial" ? "partly estimated" : reason}</Badge>}
        {outcome && outcome !== "200" && <Badge tone="bad">{`HTTP ${outcome}`}</Badge>}
      </span>
    ),
  },
];
