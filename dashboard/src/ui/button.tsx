import type { ComponentProps, ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Tooltip } from "./tooltip";

const LOOKS = {
  primary: "bg-accent text-on-accent border-accent font-medium hover:brightness-110",
  plain: "bg-panel text-ink border-line-strong hover:bg-raised",
  quiet: "bg-transparent text-ink-soft border-transparent hover:bg-raised hover:text-ink",
  danger: "bg-panel text-bad border-bad hover:bg-bad-wash",
};

export interface ButtonProps extends ComponentProps<"button"> {
  look?: keyof typeof LOOKS;
  icon?: ReactNode;
  /** Why it cannot be pressed: it stays reachable by keyboard, so that everybody can learn the reason. */
  whyNot?: string | null;
  isBusy?: boolean;
  size?: "small" | "normal";
}

export function Button({
  look = "plain",
  icon,
  whyNot,
  isBusy,
  size = "normal",
  className,
  children,
  ...rest
}: ButtonProps) {
  const isOff = Boolean(whyNot) || Boolean(isBusy);
  const button = (
    <button
      type="button"
      {...rest}
      onClick={isOff ? (event) => event.preventDefault() : rest.onClick}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      className={cx(
        "inline-flex shrink-0 items-center justify-center gap-1.5 border whitespace-nowrap select-none",
        size === "small" ? "h-6 px-2 text-xs" : "h-8 px-3 text-sm pointer-coarse:h-10",
        LOOKS[look],
        (isOff || rest.disabled) && "cursor-not-allowed! opacity-55",
        className,
      )}
    >
      {icon && <span className="[&>svg]:size-3.5">{icon}</span>}
      {children}
    </button>
  );
  return whyNot ? <Tooltip text={whyNot}>{button}</Tooltip> : button;
}

interface IconButtonProps extends Omit<ButtonProps, "children" | "icon"> {
  label: string;
  children: ReactNode;
  hint?: string;
}

/** A button of an icon alone; its label is read out and shown as a tooltip. */
export function IconButton({ label, hint, children, className, whyNot, ...rest }: IconButtonProps) {
  return (
    <Tooltip text={whyNot ?? label} keys={hint}>
      <Button
        look="quiet"
        {...rest}
        aria-label={label}
        aria-disabled={Boolean(whyNot) || undefined}
        onClick={whyNot ? undefined : rest.onClick}
        className={cx(
          "w-8 px-0! pointer-coarse:w-10 [&_svg]:size-4",
          whyNot && "cursor-not-allowed! opacity-55",
          className,
        )}
      >
        {children}
      </Button>
    </Tooltip>
  );
}
