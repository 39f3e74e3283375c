import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface Tab<Name extends string> {
  name: Name;
  label: string;
  /** How many things are in there. */
  count?: number;
}

interface TabsProps<Name extends string> {
  tabs: Tab<Name>[];
  open: Name;
  /** The open tab belongs into the address: navigate here. */
  onOpen(name: Name): void;
  /** The pointer or the focus is at a tab: it may be opened next. */
  onNear?(name: Name): void;
  label: string;
  children?: ReactNode;
}

/** The children are TabPanels, of which the open one is shown. */
export function Tabs<Name extends string>({ tabs, open, onOpen, onNear, label, children }: TabsProps<Name>) {
  return (
    <Radix.Root value={open} onValueChange={(name) => onOpen(name as Name)} className="flex min-h-0 grow flex-col">
      <Radix.List aria-label={label} className="flex shrink-0 overflow-x-auto border-b border-line">
        {tabs.map(({ name, label, count }) => (
          <Radix.Trigger
            key={name}
            value={name}
            onPointerEnter={onNear && (() => onNear(name))}
            onFocus={onNear && (() => onNear(name))}
            className="-mb-px flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-3 text-ink-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink pointer-coarse:h-11"
          >
            {label}
            {count !== undefined && <span className="numbers text-2xs text-ink-faint">{count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  );
}

export function TabPanel({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Radix.Content value={name} className="flex min-h-0 grow flex-col">
      {children}
    </Radix.Content>
  );
}
