/** How work is handed in, and what can be offered for it. */
import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { type Session, sessionPage } from "./queries";
import type { components } from "./schema";

export type Estimate = components["schemas"]["EstimateRead"];
type EstimateRequest = components["schemas"]["EstimateRequest"];
type SessionCreate = components["schemas"]["SessionCreate"];

export const intakeQueries = {
  /** Where the reader's own last sessions worked, else anybody's. */
  recentRepositories: () =>
    queryOptions({
      queryKey: ["sessions", "recent-repositories"],
      queryFn: async ({ signal }) => {
        const [mine, all] = await Promise.all([
          sessionPage({ mine: true, order: "activity" }, null, signal),
          sessionPage({ order: "activity" }, null, signal),
        ]);
        return repositoriesOf([...mine.items, ...all.items]);
      },
      staleTime: 60_000,
    }),

  /** What such a session will probably cost and take. Refused where no session could be handed in like that. */
  estimate: (wanted: EstimateRequest) =>
    queryOptions({
      queryKey: ["sessions", "estimate", wanted],
      queryFn: ({ signal }) => bodyOf(api.POST("/api/v1/sessions/estimate", { body: wanted, signal })),
      meta: { refreshedBy: ["session", "quota", "budget"] },
    }),
};

function repositoriesOf(sessions: readonly Session[]): string[] {
  return [...new Set(sessions.flatMap(({ repository }) => (repository ? [repository] : [])))];
}

/** The same key makes the same session, however often it is sent. */
export function handIn(body: SessionCreate, key: string): Promise<Session> {
  return bodyOf(api.POST("/api/v1/sessions", { params: { header: { "Idempotency-Key": key } }, body }));
}
