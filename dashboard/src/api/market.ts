/** What others offer, what it asks for and proved, and what is installed here. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];
export type Listing = Schemas["ListingRead"];
export type ListingVersion = Schemas["ListingVersionRead"];
export type ListingVersionItem = Schemas["ListingVersionItem"];
export type Proved = Schemas["ProvedRead"];
export type Score = Schemas["ScoreRead"];
export type Badge = Schemas["BadgeRead"];
export type Asks = Schemas["Asks"];
export type InstallPreview = Schemas["InstallPreview"];
export type Install = Schemas["InstallRead"];
export type ListingFilters = Pick<
  NonNullable<operations["index_api_v1_marketplace_listings_get"]["parameters"]["query"]>,
  "q" | "kind" | "capability" | "min_rating" | "order" | "own"
>;

/** A listing by the two parts of its name. */
interface ListingName {
  namespace: string;
  agent: string;
}

const MARKET = ["market"] as const;
const ROWS = 50;
/** News of the tenant's own deeds; what others publish is seen when it is looked for. */
const TOLD_BY = ["install", "listing"];

export const marketQueries = {
  search: (filters: ListingFilters) =>
    infiniteQueryOptions({
      queryKey: [...MARKET, "search", filters],
      queryFn: ({ pageParam, signal }) => {
        const query = { ...filters, limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/marketplace/listings", { params: { query }, signal }));
      },
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor ?? null,
      placeholderData: keepPreviousData,
      meta: { refreshedBy: TOLD_BY },
    }),

  listing: (name: ListingName) =>
    queryOptions({
      queryKey: [...MARKET, "listing", name],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/marketplace/listings/{namespace}/{agent}", { params: { path: name }, signal })),
      meta: { refreshedBy: TOLD_BY },
    }),

  /** The highest first. */
  versions: (name: ListingName) =>
    queryOptions({
      queryKey: [...MARKET, "versions", name],
      queryFn: async ({ signal }) => {
        const asked = { params: { path: name }, signal };
        return (await bodyOf(api.GET("/api/v1/marketplace/listings/{namespace}/{agent}/versions", asked))).items;
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  version: (name: ListingName, version: string) =>
    queryOptions({
      queryKey: [...MARKET, "version", name, version],
      queryFn: ({ signal }) => {
        const params = { path: { ...name, version } };
        return bodyOf(
          api.GET("/api/v1/marketplace/listings/{namespace}/{agent}/versions/{version}", { params, signal }),
        );
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  preview: (name: ListingName, version: string) =>
    queryOptions({
      queryKey: [...MARKET, "preview", name, version],
      queryFn: ({ signal }) => {
        const params = { path: { ...name, version } };
        return bodyOf(
          api.GET("/api/v1/marketplace/listings/{namespace}/{agent}/versions/{version}/preview", { params, signal }),
        );
      },
      meta: { refreshedBy: [...TOLD_BY, "agent"] },
    }),

  installs: () =>
    queryOptions({
      queryKey: [...MARKET, "installs"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/marketplace/installs", { signal }))).items,
      meta: { refreshedBy: TOLD_BY },
    }),
};

export const market = {
  install: (body: Schemas["InstallCreate"]) => changed(bodyOf(api.POST("/api/v1/marketplace/installs", { body }))),

  update: (id: string, body: Schemas["InstallUpdate"]) =>
    changed(
      bodyOf(
        api.POST("/api/v1/marketplace/installs/{install_id}/update", { params: { path: { install_id: id } }, body }),
      ),
    ),

  uninstall: (id: string) =>
    changed(bodyOf(api.DELETE("/api/v1/marketplace/installs/{install_id}", { params: { path: { install_id: id } } }))),
};

/** The agents of the tenant are others then as well. */
async function changed(work: Promise<Install>): Promise<Install> {
  const install = await work;
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: MARKET }),
    queryClient.invalidateQueries({ queryKey: ["agents"] }),
  ]);
  return install;
}
