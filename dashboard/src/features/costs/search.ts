/** Which days are looked at, and which tab is open, live in the address. */
import type { Range } from "@/api/costs";
import { oneOf } from "@/lib/search";

export const SPANS = { "7d": 7, "30d": 30, "90d": 90, "365d": 365 } as const;
export type Span = keyof typeof SPANS;
const USUAL: Span = "30d";
const TABS = ["spend", "budgets"] as const;
type CostTab = (typeof TABS)[number];
const DAY_MS = 86_400_000;

interface CostsSearch {
  days?: Span;
  tab?: CostTab;
}

export function costsSearch(raw: Record<string, unknown>): CostsSearch {
  return { days: oneOf(raw.days, Object.keys(SPANS) as Span[]), tab: oneOf(raw.tab, TABS) };
}

/** Whole days in UTC, as the server counts them; today is the last of them. */
export function rangeOf(span: Span = USUAL, nowMs: number): Range {
  const midnight = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const iso = (ms: number) => new Date(ms).toISOString();
  return { from: iso(midnight - (SPANS[span] - 1) * DAY_MS), to: iso(midnight + DAY_MS) };
}

/** Each day of the range, also those on which nothing was spent: a gap is no straight line. */
export function daysOf({ from, to }: Range): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += DAY_MS) days.push(new Date(ms).toISOString().slice(0, 10));
  return days;
}

/** How many of them, the oldest first, are left from the first one on that has a call; at least today. */
export function daysSinceFirstCall(days: readonly { requests: number }[]): number {
  const first = days.findIndex(({ requests }) => requests > 0);
  return first < 0 ? Math.max(1, days.length) : days.length - first;
}

export function usualSpan(days: Span | undefined): Span {
  return days ?? USUAL;
}

/** The same days as the fleet takes them: the last one is within. */
export function fleetDays({ from, to }: Range): { from: string; to: string } {
  return { from: from.slice(0, 10), to: new Date(Date.parse(to) - 1).toISOString().slice(0, 10) };
}
