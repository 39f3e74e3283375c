import { CirclePause, CirclePlay, CircleStop, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import type { BulkDeed } from "@/api/queries";
import type { Session } from "@/api/session-list";
import { canDo } from "@/lib/status";
import { Button, IconButton } from "@/ui/button";
import { toast, toastError } from "@/ui/toast";
import { actOnAll, type Refusal, told } from "./bulk";

const DEEDS: { deed: BulkDeed; label: string; icon: typeof CircleStop; none: string }[] = [
  { deed: "pause", label: "Pause", icon: CirclePause, none: "None of these is at work or queued." },
  { deed: "resume", label: "Resume", icon: CirclePlay, none: "None of these is paused." },
  { deed: "stop", label: "Stop", icon: CircleStop, none: "All of these have ended, or have not been started." },
  { deed: "retry", label: "Retry", icon: RotateCcw, none: "Only what has ended can be handed in again." },
];

interface BulkBarProps {
  sessions: Session[];
  /** Why the reader may not act at all. */
  whyNot: string | null;
  onRefused(refusals: Refusal[]): void;
  onDone(): void;
}

/** What can be done with the selected sessions; each button says how many of them it is for. */
export function BulkBar({ sessions, whyNot, onRefused, onDone }: BulkBarProps) {
  const [busy, setBusy] = useState<BulkDeed | null>(null);
  if (sessions.length === 0) return null;
  const run = async (deed: BulkDeed) => {
    setBusy(deed);
    const ids = sessions.filter(({ status }) => canDo(deed, status)).map(({ id }) => id);
    try {
      const result = await actOnAll(deed, ids);
      const { text, hint } = told(deed, result);
      toast(text, hint);
      onRefused(result.refused);
      onDone();
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <div
      role="toolbar"
      aria-label="Selected sessions"
      className="flex shrink-0 flex-wrap items-center gap-2 border-t-2 border-accent bg-panel px-4 py-2"
    >
      <span className="numbers mr-2 text-xs" role="status">
        {sessions.length} selected
      </span>
      {DEEDS.map(({ deed, label, icon: Icon, none }) => {
        const able = sessions.filter(({ status }) => canDo(deed, status)).length;
        return (
          <Button
            key={deed}
            icon={<Icon />}
            whyNot={whyNot ?? (able === 0 ? none : null)}
            isBusy={busy !== null}
            onClick={() => void run(deed)}
          >
            {label}
            {able > 0 && <span className="numbers text-xs text-ink-faint">{able}</span>}
          </Button>
        );
      })}
      <IconButton label="Select none" className="ml-auto" onClick={onDone}>
        <X />
      </IconButton>
    </div>
  );
}
