/** The browser's own notifications: whether the person allowed them, and which of the tabs shows them. */
import { useSyncExternalStore } from "react";

export type Allowed = "granted" | "denied" | "default" | "unsupported";

/** Held by a tab that somebody looks at. */
const READ = "dashboard-read";
/** Held by the one tab that notifies. */
const NOTIFIES = "dashboard-notifies";

const changed = new Set<() => void>();

function notificationsAllowed(): Allowed {
  return "Notification" in window ? Notification.permission : "unsupported";
}

export function useNotificationsAllowed(): Allowed {
  return useSyncExternalStore((tell) => {
    changed.add(tell);
    return () => changed.delete(tell);
  }, notificationsAllowed);
}

/** Browsers ask the person only when they press something. */
export async function askForNotifications(): Promise<void> {
  await Notification.requestPermission();
  for (const tell of changed) tell();
}

/** Takes part in the choice of the tab that notifies; true when this is it, and nobody looks at any of the tabs. */
export function joinTabs(): { isMine(): Promise<boolean>; leave(): void } {
  const left = new AbortController();
  let isChosen = false;
  let stopReading: (() => void) | undefined;
  const hold = (name: string, mode: LockMode, signal: AbortSignal, onHeld: () => void) =>
    navigator.locks
      .request(name, { mode, signal }, () => {
        onHeld();
        return new Promise<void>((free) => signal.addEventListener("abort", () => free()));
      })
      .catch(() => {}); // Only what was given up before it was granted ends so.
  const read = () => {
    if (!document.hasFocus() || stopReading) return;
    const reading = new AbortController();
    stopReading = () => reading.abort();
    void hold(READ, "shared", reading.signal, () => {});
  };
  const rest = () => {
    stopReading?.();
    stopReading = undefined;
  };
  void hold(NOTIFIES, "exclusive", left.signal, () => {
    isChosen = true;
  });
  window.addEventListener("focus", read, { signal: left.signal });
  window.addEventListener("blur", rest, { signal: left.signal });
  read();
  return {
    isMine: async () => isChosen && !(await navigator.locks.query()).held?.some(({ name }) => name === READ),
    leave: () => {
      rest();
      left.abort();
    },
  };
}
