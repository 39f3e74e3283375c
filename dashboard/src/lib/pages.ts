/** Lists that come a page at a time. */
import { useCallback, useMemo } from "react";

/** The rows of all pages that are loaded; undefined before the first is. */
export function useRows<Row>({ data }: { data: { pages: { items: Row[] }[] } | undefined }): Row[] | undefined {
  return useMemo(() => data?.pages.flatMap(({ items }) => items), [data]);
}

interface Paged {
  fetchNextPage(): unknown;
  isFetchingNextPage: boolean;
}

/** Has the next page loaded, once, however often the end of the list comes near meanwhile. */
export function useMore({ fetchNextPage, isFetchingNextPage }: Paged): () => void {
  return useCallback(() => {
    if (!isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, isFetchingNextPage]);
}
