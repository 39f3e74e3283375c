/** What of the diff is shown lives in the address of the session. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { oneOf, textOf } from "@/lib/search";

interface DiffSearch {
  /** The path of the file that is open. */
  file?: string;
  /** What the list of files is narrowed down to. */
  filter?: string;
  split?: "1";
}

export function diffSearch(raw: Record<string, unknown>): DiffSearch {
  return { file: pathOf(raw.file), filter: textOf(raw.filter), split: oneOf(raw.split, ["1"] as const) };
}

/** As it stands: a path may begin or end with a space. */
function pathOf(value: unknown): string | undefined {
  const path = Array.isArray(value) ? value[0] : value;
  return typeof path === "string" && path !== "" ? path : undefined;
}

export function useDiffSearch(): [DiffSearch, (change: DiffSearch, isNewPlace?: boolean) => void] {
  const search = useSearch({ strict: false }) as DiffSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (next: DiffSearch, isNewPlace = false) =>
      void navigate({ to: ".", search: (now: object) => ({ ...now, ...next }), replace: !isNewPlace } as never),
    [navigate],
  );
  return [search, change];
}
