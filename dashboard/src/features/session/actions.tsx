import { useNavigate } from "@tanstack/react-router";
import {
  ArchiveRestore,
  Ban,
  Check,
  CirclePause,
  CirclePlay,
  CircleStop,
  Ellipsis,
  GitBranchPlus,
  GitFork,
  RotateCcw,
  ThumbsUp,
  Upload,
  X,
} from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useWhyNot } from "@/api/me";
import { act } from "@/api/queries";
import { keepSession } from "@/api/session-deeds";
import { useCommands } from "@/lib/commands";
import { useShortcuts } from "@/lib/keys";
import { sessionPath } from "@/lib/links";
import type { Session } from "@/lib/session-tabs";
import { type Deed, isFinal } from "@/lib/status";
import { Button, IconButton } from "@/ui/button";
import { Menu, MenuItem, MenuLine } from "@/ui/menu";
import { toast, toastError } from "@/ui/toast";
import { type AnyDeed, whyNotNow } from "./deeds";
import { type Asking, DeedDialogs } from "./dialogs";

const DONE: Record<Deed, string> = {
  start: "Queued.",
  pause: "Asked to pause; it rests when its checkpoint is taken.",
  resume: "Queued again; it goes on where it was.",
  stop: "Asked to stop; its work stays on its branch.",
  cancel: "Cancelled. Its last checkpoint is kept.",
  retry: "Handed in again as a new session.",
};

/** Deeds that end or decide something ask once more, or want to know more. */
const ASKED: readonly AnyDeed[] = [
  "stop",
  "cancel",
  "retry",
  "fork",
  "accept",
  "reject",
  "push",
  "rebase",
  "rate",
  "reverted",
];

export function Actions({ session }: { session: Session }) {
  const navigate = useNavigate();
  const ofRole = useWhyNot("sessions:write");
  const [asking, setAsking] = useState<Asking | null>(null);
  const [busy, setBusy] = useState<AnyDeed | null>(null);
  const whyNot = (deed: AnyDeed) => whyNotNow(deed, session, ofRole);

  const run = useCallback(
    async (deed: Deed) => {
      setBusy(deed);
      try {
        const after = await act(deed, session.id);
        keepSession(after);
        toast(DONE[deed]);
        if (after.id !== session.id) await navigate({ to: sessionPath(after.id) as string });
      } finally {
        setBusy(null);
      }
    },
    [session.id, navigate],
  );
  const begin = useCallback(
    (deed: AnyDeed) => (ASKED.includes(deed) ? setAsking(deed as Asking) : void run(deed as Deed).catch(toastError)),
    [run],
  );
  useDeclared(session, ofRole, begin);

  const button = (deed: AnyDeed, label: string, icon: React.ReactNode, look?: "primary" | "danger") => (
    // Without its icon on a phone, where all of them have to fit into one line.
    <Button
      look={look}
      icon={icon}
      className="max-sm:[&>span]:hidden"
      whyNot={whyNot(deed)}
      isBusy={busy === deed}
      onClick={() => begin(deed)}
    >
      {label}
    </Button>
  );
  const item = (deed: AnyDeed, label: string, icon: React.ReactNode) => (
    <MenuItem icon={icon} whyNot={whyNot(deed)} onSelect={() => begin(deed)}>
      {label}
    </MenuItem>
  );
  const isOver = isFinal(session.status);
  return (
    <>
      {session.status === "pending" && button("start", "Start", <CirclePlay />, "primary")}
      {isOver ? (
        <>
          {session.status !== "cancelled" && button("accept", "Accept", <Check />, "primary")}
          {session.status !== "cancelled" && button("reject", "Reject", <X />)}
          {button("retry", "Retry", <RotateCcw />)}
        </>
      ) : (
        <>
          {session.status === "paused"
            ? button("resume", "Resume", <CirclePlay />, "primary")
            : button("pause", "Pause", <CirclePause />)}
          {button("stop", "Stop", <CircleStop />, "danger")}
        </>
      )}
      {button("fork", "Fork", <GitFork />)}
      <Menu
        trigger={
          <IconButton label="More to do with this session">
            <Ellipsis />
          </IconButton>
        }
      >
        {item("push", "Push the branch", <Upload />)}
        {item("rebase", "Put upon its base as that is now", <GitBranchPlus />)}
        {item("rate", "Rate the work", <ThumbsUp />)}
        {item("reverted", session.reverted?.counts ? "It was not reverted" : "It was reverted", <ArchiveRestore />)}
        {!isOver && item("retry", "Retry", <RotateCcw />)}
        {!isOver && item("accept", "Accept the result", <Check />)}
        {!isOver && item("reject", "Reject the result", <X />)}
        {isOver && item("pause", "Pause", <CirclePause />)}
        {isOver && item("stop", "Stop", <CircleStop />)}
        {session.status !== "paused" && item("resume", "Resume", <CirclePlay />)}
        <MenuLine />
        {item("cancel", "Cancel for good", <Ban />)}
      </Menu>
      <DeedDialogs session={session} asking={asking} onClose={() => setAsking(null)} run={run} />
    </>
  );
}

const PALETTE: [AnyDeed, string][] = [
  ["start", "Start this session"],
  ["pause", "Pause this session"],
  ["resume", "Resume this session"],
  ["stop", "Stop this session"],
  ["retry", "Retry this session"],
  ["fork", "Fork this session"],
  ["accept", "Accept this result"],
  ["reject", "Reject this result"],
  ["rate", "Rate this session's work"],
  ["push", "Push this branch"],
  ["rebase", "Put this branch upon its base"],
  ["cancel", "Cancel this session"],
];

function useDeclared(session: Session, ofRole: string | null, begin: (deed: AnyDeed) => void): void {
  useCommands(
    useMemo(
      () =>
        PALETTE.map(([deed, label]) => ({
          id: `session-${deed}`,
          label,
          whyNot: whyNotNow(deed, session, ofRole),
          run: () => begin(deed),
        })),
      [session, ofRole, begin],
    ),
  );
  const press = (deed: AnyDeed) => {
    if (whyNotNow(deed, session, ofRole) === null) begin(deed);
  };
  useShortcuts([
    { keys: "p", label: "Pause or resume", run: () => press(session.status === "paused" ? "resume" : "pause") },
    { keys: "f", label: "Fork", run: () => press("fork") },
  ]);
}
