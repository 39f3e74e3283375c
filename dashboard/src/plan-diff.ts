/** The page of a plan shows its branch by the same diff as a session's, and keeps the same parameters in its address. */
import { diffSearch } from "@/features/diff/search";
import { planSearch } from "@/features/plans/search";
import { loadable } from "@/lib/loadable";
import { declarePlanDiff } from "@/lib/plan-diff";

declarePlanDiff(loadable(() => import("@/features/diff/plan-tab")));

export function planPageSearch(raw: Record<string, unknown>) {
  return { ...diffSearch(raw), ...planSearch(raw) };
}
