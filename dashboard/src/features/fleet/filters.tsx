import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronDown, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { cx } from "@/lib/cx";
import { useShortcuts } from "@/lib/keys";
import { STATUSES, VERIFICATIONS } from "@/lib/status";
import { Button } from "@/ui/button";
import { Select, TextInput } from "@/ui/field";
import { Menu, MenuCheck, MenuLabel } from "@/ui/menu";
import { type FleetSearch, isNarrowed, SINCE, type Since } from "./search";

const TEXTS = [
  { name: "repository", label: "Repository" },
  { name: "agent", label: "Agent" },
  { name: "model", label: "Model" },
] as const;

export function Filters({ search }: { search: FleetSearch }) {
  const navigate = useNavigate();
  const narrow = (change: Partial<FleetSearch>) =>
    void navigate({ to: "/fleet", search: (now: FleetSearch) => ({ ...now, ...change }), replace: true });
  return (
    <search className="flex shrink-0 items-center gap-2 overflow-x-auto border-b border-line px-4 py-1.5">
      <TextFilter label="Title or prompt" value={search.q} onChange={(q) => narrow({ q })} className="w-48!" isSearch />
      <Several
        name="Status"
        any="Any status"
        many="statuses"
        of={STATUSES}
        chosen={search.status ?? []}
        onChoose={(status) => narrow({ status })}
      />
      <Several
        name="Verification"
        any="Any verdict"
        many="verdicts"
        of={VERIFICATIONS}
        chosen={search.verification ?? []}
        onChoose={(verification) => narrow({ verification })}
      />
      <Toggle
        label="Needs me"
        isOn={search.needs === "1"}
        onChange={(isOn) => narrow({ needs: isOn ? "1" : undefined })}
      />
      <Toggle label="Mine" isOn={search.mine === "1"} onChange={(isOn) => narrow({ mine: isOn ? "1" : undefined })} />
      <Select
        aria-label="Created within"
        className="h-6! w-auto! text-xs!"
        value={search.since ?? ""}
        onChange={(event) => narrow({ since: (event.target.value || undefined) as Since | undefined })}
      >
        <option value="">Any time</option>
        {Object.keys(SINCE).map((since) => (
          <option key={since} value={since}>
            Last {since}
          </option>
        ))}
      </Select>
      {TEXTS.map(({ name, label }) => (
        <TextFilter key={name} label={label} value={search[name]} onChange={(value) => narrow({ [name]: value })} />
      ))}
      <Select
        aria-label="Order"
        className="h-6! w-auto! text-xs!"
        value={search.order ?? "created"}
        onChange={(event) => narrow({ order: event.target.value === "activity" ? "activity" : undefined })}
      >
        <option value="created">Newest first</option>
        <option value="activity">Last active first</option>
      </Select>
      {isNarrowed(search) && (
        <Button
          size="small"
          look="quiet"
          icon={<X />}
          onClick={() =>
            void navigate({ to: "/fleet", search: { view: search.view, order: search.order }, replace: true })
          }
        >
          Clear
        </Button>
      )}
    </search>
  );
}

interface SeveralProps<Value extends string> {
  name: string;
  any: string;
  many: string;
  of: Record<Value, { label: string }>;
  chosen: readonly Value[];
  onChoose(chosen: Value[] | undefined): void;
}

/** Any of some; none chosen is all of them. */
function Several<Value extends string>({ name, any, many, of, chosen, onChoose }: SeveralProps<Value>) {
  const all = Object.keys(of) as Value[];
  const toggle = (value: Value, isOn: boolean) => {
    const next = all.filter((one) => (one === value ? isOn : chosen.includes(one)));
    onChoose(next.length > 0 ? next : undefined);
  };
  const [first] = chosen;
  const label = first === undefined ? any : chosen.length === 1 ? of[first].label : `${chosen.length} ${many}`;
  return (
    <Menu
      trigger={
        <Button
          size="small"
          aria-label={`${name}: ${label}`}
          className={first === undefined ? "" : "border-accent! bg-accent-wash!"}
        >
          {label} <ChevronDown aria-hidden className="size-3" />
        </Button>
      }
    >
      <MenuLabel>{name}</MenuLabel>
      {all.map((value) => (
        <MenuCheck key={value} isOn={chosen.includes(value)} onChange={(isOn) => toggle(value, isOn)}>
          {of[value].label}
        </MenuCheck>
      ))}
    </Menu>
  );
}

function Toggle({ label, isOn, onChange }: { label: string; isOn: boolean; onChange(isOn: boolean): void }) {
  return (
    <Button
      size="small"
      aria-pressed={isOn}
      className={isOn ? "border-accent! bg-accent-wash!" : ""}
      icon={isOn ? <Check /> : undefined}
      onClick={() => onChange(!isOn)}
    >
      {label}
    </Button>
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

/** Asks when it is left or Enter is pressed. Agent, model and repository are compared as a whole. */
function TextFilter({ label, value, onChange, className, isSearch = false }: TextFilterProps) {
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
