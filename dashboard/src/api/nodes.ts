/** Nodes, the queue before them, and whether the parts of the platform answer; for operators. */
import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { toldOf } from "./errors";
import type { components } from "./schema";

export type Node = components["schemas"]["NodeRead"];
export type NodeList = components["schemas"]["NodeList"];
export type Queued = components["schemas"]["QueueRead"];

export const NODES = ["nodes"] as const;

/** A heartbeat makes no event, and a node's death may make none of this tenant: it is asked for while it is looked at. */
const HEARTBEATS_MS = 5_000;

export const nodeQueries = {
  list: () =>
    queryOptions({
      queryKey: NODES,
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/nodes", { signal })),
      refetchInterval: HEARTBEATS_MS,
      meta: { refreshedBy: ["session"] },
    }),

  health: () =>
    queryOptions({
      queryKey: ["health"],
      queryFn: ({ signal }) => Promise.all(PARTS.map((part) => checked(part, signal))),
      refetchInterval: HEARTBEATS_MS,
    }),
};

export function act(deed: "drain" | "undrain", nodeId: string): Promise<Node> {
  return bodyOf(api.POST(`/api/v1/nodes/{node_id}/${deed}`, { params: { path: { node_id: nodeId } } }));
}

interface Part {
  name: string;
  told: string;
  path: string;
}

export interface Checked extends Part {
  isWell: boolean;
  problem: string | null;
  answeredInMs: number;
  at: string;
}

const PARTS: Part[] = [
  { name: "API", told: "The process answers.", path: "/health/live" },
  { name: "Database", told: "PostgreSQL answers a query.", path: "/health/ready" },
  { name: "Gateway", told: "Model calls arrive at it.", path: "/gateway/v1/health/live" },
];

async function checked(part: Part, signal: AbortSignal): Promise<Checked> {
  const begunMs = performance.now();
  const problem = await problemOf(part.path, signal);
  const answeredInMs = Math.round(performance.now() - begunMs);
  return { ...part, isWell: problem === null, problem, answeredInMs, at: new Date().toISOString() };
}

async function problemOf(path: string, signal: AbortSignal): Promise<string | null> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(HEARTBEATS_MS)]);
  try {
    const response = await fetch(path, { signal: limit, cache: "no-store" });
    return response.ok ? null : `It answers ${response.status}.`;
  } catch (error) {
    if (signal.aborted) throw error;
    return toldOf(error).message;
  }
}
