import type { ReactNode } from "react";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SessionLink } from "@/ui/session-link";
import { VirtualList } from "@/ui/virtual-list";
import type { Refusal } from "./bulk";

const ROW_PX = 52;
const MOST_ROWS = 7;

interface RefusalsProps {
  refusals: readonly Refusal[];
  /** What the session is called, where that is known. */
  titleOf(id: string): string | undefined;
  onClose(): void;
}

/** Which of the sessions it was not done to, and why, in the words of the server. */
export function Refusals({ refusals, titleOf, onClose }: RefusalsProps): ReactNode {
  return (
    <Dialog
      isOpen={refusals.length > 0}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={refusals.length === 1 ? "One was refused" : `${refusals.length} were refused`}
      description="What could be done to the others was done."
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="flex flex-col" style={{ height: Math.min(refusals.length, MOST_ROWS) * ROW_PX }}>
        <VirtualList
          label="Refused"
          rows={refusals}
          rowKey={({ id }) => id}
          estimatedHeight={ROW_PX}
          render={({ id, message }) => (
            <div className="border-t border-line py-1.5">
              <SessionLink id={id} className="block truncate font-medium hover:underline">
                {titleOf(id) ?? id}
              </SessionLink>
              <p className="text-xs text-ink-soft">{message}</p>
            </div>
          )}
        />
      </div>
    </Dialog>
  );
}
