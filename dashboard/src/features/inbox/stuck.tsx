import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, CircleStop, MessageSquare, Play, Wallet } from "lucide-react";
import { useState } from "react";
import { act, queries, type Session } from "@/api/queries";
import { useShortcuts } from "@/lib/keys";
import { COSTS_PATH, sessionPath } from "@/lib/links";
import { canDo } from "@/lib/status";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Loaded } from "@/ui/panels";
import { type DetailProps, Parts } from "./parts";
import { ReasonForm } from "./reason-form";
import { SessionFacts } from "./session-facts";
import { useDeeds, useWhyNotDo } from "./use-deed";

type Ending = "stop" | "cancel";

const ENDINGS: Record<Ending, { title: string; label: string; told: string; done: string }> = {
  stop: {
    title: "Stop the session",
    label: "Stop it",
    told: "It ends, and its work is kept on its branch. It can go on later, with a message.",
    done: "Asked to stop.",
  },
  cancel: {
    title: "Cancel the session",
    label: "Cancel it for good",
    told: "It ends at once and cannot go on. Its last checkpoint is kept.",
    done: "Cancelled.",
  },
};

/** A session that does not get on: silent, without a node, too long in the queue, or paused. */
export function StuckDetail({ sessionId, ...rest }: DetailProps & { sessionId: string }) {
  const session = useQuery(queries.session(sessionId));
  return (
    <Loaded query={session} label="the session">
      {(found) => <Stuck session={found} {...rest} />}
    </Loaded>
  );
}

function Stuck({ item, session, onDone }: DetailProps & { session: Session }) {
  const { isBusy, isSending, run, send, sayTo } = useDeeds(onDone);
  const navigate = useNavigate();
  const [isWriting, setWriting] = useState(false);
  const [ending, setEnding] = useState<Ending | null>(null);
  const { id, status } = session;
  const whyNot = useWhyNotDo(item)("stop");
  const isPaused = canDo("resume", status);
  const resume = () => run("resume", () => act("resume", id), "Queued again; it goes on where it was.");
  useShortcuts([
    { keys: "Enter", label: "Open the session", run: () => void navigate({ to: sessionPath(id) as string }) },
    { keys: "a", label: "Resume it", run: () => isPaused && whyNot === null && resume() },
    { keys: "d", label: "Stop it, after a question", run: () => whyNot === null && setEnding("stop") },
    { keys: "m", label: "Say something", run: () => whyNot === null && setWriting(true) },
  ]);
  const deeds = isWriting ? (
    <ReasonForm
      label="What it should know"
      hint="It is the next turn: at once while the session rests, else when the turn that runs has ended."
      confirmLabel="Send"
      isRequired
      isBusy={isSending}
      onSend={(text) => sayTo(id, text, "Said.")}
      onCancel={() => setWriting(false)}
    />
  ) : (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      {isPaused && (
        <Button look="primary" icon={<Play />} whyNot={whyNot} isBusy={isBusy} onClick={resume}>
          Resume
        </Button>
      )}
      {item.kind === "budget_warning" && (
        <Button icon={<Wallet />} onClick={() => void navigate({ to: COSTS_PATH as string })}>
          See costs
        </Button>
      )}
      <Button icon={<MessageSquare />} whyNot={whyNot} isBusy={isBusy} onClick={() => setWriting(true)}>
        Say something…
      </Button>
      {canDo("stop", status) && (
        <Button look="danger" icon={<CircleStop />} whyNot={whyNot} isBusy={isBusy} onClick={() => setEnding("stop")}>
          Stop…
        </Button>
      )}
      {canDo("cancel", status) && (
        <Button look="danger" icon={<Ban />} whyNot={whyNot} isBusy={isBusy} onClick={() => setEnding("cancel")}>
          Cancel…
        </Button>
      )}
    </div>
  );
  return (
    <Parts
      keys={[
        ["⏎", "open"],
        ...(isPaused ? [["a", "resume"] as [string, string]] : []),
        ["d", "stop"],
        ["m", "say something"],
      ]}
      deeds={deeds}
    >
      <SessionFacts session={session} />
      {ending && (
        <EndingDialog
          ending={ending}
          onClose={() => setEnding(null)}
          onConfirm={() => send(ending, () => act(ending, id), ENDINGS[ending].done)}
        />
      )}
    </Parts>
  );
}

function EndingDialog({ ending, onClose, onConfirm }: { ending: Ending; onClose(): void; onConfirm(): void }) {
  const { title, told, label } = ENDINGS[ending];
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={title}
      description={told}
      confirmLabel={label}
      isDangerous
      onConfirm={async () => onConfirm()}
    />
  );
}
