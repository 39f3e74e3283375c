/** Where to go on after an item, also when it has left the list already. */
import { useRef } from "react";
import type { InboxItem } from "@/api/inbox";

/** The ids of the list as it was when the open item was last in it. */
export function useLastKnownOrder(items: readonly InboxItem[], openId: string | undefined): readonly string[] {
  const order = useRef<readonly string[]>([]);
  if (items.some(({ id }) => id === openId)) order.current = items.map(({ id }) => id);
  return order.current;
}

/** The next one that is still there, else the one before; undefined when there is no other. */
export function itemAfter(id: string, order: readonly string[], items: readonly InboxItem[]): string | undefined {
  const at = order.indexOf(id);
  const there = new Set(items.map((item) => item.id));
  const others = at < 0 ? items.map((item) => item.id) : [...order.slice(at + 1), ...order.slice(0, at).toReversed()];
  return others.find((other) => other !== id && there.has(other));
}

export function repositoriesOf(items: readonly InboxItem[]): string[] {
  const found = items.flatMap(({ session, plan }) => (session ?? plan)?.repository ?? []);
  return [...new Set(found)].sort();
}
