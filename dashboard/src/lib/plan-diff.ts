/** The diff of a plan's branch. Features know nothing of each other: `src/plan-diff.ts` brings it to the plan's page. */
import type { Loadable } from "./loadable";

export interface PlanDiffProps {
  id: string;
  /** What the branch holds; null before the first merge. */
  head: string | null;
}

let declared: Loadable<PlanDiffProps> | undefined;

export function declarePlanDiff(diff: Loadable<PlanDiffProps>): void {
  declared = diff;
}

export function planDiff(): Loadable<PlanDiffProps> | undefined {
  return declared;
}
