import { useNavigate } from "@tanstack/react-router";
import { Check, ChevronDown } from "lucide-react";
import { STATUSES, VERIFICATIONS } from "@/lib/status";
import { Button } from "@/ui/button";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { Menu, MenuCheck, MenuLabel } from "@/ui/menu";
import { type FleetSearch, isNarrowed, SINCE, type Since } from "./search";

/** Each is compared as a whole. */
const TEXTS = [
  { name: "repository", label: "Repository" },
  { name: "agent", label: "Agent" },
  { name: "model", label: "Model" },
] as const;

export function Filters({ search }: { search: FleetSearch }) {
  const navigate = useNavigate({ from: "/fleet" });
  const narrow = (change: Partial<FleetSearch>) =>
    void navigate({ to: "/fleet", search: (now: FleetSearch) => ({ ...now, ...change }), replace: true });
  return (
    <FilterBar>
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
      <FilterSelect
        label="Created within"
        value={search.since ?? ""}
        onChange={(since) => narrow({ since: (since || undefined) as Since | undefined })}
      >
        <option value="">Any time</option>
        {Object.keys(SINCE).map((since) => (
          <option key={since} value={since}>
            Last {since}
          </option>
        ))}
      </FilterSelect>
      {TEXTS.map(({ name, label }) => (
        <TextFilter key={name} label={label} value={search[name]} onChange={(value) => narrow({ [name]: value })} />
      ))}
      <FilterSelect
        label="Order"
        value={search.order ?? "created"}
        onChange={(order) => narrow({ order: order === "activity" ? "activity" : undefined })}
      >
        <option value="created">Newest first</option>
        <option value="activity">Last active first</option>
      </FilterSelect>
      {isNarrowed(search) && (
        <ClearFilters
          onClear={() =>
            void navigate({ to: "/fleet", search: { view: search.view, order: search.order }, replace: true })
          }
        />
      )}
    </FilterBar>
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
