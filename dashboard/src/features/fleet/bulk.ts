/** One deed on many sessions, which the server does each for itself: one that is refused holds up no other. */
import { actOnMany, type BulkAnswer, type BulkDeed } from "@/api/queries";

/** The server takes so many ids at once. */
const MOST_IDS = 500;

export interface Refusal {
  id: string;
  message: string;
}

interface BulkResult {
  done: number;
  refused: Refusal[];
  /** There are more than were done. */
  isMore: boolean;
}

export async function actOnAll(deed: BulkDeed, ids: readonly string[]): Promise<BulkResult> {
  const answers: BulkAnswer[] = [];
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    answers.push(await actOnMany(deed, ids.slice(at, at + MOST_IDS)));
  }
  return resultOf(answers);
}

/** Until none is left, or only such as were asked already: what works stops when its node has come to it. */
export async function stopEverything(
  onProgress: (asked: number) => void,
  stopMost: () => Promise<BulkAnswer> = () => actOnMany("stop", "all"),
): Promise<BulkResult> {
  const seen = new Set<string>();
  const answers: BulkAnswer[] = [];
  for (;;) {
    const answer = await stopMost();
    const fresh = answer.items.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    answers.push({ ...answer, items: fresh });
    onProgress(seen.size);
    if (!answer.more || fresh.length === 0) return resultOf(answers);
  }
}

function resultOf(answers: readonly BulkAnswer[]): BulkResult {
  const items = answers.flatMap((one) => one.items);
  return {
    done: items.filter((one) => one.done).length,
    refused: items.flatMap(({ id, done, message }) => (done ? [] : [{ id, message: message ?? "It was refused." }])),
    isMore: answers.at(-1)?.more ?? false,
  };
}

const DONE: Record<BulkDeed, string> = {
  pause: "asked to pause",
  resume: "resumed",
  stop: "asked to stop",
  cancel: "cancelled",
  retry: "handed in again",
};

/** "3 asked to stop, 1 refused.", and what is left to do. */
export function told(deed: BulkDeed, { done, refused, isMore }: BulkResult): { text: string; hint?: string } {
  const refusals = refused.length > 0 ? `, ${refused.length} refused` : "";
  return {
    text: `${done} ${DONE[deed]}${refusals}.`,
    hint: isMore ? "There are more: do it again when these have ended." : undefined,
  };
}
