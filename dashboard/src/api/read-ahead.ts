/** What the first sight of a page needs is asked for while the code of the page is still on its way. */
import { isId } from "@/lib/links";
import type { Me } from "./me";
import { queries, queryClient, type SessionFilters } from "./queries";
import { readEndAhead } from "./transcript";

/** Who is signed in: every page waits for it. */
export function readMeAhead(): void {
  void queryClient.prefetchQuery(queries.me());
}

export function readSessionsAhead(filters: SessionFilters): void {
  inTenant(() => void queryClient.prefetchInfiniteQuery(queries.sessions(filters)));
}

/** `isAtEnd`: the end of its transcript is what will be seen. */
export function readSessionAhead(id: string, isAtEnd: boolean): void {
  if (!isId(id)) return;
  inTenant(() => {
    void queryClient.prefetchQuery(queries.session(id));
    if (isAtEnd) readEndAhead(id);
  });
}

/** Nothing is asked for before it is known that somebody is signed in, and in which tenant. */
function inTenant(read: () => void): void {
  const isKnown = ({ tenant_id }: Me) => tenant_id !== null && read();
  queryClient.fetchQuery(queries.me()).then(isKnown, () => {});
}
