/** Which entries are looked at, and which one or which conflict is open, lives in the address. */
import type { EntryFilters, Scope } from "@/api/contexts";
import { isId } from "@/lib/links";
import { oneOf, textOf } from "@/lib/search";

export const SCOPES = ["GLOBAL", "SESSION", "AGENT", "TEMPORARY"] as const satisfies readonly Scope[];
const TABS = ["entries", "conflicts"] as const;
export type ContextsTab = (typeof TABS)[number];
const ON = ["1"] as const;

export interface ContextsSearch {
  tab?: ContextsTab;
  q?: string;
  scope?: Scope;
  /** The session, agent or plan whose entries they are. */
  of?: string;
  deleted?: "1";
  /** The id of the entry that is open. */
  entry?: string;
  conflict?: string;
  /** Conflicts that were resolved as well. */
  all?: "1";
}

export function contextsSearch(raw: Record<string, unknown>): ContextsSearch {
  return {
    tab: oneOf(raw.tab, TABS),
    q: textOf(raw.q),
    scope: oneOf<Scope>(raw.scope, SCOPES),
    of: idOf(raw.of),
    deleted: oneOf(raw.deleted, ON),
    entry: idOf(raw.entry),
    conflict: idOf(raw.conflict),
    all: oneOf(raw.all, ON),
  };
}

function idOf(raw: unknown): string | undefined {
  const text = textOf(raw);
  return text && isId(text) ? text : undefined;
}

export function filtersOf({ scope, of, deleted }: ContextsSearch): EntryFilters {
  return { scope, scope_id: of, deleted: deleted && true };
}

export function isNarrowed({ q, scope, of }: ContextsSearch): boolean {
  return [q, scope, of].some((one) => one !== undefined);
}
