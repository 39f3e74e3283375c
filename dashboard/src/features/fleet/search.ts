/** What of the fleet is shown lives in its address. */
import type { SessionFilters } from "@/api/queries";
import { oneOf, someOf, textOf } from "@/lib/search";
import { ALL_STATUSES, OUTCOMES, type Outcome, type Status, VERIFICATIONS, type Verification } from "@/lib/status";

const VIEWS = ["table", "board"] as const;
export type View = (typeof VIEWS)[number];

/** Hours back from now that "created" can be narrowed down to. */
export const SINCE = { "1h": 1, "24h": 24, "7d": 168, "30d": 720 } as const;
export type Since = keyof typeof SINCE;

const ORDERS = ["created", "activity"] as const;
export type Order = (typeof ORDERS)[number];
const ON = ["1"] as const;

const ALL_VERIFICATIONS = Object.keys(VERIFICATIONS) as Verification[];

export interface FleetSearch {
  view?: View;
  q?: string;
  status?: Status[];
  verification?: Verification[];
  /** What became of it, as the costs count it. */
  outcome?: Outcome[];
  repository?: string;
  agent?: string;
  model?: string;
  /** Who handed it in: `user:<id>` or `key:<id>`. */
  owner?: string;
  /** Days in UTC: a model call of it was booked from the first to the end of the last, as the costs count it. */
  from?: string;
  to?: string;
  /** Handed in by the reader. */
  mine?: "1";
  /** Waits for a person. */
  needs?: "1";
  since?: Since;
  order?: Order;
}

export function fleetSearch(raw: Record<string, unknown>): FleetSearch {
  return {
    view: oneOf(raw.view, VIEWS),
    q: textOf(raw.q),
    status: someOf(raw.status, ALL_STATUSES),
    verification: someOf(raw.verification, ALL_VERIFICATIONS),
    outcome: someOf(raw.outcome, Object.keys(OUTCOMES) as Outcome[]),
    repository: textOf(raw.repository),
    agent: textOf(raw.agent),
    model: textOf(raw.model),
    owner: textOf(raw.owner),
    from: dayOf(raw.from),
    to: dayOf(raw.to),
    mine: oneOf(raw.mine, ON),
    needs: oneOf(raw.needs, ON),
    order: oneOf(raw.order, ORDERS),
    since: oneOf(raw.since, Object.keys(SINCE) as Since[]),
  };
}

function dayOf(raw: unknown): string | undefined {
  const text = textOf(raw);
  return text && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
}

/** What the server is asked for. The moment is rounded to the minute: else each rendering would ask for another list. */
export function filtersOf(search: FleetSearch, nowMs: number): SessionFilters {
  const { q, status, verification, outcome, repository, agent, model, owner, from, to, since, order } = search;
  const minute = Math.floor(nowMs / 60_000) * 60_000;
  return {
    q,
    status,
    verification,
    outcome,
    repository: repository === undefined ? undefined : [repository],
    agent: agent === undefined ? undefined : [agent],
    model: model === undefined ? undefined : [model],
    owner,
    called_from: from && `${from}T00:00:00Z`,
    called_to: to && `${dayAfter(to)}T00:00:00Z`,
    mine: search.mine && true,
    needs_me: search.needs && true,
    created_after: since && new Date(minute - SINCE[since] * 3_600_000).toISOString(),
    order: order ?? "created",
  };
}

export function isNarrowed({ view: _, order: __, ...filters }: FleetSearch): boolean {
  return Object.values(filters).some((value) => value !== undefined);
}
