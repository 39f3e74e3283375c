/** Which external agents are shown, and what of one is open, lives in the address. */
import { oneOf, textOf } from "@/lib/search";

const TABS = ["agents", "enrolments"] as const;
const AGENT_TABS = ["assignments", "about"] as const;
export const STANDINGS = ["live", "suspect", "lost", "unproven", "revoked"] as const;
export type Standing = (typeof STANDINGS)[number];
export const TRANSPORTS = ["pull", "push", "a2a"] as const;
export const DESIRED = ["continue", "drain", "pause"] as const;

export interface ExternalSearch {
  tab?: (typeof TABS)[number];
  /** In its name, its type or its last error. */
  q?: string;
  is?: Standing;
  via?: (typeof TRANSPORTS)[number];
  /** What a person wants of it. */
  to?: (typeof DESIRED)[number];
  /** The enrolment that is looked at. */
  open?: string;
}

export function externalSearch(raw: Record<string, unknown>): ExternalSearch {
  return {
    tab: oneOf(raw.tab, TABS),
    q: textOf(raw.q),
    is: oneOf(raw.is, STANDINGS),
    via: oneOf(raw.via, TRANSPORTS),
    to: oneOf(raw.to, DESIRED),
    open: textOf(raw.open),
  };
}

export function isNarrowed({ q, is, via, to }: ExternalSearch): boolean {
  return [q, is, via, to].some((one) => one !== undefined);
}

interface ExternalAgentSearch {
  tab?: (typeof AGENT_TABS)[number];
  /** The assignment that is looked at. */
  open?: string;
}

export function externalAgentSearch(raw: Record<string, unknown>): ExternalAgentSearch {
  return { tab: oneOf(raw.tab, AGENT_TABS), open: textOf(raw.open) };
}
