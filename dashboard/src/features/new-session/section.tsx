import type { ReactNode } from "react";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-4">
      <h2 className="label-caps border-b border-line pb-1 text-ink-soft">{title}</h2>
      {children}
    </section>
  );
}
