import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { sessionQueries } from "@/api/session-queries";

export interface Hits {
  /** "3 of 17", or that there are none. */
  told: string;
  next(): void;
  previous(): void;
}

/** The parts that have the words in them, and the way from one to the next; the one that is shown is in the address. */
export function useHits(
  sessionId: string,
  words: string,
  part: string | undefined,
  onPart: (part: string) => void,
): Hits {
  const found = useQuery(sessionQueries.transcriptSearch(sessionId, words));
  const isOfWords = words !== "" && found.data !== undefined && !found.isPlaceholderData;
  const ids = isOfWords ? found.data.items.map(({ part_id }) => part_id).reverse() : [];
  const more = isOfWords && Boolean(found.data.next_cursor);
  const at = part === undefined ? -1 : ids.indexOf(part);
  const newest = ids.at(-1);

  // A search begins at its newest hit, unless the address names one; later the reader may be elsewhere, as at the end.
  const begun = useRef("");
  useEffect(() => {
    if (words === "") begun.current = "";
    if (newest === undefined || begun.current === words) return;
    begun.current = words;
    if (at < 0) onPart(newest);
  }, [newest, at, words, onPart]);

  const go = (step: number) => {
    const to = ids[(at + step + ids.length) % ids.length];
    if (to !== undefined) onPart(to);
  };
  return {
    told: told(at, ids.length, more, found.isFetching && !isOfWords),
    next: () => go(1),
    previous: () => go(-1),
  };
}

export function told(at: number, count: number, hasMore: boolean, isLooking: boolean): string {
  if (isLooking) return "looking…";
  if (count === 0) return "no hits";
  return `${at < 0 ? "–" : at + 1} of ${hasMore ? `the newest ${count}` : count}`;
}
