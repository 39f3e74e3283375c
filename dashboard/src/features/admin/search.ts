/** Which row is open, and the filters of the audit log, live in the address. */
import { oneOf, textOf } from "@/lib/search";

const ORDERS = ["newest", "oldest"] as const;

interface KeysSearch {
  open?: string;
}

export interface AdminSearch extends KeysSearch {
  actor?: string;
  action?: string;
  target?: string;
  sort?: (typeof ORDERS)[number];
}

export function keysSearch(raw: Record<string, unknown>): KeysSearch {
  return { open: textOf(raw.open) };
}

export function adminSearch(raw: Record<string, unknown>): AdminSearch {
  return {
    ...keysSearch(raw),
    actor: textOf(raw.actor),
    action: textOf(raw.action),
    target: textOf(raw.target),
    sort: oneOf(raw.sort, ORDERS),
  };
}
