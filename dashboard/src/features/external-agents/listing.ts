/** Who of the external agents is in the list, and how each stands by what is known here. */
import type { Enrolment, ExternalAgent } from "@/api/external";
import type { ExternalSearch, Standing } from "./search";

/** Our own finding; how it says that it is is told beside it. */
export function standingOf({ revoked_at, proven, liveness }: ExternalAgent): Standing {
  if (revoked_at !== null) return "revoked";
  return proven ? liveness : "unproven";
}

export function wanted(agents: readonly ExternalAgent[], { q, is, via, to }: ExternalSearch): ExternalAgent[] {
  const words = q?.toLowerCase();
  return agents.filter(
    (agent) =>
      (is === undefined || standingOf(agent) === is) &&
      (via === undefined || agent.transport === via) &&
      (to === undefined || agent.desired === to) &&
      (words === undefined || textOf(agent).includes(words)),
  );
}

function textOf({ name, agent_type, last_error }: ExternalAgent): string {
  return [name, agent_type, last_error].join("\n").toLowerCase();
}

/** Of those that could have work: how many are live. */
export function livingOf(agents: readonly ExternalAgent[]): { live: number; joined: number; leases: number } {
  const joined = agents.filter(({ revoked_at }) => revoked_at === null);
  return {
    joined: joined.length,
    live: joined.filter((one) => standingOf(one) === "live").length,
    leases: joined.reduce((sum, { leases }) => sum + leases, 0),
  };
}

export type EnrolmentStanding = "open" | "used" | "taken-back" | "expired";

export function enrolmentStanding(
  { used_at, revoked_at, expires_at }: Pick<Enrolment, "used_at" | "revoked_at" | "expires_at">,
  nowMs: number,
): EnrolmentStanding {
  if (used_at !== null) return "used";
  if (revoked_at !== null) return "taken-back";
  return Date.parse(expires_at) <= nowMs ? "expired" : "open";
}

/** Capabilities as they are typed, with spaces or commas between them; null stands for any. */
export function typedCapabilities(typed: string): string[] | null {
  const names = [...new Set(typed.toLowerCase().split(/[\s,]+/))].filter(Boolean).sort();
  return names.length > 0 ? names : null;
}
