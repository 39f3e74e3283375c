import { useQuery } from "@tanstack/react-query";
import { CornerDownLeft } from "lucide-react";
import { type KeyboardEvent, useRef, useState } from "react";
import { useWhyNot } from "@/api/me";
import { queryClient } from "@/api/queries";
import { say } from "@/api/session-deeds";
import { sessionQueries } from "@/api/session-queries";
import { useShortcuts } from "@/lib/keys";
import { sendingOnce } from "@/lib/once";
import type { Session } from "@/lib/session-tabs";
import { isFinal, STATUSES } from "@/lib/status";
import { duration } from "@/lib/time";
import { turnNumber } from "@/lib/turns";
import { RelativeTime, useNow } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { TextArea } from "@/ui/field";
import { toast, toastError } from "@/ui/toast";
import type { Turn } from "./rows";

/** Says something to the session: what its turn does, what waits to be told, and the box to write in. */
export function Steer({ session, turns }: { session: Session; turns: readonly Turn[] }) {
  return (
    <div className="shrink-0 border-t border-line bg-panel">
      <AtWork session={session} turns={turns} />
      <Waiting session={session} />
      <Box session={session} />
    </div>
  );
}

function AtWork({ session, turns }: { session: Session; turns: readonly Turn[] }) {
  const now = useNow();
  const turn = turns.findLast(({ ended_at }) => ended_at === null);
  if (!turn || !["running", "waiting", "degraded"].includes(session.status)) return null;
  const seconds = Math.max(0, (now - Date.parse(turn.began_at)) / 1000);
  return (
    <p className="flex items-center gap-2 px-3 pt-1.5 text-xs text-ink-soft">
      <span aria-hidden className="blinking size-2 bg-busy" />
      {`Turn ${turnNumber(turn.number)} runs since `}
      <span className="numbers -ml-1">{duration(Math.floor(seconds))}</span>
    </p>
  );
}

function Waiting({ session }: { session: Session }) {
  const said = useQuery(sessionQueries.messages(session.id));
  const waiting = said.data?.items.filter(({ turn }) => turn === null) ?? [];
  if (waiting.length === 0) return null;
  return (
    <ul aria-label="Not yet told to the agent" className="max-h-32 overflow-y-auto px-3 pt-1.5">
      {waiting.map(({ id, text, kind, created_at }) => (
        <li key={id} className="flex items-center gap-2 py-0.5 text-xs">
          <Badge tone="attention">waits</Badge>
          <span className="min-w-0 grow truncate">{text || kind.replaceAll("_", " ")}</span>
          <span className="text-2xs text-ink-faint">
            <RelativeTime at={created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Box({ session }: { session: Session }) {
  const ofRole = useWhyNot("sessions:write");
  const [words, setWords] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [once] = useState(sendingOnce);
  const field = useRef<HTMLTextAreaElement>(null);
  useShortcuts([{ keys: "m", label: "Say something to the agent", run: () => field.current?.focus() }]);
  const whyNot = ofRole ?? (session.status === "cancelled" ? "It is cancelled for good: fork or retry it." : null);
  const nothing = words.trim() === "" ? "Write something first." : null;
  const send = async () => {
    if (whyNot ?? nothing ?? isBusy) return;
    setBusy(true);
    try {
      const message = { kind: "message" as const, text: words.trim() };
      await once(message, (key) => say(session.id, message, key));
      setWords("");
      toast(
        isFinal(session.status) ? "Said. Its next attempt is queued." : "Said. The agent reads it with its next turn.",
      );
      await queryClient.invalidateQueries({ queryKey: sessionQueries.messages(session.id).queryKey });
    } catch (error) {
      toastError(error);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void send();
  };
  return (
    <div className="flex items-end gap-2 p-2">
      <TextArea
        ref={field}
        rows={1}
        aria-label="Say something to the agent"
        placeholder={whyNot ?? placeholderOf(session)}
        disabled={whyNot !== null}
        className="field-sizing-content max-h-48 min-h-8!"
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Button
        look="primary"
        icon={<CornerDownLeft />}
        whyNot={whyNot ?? nothing}
        isBusy={isBusy}
        onClick={() => void send()}
      >
        Say
      </Button>
    </div>
  );
}

function placeholderOf({ status }: Session): string {
  if (isFinal(status)) return "Say what to do next: the next attempt begins, on the same branch. Ctrl+Enter sends.";
  if (status === "running" || status === "verifying")
    return "Say something: the agent reads it when its turn ends. Ctrl+Enter sends.";
  return `It is ${STATUSES[status].label.toLowerCase()}: what you say is read with its next turn. Ctrl+Enter sends.`;
}
