/** What the nodes have together. */
import type { Node } from "@/api/nodes";
import { counted } from "@/lib/words";

export interface Capacity {
  live: number;
  slots: number;
  used: number;
}

/** The versions that run at the same time, as in the middle of an upgrade. */
export function versionsOf(nodes: readonly Node[]): string[] {
  const living = nodes.filter(({ state }) => state !== "dead");
  return [...new Set(living.map(({ version }) => version ?? "an unknown one"))].sort();
}

/** Why all slots may be taken, in words, as the nodes are. */
export function capacityTold(nodes: readonly Node[]): string {
  const living = nodes.filter(({ state }) => state !== "dead");
  if (living.length === 0) return "No node is connected.";
  const draining = living.filter(({ state }) => state === "draining").length;
  if (draining === living.length) {
    return living.length === 1 ? "The only node is being drained." : `All ${living.length} nodes are being drained.`;
  }
  const { slots, used } = capacityOf(nodes);
  if (slots === 0) return `${counted(draining, "node is", "nodes are")} being drained, the others' disks are full.`;
  const taken = used >= slots ? "All slots of the nodes that take sessions are taken" : "It is about to start";
  return draining === 0 ? `${taken}.` : `${taken}; ${counted(draining, "node is", "nodes are")} being drained.`;
}

/** Of those that are given sessions: not of one that is drained, dead or has no room on its disk. */
export function capacityOf(nodes: readonly Node[]): Capacity {
  const open = nodes.filter(({ state, disk_full }) => state === "live" && !disk_full);
  return {
    live: open.length,
    slots: open.reduce((sum, { slots }) => sum + slots, 0),
    used: open.reduce((sum, { sessions }) => sum + sessions, 0),
  };
}
