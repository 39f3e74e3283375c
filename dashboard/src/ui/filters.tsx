import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { useShortcuts } from "@/lib/keys";
import { Button } from "./button";
import { Select, TextInput } from "./field";

/** What a list is narrowed down by, in a line above it. */
export function FilterBar({ children }: { children: ReactNode }) {
  return (
    <search className="flex shrink-0 items-center gap-2 overflow-x-auto border-b border-line px-4 py-1.5">
      {children}
    </search>
  );
}

interface FilterSelectProps {
  label: string;
  value: string;
  onChange(value: string): void;
  className?: string;
  children: ReactNode;
}

export function FilterSelect({ label, onChange, className, ...rest }: FilterSelectProps) {
  return (
    <Select
      aria-label={label}
      className={cx("h-6! w-auto! shrink-0 text-xs!", className)}
      onChange={({ target }) => onChange(target.value)}
      {...rest}
    />
  );
}

interface TextFilterProps {
  label: string;
  value?: string;
  onChange(value: string | undefined): void;
  className?: string;
  /** Reached with `/`. */
  isSearch?: boolean;
}

/** Asks when it is left or Enter is pressed. */
export function TextFilter({ label, value, onChange, className, isSearch = false }: TextFilterProps) {
  const [typed, setTyped] = useState(value ?? "");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(value ?? ""), [value]);
  useShortcuts(isSearch ? [{ keys: "/", label: "Search in the list", run: () => input.current?.focus() }] : []);
  const commit = () => {
    const next = typed.trim() || undefined;
    if (next !== value) onChange(next);
  };
  return (
    <TextInput
      ref={input}
      type={isSearch ? "search" : "text"}
      aria-label={label}
      placeholder={label}
      className={cx("h-6! w-32! shrink-0 text-xs!", className)}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => event.key === "Enter" && commit()}
    />
  );
}

export function ClearFilters({ onClear }: { onClear(): void }) {
  return (
    <Button size="small" look="quiet" icon={<X />} onClick={onClear}>
      Clear
    </Button>
  );
}
