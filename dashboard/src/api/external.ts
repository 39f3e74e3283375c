/** Agents that run elsewhere and have joined, the tokens to join with, and what was given to them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf, idempotencyKey, tenantHeaders } from "./client";
import { errorOf, unreachable } from "./errors";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ExternalAgent = Schemas["ExternalAgentRead"];
export type Desired = Schemas["Desired"];
export type Assignment = Schemas["AssignmentRead"];
export type AssignmentArtifact = Schemas["AssignmentArtifactRead"];
export type AssignmentStatus = Schemas["AssignmentStatus"];
export type Enrolment = Schemas["EnrolmentRead"];
export type MadeEnrolment = Schemas["EnrolmentCreated"];

const EXTERNAL = ["external"] as const;
const ROWS = 200;
const ASSIGNMENTS = 100;
/** A heartbeat that changes nothing makes no event: its time is asked for while it is looked at. */
const HEARTBEATS_MS = 5_000;
const TOLD_BY = ["external", "assignment.leased", "assignment.requeued", "assignment.ended"];

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? null,
  placeholderData: keepPreviousData,
};

export const externalQueries = {
  /** The newest first. */
  list: () =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...EXTERNAL, "list"],
      queryFn: ({ pageParam, signal }) => {
        const query = { limit: ROWS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/agents/external", { params: { query }, signal }));
      },
      refetchInterval: HEARTBEATS_MS,
      meta: { refreshedBy: TOLD_BY },
    }),

  one: (id: string) =>
    queryOptions({
      queryKey: [...EXTERNAL, "one", id],
      queryFn: ({ signal }) =>
        bodyOf(
          api.GET("/api/v1/agents/external/{external_agent_id}", {
            params: { path: { external_agent_id: id } },
            signal,
          }),
        ),
      refetchInterval: HEARTBEATS_MS,
      meta: { refreshedBy: TOLD_BY },
    }),

  /** What it was given, the newest first. */
  assignments: (agent: string) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...EXTERNAL, "assignments", agent],
      queryFn: ({ pageParam, signal }) => {
        const query = { external_agent_id: agent, limit: ASSIGNMENTS, cursor: pageParam ?? undefined };
        return bodyOf(api.GET("/api/v1/agents/external/assignments", { params: { query }, signal }));
      },
      meta: { refreshedBy: ["assignment"] },
    }),

  /** The newest piece of the session's work that was given to an external agent; null when none was. */
  ofSession: (session: string) =>
    queryOptions({
      queryKey: [...EXTERNAL, "session", session],
      queryFn: async ({ signal }) => {
        const query = { session_id: session, limit: 1 };
        const { items } = await bodyOf(api.GET("/api/v1/agents/external/assignments", { params: { query }, signal }));
        return items[0] ?? null;
      },
      meta: { session, refreshedBy: ["assignment"] },
    }),

  enrolments: () =>
    queryOptions({
      queryKey: [...EXTERNAL, "enrolments"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/agents/external/enrolments", { signal }))).items,
      meta: { refreshedBy: ["external"] },
    }),
};

export const external = {
  enrol: (body: Schemas["EnrolmentCreate"]) =>
    changed(bodyOf(api.POST("/api/v1/agents/external/enrolments", { params: { header: idempotencyKey() }, body }))),

  takeBack: (id: string) =>
    changed(
      api.DELETE("/api/v1/agents/external/enrolments/{enrolment_id}", { params: { path: { enrolment_id: id } } }),
    ),

  want: (id: string, desired: Desired) =>
    changed(
      bodyOf(
        api.PATCH("/api/v1/agents/external/{external_agent_id}", {
          params: { path: { external_agent_id: id } },
          body: { desired },
        }),
      ),
    ),

  revoke: (id: string) =>
    changed(
      bodyOf(
        api.POST("/api/v1/agents/external/{external_agent_id}/revoke", {
          params: { path: { external_agent_id: id } },
        }),
      ),
    ),
};

/** What the page shows of it is read again before it is said to be done. */
async function changed<Value>(work: Promise<Value>): Promise<Value> {
  const value = await work;
  await queryClient.invalidateQueries({ queryKey: EXTERNAL });
  return value;
}

/** Its bytes, of the tenant that is open: a plain link would ask for it in the reader's first one. */
export async function artifactBytes(assignment: string, artifact: string): Promise<Blob> {
  const path = `/api/v1/agents/external/assignments/${assignment}/artifacts/${artifact}`;
  const response = await fetch(path, { headers: tenantHeaders(), cache: "no-store" }).catch(() => {
    throw unreachable();
  });
  if (!response.ok) throw errorOf(response, await response.json().catch(() => null));
  return response.blob();
}
