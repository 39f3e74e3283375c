import type { ReactNode } from "react";
import type { InboxItem } from "@/api/inbox";
import { Keys } from "@/ui/keys";

/** What the detail of each kind is given. */
export interface DetailProps {
  item: InboxItem;
  /** It is dealt with: what comes next can be shown. */
  onDone(): void;
}

interface PartsProps {
  children: ReactNode;
  deeds: ReactNode;
  /** Which keys do what, for whoever has a keyboard. */
  keys: [key: string, deed: string][];
}

/** What there is to read scrolls; what can be done stays in reach, of a thumb too. */
export function Parts({ children, deeds, keys }: PartsProps) {
  return (
    <>
      <div className="flex min-h-0 grow flex-col gap-4 overflow-y-auto p-4">{children}</div>
      <footer className="flex shrink-0 flex-col gap-2 border-t border-line bg-panel px-4 py-2.5">
        {deeds}
        <p aria-hidden className="hidden gap-3 text-2xs text-ink-faint sm:flex pointer-coarse:hidden">
          {[["j k", "move"] as const, ...keys].map(([key, deed]) => (
            <span key={key} className="flex items-center gap-1">
              <Keys keys={key} /> {deed}
            </span>
          ))}
        </p>
      </footer>
    </>
  );
}
