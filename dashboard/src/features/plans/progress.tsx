import type { ListedPlan } from "@/api/plans";

/** How many of the tasks are on the branch, in numbers and as a bar. */
export function Done({ progress: { done, total } }: Pick<ListedPlan, "progress">) {
  return (
    <span className="flex items-center gap-2">
      <span className="numbers whitespace-nowrap">
        {done} of {total}
      </span>
      <span aria-hidden className="h-1.5 min-w-8 grow border border-line-strong bg-ground">
        <span className="block h-full bg-good" style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }} />
      </span>
    </span>
  );
}
