import type { Node } from "@/api/nodes";
import { cx } from "@/lib/cx";

const MOST_DRAWN = 24;

/** One mark for each slot, filled where a session holds it; the words say the same. */
export function Slots({ node: { slots, sessions, state } }: { node: Node }) {
  const isOpen = state === "live";
  return (
    <span className="flex items-center gap-2">
      <span className="numbers">
        {sessions}/{slots}
      </span>
      {slots <= MOST_DRAWN && (
        <span aria-hidden className="flex gap-0.5">
          {Array.from({ length: slots }, (_, slot) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: the marks are all alike and never change places.
              key={slot}
              className={cx("h-3 w-1.5 border", slot < sessions ? "border-accent bg-accent" : "border-line-strong")}
            />
          ))}
        </span>
      )}
      <span className="truncate text-xs text-ink-faint">
        {isOpen ? `${Math.max(0, slots - sessions)} free` : "takes none"}
      </span>
    </span>
  );
}
