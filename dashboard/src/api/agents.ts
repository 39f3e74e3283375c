/** Agents with what they have proved, and who would be chosen for what. */
import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type Agent = Schemas["AgentRead"];
/** Without the texts of its skills. */
export type AgentListed = Schemas["AgentListed"];
export type AgentVersion = Schemas["AgentVersionRead"];
export type ProvedRecord = Schemas["RecordRead"];
export type Tier = Schemas["Tier"];
export type Routing = Schemas["RoutingRead"];
export type Candidate = Schemas["CandidateRead"];

/** The seed makes the draw the same again, as long as nothing else changes. */
export interface RoutingQuestion {
  capabilities: string[];
  model: string | null;
  seed: number;
}

const AGENTS = ["agents"] as const;
/** What an agent has proved changes when one of its sessions ends. */
const PROVED_BY = ["agent", "session"];
const NO_WISH: RoutingQuestion = { capabilities: [], model: null, seed: 0 };

export const agentQueries = {
  list: () =>
    queryOptions({
      queryKey: [...AGENTS, "list"],
      queryFn: async ({ signal }) => (await bodyOf(api.GET("/api/v1/agents", { signal }))).items,
      meta: { refreshedBy: PROVED_BY },
    }),

  /** How many sessions each has to do now, by its name: those who could be chosen for anything are told with it. */
  load: () =>
    queryOptions({
      queryKey: [...AGENTS, "load"],
      queryFn: async ({ signal }) => {
        const { candidates } = await bodyOf(api.POST("/api/v1/agents/route", { body: NO_WISH, signal }));
        return new Map(candidates.map(({ agent, live }) => [agent, live]));
      },
      meta: { refreshedBy: PROVED_BY },
    }),

  one: (id: string) =>
    queryOptions({
      queryKey: [...AGENTS, "one", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/agents/{agent_id}", { params: { path: { agent_id: id } }, signal })),
      meta: { refreshedBy: PROVED_BY },
    }),

  /** The newest first. */
  versions: (id: string) =>
    queryOptions({
      queryKey: [...AGENTS, "versions", id],
      queryFn: async ({ signal }) =>
        (await bodyOf(api.GET("/api/v1/agents/{agent_id}/versions", { params: { path: { agent_id: id } }, signal })))
          .items,
      meta: { refreshedBy: PROVED_BY },
    }),

  document: (id: string, version: number) =>
    queryOptions({
      queryKey: [...AGENTS, "document", id, version],
      queryFn: ({ signal }) =>
        bodyOf(
          api.GET("/api/v1/agents/{agent_id}/document", {
            params: { path: { agent_id: id }, query: { version } },
            signal,
          }),
        ),
    }),

  route: (question: RoutingQuestion) =>
    queryOptions({
      queryKey: [...AGENTS, "route", question],
      queryFn: ({ signal }) => bodyOf(api.POST("/api/v1/agents/route", { body: question, signal })),
      meta: { refreshedBy: PROVED_BY },
    }),

  /** It is kept as it was made, and never changes. */
  decision: (id: string) =>
    queryOptions({
      queryKey: [...AGENTS, "decision", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/agents/decisions/{decision_id}", { params: { path: { decision_id: id } }, signal })),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

export async function switchAgent(id: string, enabled: boolean): Promise<Agent> {
  const params = { path: { agent_id: id } };
  const agent = await bodyOf(api.PATCH("/api/v1/agents/{agent_id}", { params, body: { enabled } }));
  await queryClient.invalidateQueries({ queryKey: AGENTS });
  return agent;
}
