/** What the open item's buttons and keys share: one deed at a time, told when it is done, and then the next item. */
import { useEffect, useState } from "react";
import type { InboxItem } from "@/api/inbox";
import { useWhyNot } from "@/api/me";
import { queryClient } from "@/api/queries";
import { say } from "@/api/session-deeds";
import { sendingOnce } from "@/lib/once";
import { toast, toastError } from "@/ui/toast";

/** The next item comes up under the same pointer: the second half of a double click must not decide it as well. */
const READY_AFTER_MS = 400;

type Deed = (name: string, deed: () => Promise<unknown>, told: string) => void;

export interface Deeds {
  /** Something is being done, or the item has only just come up: its buttons wait. */
  isBusy: boolean;
  /** Something is being done. */
  isSending: boolean;
  /** A button or a key: not heard in the moment in which the item comes up. */
  run: Deed;
  /** A form that was filled in: nobody does that by the second half of a click. */
  send: Deed;
  /** Words for the session; said again since no answer came, they are said once. */
  sayTo(sessionId: string, text: string, told: string): void;
}

export function useDeeds(onDone: () => void): Deeds {
  const [doing, setDoing] = useState<string | null>(null);
  const [isReady, setReady] = useState(false);
  const [once] = useState(sendingOnce);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), READY_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  const send = async (name: string, deed: () => Promise<unknown>, told: string) => {
    if (doing !== null) return;
    setDoing(name);
    try {
      await deed();
      toast(told);
      onDone();
    } catch (error) {
      toastError(error);
    }
    setDoing(null);
    // Refused or not, it may be over: somebody else was faster.
    await queryClient.invalidateQueries({ queryKey: ["inbox"] });
  };
  return {
    isBusy: doing !== null || !isReady,
    isSending: doing !== null,
    run: (...deed) => void (isReady && send(...deed)),
    send: (...deed) => void send(...deed),
    sayTo: (sessionId, text, told) => {
      const message = { kind: "message" as const, text };
      void send("message", () => once(message, (key) => say(sessionId, message, key)), told);
    },
  };
}

/** Null when the reader may, else why not: by role, or because it is another's. */
export function useWhyNotDo(item: InboxItem): (name: string) => string | null {
  const byRole = useWhyNot("sessions:write");
  return (name) => {
    if (byRole) return byRole;
    const action = item.actions.find((one) => one.name === name);
    if (!action || action.allowed) return null;
    return action.or_owner
      ? `Only a ${action.role}, or who handed the session in, decides this.`
      : `This needs the role ${action.role}.`;
  };
}
