import { cx } from "@/lib/cx";
import { Tooltip } from "./tooltip";

interface SwitchProps {
  /** What is on or off. */
  label: string;
  isOn: boolean;
  onChange(isOn: boolean): void;
  whyNot?: string | null;
  isBusy?: boolean;
}

/** On or off, by place and word and then by colour; it holds at once, without a form. */
export function Switch({ label, isOn, onChange, whyNot, isBusy }: SwitchProps) {
  const isOff = Boolean(whyNot) || Boolean(isBusy);
  const button = (
    <button
      type="button"
      role="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-disabled={isOff || undefined}
      aria-busy={isBusy || undefined}
      onClick={isOff ? undefined : () => onChange(!isOn)}
      className={cx(
        "inline-flex h-6 items-center gap-1.5 text-xs pointer-coarse:h-9",
        isOff && "cursor-not-allowed! opacity-55",
      )}
    >
      <span
        aria-hidden
        className={cx(
          "flex h-3.5 w-7 border p-px",
          isOn ? "justify-end border-good bg-good-wash" : "border-line-strong bg-ground",
        )}
      >
        <span className={cx("h-full w-3", isOn ? "bg-good" : "bg-ink-faint")} />
      </span>
      <span className="numbers w-6 text-left">{isOn ? "On" : "Off"}</span>
    </button>
  );
  return whyNot ? <Tooltip text={whyNot}>{button}</Tooltip> : button;
}
