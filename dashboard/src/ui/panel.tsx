import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

/** A framed part of a page under a heading of its own. */
export function Panel({
  title,
  note,
  actions,
  children,
  className,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section aria-label={title} className={cx("min-w-0 border border-line bg-panel", className)}>
      <header className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1">
        <h2 className="label-caps text-ink-soft">{title}</h2>
        {note && <div className="text-xs text-ink-faint">{note}</div>}
        {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and values below each other. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1">
      {facts.map(([name, value]) => (
        <div key={name} className="col-span-2 grid grid-cols-subgrid border-b border-line py-1 last:border-b-0">
          <dt className="text-ink-faint">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A name and a value in a line, one of several in a `dl`. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex items-center gap-1.5">
      <dt className="label-caps text-ink-faint">{name}</dt>
      <dd className="numbers flex min-w-0 items-center gap-1.5">{children}</dd>
    </div>
  );
}

/** A number that matters, its name above and what it means below. */
export function Stat({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-0.5 border border-line bg-panel px-3 py-2">
      <span className="label-caps text-ink-faint">{label}</span>
      <span className="numbers text-lg">{value}</span>
      {note && <span className="text-xs text-ink-faint">{note}</span>}
    </div>
  );
}
