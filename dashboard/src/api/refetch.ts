/** Reads again what is shown, when there was no news of it for a while. */
import type { Query, QueryClient } from "@tanstack/react-query";

/** What waits for the page to be drawn waits no longer than this. */
const LATEST_MS = 500;

/** What was read before there is read again as soon as the page has drawn it. What is under way was asked for while nobody
 * would have told of a change, so it is read again when it is there; cutting it short would leave the page empty for longer. */
export function refetchShown(client: QueryClient): void {
  const shown = client.getQueryCache().findAll({ type: "active" }).filter(changesOverTime);
  for (const query of shown) {
    if (query.state.fetchStatus === "fetching") void afterwards(query).then(() => again(client, query));
    else whenDrawn(() => again(client, query));
  }
}

/** Who is signed in and which models there are is told by no event and keeps for a while. */
function changesOverTime(query: Query): boolean {
  const isTold = query.meta?.refreshedBy !== undefined || query.queryKey[0] === "sessions";
  return isTold || query.isStale();
}

function again(client: QueryClient, { queryKey }: Query): void {
  void client.invalidateQueries({ queryKey, exact: true, refetchType: "active" }, { cancelRefetch: false });
}

/** Whatever comes of it. */
function afterwards(query: Query): Promise<unknown> {
  return Promise.resolve(query.promise).catch(() => undefined);
}

function whenDrawn(act: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: LATEST_MS });
  else setTimeout(act, 0);
}
