/** What of the inbox is shown, and which item is open, lives in its address. */
import type { InboxFilters, InboxKind } from "@/api/inbox";
import { oneOf, someOf, textOf } from "@/lib/search";

/** In the order in which they are offered. */
export const INBOX_KINDS: readonly InboxKind[] = [
  "approval",
  "question",
  "verification_failed",
  "needs_review",
  "result_ready",
  "failed",
  "stuck",
  "budget_warning",
  "plan_approval",
  "plan_blocked",
  "plan_failed",
  "plan_push_failed",
  "plan_completed",
];

export interface InboxSearch {
  kind?: InboxKind[];
  repository?: string;
  /** Of sessions and plans that the reader handed in. */
  mine?: "1";
  item?: string;
}

export function inboxSearch(raw: Record<string, unknown>): InboxSearch {
  return {
    kind: someOf(raw.kind, INBOX_KINDS),
    repository: textOf(raw.repository),
    mine: oneOf(raw.mine, ["1"]),
    item: textOf(raw.item),
  };
}

export function filtersOf({ kind, repository, mine }: InboxSearch): InboxFilters {
  return { kind, repository, mine: mine && true };
}

export function isNarrowed({ kind, repository, mine }: InboxSearch): boolean {
  return kind !== undefined || repository !== undefined || mine !== undefined;
}
