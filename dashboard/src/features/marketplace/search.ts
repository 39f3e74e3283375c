/** What is looked for in the marketplace, and what of a listing is open, lives in the address. */
import type { ListingFilters } from "@/api/market";
import { oneOf, textOf } from "@/lib/search";

export const ORDERS = { updated: "Newest first", rating: "Best proved first" } as const;
export type Order = keyof typeof ORDERS;
const KINDS = ["opencode", "external"] as const;
export const RATINGS = ["0.5", "0.65", "0.8", "0.95"] as const;
const ON = ["1"] as const;
const TABS = ["asks", "proved", "versions"] as const;
export type ListingTab = (typeof TABS)[number];

export interface MarketSearch {
  q?: string;
  /** Here by OpenCode, or elsewhere by its owner. */
  runs?: (typeof KINDS)[number];
  /** A capability that it has to have. */
  can?: string;
  /** The least share of successes that is sure. */
  sure?: (typeof RATINGS)[number];
  /** Those alone that the tenant publishes. */
  own?: "1";
  by?: Order;
}

export function marketSearch(raw: Record<string, unknown>): MarketSearch {
  return {
    q: textOf(raw.q),
    runs: oneOf(raw.runs, KINDS),
    can: textOf(raw.can),
    sure: oneOf(raw.sure, RATINGS),
    own: oneOf(raw.own, ON),
    by: oneOf(raw.by, Object.keys(ORDERS) as Order[]),
  };
}

export function filtersOf({ q, runs, can, sure, own, by }: MarketSearch): ListingFilters {
  return {
    q,
    kind: runs,
    capability: can === undefined ? undefined : [can.toLowerCase()],
    min_rating: sure === undefined ? undefined : Number(sure),
    own: own && true,
    order: by,
  };
}

export function isNarrowed({ q, runs, can, sure, own }: MarketSearch): boolean {
  return [q, runs, can, sure, own].some((one) => one !== undefined);
}

interface ListingSearch {
  tab?: ListingTab;
  /** None is the latest. */
  version?: string;
}

export function listingSearch(raw: Record<string, unknown>): ListingSearch {
  const version = textOf(raw.version);
  return {
    tab: oneOf(raw.tab, TABS),
    version: version && /^\d+\.\d+\.\d+[0-9A-Za-z.-]*$/.test(version) ? version : undefined,
  };
}
