import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactElement, ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Keys } from "./keys";

const ITEM =
  "flex h-8 w-full items-center gap-2 px-2 text-sm outline-none select-none data-[disabled]:text-ink-faint " +
  "data-[highlighted]:bg-accent-wash data-[highlighted]:text-ink pointer-coarse:h-10 [&>svg]:size-3.5 [&>svg]:shrink-0";

export function Menu({ trigger, children }: { trigger: ReactElement; children: ReactNode }) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[70vh] min-w-52 overflow-y-auto border border-line-strong bg-panel p-1"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ItemProps {
  children: ReactNode;
  icon?: ReactNode;
  keys?: string;
  onSelect(): void;
  /** Why it cannot be chosen; it is shown below the label. */
  whyNot?: string | null;
}

export function MenuItem({ children, icon, keys, onSelect, whyNot }: ItemProps) {
  return (
    <Radix.Item className={cx(ITEM, whyNot && "h-auto! py-1")} disabled={Boolean(whyNot)} onSelect={onSelect}>
      {icon}
      <span className="grow">
        {children}
        {whyNot && <span className="block max-w-64 text-2xs">{whyNot}</span>}
      </span>
      {keys && <Keys keys={keys} />}
    </Radix.Item>
  );
}

/** One of several that are on or off; the menu stays open. */
export function MenuCheck({
  children,
  isOn,
  onChange,
}: {
  children: ReactNode;
  isOn: boolean;
  onChange(isOn: boolean): void;
}) {
  return (
    <Radix.CheckboxItem
      className={ITEM}
      checked={isOn}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
    >
      <span className="grid size-4 shrink-0 place-items-center border border-line-strong [&_svg]:size-3">
        <Radix.ItemIndicator>
          <Check />
        </Radix.ItemIndicator>
      </span>
      {children}
    </Radix.CheckboxItem>
  );
}

/** One of several, of which exactly one is chosen. */
export function MenuChoice({
  children,
  isChosen,
  onSelect,
}: {
  children: ReactNode;
  isChosen: boolean;
  onSelect(): void;
}) {
  return (
    <Radix.Item className={ITEM} onSelect={onSelect} aria-current={isChosen || undefined}>
      <span className="grid size-4 shrink-0 place-items-center text-accent-ink">
        {isChosen && <Check className="size-3.5" />}
      </span>
      {children}
    </Radix.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Radix.Label className="label-caps px-2 pt-1.5 pb-1 text-ink-faint">{children}</Radix.Label>;
}

export function MenuLine() {
  return <Radix.Separator className="my-1 h-px bg-line" />;
}
