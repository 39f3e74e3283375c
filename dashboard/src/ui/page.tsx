import type { ReactNode } from "react";
import { unhiddenName } from "@/lib/hidden";
import { usePageTitle } from "@/lib/title";

/** Every page: its name and what can be done on it in one line, then its content, which scrolls by itself. */
export function Page({
  title,
  note,
  actions,
  children,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const name = unhiddenName(title);
  usePageTitle(name);
  return (
    <div className="flex min-h-0 min-w-0 grow flex-col">
      <header className="flex min-h-12 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-4 py-1.5">
        <h1 className="text-base font-semibold">{name}</h1>
        {note && <div className="text-xs text-ink-faint">{note}</div>}
        <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>
      </header>
      {children}
    </div>
  );
}
