/** The server's estimate of a session in words: on what it rests, and when the session could begin. */
import type { Estimate } from "@/api/intake";
import { duration } from "@/lib/time";

/** "12 with the same agent; the repository and the model may differ". */
export function basisOf({ sessions, alike, widened, cost_micro_usd }: Estimate): string {
  if (cost_micro_usd === null) {
    const found = sessions === 0 ? "no session" : sessions === 1 ? "only 1 session" : `only ${sessions} sessions`;
    return `Too few to say: ${found} with ${theSame(alike)} came to an end.`;
  }
  const differing = widened.length > 0 ? `; ${listed(widened.map((one) => `the ${one}`))} may differ` : "";
  return `${sessions} with ${theSame(alike)}${differing}`;
}

/** "none", "about 4m 00s (2 queued)", or why nobody knows. */
export function waitOf({ wait, minutes }: Estimate): string {
  if (wait.minutes === 0) return "none";
  if (wait.minutes !== null) return `about ${duration(wait.minutes * 60)} (${wait.queued} queued)`;
  if (wait.parallel === 0) return "unknown: no node takes sessions";
  return minutes === null ? `unknown (${wait.queued} queued)` : "unknown: the month's budget is spent";
}

function theSame(alike: Estimate["alike"]): string {
  return `the same ${listed(alike)}`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
