import { useQuery } from "@tanstack/react-query";
import type { PlanDiffProps } from "@/lib/plan-diff";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { Changes } from "./changes";
import { diffQueries } from "./queries";

/** All that is on the plan's branch, against the commit that it began from. */
export default function PlanDiff({ id, head }: PlanDiffProps) {
  const changed = { of: "plan", id } as const;
  const files = useQuery(diffQueries.files(changed, head));
  if (head === null) {
    return <EmptyState title="Nothing is on the branch yet">The changes are here after the first merge.</EmptyState>;
  }
  if (files.isPending) return <Skeleton rows={12} label="Loading the changed files" />;
  if (files.isError && !files.data) return <ErrorPanel error={files.error} onRetry={() => files.refetch()} />;
  return <Changes changed={changed} all={files.data.files} commit={files.data.commit} />;
}
