/** Short news about what was just done. They go by themselves, but for errors, which stay until they are read. */
import { CheckCircle2, X, XCircle } from "lucide-react";
import { useSyncExternalStore } from "react";
import { toldOf } from "@/api/errors";
import { cx } from "@/lib/cx";
import { IconButton } from "./button";

interface Toast {
  id: number;
  isError: boolean;
  text: string;
  hint?: string;
}

const STAYS_MS = 5000;
const MOST = 4;

let toasts: Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(text: string, hint?: string): void {
  const id = show({ isError: false, text, hint });
  setTimeout(() => dismiss(id), STAYS_MS);
}

export function toastError(error: unknown): void {
  const { message, hint } = toldOf(error);
  show({ isError: true, text: message, hint });
}

function show(news: Omit<Toast, "id">): number {
  lastId += 1;
  change([...toasts.slice(-(MOST - 1)), { ...news, id: lastId }]);
  return lastId;
}

function dismiss(id: number): void {
  change(toasts.filter((one) => one.id !== id));
}

function change(next: Toast[]): void {
  toasts = next;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toaster() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section
      aria-label="Notifications"
      aria-live="polite"
      className="fixed right-3 bottom-16 z-50 flex w-[min(24rem,calc(100vw-1.5rem))] flex-col gap-2 md:bottom-3"
    >
      {shown.map(({ id, isError, text, hint }) => (
        <div
          key={id}
          role={isError ? "alert" : "status"}
          className={cx(
            "flex items-start gap-2 border border-l-4 border-line-strong bg-raised py-1.5 pr-1 pl-3",
            isError ? "border-l-bad" : "border-l-good",
          )}
        >
          <span className={cx("mt-1 [&>svg]:size-4", isError ? "text-bad" : "text-good")}>
            {isError ? <XCircle aria-hidden /> : <CheckCircle2 aria-hidden />}
          </span>
          <p className="grow py-0.5">
            {text}
            {hint && <span className="block text-xs text-ink-soft">{hint}</span>}
          </p>
          <IconButton label="Dismiss" size="small" onClick={() => dismiss(id)}>
            <X />
          </IconButton>
        </div>
      ))}
    </section>
  );
}
