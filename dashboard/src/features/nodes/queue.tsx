import type { Node, Queued } from "@/api/nodes";
import { counted } from "@/lib/words";
import { RelativeTime } from "@/ui/amounts";
import { Panel } from "@/ui/panel";
import { capacityTold } from "./totals";

const TOLD: Record<string, string> = {
  tenant_concurrency: "The tenant has as many at work as its quota allows.",
  budget: "A budget is spent.",
  agent: "The agent has as many at work as it takes.",
  dependency: "Another session has to end first.",
  provider: "The model's provider takes no calls.",
  disk: "No node has room on its disk.",
  review_limit: "Too many results of the repository wait for a review.",
  retry: "It is tried again after a pause.",
  not_decided: "Admission has not looked at it yet.",
};

/** What waits over all tenants, by the reason that admission gives. */
export function Queue({ queue, nodes }: { queue: readonly Queued[]; nodes: readonly Node[] }) {
  const told = (reason: string) => (reason === "cluster_capacity" ? capacityTold(nodes) : TOLD[reason]);
  const waiting = queue.reduce((sum, { sessions }) => sum + sessions, 0);
  return (
    <Panel
      title="Queue"
      note={
        waiting > 0 && (
          <span className="numbers">{counted(waiting, "session waits", "sessions wait")}, of all tenants</span>
        )
      }
    >
      {queue.length === 0 ? (
        <p className="px-3 py-2 text-ink-soft">Nothing waits: what is handed in starts at once.</p>
      ) : (
        <table className="w-full text-left">
          <thead>
            <tr className="label-caps h-7 border-b border-line text-ink-faint">
              <th className="px-3 font-normal">Reason</th>
              <th className="px-3 text-right font-normal">Sessions</th>
              <th className="px-3 text-right font-normal">Oldest wait</th>
            </tr>
          </thead>
          <tbody>
            {queue.map(({ reason, sessions, oldest_at }) => (
              <tr key={reason} className="h-8 border-b border-line last:border-b-0">
                <td className="px-3">
                  <span className="numbers text-xs">{reason}</span>
                  <span className="ml-2 hidden text-xs text-ink-faint sm:inline">{told(reason)}</span>
                </td>
                <td className="numbers px-3 text-right">{sessions}</td>
                <td className="px-3 text-right">{oldest_at ? <RelativeTime at={oldest_at} /> : "–"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
