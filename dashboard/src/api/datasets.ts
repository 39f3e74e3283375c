/** Datasets: what was learnt from, what each stage of curation left out, and whether that was agreed to. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Dataset = Schemas["DatasetItem"];
export type DatasetDetail = Schemas["DatasetRead"];
export type DatasetRow = Schemas["DatasetRowRead"];
export type Stage = Schemas["StageCount"];

const DATASETS = ["datasets"] as const;
const ROWS = 50;
const SHOWN = 20;
const TOLD_BY = ["dataset", "curation", "training"];

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? null,
  placeholderData: keepPreviousData,
};

export const datasetQueries = {
  /** The newest first. */
  list: () =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...DATASETS, "list"],
      queryFn: ({ pageParam, signal }) => {
        const query = { limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/datasets", { params: { query }, signal }));
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  one: (id: string) =>
    queryOptions({
      queryKey: [...DATASETS, "one", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id: id } }, signal })),
      meta: { refreshedBy: TOLD_BY },
    }),

  rows: (id: string) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...DATASETS, "rows", id],
      queryFn: ({ pageParam, signal }) => {
        const params = { path: { dataset_id: id }, query: { limit: SHOWN, cursor: pageParam ?? undefined } };
        return bodyOf(api.GET("/api/v1/datasets/{dataset_id}/rows", { params, signal }));
      },
    }),

  descendants: (id: string) =>
    queryOptions({
      queryKey: [...DATASETS, "descendants", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/datasets/{dataset_id}/descendants", { params: { path: { dataset_id: id } }, signal })),
      meta: { refreshedBy: [...TOLD_BY, "finetuning", "model"] },
    }),

  consent: () =>
    queryOptions({
      queryKey: [...DATASETS, "consent"],
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/training/consent", { signal })),
      meta: { refreshedBy: TOLD_BY },
    }),
};

export const datasets = {
  agree: async (granted: boolean) => {
    await bodyOf(api.PUT("/api/v1/training/consent", { body: { granted } }));
    await queryClient.invalidateQueries({ queryKey: DATASETS });
  },
};
