/** Plans: a goal as tasks that depend on each other, and how each of them stands. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf, idempotencyKey, tagged } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Plan = Schemas["PlanRead"];
export type ListedPlan = Schemas["PlanListed"];
export type PlanStatus = Schemas["PlanStatus"];
export type Task = Schemas["TaskRead"];
export type TaskStatus = Schemas["TaskStatus"];
export type PlanGraph = Schemas["GraphRead"];
export type Forecast = NonNullable<PlanGraph["forecast"]>;
export type Expected = Schemas["ExpectedRead"];
export type Merge = Schemas["MergeRead"];
export type MergeStatus = Schemas["MergeStatus"];
export type PlanReport = Schemas["PlanReport"];
export type NewPlan = Schemas["PlanCreate"];
export type NewTask = Schemas["TaskNew"];
export type DraftedPlan = Schemas["PlanNew"];
export type Template = Schemas["TemplateListed"];

const PLANS = ["plans"] as const;
const ROWS = 50;
const TOLD_BY = ["plan"];

export const planQueries = {
  /** Of any of the statuses; of all when none is named. */
  list: (status: PlanStatus[]) =>
    infiniteQueryOptions({
      queryKey: [...PLANS, "list", status],
      queryFn: ({ pageParam, signal }) => {
        const query = { status, limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/plans", { params: { query }, signal }));
      },
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor ?? null,
      placeholderData: keepPreviousData,
      meta: { refreshedBy: TOLD_BY },
    }),

  /** Without the prompts of its tasks, which are most of a large plan and are seen one at a time. */
  one: (id: string) =>
    queryOptions({
      queryKey: [...PLANS, "one", id],
      queryFn: ({ signal }) =>
        bodyOf(
          api.GET("/api/v1/plans/{plan_id}", { params: { path: { plan_id: id }, query: { prompts: false } }, signal }),
        ),
      meta: { plan: id, refreshedBy: TOLD_BY },
    }),

  task: (id: string, key: string) =>
    queryOptions({
      queryKey: [...PLANS, "task", id, key],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/plans/{plan_id}/tasks/{key}", { params: { path: { plan_id: id, key } }, signal })),
      meta: { plan: id, refreshedBy: ["plan.changed"] },
    }),

  graph: (id: string) =>
    queryOptions({
      queryKey: [...PLANS, "graph", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/plans/{plan_id}/graph", { params: { path: { plan_id: id } }, signal })),
      meta: { plan: id, refreshedBy: TOLD_BY },
    }),

  templates: () =>
    queryOptions({
      queryKey: [...PLANS, "templates"],
      queryFn: async ({ signal }) =>
        (await bodyOf(api.GET("/api/v1/plans/templates", { params: { query: { limit: 500 } }, signal }))).items,
    }),

  /** With its text, and the tag for changing it. */
  template: (name: string) =>
    queryOptions({
      queryKey: [...PLANS, "template", name],
      queryFn: ({ signal }) =>
        tagged(
          api.GET("/api/v1/plans/templates/{template_name}", { params: { path: { template_name: name } }, signal }),
        ),
      staleTime: 0,
    }),

  report: (id: string) =>
    queryOptions({
      queryKey: [...PLANS, "report", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/plans/{plan_id}/report", { params: { path: { plan_id: id } }, signal })),
      meta: { plan: id, refreshedBy: TOLD_BY },
    }),
};

export type PlanDeed = "approve" | "pause" | "resume" | "cancel" | "see";
export type TaskDeed = "retry" | "cancel";

/** What was just done is shown at once, and not only when the stream tells of it. */
async function kept(work: Promise<Plan>): Promise<Plan> {
  const plan = await work;
  queryClient.setQueryData(planQueries.one(plan.id).queryKey, plan);
  await queryClient.invalidateQueries({ queryKey: PLANS });
  return plan;
}

export const plans = {
  /** `key`: see `lib/once.ts`. */
  handIn: (body: NewPlan, key: string) =>
    kept(bodyOf(api.POST("/api/v1/plans", { params: { header: { "Idempotency-Key": key } }, body }))),

  /** What a file or a template comes to; nothing is kept. */
  draft: async (body: Schemas["DraftRequest"]): Promise<DraftedPlan> =>
    (await bodyOf(api.POST("/api/v1/plans/drafts", { body }))).plan,

  act: (deed: PlanDeed, id: string) =>
    kept(bodyOf(api.POST(`/api/v1/plans/{plan_id}/${deed}`, { params: { path: { plan_id: id } } }))),

  push: (id: string) => bodyOf(api.POST("/api/v1/plans/{plan_id}/push", { params: { path: { plan_id: id } } })),

  addTask: (id: string, body: NewTask) => {
    const params = { path: { plan_id: id }, header: idempotencyKey() };
    return kept(bodyOf(api.POST("/api/v1/plans/{plan_id}/tasks", { params, body })));
  },

  changeTask: (id: string, key: string, body: Schemas["TaskEdit"]) =>
    kept(bodyOf(api.PATCH("/api/v1/plans/{plan_id}/tasks/{key}", { params: { path: { plan_id: id, key } }, body }))),

  removeTask: (id: string, key: string) =>
    kept(bodyOf(api.DELETE("/api/v1/plans/{plan_id}/tasks/{key}", { params: { path: { plan_id: id, key } } }))),

  actOnTask: (deed: TaskDeed, id: string, key: string) =>
    kept(bodyOf(api.POST(`/api/v1/plans/{plan_id}/tasks/{key}/${deed}`, { params: { path: { plan_id: id, key } } }))),
};

async function templatesChanged<Answer>(work: Promise<Answer>): Promise<Answer> {
  const answer = await work;
  await queryClient.invalidateQueries({ queryKey: planQueries.templates().queryKey });
  return answer;
}

/** A template's text says its own name. */
export const templates = {
  /** `key`: see `lib/once.ts`. */
  add: (document: string, key: string) =>
    templatesChanged(
      bodyOf(
        api.POST("/api/v1/plans/templates", {
          params: { header: { "Idempotency-Key": key } },
          body: { document },
        }),
      ),
    ),

  change: (name: string, etag: string, document: string) =>
    templatesChanged(
      bodyOf(
        api.PUT("/api/v1/plans/templates/{template_name}", {
          params: { path: { template_name: name }, header: { "If-Match": etag } },
          body: { document },
        }),
      ),
    ),

  remove: (name: string) =>
    templatesChanged(
      bodyOf(api.DELETE("/api/v1/plans/templates/{template_name}", { params: { path: { template_name: name } } })),
    ),
};
