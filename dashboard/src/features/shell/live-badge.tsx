import { CloudOff, RefreshCw, Zap } from "lucide-react";
import { useLiveState } from "@/api/live";
import { Badge } from "@/ui/badge";
import { Tooltip } from "@/ui/tooltip";

const STATES = {
  live: { tone: "good", icon: Zap, label: "Live", told: "What you see changes as it happens." },
  reconnecting: {
    tone: "attention",
    icon: RefreshCw,
    label: "Reconnecting",
    told: "The stream of events was cut off; nothing is lost.",
  },
  offline: {
    tone: "bad",
    icon: CloudOff,
    label: "Offline",
    told: "What you see may be old. It is tried again by itself.",
  },
} as const;

/** Whether the page tells the truth of this moment. */
export function LiveBadge() {
  const { tone, icon, label, told } = STATES[useLiveState()];
  return (
    <Tooltip text={told}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what it says more is to be had by keyboard too. */}
      <span role="status" tabIndex={0}>
        <Badge tone={tone} icon={icon} isBlinking={tone === "attention"}>
          {label}
        </Badge>
      </span>
    </Tooltip>
  );
}
