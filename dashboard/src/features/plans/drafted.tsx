import type { DraftedPlan } from "@/api/plans";
import { unhiddenName } from "@/lib/hidden";
import { counted } from "@/lib/words";
import { Panel } from "@/ui/panel";
import { VirtualList } from "@/ui/virtual-list";

/** What would be handed in, before it is. */
export function Drafted({ plan: { tasks } }: { plan: DraftedPlan }) {
  return (
    <Panel title="The tasks" note={`${counted(tasks.length, "task")}; nothing is handed in yet`}>
      <div className="flex h-64 flex-col">
        <VirtualList
          label="The tasks that it comes to"
          rows={tasks}
          rowKey={({ key }) => key}
          estimatedHeight={44}
          render={({ key, title, depends_on }) => (
            <p className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-3 py-1.5">
              <span className="font-medium">{unhiddenName(title ?? key)}</span>
              <span className="numbers text-xs text-ink-faint">{key}</span>
              {depends_on.length > 0 && <span className="text-xs text-ink-soft">after {depends_on.join(", ")}</span>}
            </p>
          )}
        />
      </div>
    </Panel>
  );
}
