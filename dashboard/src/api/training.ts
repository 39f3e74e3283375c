/** Training jobs: how they stand, what they measured and said, and the models that came of them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Job = Schemas["FineTuningJobRead"];
export type JobStatus = Schemas["JobStatus"];
export type Point = Schemas["TrainingPointRead"];
export type Checkpoint = Schemas["TrainingCheckpointRead"];
export type Note = Schemas["TrainingNoteRead"];
export type ModelVersion = Schemas["VersionRead"];
export type ModelDetail = Schemas["VersionDetail"];
export type Stage = Schemas["VersionStage"];

const TRAINING = ["training"] as const;
const ROWS = 100;
const POINTS = 5000;
const TOLD_BY = ["finetuning", "model"];

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? null,
  placeholderData: keepPreviousData,
};

interface VersionName {
  name: string;
  version: string;
}

export const trainingQueries = {
  /** The newest first. */
  jobs: () =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...TRAINING, "jobs"],
      queryFn: ({ pageParam, signal }) => {
        const query = { limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/finetuning/jobs", { params: { query }, signal }));
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  job: (id: string) =>
    queryOptions({
      queryKey: [...TRAINING, "job", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/finetuning/jobs/{job_id}", { params: { path: { job_id: id } }, signal })),
      meta: { refreshedBy: TOLD_BY },
    }),

  /** All that was measured so far: what is there already is kept, and only what came since is asked for. */
  points: (id: string) =>
    queryOptions({
      queryKey: [...TRAINING, "points", id],
      queryFn: async ({ signal }) => readOn(id, signal),
      meta: { refreshedBy: TOLD_BY },
    }),

  checkpoints: (id: string) =>
    queryOptions({
      queryKey: [...TRAINING, "checkpoints", id],
      queryFn: async ({ signal }) =>
        (
          await bodyOf(
            api.GET("/api/v1/finetuning/jobs/{job_id}/checkpoints", { params: { path: { job_id: id } }, signal }),
          )
        ).items,
      meta: { refreshedBy: TOLD_BY },
    }),

  /** What it said, the newest first. */
  notes: (id: string) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...TRAINING, "notes", id],
      queryFn: ({ pageParam, signal }) => {
        const params = { path: { job_id: id }, query: { limit: ROWS, cursor: pageParam ?? undefined } };
        return bodyOf(api.GET("/api/v1/finetuning/jobs/{job_id}/notes", { params, signal }));
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  models: () =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...TRAINING, "models"],
      queryFn: ({ pageParam, signal }) => {
        const query = { limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/models/versions", { params: { query }, signal }));
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  /** With its lineage, both ways. */
  model: ({ name, version }: VersionName) =>
    queryOptions({
      queryKey: [...TRAINING, "model", name, version],
      queryFn: ({ signal }) => {
        const params = { path: { model_name: name, model_version: version } };
        return bodyOf(api.GET("/api/v1/models/versions/{model_name}/{model_version}", { params, signal }));
      },
      meta: { refreshedBy: TOLD_BY },
    }),
};

async function readOn(id: string, signal: AbortSignal): Promise<Point[]> {
  const points = [...(queryClient.getQueryData(trainingQueries.points(id).queryKey) ?? [])];
  for (;;) {
    const query = { after: points.at(-1)?.seq ?? 0, limit: POINTS };
    const params = { path: { job_id: id }, query };
    const { items } = await bodyOf(api.GET("/api/v1/finetuning/jobs/{job_id}/points", { params, signal }));
    points.push(...items);
    if (items.length < POINTS) return points;
  }
}

export const training = {
  pause: (id: string) =>
    changed(bodyOf(api.POST("/api/v1/finetuning/jobs/{job_id}/pause", { params: { path: { job_id: id } } }))),

  resume: (id: string) =>
    changed(bodyOf(api.POST("/api/v1/finetuning/jobs/{job_id}/resume", { params: { path: { job_id: id } } }))),

  cancel: (id: string) =>
    changed(bodyOf(api.POST("/api/v1/finetuning/jobs/{job_id}/cancel", { params: { path: { job_id: id } } }))),
};

async function changed<Answer>(work: Promise<Answer>): Promise<Answer> {
  const answer = await work;
  await queryClient.invalidateQueries({ queryKey: TRAINING });
  return answer;
}
