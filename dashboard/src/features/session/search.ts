/** What of a session is shown lives in its address. */
import { textOf } from "@/lib/search";

interface SessionSearch {
  tab?: string;
  /** What the transcript is searched for. */
  q?: string;
  /** The part of the transcript that is shown and marked. */
  part?: string;
}

export function sessionSearch(raw: Record<string, unknown>): SessionSearch {
  return { tab: textOf(raw.tab), q: textOf(raw.q), part: textOf(raw.part) };
}
