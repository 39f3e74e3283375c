/** The quotas of a tenant: their names for people, and how their numbers are written and typed. */
import { bytes } from "./bytes";
import { count, money } from "./money";

export interface QuotaKind {
  name: QuotaName;
  label: string;
  hint: string;
  /** What is typed is in this unit; the server's is `unit` times it. */
  typedIn: string;
  unit: number;
  format(value: number): string;
}

type QuotaName =
  | "max_concurrent_sessions"
  | "max_queued_sessions"
  | "requests_per_minute"
  | "tokens_per_month"
  | "cost_micro_usd_per_month"
  | "max_session_tokens"
  | "storage_bytes";

const plain = { typedIn: "", unit: 1, format: count };

export const QUOTAS: QuotaKind[] = [
  { ...plain, name: "max_concurrent_sessions", label: "Sessions at once", hint: "Those that hold a slot." },
  { ...plain, name: "max_queued_sessions", label: "Sessions in the queue", hint: "A further one is refused." },
  { ...plain, name: "requests_per_minute", label: "Requests a minute", hint: "To the API, and again to the gateway." },
  {
    ...plain,
    name: "tokens_per_month",
    label: "Tokens a month",
    hint: "Of all model calls in a calendar month, in UTC.",
  },
  {
    name: "cost_micro_usd_per_month",
    label: "Money a month",
    hint: "Of all model calls in a calendar month, in UTC.",
    typedIn: "US dollars",
    unit: 1_000_000,
    format: money,
  },
  { ...plain, name: "max_session_tokens", label: "Tokens of one session", hint: "Where it names no limit of its own." },
  {
    name: "storage_bytes",
    label: "Storage",
    hint: "Mirrors, workspaces and artifacts on all nodes.",
    typedIn: "GiB",
    unit: 1024 ** 3,
    format: bytes,
  },
];

/** What stands in the field for a limit; empty is no limit. */
export function typedOf(limit: number | null, unit: number): string {
  return limit === null ? "" : String(limit / unit);
}

/** Null is no limit; undefined is no number that makes sense. */
export function limitOf(typed: string, unit: number): number | null | undefined {
  const text = typed.trim();
  if (text === "") return null;
  const value = Math.round(Number(text) * unit);
  return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
