import { Tooltip as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { Keys } from "./keys";

/** Says more about what it wraps, on hovering and on focus. Never the only place of a fact that is needed. */
export function Tooltip({ text, keys, children }: { text: ReactNode; keys?: string; children: ReactElement }) {
  return (
    <Radix.Root delayDuration={250}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={4}
          collisionPadding={8}
          className="z-50 flex max-w-80 items-center gap-2 border border-line-strong bg-raised px-2 py-1 text-xs text-ink"
        >
          {text}
          {keys && <Keys keys={keys} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export const TooltipProvider = Radix.Provider;
