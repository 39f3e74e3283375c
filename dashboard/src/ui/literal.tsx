import type { ReactNode } from "react";
import { unhidden } from "@/lib/hidden";

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="label-caps text-ink-faint">{title}</h3>
      {children}
    </section>
  );
}

/** Commands, outputs and prompts, as they are. */
export function Literal({ children, isLong = false }: { children: string; isLong?: boolean }) {
  return (
    <pre
      tabIndex={isLong ? 0 : undefined}
      className={`numbers border border-line bg-panel p-2.5 text-xs break-words whitespace-pre-wrap ${isLong ? "max-h-72 overflow-y-auto" : ""}`}
    >
      {unhidden(children)}
    </pre>
  );
}
